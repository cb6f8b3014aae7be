//! The pages of a profile.

mod change;
pub mod edit;
pub mod erase;
pub mod history;
mod load;
pub mod own;
pub mod picture;
pub mod public;
mod saved;
