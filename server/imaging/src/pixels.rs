//! Decoded pixels, and the check that there is memory for them.

use image::{DynamicImage, metadata::Orientation};
use moxcms::ColorProfile;

use crate::refused::Refused;

/// The pixels of a file, with what is needed to show them as intended.
pub struct Decoded {
    pub pixels: DynamicImage,
    pub orientation: Orientation,
    /// The colour profile; `None` for sRGB.
    pub profile: Option<ColorProfile>,
}

/// Size in bytes of the largest decoded picture: four channels of 16 bits.
pub fn max_decoded(max_megapixels: u32) -> u64 {
    8 * (u64::from(max_megapixels) << 20)
}

/// Checks that there is memory for a picture of the given size.
///
/// # Errors
/// [`Refused::Damaged`] for a picture without pixels, [`Refused::TooManyPixels`].
pub fn fits(
    (width, height): (u32, u32),
    bytes_a_pixel: u8,
    max_megapixels: u32,
) -> Result<(), Refused> {
    let pixels = u64::from(width) * u64::from(height);
    let room = (max_decoded(max_megapixels) / u64::from(bytes_a_pixel.max(1))) >> 20;
    let max = max_megapixels.min(u32::try_from(room).unwrap_or(u32::MAX));
    match pixels {
        0 => Err(Refused::Damaged),
        _ if pixels > u64::from(max) << 20 => Err(Refused::TooManyPixels(max)),
        _ => Ok(()),
    }
}
