//! What a profile looks like, to people and to programs.

pub mod link_preview;
pub mod view;
