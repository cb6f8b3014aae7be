//! What people and attackers send as a picture: for each what comes of it, in what
//! time, with how much memory.

#![allow(clippy::unwrap_used)] // A test that unwraps says where it failed.

mod corpus;

use app::{
    error::AppError,
    profile::{Crop, Picture, Violation},
};
use image::{Rgb, RgbImage};
use server::media::{Media, Squares, squares};
use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use corpus::*;

/// Memory is the process's, so each test waits for the one before.
static TURN: Mutex<()> = Mutex::new(());

/// What becomes of a file.
enum Expected {
    /// A picture with a colour in each quarter: upper left, upper right, lower left,
    /// lower right.
    Quarters([Rgb<u8>; 4]),
    Refused(Violation),
}

use Expected::{Quarters, Refused};

const RED: Rgb<u8> = Rgb([220, 40, 40]);
const GREEN: Rgb<u8> = Rgb([40, 180, 60]);
const BLUE: Rgb<u8> = Rgb([50, 70, 200]);
const WHITE: Rgb<u8> = Rgb([250, 250, 250]);
const ALL: [Rgb<u8>; 4] = [RED, GREEN, BLUE, WHITE];

/// The same numbers, meant in Display P3: by the matrices of the two standards (SMPTE
/// EG 432-1, IEC 61966-2-1).
const IN_P3: [Rgb<u8>; 4] = [
    Rgb([240, 0, 21]),
    Rgb([0, 183, 30]),
    Rgb([44, 71, 208]),
    WHITE,
];

/// Memory that a refusal may take, in MiB.
const REFUSAL_MIB: u64 = 64;
/// Memory that any picture may take: 50 megapixels, and what is made of them.
const MOST_MIB: u64 = 256;

