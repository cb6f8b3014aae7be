//! The pages of the account.

pub mod activity;
mod addresses;
pub mod appearance;
pub mod data;
pub mod email;
mod form;
pub mod links;
pub mod log_in;
pub mod password;
pub mod privacy;
pub mod reset;
pub mod sessions;
pub mod settings;
pub mod sign_up;
