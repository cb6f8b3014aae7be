//! The forms of a profile and of its picture, and their islands.

pub mod control;
pub mod crop_island;
pub mod form;
pub mod picture_form;
