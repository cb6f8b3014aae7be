//! From a file to pixels: by its content, never by a name or a type that came along,
//! and as a browser shows it: the same way up, the same first frame, the same colours.
//!
//! What browsers do is not always what a specification says; each rule here was tried
//! in Chromium.

use std::io::Cursor;

use app::profile::rules::{picture::Picture, violation::Violation};
use image::{
    DynamicImage, GrayAlphaImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    RgbaImage, codecs::png::PngDecoder, metadata::Orientation,
};
use moxcms::ColorProfile;

use super::{colour, jpeg, webp};

/// The pixels of a file, with what says how they are meant.
pub(super) struct Decoded {
    pub pixels: DynamicImage,
    pub orientation: Orientation,
    /// Of the colours; `None` if they are sRGB.
    pub profile: Option<ColorProfile>,
}

/// Bytes that may be in a file beside its pixels: a colour profile. One of a gigabyte
/// takes up a thousandth of it in the file.
const MOST_BESIDE: u64 = 16 << 20;

/// Bytes that a decoded picture may have: four colours of 16 bits.
const MOST_DECODED: u64 = 8 * ((Picture::MAX_MEGAPIXELS as u64) << 20);

/// The longest side that a JPEG can have; a panorama is long.
const LONGEST_SIDE: u32 = 65_535;

/// Decodes a picture.
///
/// # Errors
/// [`Violation::NotAPicture`] for other formats; [`Violation::DamagedPicture`], also for
/// one of which not all is there; [`Violation::TooManyPixels`].
pub(super) fn decode(file: &[u8]) -> Result<Decoded, Violation> {
    if !Picture::has_head(file) {
        return Err(Violation::NotAPicture);
    }
    let format = image::guess_format(file).map_err(|_| Violation::NotAPicture)?;
    let webp = match format {
        ImageFormat::Jpeg => return jpeg::decode(file),
        ImageFormat::Png => return png(file),
        ImageFormat::WebP => Some(webp::in_order(file).ok_or(Violation::DamagedPicture)?),
        _ => None,
    };
    let file = webp.as_deref().unwrap_or(file);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits(MOST_BESIDE));
    let mut decoder = reader.into_decoder().map_err(refuse)?;
    // No orientation: browsers read it in JPEG and PNG only, and what is shown to be
    // cropped is what has to be cut.
    let profile = decoder.icc_profile().unwrap_or_default();
    let profile = profile.as_deref().and_then(profile_of);
    Ok(Decoded {
        pixels: pixels(decoder)?,
        orientation: Orientation::NoTransforms,
        profile,
    })
}

/// Decodes a PNG; of an animation the first frame, which need not be the picture that a
/// program without animations shows.
fn png(file: &[u8]) -> Result<Decoded, Violation> {
    let limits = limits(MOST_BESIDE);
    let mut decoder = PngDecoder::with_limits(Cursor::new(file), limits).map_err(refuse)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let head = png::Decoder::new_with_limits(Cursor::new(file), png_limits());
    let head = head.read_info().map_err(|_| Violation::DamagedPicture)?;
    let profile = colour::of_png(head.info());
    let is_apart = head.info().animation_control.is_some() && head.info().frame_control.is_none();
    let first = match is_apart {
        true => first_frame(file)?,
        false => None,
    };
    let pixels = match first {
        Some(first) => first,
        None => pixels(decoder)?,
    };
    Ok(Decoded {
        pixels,
        orientation,
        profile,
    })
}

/// Bytes a pixel that the first frame of an animation takes: the canvas and the frame.
const BYTES_OF_ANIMATION: u8 = 8;

/// The first frame of a PNG whose picture is none of them. `None` if its frames are no
/// animation: then the picture is what there is.
///
/// `image` would read it as well, with twice the memory, and not with 16 bits.
fn first_frame(file: &[u8]) -> Result<Option<DynamicImage>, Violation> {
    use png::{DecodingError, Transformations};

    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), png_limits());
    decoder.set_transformations(Transformations::ALPHA | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(|_| Violation::DamagedPicture)?;
    let size = reader.info().size();
    fits(size, BYTES_OF_ANIMATION)?;
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
    // The picture, and then the frame.
    let frame = reader
        .next_frame(&mut pixels)
        .and_then(|_| reader.next_frame(&mut pixels));
    let frame = match frame {
        Ok(frame) => frame,
        // Cut off.
        Err(DecodingError::IoError(_)) => return Err(Violation::DamagedPicture),
        Err(_) => return Ok(None),
    };
    let Some(place) = reader.info().frame_control else {
        return Ok(None);
    };
    let (width, height) = (frame.width, frame.height);
    if reader.info().interlaced && (width, height) != size {
        // Its rows are as far apart as those of the canvas, in this version of `png`.
        return Ok(None);
    }
    pixels.truncate(frame.buffer_size());
    let frame = match frame.color_type {
        png::ColorType::GrayscaleAlpha => {
            GrayAlphaImage::from_raw(width, height, pixels).map(DynamicImage::ImageLumaA8)
        }
        _ => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
    };
    let frame = frame.ok_or(Violation::DamagedPicture)?.into_rgba8();
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
        bytes: usize::try_from(MOST_BESIDE).unwrap_or(usize::MAX),
    }
}

/// Decodes all pixels; a decoder that could not read them all says so.
fn pixels(mut decoder: impl ImageDecoder) -> Result<DynamicImage, Violation> {
    let bytes = decoder.color_type().bytes_per_pixel();
    fits(decoder.dimensions(), bytes)?;
    decoder.set_limits(limits(MOST_DECODED)).map_err(refuse)?;
    DynamicImage::from_decoder(decoder).map_err(refuse)
}

fn limits(memory: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(memory);
    limits
}

/// Checks that there is memory for a picture of that size.
///
/// # Errors
/// [`Violation::DamagedPicture`] for none, [`Violation::TooManyPixels`].
pub(super) fn fits((width, height): (u32, u32), bytes_a_pixel: u8) -> Result<(), Violation> {
    let pixels = u64::from(width) * u64::from(height);
    let room = (MOST_DECODED / u64::from(bytes_a_pixel.max(1))) >> 20;
    let most = Picture::MAX_MEGAPIXELS.min(u32::try_from(room).unwrap_or(u32::MAX));
    match pixels {
        0 => Err(Violation::DamagedPicture),
        _ if pixels > u64::from(most) << 20 => Err(Violation::TooManyPixels(most)),
        _ => Ok(()),
    }
}

/// A colour profile; `None` for one that cannot be read. The picture is then off by a
/// shade, as everybody shows it.
pub(super) fn profile_of(bytes: &[u8]) -> Option<ColorProfile> {
    ColorProfile::new_from_slice(bytes).ok()
}

fn refuse(error: ImageError) -> Violation {
    match error {
        ImageError::Limits(_) => Violation::TooManyPixels(Picture::MAX_MEGAPIXELS),
        _ => Violation::DamagedPicture,
    }
}
