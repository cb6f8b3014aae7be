//! The crop of a picture in the browser.

mod cropper;
pub mod dom;
mod file;
pub mod island;
mod notes;
mod upload;
