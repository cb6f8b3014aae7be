//! Parsed accounts: what is of one of these types has passed its rules.

pub mod addresses;
pub mod device;
pub mod email;
pub mod erasure;
pub mod event;
pub mod log_in;
pub mod password;
pub mod sign_up;
pub mod token;
pub mod user;
pub mod username;
