//! Reasons for making no squares.

/// A file that no squares are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is not in a known format")]
    NotAPicture,
    /// Also one of which a part is missing.
    #[error("it is damaged")]
    Damaged,
    #[error("it has more than {0} megapixels")]
    TooManyPixels(u32),
}
