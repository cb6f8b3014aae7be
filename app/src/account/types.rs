//! Parsed accounts: what is of one of these types has passed its rules.

pub mod device;
pub mod event;
pub mod model;
pub mod token;
