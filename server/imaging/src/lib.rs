//! Conversion of an uploaded picture into small squares.
//!
//! A file is never kept as it is: its pixels are decoded, cropped, turned upright, scaled down,
//! converted to sRGB, and encoded as a new JPEG. Metadata, such as the place and the camera, is
//! dropped, and so is everything else in the file.
//!
//! The code runs where the decoders can do no harm: see `server/src/media.rs`.
//!
//! | file | content |
//! |---|---|
//! | `decode`, `pixels` | decodes a file into pixels, as a browser shows it |
//! | `jpeg`, `jpeg/parts`, `webp` | normalises files, and checks that they are complete |
//! | `colour` | converts profiles, gamma and code points to sRGB |
//! | `square` | makes the squares from the pixels |
//! | `wanted`, `refused` | the requested squares, and the reasons for a refusal |

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
