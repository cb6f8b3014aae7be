//! Picture files, made by code: small ones, large ones, strange ones and evil ones.
//!
//! A crate of its own, since Cargo sets the optimization by crate: encoders are generic,
//! and would be compiled without any in the tests.

#![allow(clippy::unwrap_used)] // A test that unwraps says where it failed.

use flate2::{Compression, write::ZlibEncoder};
use image::{
    Delay, DynamicImage, ExtendedColorType, Frame, ImageEncoder, ImageFormat, Rgb, RgbImage,
    codecs::{gif::GifEncoder, png::PngEncoder, webp::WebPEncoder},
    imageops,
};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use moxcms::ColorProfile;
use std::io::{Cursor, Write};

pub const RED: Rgb<u8> = Rgb([220, 40, 40]);
pub const GREEN: Rgb<u8> = Rgb([40, 180, 60]);
pub const BLUE: Rgb<u8> = Rgb([50, 70, 200]);
pub const WHITE: Rgb<u8> = Rgb([250, 250, 250]);
/// Upper left, upper right, lower left, lower right.
pub const ALL: [Rgb<u8>; 4] = [RED, GREEN, BLUE, WHITE];

/// A colour in each quarter of the square in the middle.
pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        ALL[usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)]
    })
}

pub fn plain(width: u32, height: u32, colour: Rgb<u8>) -> RgbImage {
    RgbImage::from_pixel(width, height, colour)
}

/// Noise, which no encoder makes small.
pub fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 0x2545_F491_u32;
    RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [r, g, b, _] = state.to_be_bytes();
        Rgb([r, g, b])
    })
}

pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    encode_jpeg(image, image.as_raw(), ColorType::Rgb, false)
}

pub fn progressive_jpeg(image: &RgbImage) -> Vec<u8> {
    encode_jpeg(image, image.as_raw(), ColorType::Rgb, true)
}

/// Each colour in a scan of its own, as some newspapers write them.
pub fn jpeg_in_three_scans(image: &RgbImage, sampling: SamplingFactor) -> Vec<u8> {
    jpeg_of(image, |encoder| {
        encoder.set_sampling_factor(sampling);
        encoder.set_optimized_huffman_tables(true);
    })
}

/// With half the colour, as phones write it.
pub fn jpeg_of_half_the_colour(image: &RgbImage) -> Vec<u8> {
    jpeg_of(image, |encoder| {
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
    })
}

/// With restarts, as cameras write it.
pub fn jpeg_with_restarts(image: &RgbImage) -> Vec<u8> {
    jpeg_of(image, |encoder| {
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.set_restart_interval(8);
    })
}

fn jpeg_of(image: &RgbImage, how: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 92);
    how(&mut encoder);
    let (width, height) = (image.width() as u16, image.height() as u16);
    encoder
        .encode(image.as_raw(), width, height, ColorType::Rgb)
        .unwrap();
    file
}

/// Two bytes of nothing behind the first segment, and a comment that is shorter than it
/// says of itself is long.
pub fn with_stray_bytes(file: &[u8]) -> Vec<u8> {
    let first = 4 + usize::from(u16::from_be_bytes([file[4], file[5]]));
    let (head, rest) = file.split_at(first);
    [head, b"\0\0", b"\xFF\xFE\0\x04hi there", rest].concat()
}

/// A file as a program leaves it that was killed once all pixels were written.
pub fn without_end(mut file: Vec<u8>) -> Vec<u8> {
    assert!(file.ends_with(&[0xFF, 0xD9]));
    file.truncate(file.len() - 2);
    file
}

/// A file of its full size whose second half was never written.
pub fn reserved(mut file: Vec<u8>) -> Vec<u8> {
    let half = file.len() / 2;
    file[half..].fill(0);
    file
}

/// Cut in the middle, and closed by a program that repairs files.
pub fn closed(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len() / 2);
    file.extend([0xFF, 0xD9]);
    file
}

pub fn grey_jpeg(image: &RgbImage) -> Vec<u8> {
    let grey = DynamicImage::ImageRgb8(image.clone()).into_luma8();
    encode_jpeg(image, grey.as_raw(), ColorType::Luma, false)
}

