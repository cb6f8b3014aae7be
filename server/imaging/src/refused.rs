//! Reasons for refusing a file.

/// The reason why no squares are made from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is not in a known format")]
    NotAPicture,
    /// Damaged or truncated.
    #[error("it is damaged")]
    Damaged,
    #[error("it has more than {0} megapixels")]
    TooManyPixels(u32),
}
