//! Decoded pixels, and whether there is memory for them.

use app::profile::rules::{picture::Picture, violation::Violation};
use image::{DynamicImage, metadata::Orientation};
use moxcms::ColorProfile;

/// The pixels of a file, with what is needed to show them as intended.
pub(super) struct Decoded {
    pub pixels: DynamicImage,
    pub orientation: Orientation,
    /// The colour profile; `None` for sRGB.
    pub profile: Option<ColorProfile>,
}

/// Bytes of the largest decoded picture: four channels of 16 bits.
pub(super) const MAX_DECODED: u64 = 8 * ((Picture::MAX_MEGAPIXELS as u64) << 20);

/// Checks that there is memory for a picture of that size.
///
/// # Errors
/// [`Violation::DamagedPicture`] for one without pixels, [`Violation::TooManyPixels`].
pub(super) fn fits((width, height): (u32, u32), bytes_a_pixel: u8) -> Result<(), Violation> {
    let pixels = u64::from(width) * u64::from(height);
    let room = (MAX_DECODED / u64::from(bytes_a_pixel.max(1))) >> 20;
    let max = Picture::MAX_MEGAPIXELS.min(u32::try_from(room).unwrap_or(u32::MAX));
    match pixels {
        0 => Err(Violation::DamagedPicture),
        _ if pixels > u64::from(max) << 20 => Err(Violation::TooManyPixels(max)),
        _ => Ok(()),
    }
}