/// Inks without black, as Photoshop writes them.
pub fn cmyk_jpeg(image: &RgbImage) -> Vec<u8> {
    let inks = image
        .pixels()
        .flat_map(|Rgb([r, g, b])| [255 - r, 255 - g, 255 - b, 0]);
    encode_jpeg(image, &inks.collect::<Vec<u8>>(), ColorType::Cmyk, false)
}

/// A CMYK picture with its colours apart from its brightness.
pub fn ycck_jpeg(image: &RgbImage) -> Vec<u8> {
    let inks = image
        .pixels()
        .flat_map(|Rgb([r, g, b])| [255 - r, 255 - g, 255 - b, 0]);
    let inks = inks.collect::<Vec<u8>>();
    encode_jpeg(image, &inks, ColorType::CmykAsYcck, false)
}

fn encode_jpeg(image: &RgbImage, samples: &[u8], kind: ColorType, progressive: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 92);
    encoder.set_progressive(progressive);
    let (width, height) = (image.width() as u16, image.height() as u16);
    encoder.encode(samples, width, height, kind).unwrap();
    file
}

pub fn png(image: &RgbImage) -> Vec<u8> {
    save(&DynamicImage::ImageRgb8(image.clone()), ImageFormat::Png)
}

pub fn png_16(image: &RgbImage) -> Vec<u8> {
    let wide = DynamicImage::ImageRgb8(image.clone()).into_rgb16();
    save(&DynamicImage::ImageRgb16(wide), ImageFormat::Png)
}

pub fn png_16_transparent(width: u32, height: u32) -> Vec<u8> {
    let quarters = DynamicImage::ImageRgb8(quarters(width, height));
    save(
        &DynamicImage::ImageRgba16(quarters.into_rgba16()),
        ImageFormat::Png,
    )
}

pub fn bmp(image: &RgbImage) -> Vec<u8> {
    save(&DynamicImage::ImageRgb8(image.clone()), ImageFormat::Bmp)
}

pub fn bmp_grey(image: &RgbImage) -> Vec<u8> {
    let grey = DynamicImage::ImageRgb8(image.clone()).into_luma8();
    save(&DynamicImage::ImageLuma8(grey), ImageFormat::Bmp)
}

pub fn webp(image: &RgbImage) -> Vec<u8> {
    save(&DynamicImage::ImageRgb8(image.clone()), ImageFormat::WebP)
}

fn save(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// The right half green, the left one nothing; of the lower half half as much.
pub fn png_transparent() -> Vec<u8> {
    let image = image::RgbaImage::from_fn(64, 64, |x, y| {
        let Rgb([r, g, b]) = ALL[1];
        match (x < 32, y < 32) {
            (true, _) => image::Rgba([r, g, b, 0]),
            (false, true) => image::Rgba([r, g, b, 255]),
            (false, false) => image::Rgba([r, g, b, 113]),
        }
    });
    save(&DynamicImage::ImageRgba8(image), ImageFormat::Png)
}

/// A chunk of a PNG (its specification, §5.3).
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], name, data, &crc.sum().to_be_bytes()].concat()
}

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";

/// The head chunk: `colour` 2 is RGB, 3 a palette, 0 grey.
fn ihdr(width: u32, height: u32, bits: u8, colour: u8, interlaced: bool) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let kind = [bits, colour, 0, 0, u8::from(interlaced)];
    chunk(b"IHDR", &[&size[..], &kind].concat())
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(data).unwrap();
    zlib.finish().unwrap()
}

/// Adam7: seven passes, each a picture of its own (PNG specification, §8.2).
pub fn png_interlaced(image: &RgbImage) -> Vec<u8> {
    let passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];
    let mut data = Vec::new();
    for (left, top, across, down) in passes {
        for y in (top..image.height()).step_by(down) {
            data.push(0);
            for x in (left..image.width()).step_by(across) {
                data.extend(image.get_pixel(x, y).0);
            }
        }
    }
    let head = ihdr(image.width(), image.height(), 8, 2, true);
    [
        PNG,
        &head,
        &chunk(b"IDAT", &deflate(&data)),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// A picture with more chunks behind its head.
pub fn png_with(chunks: &[Vec<u8>], image: &RgbImage) -> Vec<u8> {
    let file = png(image);
    let head = PNG.len() + 25;
    [&file[..head], &chunks.concat(), &file[head..]].concat()
}

/// In units of 100 000.
pub fn gama(gamma: u32) -> Vec<u8> {
    chunk(b"gAMA", &gamma.to_be_bytes())
}

/// White, red, green and blue of Display P3.
pub fn chrm_of_p3() -> Vec<u8> {
    let points: [u32; 8] = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000];
    chunk(b"cHRM", &points.map(u32::to_be_bytes).concat())
}

