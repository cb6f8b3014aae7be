//! The requested part of a picture, and its sizes.

/// The squares to make from a file.
pub struct Wanted<'a> {
    /// The square to cut out of an upright picture, given its width and height.
    pub square: &'a dyn Fn((u32, u32)) -> Square,
    /// Quarter turns of the square, clockwise.
    pub turns: u8,
    /// Side length of each result in pixels, largest first.
    pub sides: [u32; 3],
    /// Maximum number of pixels that are decoded, in units of 2^20.
    pub max_megapixels: u32,
}

/// A square in pixels; its edges need not be on pixel boundaries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Square {
    pub left: f64,
    pub top: f64,
    pub side: f64,
}
