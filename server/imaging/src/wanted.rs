//! The part of a picture that is wanted, and its sizes.

/// The squares that are wanted of a file.
pub struct Wanted<'a> {
    /// The square to cut out of the upright picture of a width and a height.
    pub square: &'a dyn Fn((u32, u32)) -> Square,
    /// Quarter turns of the square, clockwise.
    pub turns: u8,
    /// Pixels a side of each result, the largest first.
    pub sides: [u32; 3],
    /// The most pixels that are decoded, in units of 2^20.
    pub max_megapixels: u32,
}

/// A square in pixels; it need not begin or end on one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Square {
    pub left: f64,
    pub top: f64,
    pub side: f64,
}