#[test]
fn every_file_is_made_a_picture_of_ours_or_refused_with_its_reason() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let not_a_picture = || Refused(Violation::NotAPicture);
    let too_many = || Refused(Violation::TooManyPixels(Picture::MAX_MEGAPIXELS));
    let grey = |Rgb([r, g, b]): Rgb<u8>| {
        let grey = (u32::from(r) * 2126 + u32::from(g) * 7152 + u32::from(b) * 722) / 10_000;
        Rgb([grey as u8; 3])
    };
    let one = Rgb([120, 90, 60]);
    let files: Vec<(&str, Vec<u8>, Expected)> = vec![
        ("jpeg", jpeg(&quarters(640, 480)), Quarters(ALL)),
        ("jpeg, upright", jpeg(&quarters(480, 640)), Quarters(ALL)),
        (
            "jpeg, progressive",
            progressive_jpeg(&quarters(640, 480)),
            Quarters(ALL),
        ),
        (
            "jpeg, grey",
            grey_jpeg(&quarters(640, 480)),
            Quarters(ALL.map(grey)),
        ),
        ("jpeg, CMYK", cmyk_jpeg(&quarters(640, 480)), Quarters(ALL)),
        (
            "jpeg, 12 megapixels",
            jpeg(&quarters(4000, 3000)),
            Quarters(ALL),
        ),
        (
            "jpeg, 50 megapixels",
            jpeg(&quarters(8192, 6144)),
            Quarters(ALL),
        ),
        (
            "jpeg, 16 megapixels, progressive",
            progressive_jpeg(&quarters(4600, 3600)),
            Quarters(ALL),
        ),
        (
            "jpeg, 50 megapixels, progressive",
            progressive_jpeg(&quarters(8192, 6144)),
            Refused(Violation::TooManyPixels(Picture::MAX_MEGAPIXELS / 3)),
        ),
        (
            "jpeg, a panorama",
            jpeg(&quarters(9000, 600)),
            Quarters(ALL),
        ),
        ("png", png(&quarters(640, 480)), Quarters(ALL)),
        ("png, 16 bits", png_16(&quarters(640, 480)), Quarters(ALL)),
        (
            "png, interlaced",
            png_interlaced(&quarters(64, 48)),
            Quarters(ALL),
        ),
        (
            "png, palette of one bit",
            png_one_bit(),
            Quarters([WHITE, GREEN, WHITE, GREEN]),
        ),
        (
            "png, transparent",
            png_transparent(),
            Quarters([Rgb([255; 3]), GREEN, Rgb([255; 3]), Rgb([160, 220, 165])]),
        ),
        ("webp", webp(&quarters(640, 480)), Quarters(ALL)),
        (
            "webp, animated",
            webp_animated(&[quarters(64, 48), plain(64, 48, one)]),
            Quarters(ALL),
        ),
        ("gif", gif(&[quarters(64, 48)]), Quarters(ALL)),
        (
            "gif, animated",
            gif(&[quarters(64, 48), plain(64, 48, one)]),
            Quarters(ALL),
        ),
        (
            "gif, 100 000 frames",
            gif_of_many_frames(&quarters(64, 48), 100_000),
            Quarters(ALL),
        ),
        ("1 × 1", png(&plain(1, 1, one)), Quarters([one; 4])),
        (
            "1 × 20 000",
            png(&plain(1, 20_000, one)),
            Quarters([one; 4]),
        ),
        (
            "a lying name: png in .jpg",
            png(&quarters(64, 64)),
            Quarters(ALL),
        ),
        (
            "polyglot: jpeg and html",
            polyglot(jpeg(&quarters(640, 480))),
            Quarters(ALL),
        ),
        (
            "polyglot: gif and script",
            polyglot(gif(&[quarters(64, 48)])),
            Quarters(ALL),
        ),
        (
            "GPS in EXIF",
            with_exif(jpeg(&quarters(640, 480)), &exif(1, true)),
            Quarters(ALL),
        ),
        (
            "Display P3",
            with_icc(jpeg(&quarters(640, 480)), &display_p3()),
            Quarters(IN_P3),
        ),
        (
            "a broken colour profile",
            with_icc(jpeg(&quarters(640, 480)), b"no profile"),
            Quarters(ALL),
        ),
        // Refused.
        ("empty", Vec::new(), not_a_picture()),
        ("text", b"just some words".to_vec(), not_a_picture()),
        (
            "svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec(),
            not_a_picture(),
        ),
        (
            "html",
            b"<!doctype html><script>alert(1)</script>".to_vec(),
            not_a_picture(),
        ),
        ("pdf", b"%PDF-1.7\n1 0 obj\n".to_vec(), not_a_picture()),
        ("tiff", b"II*\0\x08\0\0\0\0\0".to_vec(), not_a_picture()),
        (
            "bmp",
            b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0".to_vec(),
            not_a_picture(),
        ),
        (
            "heic",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            not_a_picture(),
        ),
        (
            "a magic number and nothing",
            b"\xFF\xD8\xFF".to_vec(),
            not_a_picture(),
        ),
        (
            "jpeg, truncated",
            half(jpeg(&quarters(640, 480))),
            not_a_picture(),
        ),
        (
            "jpeg, truncated, with a preview that is whole",
            half(with_preview(jpeg(&quarters(640, 480)))),
            not_a_picture(),
        ),
        (
            "jpeg, its colours one after the other",
            jpeg_in_three_scans(&quarters(640, 480)),
            not_a_picture(),
        ),
        (
            "png, truncated",
            half(png(&noise(640, 480))),
            not_a_picture(),
        ),
        (
            "webp, truncated",
            half(webp(&noise(640, 480))),
            not_a_picture(),
        ),
        (
            "webp, a larger picture inside",
            webp_of_sizes((10, 10), &quarters(640, 480)),
            not_a_picture(),
        ),
        (
            "webp, a chunk of four gigabytes",
            webp_with_long_chunk(&quarters(16, 16)),
            not_a_picture(),
        ),
        (
            "gif, truncated",
            half(gif(&[noise(64, 48)])),
            not_a_picture(),
        ),
        (
            "png, a wrong checksum",
            broken(png(&noise(64, 48))),
            not_a_picture(),
        ),
        (
            "png, 60 000 × 60 000 in its head",
            png_head(60_000, 60_000),
            too_many(),
        ),
        ("png, 0 × 0", png_head(0, 0), not_a_picture()),
        (
            "jpeg, 60 000 × 60 000 in its head",
            jpeg_head(60_000, 60_000),
            too_many(),
        ),
        (
            "gif, 60 000 × 60 000 in its head",
            gif_head(60_000, 60_000),
            // Of which each pixel takes four bytes.
            Refused(Violation::TooManyPixels(37)),
        ),
        (
            "webp, 16 000 × 16 000 in its head",
            webp_head(16_000, 16_000),
            too_many(),
        ),
        (
            "png bomb, 225 megapixels of nothing",
            png_bomb(15_000, 15_000),
            too_many(),
        ),
        (
            "png bomb, a gigabyte of colour profile",
            png_profile_bomb(),
            not_a_picture(),
        ),
    ];
    println!("{:>8}  {:>7}  {:>9}  file", "ms", "MiB", "bytes");
    let mut wrong = Vec::new();
    for (name, file, expected) in files {
        let memory = Memory::now();
        let begun = Instant::now();
        let result = squares(&file, Crop::default());
        let (time, peak) = (begun.elapsed(), memory.peak_mib());
        println!(
            "{:>8.1}  {peak:>7}  {:>9}  {name}",
            time.as_secs_f64() * 1e3,
            file.len()
        );
        let most = match expected {
            Refused(_) => REFUSAL_MIB,
            Quarters(_) => MOST_MIB,
        };
        if peak > most {
            wrong.push(format!("{name}: {peak} MiB"));
        }
        match (result, expected) {
            (Err(why), Refused(expected)) if why == expected => {}
            (Ok(squares), Quarters(colours)) => wrong.extend(faults(name, &squares, colours)),
            (Err(why), _) => wrong.push(format!("{name}: refused, {why:?}")),
            (Ok(_), _) => wrong.push(format!("{name}: taken")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Where a size is not a picture of those colours, or holds something else.
fn faults(name: &str, squares: &Squares, colours: [Rgb<u8>; 4]) -> Vec<String> {
    let mut faults = Vec::new();
    for (jpeg, side) in squares.jpegs.iter().zip(Picture::SIZES) {
        for forbidden in [&b"Exif"[..], b"GPS", b"ICC_PROFILE", b"<script", b"Secret"] {
            let mut windows = jpeg.windows(forbidden.len());
            if windows.any(|window| window == forbidden) {
                faults.push(format!("{name}: {}", String::from_utf8_lossy(forbidden)));
            }
        }
        let picture = image::load_from_memory(jpeg).unwrap().into_rgb8();
        if picture.dimensions() != (side, side) || jpeg.len() > 200_000 {
            faults.push(format!("{name}: {side} is {} bytes", jpeg.len()));
            continue;
        }
        let near = |part: u32| side * part / 8;
        for (spot, colour) in [(1, 1), (7, 1), (1, 7), (7, 7)].into_iter().zip(colours) {
            let found = picture.get_pixel(near(spot.0), near(spot.1));
            if !is_near(*found, colour) {
                faults.push(format!(
                    "{name}, {side}, {spot:?}: {found:?}, not {colour:?}"
                ));
            }
        }
    }
    faults
}

fn is_near(found: Rgb<u8>, expected: Rgb<u8>) -> bool {
    let mut differences = found.0.iter().zip(expected.0).map(|(a, b)| a.abs_diff(b));
    differences.all(|difference| difference <= 14)
}

/// A photo is upright however the camera was held.
#[test]
fn the_eight_orientations_are_one_picture() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let upright = RgbImage::from_fn(640, 480, |x, y| {
        let stripe = u8::try_from(x * 255 / 640).unwrap();
        Rgb([stripe, u8::try_from(y * 255 / 480).unwrap(), 90])
    });
    for (crop, all_formats) in [
        ("5000 5000 10000 0", true),
        ("3200 6100 5000 0", false),
        ("6000 4000 7000 1", false),
    ] {
        let crop = Crop::parse(crop).unwrap();
        let expected = squares(&png(&upright), crop).unwrap();
        let expected = image::load_from_memory(&expected.jpegs[1])
            .unwrap()
            .into_rgb8();
        for orientation in 1..=8 {
            let stored = as_stored(&upright, orientation);
            let mut files = vec![with_exif(jpeg(&stored), &exif(orientation, false))];
            if all_formats {
                files.push(png_with_exif(&stored, &exif(orientation, false)));
                files.push(webp_with_exif(&stored, &exif(orientation, false)));
            }
            for file in files {
                let found = squares(&file, crop).unwrap();
                let found = image::load_from_memory(&found.jpegs[1])
                    .unwrap()
                    .into_rgb8();
                let far = found
                    .pixels()
                    .zip(expected.pixels())
                    .filter(|(found, expected)| !is_near(**found, **expected))
                    .count();
                assert!(
                    far < 200,
                    "orientation {orientation}: {far} pixels are another colour"
                );
            }
        }
    }
}

/// What is cut is what the crop says, and one file is always one hash.
#[test]
fn a_crop_is_kept_and_the_same_is_the_same() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let file = png(&quarters(400, 200));
    let left = Crop::default().nudged(app::profile::Nudge::Left, (400, 200));
    let mut far_left = left;
    for _ in 0..40 {
        far_left = far_left.nudged(app::profile::Nudge::Left, (400, 200));
    }
    let far_left = squares(&file, far_left).unwrap();
    assert_eq!(faults("left", &far_left, [RED, RED, BLUE, BLUE]), [""; 0]);
    let turned = squares(&file, Crop::default().turned((400, 200))).unwrap();
    assert_eq!(
        faults("turned", &turned, [BLUE, RED, WHITE, GREEN]),
        [""; 0]
    );
    assert_eq!(squares(&file, left), squares(&file, left));
    assert_ne!(squares(&file, left).unwrap().hash, turned.hash);
}

/// A process that dies of a picture takes nobody along.
#[tokio::test]
async fn a_process_that_dies_is_a_refusal_and_one_that_cannot_start_is_our_fault() {
    let file = png(&plain(8, 8, RED));
    let work = |program: &str| {
        let media = Media::of(program);
        let file = file.clone();
        async move { media.squares(file, Crop::default()).await }
    };
    let made = work(env!("CARGO_BIN_EXE_silhouette")).await;
    assert_eq!(made, Ok(squares(&file, Crop::default()).unwrap()));
    let died = work("false").await;
    assert_eq!(
        died,
        Err(AppError::invalid("avatar", Violation::NotAPicture))
    );
    assert_eq!(work("/nowhere").await, Err(AppError::Internal));
}
