//! Pictures: whatever somebody sends, made into small squares of our own.
//!
//! What is stored is never what was sent: the pixels are decoded, cut, turned
//! upright, made small, brought to sRGB, and written anew as JPEG. Where and with
//! what a picture was taken stays behind, and so does whatever else was in the file.
//!
//! Decided by decoding, never by a name or a type that came along. The size is read
//! off the header and judged before memory is asked for. One picture at a time, each
//! in a process of its own: decoders take lengths from the file at their word, and a
//! process can be given a memory that ends.

use app::{
    error::AppError,
    profile::{AVATAR, Crop, Picture, Square, Violation},
};
use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    metadata::Orientation,
};
use jpeg_encoder::{Encoder, SamplingFactor};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use rlimit::Resource;
use serde::{Deserialize, Serialize};
use server_fn::{Decodes, Encodes, codec::PostcardEncoding};
use sha2::{Digest, Sha256};
use std::{
    env,
    ffi::OsString,
    io::{self, Cursor, Read, Write},
    path::PathBuf,
    process::{ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};
use tokio::{io::AsyncWriteExt, process::Command, sync::Semaphore, time::timeout};

/// A picture in the sizes in which it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Squares {
    /// SHA-256 of the largest.
    pub hash: [u8; 32],
    /// JPEG, of the sizes of [`Picture::SIZES`].
    pub jpegs: [Vec<u8>; 3],
}

/// Makes pictures small, one at a time.
#[derive(Debug, Clone)]
pub struct Media {
    program: PathBuf,
    turn: Arc<Semaphore>,
}

/// The first argument of a process that is to make one picture small.
const WORKER: &str = "make-picture-small";

/// Bytes of address space of such a process. A picture of 50 megapixels takes half.
const MOST_MEMORY: u64 = 512 << 20;

/// Seconds of work that a picture may be, on a slow machine.
const MOST_SECONDS: u64 = 20;

impl Media {
    /// By this very program.
    pub fn of_this_program() -> Media {
        // Itself, also when another version has taken its place on the disk.
        let itself = PathBuf::from("/proc/self/exe");
        let program = match itself.exists() {
            true => itself,
            false => env::current_exe().unwrap_or_else(|_| PathBuf::from("silhouette")),
        };
        Media::of(program)
    }

    pub fn of(program: impl Into<PathBuf>) -> Media {
        Media {
            program: program.into(),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits for its turn.
    ///
    /// # Errors
    /// Those of [`squares`] on the picture; [`AppError::Internal`].
    pub async fn squares(&self, file: Vec<u8>, crop: Crop) -> Result<Squares, AppError> {
        let Ok(_turn) = self.turn.acquire().await else {
            return Err(AppError::Internal);
        };
        let made = timeout(Duration::from_secs(2 * MOST_SECONDS), self.work(file, crop));
        let answer = match made.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::error!(%error, "no process could be started for a picture");
                return Err(AppError::Internal);
            }
            Err(_) => Vec::new(),
        };
        match PostcardEncoding::decode(answer.into()) {
            Ok(Ok(squares)) => Ok(squares),
            Ok(Err(violation)) => Err(AppError::invalid(AVATAR, violation)),
            Err(_) => {
                tracing::warn!("a picture took more memory or time than it may, and was refused");
                Err(AppError::invalid(AVATAR, Violation::NotAPicture))
            }
        }
    }

    /// What the process answers; nothing if it was ended.
    async fn work(&self, file: Vec<u8>, crop: Crop) -> io::Result<Vec<u8>> {
        let mut process = Command::new(&self.program)
            .args([WORKER, &crop.print()])
            // It needs to know nothing.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let input = process.stdin.take();
        let write = async move {
            if let Some(mut input) = input {
                // It fails when the process was ended, which the answer tells.
                let _ = input.write_all(&file).await;
            }
        };
        let ((), output) = tokio::join!(write, process.wait_with_output());
        Ok(output?.stdout)
    }
}

