//! The forms of a profile and of its picture, and their islands.

mod conflict;
pub mod control;
mod crop;
pub mod form;
mod island;
pub mod picture_form;
pub mod sign_up;
pub mod state;
