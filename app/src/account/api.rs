//! The server functions of the account. Public endpoints, whatever page shows
//! their form: each one decides itself who may call it.

pub mod data;
pub mod email;
pub mod password;
pub mod preferences;
pub mod session;
pub mod sign_up;