/// What this process does if it is one for a single picture: reads it from standard
/// input, and writes what becomes of it to standard output. `None` if it is another.
pub fn work_alone() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next()? != WORKER {
        return None;
    }
    Some(match work_on_stdin(arguments.next()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn work_on_stdin(crop: Option<OsString>) -> io::Result<()> {
    Resource::AS.set(MOST_MEMORY, MOST_MEMORY)?;
    Resource::CPU.set(MOST_SECONDS, MOST_SECONDS)?;
    // What it dies of is no news, and what it holds is somebody's.
    Resource::CORE.set(0, 0)?;
    let crop = crop.and_then(|crop| Crop::parse(crop.to_str()?));
    let mut file = Vec::new();
    io::stdin().read_to_end(&mut file)?;
    let made = squares(&file, crop.unwrap_or_default());
    let answer = PostcardEncoding::encode(&made).map_err(io::Error::other)?;
    io::stdout().write_all(&answer)
}

/// Bytes that a decoded picture may have: of 50 megapixels in three colours.
const MOST_DECODED: u64 = 3 * ((Picture::MAX_MEGAPIXELS as u64) << 20);

/// Bytes that may be in a file beside its pixels: a colour profile. One of a
/// gigabyte takes up a thousandth of it in the file.
const MOST_BESIDE: u64 = 16 << 20;

/// The longest side that a JPEG can have; a panorama is long.
const LONGEST_SIDE: u32 = 65_535;

/// What a JPEG of ours loses, of 100; at these sizes nobody sees what is above.
const QUALITY: u8 = 84;

/// The squares of a file.
///
/// # Errors
/// [`Violation::NotAPicture`], [`Violation::TooManyPixels`].
pub fn squares(file: &[u8], crop: Crop) -> Result<Squares, Violation> {
    let reader = ImageReader::new(Cursor::new(file)).with_guessed_format();
    let reader = reader.map_err(|_| Violation::NotAPicture)?;
    let format = reader.format().ok_or(Violation::NotAPicture)?;
    let mut most = match format {
        ImageFormat::Jpeg => most_of(jpeg_head(file).ok_or(Violation::NotAPicture)?),
        ImageFormat::WebP if !is_sound_webp(file) => return Err(Violation::NotAPicture),
        _ => Picture::MAX_MEGAPIXELS,
    };
    let mut reader = reader;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_BESIDE);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| refuse(error, most))?;
    let size = decoder.dimensions();
    let pixels = u64::from(size.0) * u64::from(size.1);
    if pixels == 0 {
        return Err(Violation::NotAPicture);
    }
    // Of transparent pixels, and of those with 16 bits a colour, fewer have room.
    let room = MOST_DECODED / (decoder.total_bytes() / pixels).max(1);
    most = most.min(u32::try_from(room >> 20).unwrap_or(most));
    if pixels > u64::from(most) << 20 {
        return Err(Violation::TooManyPixels(most));
    }
    limits.max_alloc = Some(MOST_DECODED);
    decoder
        .set_limits(limits)
        .map_err(|error| refuse(error, most))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default();
    let decoded = DynamicImage::from_decoder(decoder).map_err(|error| refuse(error, most))?;
    let square = before(orientation, crop, size);
    let largest = cut(decoded, square)?;
    let mut largest = DynamicImage::ImageRgb8(largest);
    largest.apply_orientation(orientation);
    let mut largest = match crop.turns() {
        1 => largest.rotate90(),
        2 => largest.rotate180(),
        3 => largest.rotate270(),
        _ => largest,
    }
    .into_rgb8();
    if let Some(profile) = profile {
        to_srgb(&mut largest, &profile);
    }
    let jpegs = Picture::SIZES.map(|side| match side == largest.width() {
        true => encode(&largest),
        false => encode(&smaller(&largest, side)?),
    });
    let [large, medium, small] = jpegs;
    let jpegs = [large?, medium?, small?];
    Ok(Squares {
        hash: Sha256::digest(&jpegs[0]).into(),
        jpegs,
    })
}

fn refuse(error: ImageError, most: u32) -> Violation {
    match error {
        ImageError::Limits(_) => Violation::TooManyPixels(most),
        _ => Violation::NotAPicture,
    }
}

/// How a JPEG is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Jpeg {
    Sequential,
    Progressive,
}

/// Units of 2^20. All of a progressive picture is held twice, and once as large:
/// before it is decoded.
fn most_of(jpeg: Jpeg) -> u32 {
    match jpeg {
        Jpeg::Sequential => Picture::MAX_MEGAPIXELS,
        Jpeg::Progressive => Picture::MAX_MEGAPIXELS / 3,
    }
}

/// How a JPEG is made up, by its segments (ITU-T T.81, B.1 and B.2). `None` for one
/// of which the decoder makes other pixels than there are.
///
/// One without an end is: what was cut off would be filled with grey. The end is
/// looked for behind the head, in which another picture, with an end of its own, may
/// lie as a preview. And a sequential one that does not have all its colours in one
/// scan, as every camera writes it: zune-jpeg mixes them up.
fn jpeg_head(file: &[u8]) -> Option<Jpeg> {
    const START_OF_SCAN: u8 = 0xDA;
    const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];
    let mut sequential_colours = None;
    // Behind the start of the image each segment has a marker and its length.
    let mut rest = file.get(2..)?;
    while let [0xFF, marker, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        match marker {
            // A filling byte.
            0xFF => {
                rest = &rest[1..];
                continue;
            }
            // Markers without a length, which have no place here.
            0x00 | 0x01 | 0xD0..=0xD9 => return None,
            _ if length < 2 => return None,
            0xC0 | 0xC1 => sequential_colours = rest.get(9).copied(),
            START_OF_SCAN => {
                let in_scan = rest.get(4).copied();
                let jpeg = match sequential_colours {
                    None => Jpeg::Progressive,
                    colours if colours == in_scan => Jpeg::Sequential,
                    _ => return None,
                };
                let ends = rest.windows(2).any(|pair| pair == END_OF_IMAGE);
                return ends.then_some(jpeg);
            }
            _ => {}
        }
        rest = rest.get(2 + length..)?;
    }
    None
}

