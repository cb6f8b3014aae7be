//! Conversion of pixels into the stored files: the chosen square, upright, on white, in sRGB, in
//! each size, as JPEG.

use fast_image_resize::{
    FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::{U8, U8x3, U16, U16x3},
};
use image::{DynamicImage, ImageBuffer, RgbImage, metadata::Orientation};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use std::fmt;

use crate::{
    colour,
    decode::decode,
    pixels::Decoded,
    refused::Refused,
    wanted::{Square, Wanted},
};

/// The quality of stored JPEGs, out of 100; at these sizes a higher one is not visible.
const QUALITY: u8 = 84;

/// Makes the squares of a file: JPEG files, one for each requested side length.
///
/// # Errors
/// [`Refused`], depending on the content of the file.
pub fn squares(file: &[u8], wanted: &Wanted<'_>) -> Result<[Vec<u8>; 3], Refused> {
    let Decoded {
        pixels,
        orientation,
        profile,
    } = decode(file, wanted.max_megapixels)?;
    let size = (pixels.width(), pixels.height());
    let pixels = on_white(pixels);
    let square = before(orientation, wanted.square, size);
    let mut largest = resize(&pixels, square, wanted.sides[0])?;
    drop(pixels);
    largest.apply_orientation(orientation);
    let largest = match wanted.turns {
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
    let jpegs = wanted.sides.map(|side| match side == largest.width() {
        true => encode(&largest.to_rgb8()),
        false => encode(&resize(&largest, whole, side)?.into_rgb8()),
    });
    let [large, medium, small] = jpegs;
    Ok([large?, medium?, small?])
}

/// Maps a square of the upright picture to the stored pixels.
fn before(
    orientation: Orientation,
    square: &dyn Fn((u32, u32)) -> Square,
    (width, height): (u32, u32),
) -> Square {
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
    let seen = square(upright);
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

/// Blends transparent pixels with white, and drops the alpha channel. Works in place, because
/// a copy of the largest pictures would not fit into memory.
fn on_white(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let opaque = match picture {
        DynamicImage::ImageLumaA8(grey) => {
            let samples = white_behind::<2, u8>(grey.into_raw(), u8::MAX);
            ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma8)
        }
        DynamicImage::ImageRgba8(rgb) => {
            let samples = white_behind::<4, u8>(rgb.into_raw(), u8::MAX);
            ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb8)
        }
        DynamicImage::ImageLumaA16(grey) => {
            let samples = white_behind::<2, u16>(grey.into_raw(), u16::MAX);
            ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma16)
        }
        DynamicImage::ImageRgba16(rgb) => {
            let samples = white_behind::<4, u16>(rgb.into_raw(), u16::MAX);
            ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb16)
        }
        // No other format that is decoded here has transparency.
        opaque => Some(opaque),
    };
    // The number of samples matches the size, as they come from a picture of that size.
    opaque.unwrap_or_default()
}

/// Blends pixels of `CHANNELS` samples, the last of which is alpha, with white, and returns the
/// others.
fn white_behind<const CHANNELS: usize, Sample>(
    mut samples: Vec<Sample>,
    white: Sample,
) -> Vec<Sample>
where
    Sample: Copy + Into<u32> + TryFrom<u32>,
{
    let mut kept = 0;
    for pixel in 0..samples.len() / CHANNELS {
        let first = pixel * CHANNELS;
        let (seen, all) = (samples[first + CHANNELS - 1].into(), white.into());
        for at in first..first + CHANNELS - 1 {
            samples[kept] = match seen == all {
                true => samples[at],
                false => {
                    // This just fits with 16-bit samples.
                    let mixed = (samples[at].into() * seen + all * (all - seen) + all / 2) / all;
                    Sample::try_from(mixed).unwrap_or(white)
                }
            };
            kept += 1;
        }
    }
    samples.truncate(kept);
    samples
}

/// Scales a square to `side` pixels, at the same number of bits per channel.
fn resize(from: &DynamicImage, square: Square, side: u32) -> Result<DynamicImage, Refused> {
    let small = match from {
        DynamicImage::ImageLuma8(_) => {
            let samples = scaled::<U8>(from, square, side)?.map(|pixel| pixel.0);
            ImageBuffer::from_raw(side, side, samples.collect()).map(DynamicImage::ImageLuma8)
        }
        DynamicImage::ImageRgb8(_) => {
            let samples = scaled::<U8x3>(from, square, side)?.flat_map(|pixel| pixel.0);
            ImageBuffer::from_raw(side, side, samples.collect()).map(DynamicImage::ImageRgb8)
        }
        DynamicImage::ImageLuma16(_) => {
            let samples = scaled::<U16>(from, square, side)?.map(|pixel| pixel.0);
            ImageBuffer::from_raw(side, side, samples.collect()).map(DynamicImage::ImageLuma16)
        }
        DynamicImage::ImageRgb16(_) => {
            let samples = scaled::<U16x3>(from, square, side)?.flat_map(|pixel| pixel.0);
            ImageBuffer::from_raw(side, side, samples.collect()).map(DynamicImage::ImageRgb16)
        }
        _ => None,
    };
    small.ok_or_else(|| unscaled(&"pixels of another kind"))
}

/// Scales a square, for one pixel type: `Resizer::resize` would add code for every pixel type, a
/// megabyte and a half that is never called.
fn scaled<P: PixelTrait>(
    from: &DynamicImage,
    square: Square,
    side: u32,
) -> Result<impl Iterator<Item = P>, Refused> {
    let (width, height) = (from.width(), from.height());
    let seen = TypedImageRef::<P>::from_buffer(width, height, from.as_bytes());
    let seen = seen.map_err(|error| unscaled(&error))?;
    let mut pixels = vec![P::default(); side as usize * side as usize];
    let to = TypedImage::from_pixels_slice(side, side, &mut pixels);
    let mut to = to.map_err(|error| unscaled(&error))?;
    let options = ResizeOptions::new()
        .crop(square.left, square.top, square.side, square.side)
        // Everything is opaque by now.
        .use_alpha(false)
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    let done = Resizer::new().resize_typed(&seen, &mut to, &options);
    done.map_err(|error| unscaled(&error))?;
    drop(to);
    Ok(pixels.into_iter())
}

fn unscaled(error: &dyn fmt::Display) -> Refused {
    tracing::error!(%error, "a picture could not be made small");
    Refused::Damaged
}

fn encode(image: &RgbImage) -> Result<Vec<u8>, Refused> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let side = |side: u32| u16::try_from(side).unwrap_or_default();
    let (width, height) = (side(image.width()), side(image.height()));
    match encoder.encode(image.as_raw(), width, height, ColorType::Rgb) {
        Ok(()) => Ok(jpeg),
        Err(error) => {
            tracing::error!(%error, "a picture could not be written");
            Err(Refused::Damaged)
        }
    }
}