pub fn srgb() -> Vec<u8> {
    chunk(b"sRGB", &[0])
}

/// Code points of H.273: primaries and transfer.
pub fn cicp(primaries: u8, transfer: u8) -> Vec<u8> {
    chunk(b"cICP", &[primaries, transfer, 0, 1])
}

/// An animation of one frame at `left`, `top`, and a picture that is none of it.
pub fn png_animated_apart(apart: &RgbImage, frame: &RgbImage, left: u32, top: u32) -> Vec<u8> {
    let idat_of = |image: &RgbImage| {
        let rows = image.as_raw().chunks_exact(3 * image.width() as usize);
        deflate(
            &rows
                .flat_map(|row| [&[0], row].concat())
                .collect::<Vec<u8>>(),
        )
    };
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
    let place: Vec<u8> = numbers(&[0, frame.width(), frame.height(), left, top]);
    let counts: Vec<u8> = numbers(&[1, 0]);
    [
        PNG,
        &ihdr(apart.width(), apart.height(), 8, 2, false),
        &chunk(b"acTL", &counts),
        &chunk(b"IDAT", &idat_of(apart)),
        &chunk(b"fcTL", &[&place[..], &[0, 1, 0, 1, 0, 0]].concat()),
        &chunk(b"fdAT", &[&[0, 0, 0, 1][..], &idat_of(frame)].concat()),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// An animation with a frame out of order, which is invalid.
pub fn png_animated_wrongly(still: &RgbImage) -> Vec<u8> {
    let file = png_animated_apart(still, &plain(64, 64, ALL[0]), 0, 0);
    let control = file.windows(4).position(|name| name == b"fcTL").unwrap();
    let data = &file[control + 4..control + 30];
    let wrong = [&7_u32.to_be_bytes()[..], &data[4..]].concat();
    let behind = &file[control + 34..];
    [&file[..control - 4], &chunk(b"fcTL", &wrong), behind].concat()
}

/// Grey, with transparency: the left half white, the right one nothing of black.
pub fn png_grey_transparent() -> Vec<u8> {
    let row = [&[0][..], &[250, 255].repeat(32), &[0, 0].repeat(32)].concat();
    [
        PNG,
        &ihdr(64, 64, 8, 4, false),
        &chunk(b"IDAT", &deflate(&row.repeat(64))),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// A palette of which the first colour is nothing; the second one on the right.
pub fn png_palette_transparent() -> Vec<u8> {
    let row = [0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
    let palette = [ALL[0].0, ALL[1].0].concat();
    [
        PNG,
        &ihdr(64, 64, 1, 3, false),
        &chunk(b"PLTE", &palette),
        &chunk(b"tRNS", &[0]),
        &chunk(b"IDAT", &deflate(&row.repeat(64))),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// Two colours, left and right.
pub fn png_one_bit() -> Vec<u8> {
    let row = [0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
    let data = row.repeat(64);
    let palette = [ALL[3].0, ALL[1].0].concat();
    let head = ihdr(64, 64, 1, 3, false);
    [
        PNG,
        &head,
        &chunk(b"PLTE", &palette),
        &chunk(b"IDAT", &deflate(&data)),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

pub fn png_head(width: u32, height: u32) -> Vec<u8> {
    [
        PNG,
        &ihdr(width, height, 8, 2, false),
        &chunk(b"IDAT", &deflate(&[0; 64])),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// All of it is there, as a few bytes.
pub fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let row = vec![0; width as usize / 8 + 1];
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..height {
        zlib.write_all(&row).unwrap();
    }
    let data = zlib.finish().unwrap();
    [
        PNG,
        &ihdr(width, height, 1, 0, false),
        &chunk(b"IDAT", &data),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// A picture of nothing whose colour profile is a gigabyte of zeros, and which ends
/// before its pixels.
pub fn png_profile_bomb() -> Vec<u8> {
    let zeros = vec![0; 1 << 20];
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..1024 {
        zlib.write_all(&zeros).unwrap();
    }
    let profile = [&b"bomb\0\0"[..], &zlib.finish().unwrap()].concat();
    [
        PNG,
        &ihdr(8, 8, 8, 2, false),
        &chunk(b"iCCP", &profile),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

pub fn jpeg_head(width: u16, height: u16) -> Vec<u8> {
    let mut file = jpeg(&quarters(16, 16));
    let frame = file
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

pub fn gif(frames: &[RgbImage]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    for frame in frames {
        let image = DynamicImage::ImageRgb8(frame.clone()).into_rgba8();
        let delay = Delay::from_numer_denom_ms(100, 1);
        encoder
            .encode_frame(Frame::from_parts(image, 0, 0, delay))
            .unwrap();
    }
    drop(encoder);
    file
}

/// The last frame, over and over: from its extension to before the trailer.
pub fn gif_of_many_frames(image: &RgbImage, frames: usize) -> Vec<u8> {
    let (one, two) = (
        gif(std::slice::from_ref(image)),
        gif(&[image.clone(), plain(1, 1, ALL[0])]),
    );
    let small = &two[one.len() - 1..two.len() - 1];
    [&one[..one.len() - 1], &small.repeat(frames), &[0x3B]].concat()
}

pub fn gif_head(width: u16, height: u16) -> Vec<u8> {
    let mut file = gif(&[quarters(8, 8)]);
    file[6..8].copy_from_slice(&width.to_le_bytes());
    file[8..10].copy_from_slice(&height.to_le_bytes());
    file
}

/// A chunk of a RIFF file; its data is even.
fn riff_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let padding = if data.len() % 2 == 1 { &[0][..] } else { &[] };
    [&name[..], &length, data, padding].concat()
}

fn webp_file(chunks: &[Vec<u8>]) -> Vec<u8> {
    riff_chunk(b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
}

/// A number in 24 bits.
fn three_bytes(number: u32) -> [u8; 3] {
    let [a, b, c, _] = number.to_le_bytes();
    [a, b, c]
}

/// The chunk of an extended WebP: `flags` 2 is animated, 8 has EXIF.
fn vp8x(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let size = [three_bytes(width - 1), three_bytes(height - 1)].concat();
    riff_chunk(b"VP8X", &[&[flags, 0, 0, 0][..], &size].concat())
}

/// The chunk with the pixels of a plain WebP.
fn webp_pixels(image: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    WebPEncoder::new_lossless(&mut file)
        .write_image(
            image.as_raw(),
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    file[12..].to_vec()
}

pub fn webp_animated(frames: &[RgbImage]) -> Vec<u8> {
    let (width, height) = frames[0].dimensions();
    let mut chunks = vec![vp8x(2, width, height), riff_chunk(b"ANIM", &[0; 6])];
    for frame in frames {
        let size = [
            three_bytes(frame.width() - 1),
            three_bytes(frame.height() - 1),
        ]
        .concat();
        let head = [&[0; 6][..], &size, &three_bytes(100), &[0]].concat();
        chunks.push(riff_chunk(b"ANMF", &[head, webp_pixels(frame)].concat()));
    }
    webp_file(&chunks)
}

/// A head of one size, and pixels of another.
pub fn webp_of_sizes((width, height): (u32, u32), image: &RgbImage) -> Vec<u8> {
    webp_file(&[vp8x(0, width, height), webp_pixels(image)])
}

/// A picture whose EXIF chunk claims more bytes than there are.
pub fn webp_with_long_chunk(image: &RgbImage) -> Vec<u8> {
    let (width, height) = image.dimensions();
    let mut chunk = riff_chunk(b"EXIF", b"MM");
    chunk[4..8].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
    webp_file(&[vp8x(8, width, height), webp_pixels(image), chunk])
}

/// Its head promises EXIF.
pub fn webp_with_flag_only(image: &RgbImage) -> Vec<u8> {
    let (width, height) = image.dimensions();
    webp_file(&[vp8x(8, width, height), webp_pixels(image)])
}

pub fn without_last(mut file: Vec<u8>, bytes: usize) -> Vec<u8> {
    file.truncate(file.len() - bytes);
    file
}

pub fn webp_head(width: u32, height: u32) -> Vec<u8> {
    webp_file(&[vp8x(0, width, height), webp_pixels(&quarters(8, 8))])
}

pub fn webp_with_exif(image: &RgbImage, exif: &[u8]) -> Vec<u8> {
    let (width, height) = image.dimensions();
    webp_file(&[
        vp8x(8, width, height),
        webp_pixels(image),
        riff_chunk(b"EXIF", exif),
    ])
}

pub fn png_with_exif(image: &RgbImage, exif: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(
            image.as_raw(),
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    let head = PNG.len() + 25;
    [&file[..head], &chunk(b"eXIf", exif), &file[head..]].concat()
}

/// TIFF with an orientation; with a place, and words that are nobody's business.
pub fn exif(orientation: u8, place: bool) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [
            &tag.to_be_bytes()[..],
            &kind.to_be_bytes(),
            &count.to_be_bytes(),
            &value,
        ]
        .concat()
    };
    let mut entries = vec![entry(0x0112, 3, 1, [0, orientation, 0, 0])];
    if place {
        let words = 8 + 2 + 3 * 12 + 4;
        entries.insert(0, entry(0x010F, 2, 12, u32::to_be_bytes(words)));
        entries.push(entry(0x8825, 4, 1, u32::to_be_bytes(words + 12)));
    }
    let count = u16::try_from(entries.len()).unwrap().to_be_bytes();
    let mut tiff = [b"MM\0*\0\0\0\x08", &count[..], &entries.concat(), &[0; 4]].concat();
    if place {
        tiff.extend(b"Secret Lens\0");
        let north = entry(1, 2, 2, *b"N\0\0\0");
        tiff.extend([&[0, 1][..], &north, &[0; 4], b"GPS 54.3 N 10.1 E"].concat());
    }
    tiff
}

/// A JPEG with one more segment behind its start.
fn with_segment(file: Vec<u8>, marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&file[..2], &[0xFF, marker], &length, data, &file[2..]].concat()
}

pub fn with_exif(file: Vec<u8>, exif: &[u8]) -> Vec<u8> {
    with_segment(file, 0xE1, &[b"Exif\0\0", exif].concat())
}

pub fn with_icc(file: Vec<u8>, profile: &[u8]) -> Vec<u8> {
    with_segment(file, 0xE2, &[b"ICC_PROFILE\0\x01\x01", profile].concat())
}

/// A small picture in the head of a large one, with an end of its own.
pub fn with_preview(file: Vec<u8>) -> Vec<u8> {
    with_segment(
        file,
        0xE1,
        &[b"Exif\0\0".to_vec(), jpeg(&quarters(16, 16))].concat(),
    )
}

pub fn display_p3() -> Vec<u8> {
    ColorProfile::new_display_p3().encode().unwrap()
}

/// A picture, and something else to whoever reads it as that.
pub fn polyglot(file: Vec<u8>) -> Vec<u8> {
    [&file[..], b"\n<script>alert(1)</script>\nPK\x03\x04"].concat()
}

pub fn half(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len() / 2);
    file
}

/// With a bit that fell over, in the middle.
pub fn broken(mut file: Vec<u8>) -> Vec<u8> {
    let middle = file.len() / 2;
    file[middle] ^= 1;
    file
}

/// The picture as a camera stores it that was held that way.
pub fn as_stored(upright: &RgbImage, orientation: u8) -> RgbImage {
    use imageops::{flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
    match orientation {
        2 => flip_horizontal(upright),
        3 => rotate180(upright),
        4 => flip_vertical(upright),
        5 => rotate270(&flip_horizontal(upright)),
        6 => rotate270(upright),
        7 => rotate90(&flip_horizontal(upright)),
        8 => rotate90(upright),
        _ => upright.clone(),
    }
}

/// The memory of this process, from a moment on.
pub struct Memory {
    before: u64,
}

impl Memory {
    pub fn now() -> Memory {
        // Forgets the highest level so far (proc(5), `clear_refs`).
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        Memory {
            before: status("VmRSS:"),
        }
    }

    /// The peak of memory since then, in MiB.
    pub fn peak_mib(&self) -> u64 {
        status("VmHWM:").saturating_sub(self.before) / 1024
    }
}

fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