/// Whether a WebP is no larger inside than its head says, and none of its chunks
/// longer than the file: its decoder looks at both when it has asked for the memory.
/// (WebP Container Specification; RFC 6386 §9.1 for VP8; its sister for VP8L.)
fn is_sound_webp(file: &[u8]) -> bool {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
    };
    let length = file.get(4..8).map_or(0, number);
    let end = file.len().min(8 + length as usize);
    let mut canvas = (u32::MAX, u32::MAX);
    // Chunks, and those inside of the frame of an animation.
    let mut rest = file.get(12..end).unwrap_or_default();
    while let [name @ .., a, b, c, d] = rest.get(..8).unwrap_or_default() {
        let length = number(&[*a, *b, *c, *d]) as usize;
        let Some(data) = rest.get(8..8 + length) else {
            return false;
        };
        let part = |from: usize, to: usize| data.get(from..to).map_or(0, number);
        let size = match name {
            b"VP8X" => {
                canvas = (part(4, 7) + 1, part(7, 10) + 1);
                canvas
            }
            b"ANMF" => (part(6, 9) + 1, part(9, 12) + 1),
            b"VP8 " => (part(6, 8) & 0x3FFF, part(8, 10) & 0x3FFF),
            b"VP8L" => {
                let bits = part(1, 5);
                ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
            }
            _ => (0, 0),
        };
        if size.0 > canvas.0 || size.1 > canvas.1 {
            return false;
        }
        // The head of a frame has 16 bytes; what follows are chunks.
        let skipped = match name {
            b"ANMF" => 8 + 16,
            _ => 8 + length + length % 2,
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    true
}

/// The square on the picture as it is stored, of a crop of the picture as it is
/// seen: turned upright.
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

/// The square of the largest size, on white where the picture is transparent.
fn cut(decoded: DynamicImage, square: Square) -> Result<RgbImage, Violation> {
    let side = Picture::SIZES[0];
    if decoded.color().has_alpha() {
        let rgba = decoded.into_rgba8();
        let pixels = resize::<4>(rgba.as_raw(), rgba.dimensions(), square, side)?;
        let on_white = pixels.chunks_exact(4).flat_map(|pixel| {
            let alpha = u16::from(pixel[3]);
            let over = move |colour: &u8| {
                let mixed = (u16::from(*colour) * alpha + 255 * (255 - alpha) + 127) / 255;
                u8::try_from(mixed).unwrap_or(u8::MAX)
            };
            pixel[..3].iter().map(over).collect::<Vec<u8>>()
        });
        return RgbImage::from_raw(side, side, on_white.collect()).ok_or(Violation::NotAPicture);
    }
    let rgb = match decoded {
        DynamicImage::ImageRgb8(rgb) => rgb,
        // Grey, and 16 bits a colour.
        other => other.into_rgb8(),
    };
    let pixels = resize::<3>(rgb.as_raw(), rgb.dimensions(), square, side)?;
    RgbImage::from_raw(side, side, pixels).ok_or(Violation::NotAPicture)
}

/// All of a square, smaller.
fn smaller(square: &RgbImage, side: u32) -> Result<RgbImage, Violation> {
    let whole = Square {
        left: 0.0,
        top: 0.0,
        side: f64::from(square.width()),
    };
    let pixels = resize::<3>(square.as_raw(), square.dimensions(), whole, side)?;
    RgbImage::from_raw(side, side, pixels).ok_or(Violation::NotAPicture)
}

/// A square of `side` pixels, of `CHANNELS` bytes each.
fn resize<const CHANNELS: usize>(
    pixels: &[u8],
    (width, height): (u32, u32),
    square: Square,
    side: u32,
) -> Result<Vec<u8>, Violation> {
    let kind = match CHANNELS {
        4 => PixelType::U8x4,
        _ => PixelType::U8x3,
    };
    let from = ImageRef::new(width, height, pixels, kind).map_err(|_| Violation::NotAPicture)?;
    let mut to = Image::new(side, side, kind);
    let options = ResizeOptions::new()
        .crop(square.left, square.top, square.side, square.side)
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    match Resizer::new().resize(&from, &mut to, &options) {
        Ok(()) => Ok(to.into_vec()),
        Err(error) => {
            tracing::error!(%error, "a picture could not be made small");
            Err(Violation::NotAPicture)
        }
    }
}

/// From the colours that a profile names to those that a picture without one has.
/// What cannot be read stays as it is: off by a shade, as everybody shows it.
fn to_srgb(image: &mut RgbImage, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let transform =
        profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, TransformOptions::default());
    let from = image.as_raw().clone();
    if let Ok(transform) = transform {
        // It fails for buffers of other sizes than these.
        let _ = transform.transform(&from, image.as_mut());
    }
}

fn encode(image: &RgbImage) -> Result<Vec<u8>, Violation> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let side = |side: u32| u16::try_from(side).unwrap_or_default();
    let (width, height) = (side(image.width()), side(image.height()));
    match encoder.encode(image.as_raw(), width, height, jpeg_encoder::ColorType::Rgb) {
        Ok(()) => Ok(jpeg),
        Err(error) => {
            tracing::error!(%error, "a picture could not be written");
            Err(Violation::NotAPicture)
        }
    }
}
