//! From pixels to the stored files: the chosen square, upright, on white, in sRGB, in each
//! size, as JPEG.

use app::profile::rules::{
    crop::{Crop, Square},
    picture::Picture,
    violation::Violation,
};
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, RgbImage, metadata::Orientation};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{colour, decode::decode, pixels::Decoded};

/// A picture in the sizes in which it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Squares {
    /// SHA-256 of the largest.
    pub hash: [u8; 32],
    /// JPEG files, in the sizes of [`Picture::SIZES`].
    pub jpegs: [Vec<u8>; 3],
}

/// The quality of stored JPEGs, out of 100; at these sizes a higher one is not visible.
const QUALITY: u8 = 84;

/// Makes the squares of a file.
///
/// # Errors
/// [`Violation::NotAPicture`], [`Violation::DamagedPicture`], [`Violation::TooManyPixels`].
pub fn squares(file: &[u8], crop: Crop) -> Result<Squares, Violation> {
    let Decoded {
        mut pixels,
        orientation,
        profile,
    } = decode(file)?;
    let size = (pixels.width(), pixels.height());
    put_on_white(&mut pixels);
    let square = before(orientation, crop, size);
    let mut largest = resize(&pixels, square, Picture::SIZES[0])?;
    drop(pixels);
    largest.apply_orientation(orientation);
    let largest = match crop.turns() {
        1 => largest.rotate90(),
        2 => largest.rotate180(),
        3 => largest.rotate270(),
        _ => largest,
    };
    let largest = DynamicImage::ImageRgb8(colour::to_srgb(largest, profile.as_ref()));
    let whole = Square {
        left: 0.0,
        top: 0.0,
        side: f64::from(largest.width()),
    };
    let jpegs = Picture::SIZES.map(|side| match side == largest.width() {
        true => encode(&largest.to_rgb8()),
        false => encode(&resize(&largest, whole, side)?.into_rgb8()),
    });
    let [large, medium, small] = jpegs;
    let jpegs = [large?, medium?, small?];
    Ok(Squares {
        hash: Sha256::digest(&jpegs[0]).into(),
        jpegs,
    })
}

/// The square in the stored pixels that a crop selects on the picture as it is shown, which
/// is upright.
fn before(orientation: Orientation, crop: Crop, (width, height): (u32, u32)) -> Square {
    let lies = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let upright = if lies {
        (height, width)
    } else {
        (width, height)
    };
    let seen = crop.square(upright);
    let (right, bottom) = (
        f64::from(upright.0) - seen.left - seen.side,
        f64::from(upright.1) - seen.top - seen.side,
    );
    let (left, top) = match orientation {
        Orientation::NoTransforms => (seen.left, seen.top),
        Orientation::FlipHorizontal => (right, seen.top),
        Orientation::Rotate180 => (right, bottom),
        Orientation::FlipVertical => (seen.left, bottom),
        Orientation::Rotate90FlipH => (seen.top, seen.left),
        Orientation::Rotate90 => (seen.top, right),
        Orientation::Rotate270FlipH => (bottom, right),
        Orientation::Rotate270 => (bottom, seen.left),
    };
    Square {
        left: left.max(0.0),
        top: top.max(0.0),
        side: seen.side,
    }
}

/// Puts transparent pixels on white. It works in place, for with a copy the largest pictures
/// would not fit into memory.
fn put_on_white(picture: &mut DynamicImage) {
    match picture {
        DynamicImage::ImageLumaA8(grey) => white_behind::<2, u8>(grey.as_mut(), u8::MAX),
        DynamicImage::ImageRgba8(rgb) => white_behind::<4, u8>(rgb.as_mut(), u8::MAX),
        DynamicImage::ImageLumaA16(grey) => white_behind::<2, u16>(grey.as_mut(), u16::MAX),
        DynamicImage::ImageRgba16(rgb) => white_behind::<4, u16>(rgb.as_mut(), u16::MAX),
        // No other format that is decoded here has transparency.
        _ => {}
    }
}

/// Puts pixels of `CHANNELS` samples, the last of which is alpha, on white.
fn white_behind<const CHANNELS: usize, Sample>(samples: &mut [Sample], white: Sample)
where
    Sample: Copy + PartialEq + Into<u32> + TryFrom<u32>,
{
    let (pixels, _) = samples.as_chunks_mut::<CHANNELS>();
    for pixel in pixels {
        let [colours @ .., alpha] = pixel.as_mut_slice() else {
            return;
        };
        if *alpha == white {
            continue;
        }
        let (seen, all) = ((*alpha).into(), white.into());
        for colour in colours {
            // With 16 bits this just fits.
            let mixed = ((*colour).into() * seen + all * (all - seen) + all / 2) / all;
            *colour = Sample::try_from(mixed).unwrap_or(white);
        }
        *alpha = white;
    }
}

/// Scales a square to `side` pixels, at the same number of bits per channel.
fn resize(from: &DynamicImage, square: Square, side: u32) -> Result<DynamicImage, Violation> {
    let mut to = DynamicImage::new(side, side, from.color());
    let options = ResizeOptions::new()
        .crop(square.left, square.top, square.side, square.side)
        // Everything is opaque by now, and premultiplying alpha would take a copy.
        .use_alpha(false)
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    match Resizer::new().resize(from, &mut to, &options) {
        Ok(()) => Ok(to),
        Err(error) => {
            tracing::error!(%error, "a picture could not be made small");
            Err(Violation::DamagedPicture)
        }
    }
}

fn encode(image: &RgbImage) -> Result<Vec<u8>, Violation> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let side = |side: u32| u16::try_from(side).unwrap_or_default();
    let (width, height) = (side(image.width()), side(image.height()));
    match encoder.encode(image.as_raw(), width, height, ColorType::Rgb) {
        Ok(()) => Ok(jpeg),
        Err(error) => {
            tracing::error!(%error, "a picture could not be written");
            Err(Violation::DamagedPicture)
        }
    }
}
