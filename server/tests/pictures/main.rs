//! What people and attackers send as a picture: for each what comes of it, in what
//! time, with how much memory.

#![allow(clippy::unwrap_used)] // A test that unwraps says where it failed.

use app::{
    error::AppError,
    profile::rules::{crop::Crop, picture::Picture, violation::Violation},
};
use image::{Rgb, RgbImage};
use jpeg_encoder::SamplingFactor;
use server::media::{Confinement, Media, Squares, WORKER, squares};
use std::{
    fs,
    io::{Read, Write},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use corpus::*;

/// The program as it is shipped: `make build` makes it.
const PROGRAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../target/release/silhouette"
);

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
/// Memory that a picture as phones and cameras make them may take: 50 megapixels, and
/// what is made of them.
const MOST_MIB: u64 = 256;

#[test]
fn every_file_is_made_a_picture_of_ours_or_refused_with_its_reason() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let not_a_picture = || Refused(Violation::NotAPicture);
    let damaged = || Refused(Violation::DamagedPicture);
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
        ("jpeg, YCCK", ycck_jpeg(&quarters(640, 480)), Quarters(ALL)),
        (
            "jpeg, half the colour",
            jpeg_of_half_the_colour(&quarters(640, 480)),
            Quarters(ALL),
        ),
        (
            "jpeg, with restarts",
            jpeg_with_restarts(&quarters(640, 480)),
            Quarters(ALL),
        ),
        (
            "jpeg, its colours one after the other",
            jpeg_in_three_scans(&quarters(641, 479), SamplingFactor::F_1_1),
            Quarters(ALL),
        ),
        (
            "jpeg, its colours one after the other, half of them",
            jpeg_in_three_scans(&quarters(641, 479), SamplingFactor::F_2_2),
            Quarters(ALL),
        ),
        (
            "jpeg, stray bytes between its segments",
            with_stray_bytes(&jpeg(&quarters(640, 480))),
            Quarters(ALL),
        ),
        (
            "jpeg, no end",
            without_end(jpeg(&quarters(640, 480))),
            Quarters(ALL),
        ),
        (
            "jpeg, progressive, no end",
            without_end(progressive_jpeg(&quarters(640, 480))),
            Quarters(ALL),
        ),
        (
            "jpeg, a preview in its head",
            with_preview(jpeg(&quarters(640, 480))),
            Quarters(ALL),
        ),
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
        (
            "png, grey and transparent",
            png_grey_transparent(),
            Quarters([WHITE, Rgb([255; 3]), WHITE, Rgb([255; 3])]),
        ),
        (
            "png, a palette with nothing in it",
            png_palette_transparent(),
            Quarters([Rgb([255; 3]), GREEN, Rgb([255; 3]), GREEN]),
        ),
        (
            "png, animated, its picture not a frame",
            png_animated_apart(&plain(64, 64, one), &quarters(64, 64), 0, 0),
            Quarters(ALL),
        ),
        (
            "png, animated, its first frame in a corner",
            png_animated_apart(&plain(64, 64, one), &plain(32, 32, RED), 32, 32),
            Quarters([Rgb([255; 3]), Rgb([255; 3]), Rgb([255; 3]), RED]),
        ),
        (
            "png, animated by frames that are out of order",
            png_animated_wrongly(&quarters(64, 64)),
            Quarters(ALL),
        ),
        ("bmp", bmp(&quarters(640, 480)), Quarters(ALL)),
        (
            "bmp, grey",
            bmp_grey(&quarters(640, 480)),
            Quarters(ALL.map(grey)),
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
            "bmp, of a head",
            b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0".to_vec(),
            damaged(),
        ),
        (
            "avif",
            b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B".to_vec(),
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
            damaged(),
        ),
        (
            "jpeg, truncated",
            half(jpeg(&quarters(640, 480))),
            damaged(),
        ),
        (
            "jpeg, truncated, with a preview that is whole",
            half(with_preview(jpeg(&quarters(640, 480)))),
            damaged(),
        ),
        (
            "jpeg, truncated, and closed",
            closed(jpeg(&quarters(640, 480))),
            damaged(),
        ),
        (
            "jpeg, half the colour, truncated, and closed",
            closed(jpeg_of_half_the_colour(&quarters(640, 480))),
            damaged(),
        ),
        (
            "jpeg, half of it zeros",
            reserved(jpeg(&quarters(640, 480))),
            damaged(),
        ),
        (
            "jpeg, progressive, half of it zeros",
            reserved(progressive_jpeg(&quarters(640, 480))),
            damaged(),
        ),
        (
            "jpeg, no end but zeros",
            [without_end(jpeg(&quarters(640, 480))), vec![0; 8192]].concat(),
            Quarters(ALL),
        ),
        (
            "png, half of it zeros",
            reserved(png(&noise(640, 480))),
            damaged(),
        ),
        (
            "gif, half of it zeros",
            reserved(gif(&[noise(64, 48)])),
            damaged(),
        ),
        ("png, truncated", half(png(&noise(640, 480))), damaged()),
        ("webp, truncated", half(webp(&noise(640, 480))), damaged()),
        (
            "webp, a larger picture inside",
            webp_of_sizes((10, 10), &quarters(640, 480)),
            damaged(),
        ),
        (
            "webp, a flag for EXIF that is not there",
            webp_with_flag_only(&quarters(64, 48)),
            Quarters(ALL),
        ),
        (
            "webp, animated, cut in its second frame",
            without_last(webp_animated(&[quarters(64, 48), noise(64, 48)]), 900),
            Quarters(ALL),
        ),
        (
            "webp, a chunk of four gigabytes",
            webp_with_long_chunk(&quarters(16, 16)),
            Quarters(ALL),
        ),
        ("gif, truncated", half(gif(&[noise(64, 48)])), damaged()),
        (
            "png, a wrong checksum",
            broken(png(&noise(64, 48))),
            damaged(),
        ),
        (
            "png, 60 000 × 60 000 in its head",
            png_head(60_000, 60_000),
            too_many(),
        ),
        ("png, 0 × 0", png_head(0, 0), damaged()),
        (
            "jpeg, 60 000 × 60 000 in its head",
            jpeg_head(60_000, 60_000),
            too_many(),
        ),
        (
            "gif, 60 000 × 60 000 in its head",
            gif_head(60_000, 60_000),
            too_many(),
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
            damaged(),
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
        // What the browser's side stops is what this side does not know.
        if Picture::has_head(&file) == (result == Err(Violation::NotAPicture)) {
            wrong.push(format!("{name}: {result:?}, and its head says otherwise"));
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

/// A file that somebody's download broke off is refused, whatever its decoder makes of
/// it; or, where only the end of the file is missing, it is the picture.
#[test]
fn a_picture_is_saved_whole_or_not_at_all() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (noise, quarters) = (noise(96, 80), quarters(96, 80));
    let mut wrong = Vec::new();
    for (image, is_noise) in [(&noise, true), (&quarters, false)] {
        let files: Vec<(&str, Vec<u8>)> = vec![
            ("jpeg", jpeg(image)),
            ("jpeg, half the colour", jpeg_of_half_the_colour(image)),
            ("jpeg, restarts", jpeg_with_restarts(image)),
            ("jpeg, grey", grey_jpeg(image)),
            ("jpeg, CMYK", cmyk_jpeg(image)),
            ("jpeg, progressive", progressive_jpeg(image)),
            (
                "jpeg, three scans",
                jpeg_in_three_scans(image, SamplingFactor::F_2_2),
            ),
            ("png", png(image)),
            ("png, 16 bits", png_16(image)),
            ("png, interlaced", png_interlaced(image)),
            (
                "png, animated apart",
                png_animated_apart(&plain(96, 80, RED), image, 0, 0),
            ),
            ("gif", gif(std::slice::from_ref(image))),
            ("webp", webp(image)),
            ("bmp", bmp(image)),
        ];
        for (name, file) in files {
            let whole = squares(&file, Crop::default()).unwrap();
            let twentieths = (1..20).map(|part| file.len() * part / 20);
            let last_bytes = (1..=6).filter(|_| is_noise);
            for length in twentieths.chain(last_bytes.map(|bytes| file.len() - bytes)) {
                let made = squares(&file[..length], Crop::default());
                let is_refused = matches!(
                    made,
                    Err(Violation::DamagedPicture | Violation::NotAPicture)
                );
                let is_whole = made.is_ok_and(|made| made == whole);
                // Of noise each byte counts, but for those behind the pixels.
                let is_much = is_noise && length <= file.len() * 9 / 10;
                // The last byte of a JPEG's data is filled up with what stands for it:
                // without it, its last block may be off.
                if name.starts_with("jpeg") && length == file.len() - 3 {
                    continue;
                }
                if !(is_refused || is_whole && !is_much) {
                    wrong.push(format!("{name}, {length} of {} bytes", file.len()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The colours that a browser shows: the numbers are Chromium's.
#[test]
fn a_png_has_the_colours_that_a_browser_shows() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let sent = Rgb([128, 64, 200]);
    for (name, chunks, seen) in [
        ("nothing said", vec![], sent),
        ("gamma 1", vec![gama(100_000)], Rgb([188, 137, 229])),
        ("gamma 1/1.8", vec![gama(55_000)], Rgb([146, 80, 210])),
        (
            "gamma 1, of P3",
            vec![gama(100_000), chrm_of_p3()],
            Rgb([197, 135, 235]),
        ),
        (
            "gamma 1/2.2, of P3",
            vec![gama(45_455), chrm_of_p3()],
            Rgb([139, 57, 209]),
        ),
        ("chromaticities alone", vec![chrm_of_p3()], sent),
        ("gamma 0", vec![gama(0)], sent),
        ("sRGB before gamma", vec![srgb(), gama(100_000)], sent),
        ("points of P3", vec![cicp(12, 13)], Rgb([138, 59, 207])),
        (
            "points before sRGB",
            vec![cicp(12, 13), srgb()],
            Rgb([138, 59, 207]),
        ),
        (
            "points before gamma",
            vec![cicp(1, 13), gama(100_000)],
            sent,
        ),
        ("points, linear", vec![cicp(1, 8)], Rgb([188, 137, 229])),
        ("points, unknown", vec![cicp(2, 2)], sent),
    ] {
        let file = png_with(&chunks, &plain(64, 64, sent));
        let made = squares(&file, Crop::default()).unwrap();
        let made = image::load_from_memory(&made.jpegs[0]).unwrap().into_rgb8();
        let found = made.get_pixel(256, 256);
        let differences = found.0.iter().zip(seen.0).map(|(a, b)| a.abs_diff(b));
        // JPEG itself is off by some.
        assert!(
            differences.max() <= Some(4),
            "{name}: {found:?}, not {seen:?}"
        );
    }
}

/// The largest pictures of the kinds that take most memory, in the process that has
/// only so much of it.
#[tokio::test]
async fn the_largest_pictures_fit_into_the_memory_of_their_process() {
    let media = Media::of(PROGRAM);
    for (name, file) in [
        ("jpeg, progressive", progressive_jpeg(&quarters(8192, 6144))),
        ("png, 16 bits, transparent", png_16_transparent(8192, 6144)),
    ] {
        let made = media.squares(file, Crop::default()).await;
        let made = made.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(faults(name, &made, ALL), [""; 0]);
    }
}

/// Before it is given a byte of a file, the process has given up its rights.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_process_for_a_picture_is_confined_before_it_reads() {
    let program = PROGRAM;
    let mut process = Command::new(program)
        .args([WORKER, &Crop::default().print()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let of = |name: &str| {
        let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let limit = |name: &str| {
        let limits = fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap();
        let line = limits.lines().find_map(|line| line.strip_prefix(name));
        let hard = line.and_then(|line| line.split_whitespace().nth(1).map(str::to_owned));
        hard.unwrap()
    };
    let begun = Instant::now();
    while of("Seccomp:").as_deref() != Some("2") {
        assert!(begun.elapsed() < Duration::from_secs(60), "no filter");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(of("NoNewPrivs:").as_deref(), Some("1"));
    assert_eq!(limit("Max open files"), "3");
    assert_eq!(limit("Max core file size"), "0");
    assert_eq!(limit("Max address space"), (640 << 20).to_string());
    let mut input = process.stdin.take().unwrap();
    input.write_all(&png(&quarters(64, 64))).unwrap();
    drop(input);
    let mut answer = Vec::new();
    let mut output = process.stdout.take().unwrap();
    output.read_to_end(&mut answer).unwrap();
    assert!(process.wait().unwrap().success());
    assert!(answer.len() > 1000);
    let confinement = Media::of(program).confinement().await;
    assert_eq!(confinement.unwrap(), Confinement::Full);
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

/// A browser shows a WebP as it is stored, whatever its EXIF says; and what is shown to
/// be cropped is what is cut.
#[test]
fn a_webp_is_cut_as_a_browser_shows_it() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for orientation in 1..=8 {
        let file = webp_with_exif(&quarters(64, 48), &exif(orientation, false));
        let made = squares(&file, Crop::default()).unwrap();
        assert_eq!(faults("webp with EXIF", &made, ALL), [""; 0]);
    }
}

/// What is cut is what the crop says, and one file is always one hash.
#[test]
fn a_crop_is_kept_and_the_same_is_the_same() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let file = png(&quarters(400, 200));
    let left = Crop::default().nudged(app::profile::rules::crop::Nudge::Left, (400, 200));
    let mut far_left = left;
    for _ in 0..40 {
        far_left = far_left.nudged(app::profile::rules::crop::Nudge::Left, (400, 200));
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
    let made = work(PROGRAM).await;
    assert_eq!(made, Ok(squares(&file, Crop::default()).unwrap()));
    let died = work("false").await;
    assert_eq!(
        died,
        Err(AppError::invalid("avatar", Violation::DamagedPicture))
    );
    assert_eq!(work("/nowhere").await, Err(AppError::Internal));
    // Whoever starts the program is told.
    assert!(Media::of("/nowhere").confinement().await.is_err());
    assert!(Media::of("false").confinement().await.is_err());
}
