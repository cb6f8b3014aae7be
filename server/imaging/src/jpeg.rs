//! JPEG (ITU-T T.81), read as viewers do, and only if complete.
//!
//! The decoder, zune-jpeg, is strict about the order of a file and lenient about its pixels:
//! it rejects stray bytes that every viewer skips, and fills missing pixels with grey. So the
//! file is normalised first: its segments and scans, without the bytes between them, and with
//! an end marker.
//!
//! To detect missing pixels, sixteen one bits are appended to the last scan: no code begins
//! with them (T.81, C.2: no code consists of ones only). A decoder that has all its data never
//! reads them; one that lacks some reads them and fails.

use image::{DynamicImage, GrayImage, RgbImage, metadata::Orientation};
use moxcms::ColorProfile;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use crate::{
    colour::profile_of,
    pixels::{Decoded, fits},
    refused::Refused,
};
use parts::{Component, Frame, Part, Parts, Process, code, end, push_segment, start};

mod parts;

/// Decodes a JPEG.
///
/// # Errors
/// [`Refused::Damaged`], [`Refused::TooManyPixels`].
pub fn decode(file: &[u8], max_megapixels: u32) -> Result<Decoded, Refused> {
    let parts = Parts::read(file).ok_or(Refused::Damaged)?;
    let frame = parts.frame().ok_or(Refused::Damaged)?;
    fits(frame.size(), 3, max_megapixels)?;
    match frame.process {
        Process::Sequential if !parts.begins_with_all_of(&frame) => by_planes(&parts, &frame),
        Process::Progressive if !parts.is_complete(&frame) => Err(Refused::Damaged),
        _ => whole(&parts.in_order(&frame), frame.size()),
    }
}

/// Decodes a normalised file.
fn whole(file: &[u8], size: (u32, u32)) -> Result<Decoded, Refused> {
    let mut decoder = read_head(file)?;
    let (orientation, profile) = metadata(&decoder);
    let is_grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let space = if is_grey {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    decoder.set_options(options().jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().map_err(|_| Refused::Damaged)?;
    let pixels = match is_grey {
        true => GrayImage::from_raw(size.0, size.1, pixels).map(DynamicImage::ImageLuma8),
        false => RgbImage::from_raw(size.0, size.1, pixels).map(DynamicImage::ImageRgb8),
    };
    Ok(Decoded {
        pixels: pixels.ok_or(Refused::Damaged)?,
        orientation,
        profile,
    })
}

type Decoder<'a> = JpegDecoder<ZCursor<&'a [u8]>>;

fn read_head(file: &[u8]) -> Result<Decoder<'_>, Refused> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options());
    let head = decoder.decode_headers();
    head.map_err(|_| Refused::Damaged)?;
    Ok(decoder)
}

fn metadata(decoder: &Decoder<'_>) -> (Orientation, Option<ColorProfile>) {
    let of_exif = |exif: &Vec<u8>| Orientation::from_exif_chunk(exif);
    let orientation = decoder.exif().and_then(of_exif);
    let profile = decoder.icc_profile();
    (
        orientation.unwrap_or(Orientation::NoTransforms),
        profile.as_deref().and_then(profile_of),
    )
}

fn options() -> DecoderOptions {
    DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
}

/// Decodes a sequential picture with a scan for each component. zune-jpeg mixes up their
/// colours, so each is decoded as a greyscale picture.
fn by_planes(parts: &Parts<'_>, frame: &Frame) -> Result<Decoded, Refused> {
    let damaged = || Refused::Damaged;
    if frame.components.len() != 3 {
        return Err(damaged());
    }
    let mut planes = [None, None, None];
    let (mut tables, mut others) = (start(), start());
    for part in &parts.parts {
        match part {
            Part::Segment(marker @ (code::HUFFMAN | code::QUANTISATION | code::RESTARTS), body) => {
                push_segment(&mut tables, *marker, body);
            }
            Part::Segment(marker, body) => push_segment(&mut others, *marker, body),
            Part::Scan(header, data) => {
                let [1, id, coding, ..] = **header else {
                    return Err(damaged());
                };
                let mut all = frame.components.iter();
                let place = all.position(|component| component.id == id);
                let place = place.ok_or_else(damaged)?;
                let Component { table, .. } = frame.components[place];
                let (width, height) = frame.size_of(frame.components[place]);
                let [h1, h2] = height.to_be_bytes();
                let [w1, w2] = width.to_be_bytes();
                let mut grey = tables.clone();
                let head = [8, h1, h2, w1, w2, 1, 1, 0x11, table];
                push_segment(&mut grey, code::SEQUENTIAL[1], &head);
                push_segment(&mut grey, code::SCAN, &[1, 1, coding, 0, 63, 0]);
                grey.extend_from_slice(data);
                end(&mut grey);
                let size = (u32::from(width), u32::from(height));
                planes[place] = Some(whole(&grey, size)?.pixels.into_luma8());
            }
        }
    }
    let [Some(first), Some(second), Some(third)] = planes else {
        // A component is missing.
        return Err(damaged());
    };
    // Read the metadata with the same decoder, from a file with an empty scan.
    let mut scan = vec![3];
    scan.extend(
        frame
            .components
            .iter()
            .flat_map(|component| [component.id, 0]),
    );
    scan.extend([0, 63, 0]);
    push_segment(&mut others, code::SCAN, &scan);
    let decoder = read_head(&others)?;
    let (orientation, profile) = metadata(&decoder);
    let is_rgb = decoder.input_colorspace() == Some(ColorSpace::RGB);
    let pixels = merge([&first, &second, &third], frame.size(), is_rgb);
    Ok(Decoded {
        pixels: DynamicImage::ImageRgb8(pixels),
        orientation,
        profile,
    })
}

/// Merges three planes into one picture; each may have fewer samples than pixels.
fn merge(planes: [&GrayImage; 3], (width, height): (u32, u32), is_rgb: bool) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let [first, second, third] = planes.map(|plane| {
            let near = |at: u32, whole: u32, samples: u32| at * samples / whole.max(1);
            let (x, y) = (
                near(x, width, plane.width()),
                near(y, height, plane.height()),
            );
            plane.get_pixel(x, y).0[0]
        });
        match is_rgb {
            true => image::Rgb([first, second, third]),
            false => rgb_of(first, second, third),
        }
    })
}

/// Converts YCbCr to RGB (JFIF 1.02, page 3).
fn rgb_of(brightness: u8, blue: u8, red: u8) -> image::Rgb<u8> {
    let [y, cb, cr] = [brightness, blue, red].map(f32::from);
    let (cb, cr) = (cb - 128.0, cr - 128.0);
    // A cast from a float to an integer saturates.
    image::Rgb([
        (y + 1.402 * cr).round() as u8,
        (y - 0.344_136 * cb - 0.714_136 * cr).round() as u8,
        (y + 1.772 * cb).round() as u8,
    ])
}
