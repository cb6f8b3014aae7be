//! The crop of a picture in the browser.
//!
//! | file | content |
//! |---|---|
//! | `island` | `CropIsland` around the plain form |
//! | `cropper` | the state of the crop, and how it is shown |
//! | `file` | choosing, dropping or pasting a file |
//! | `upload` | sending the form with its progress, and what the answer changes on the page |
//! | `notes` | errors and progress |
//! | `dom` | elements by their ids |

mod cropper;
pub mod dom;
mod file;
pub mod island;
mod notes;
mod upload;
