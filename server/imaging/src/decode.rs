//! Decoding of a file into pixels: by its content, never by a claimed name or type, and as a
//! browser shows it: the same orientation, the same first frame, the same colours.
//!
//! Browsers do not always follow the specification; each rule here was tried in Chromium.

use std::io::Cursor;

use image::{
    DynamicImage, GrayAlphaImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    RgbaImage, codecs::png::PngDecoder, metadata::Orientation,
};

use crate::{
    colour, jpeg,
    pixels::{Decoded, fits, max_decoded},
    refused::Refused,
    webp,
};

/// Maximum size in memory of a file's data besides its pixels, such as a colour profile. A
/// profile of a gigabyte can be compressed to a thousandth of that.
const MAX_METADATA: u64 = 16 << 20;

/// The longest side that a JPEG can have; panoramas are long.
const LONGEST_SIDE: u32 = 65_535;

/// Decodes a picture.
///
/// # Errors
/// [`Refused::NotAPicture`] for other formats; [`Refused::Damaged`], also for a
/// truncated file; [`Refused::TooManyPixels`].
pub fn decode(file: &[u8], max_megapixels: u32) -> Result<Decoded, Refused> {
    let format = image::guess_format(file).map_err(|_| Refused::NotAPicture)?;
    let webp = match format {
        ImageFormat::Jpeg => return jpeg::decode(file, max_megapixels),
        ImageFormat::Png => return png(file, max_megapixels),
        ImageFormat::WebP => Some(webp::in_order(file).ok_or(Refused::Damaged)?),
        _ => None,
    };
    let file = webp.as_deref().unwrap_or(file);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits(MAX_METADATA));
    let refused = |error| into_refused(error, max_megapixels);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    // Ignore the orientation: browsers read it in JPEG and PNG only, and the crop has to match
    // the displayed picture.
    let profile = decoder.icc_profile().unwrap_or_default();
    let profile = profile.as_deref().and_then(colour::profile_of);
    Ok(Decoded {
        pixels: pixels(decoder, max_megapixels)?,
        orientation: Orientation::NoTransforms,
        profile,
    })
}

/// Decodes a PNG. For an animation it decodes the first frame, which need not be the image
/// that a program without animations shows.
fn png(file: &[u8], max_megapixels: u32) -> Result<Decoded, Refused> {
    let decoder = PngDecoder::with_limits(Cursor::new(file), limits(MAX_METADATA));
    let mut decoder = decoder.map_err(|error| into_refused(error, max_megapixels))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let head = png::Decoder::new_with_limits(Cursor::new(file), png_limits());
    let head = head.read_info().map_err(|_| Refused::Damaged)?;
    let profile = colour::of_png(head.info());
    let is_apart = head.info().animation_control.is_some() && head.info().frame_control.is_none();
    let first = match is_apart {
        true => first_frame(file, max_megapixels)?,
        false => None,
    };
    let pixels = match first {
        Some(first) => first,
        None => pixels(decoder, max_megapixels)?,
    };
    Ok(Decoded {
        pixels,
        orientation,
        profile,
    })
}

/// Bytes per pixel of the first frame of an animation: the canvas and the frame.
const BYTES_OF_ANIMATION: u8 = 8;

/// Decodes the first frame of a PNG whose default image is not part of the animation. `None`
/// if its frames are not a valid animation: browsers then show the default image.
///
/// `image` could read it too, but with twice the memory, and not with 16 bits per sample.
fn first_frame(file: &[u8], max_megapixels: u32) -> Result<Option<DynamicImage>, Refused> {
    use png::{DecodingError, Transformations};

    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), png_limits());
    decoder.set_transformations(Transformations::ALPHA | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(|_| Refused::Damaged)?;
    let size = reader.info().size();
    fits(size, BYTES_OF_ANIMATION, max_megapixels)?;
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
    // Skip the default image.
    let frame = reader
        .next_frame(&mut pixels)
        .and_then(|_| reader.next_frame(&mut pixels));
    let frame = match frame {
        Ok(frame) => frame,
        // Truncated.
        Err(DecodingError::IoError(_)) => return Err(Refused::Damaged),
        Err(_) => return Ok(None),
    };
    let Some(place) = reader.info().frame_control else {
        return Ok(None);
    };
    let (width, height) = (frame.width, frame.height);
    if reader.info().interlaced && (width, height) != size {
        // This version of `png` lays out its rows at the width of the canvas.
        return Ok(None);
    }
    pixels.truncate(frame.buffer_size());
    let frame = match frame.color_type {
        png::ColorType::GrayscaleAlpha => {
            GrayAlphaImage::from_raw(width, height, pixels).map(DynamicImage::ImageLumaA8)
        }
        _ => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
    };
    let frame = frame.ok_or(Refused::Damaged)?.into_rgba8();
    if (width, height) == size {
        return Ok(Some(DynamicImage::ImageRgba8(frame)));
    }
    let mut canvas = RgbaImage::new(size.0, size.1);
    let (left, top) = (i64::from(place.x_offset), i64::from(place.y_offset));
    image::imageops::replace(&mut canvas, &frame, left, top);
    Ok(Some(DynamicImage::ImageRgba8(canvas)))
}

fn png_limits() -> png::Limits {
    png::Limits {
        bytes: usize::try_from(MAX_METADATA).unwrap_or(usize::MAX),
    }
}

/// Decodes all pixels, and fails if some are missing.
fn pixels(mut decoder: impl ImageDecoder, max_megapixels: u32) -> Result<DynamicImage, Refused> {
    let bytes = decoder.color_type().bytes_per_pixel();
    fits(decoder.dimensions(), bytes, max_megapixels)?;
    let refused = |error| into_refused(error, max_megapixels);
    let limits = limits(max_decoded(max_megapixels));
    decoder.set_limits(limits).map_err(refused)?;
    DynamicImage::from_decoder(decoder).map_err(refused)
}

fn limits(memory: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(memory);
    limits
}

/// Converts an error of the decoder into a refusal.
fn into_refused(error: ImageError, max_megapixels: u32) -> Refused {
    match error {
        ImageError::Limits(_) => Refused::TooManyPixels(max_megapixels),
        _ => Refused::Damaged,
    }
}
