//! The pages of the account.

pub mod activity;
pub mod appearance;
pub mod email;
pub mod leaving;
pub mod log_in;
pub mod privacy;
pub mod settings;
