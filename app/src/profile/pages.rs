//! The pages of a profile.

pub mod erase;
pub mod history;
pub mod own;
