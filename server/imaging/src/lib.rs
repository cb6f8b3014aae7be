//! Pictures made small: an uploaded file, converted into squares.
//!
//! A file is never kept as it is: its pixels are decoded, cropped, turned upright, scaled down,
//! converted to sRGB, and encoded anew as JPEG. Metadata, such as the place and the camera, is
//! dropped, and so is everything else in the file.
//!
//! It runs where the decoders can do no harm: `server/src/media.rs`.
//!
//! | file | content |
//! |---|---|
//! | `decode`, `pixels` | a file to pixels, as a browser shows it |
//! | `jpeg`, `jpeg/parts`, `webp` | normalises files, and checks that they are complete |
//! | `colour` | profiles, gamma and code points to sRGB |
//! | `square` | pixels to the squares |
//! | `wanted`, `refused` | what it is asked for, and why it may refuse |

mod colour;
mod decode;
mod jpeg;
mod pixels;
mod refused;
mod square;
mod wanted;
mod webp;

pub use refused::Refused;
pub use square::squares;
pub use wanted::{Square, Wanted};
