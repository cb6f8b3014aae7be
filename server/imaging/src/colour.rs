//! Colour management: converts the colours that a file declares to sRGB, as stored pictures
//! use.

use image::{DynamicImage, ImageBuffer, Rgb, RgbImage};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace,
    Layout, MatrixCoefficients, ToneReprCurve, TransferCharacteristics, TransformOptions,
};

/// Reads an embedded colour profile; `None` for one that cannot be read. The picture is then
/// off by a shade, as in every viewer.
pub fn profile_of(bytes: &[u8]) -> Option<ColorProfile> {
    ColorProfile::new_from_slice(bytes).ok()
}

/// The colour profile of a PNG (PNG specification, third edition, §4.3): from code points, an
/// embedded profile, the sRGB chunk, or a gamma and chromaticities, in this order. `None` for
/// sRGB, and for a file that declares nothing.
pub fn of_png(info: &png::Info<'_>) -> Option<ColorProfile> {
    let points = info.coding_independent_code_points.as_ref();
    if let Some(profile) =
        points.and_then(|points| of_code_points(points.color_primaries, points.transfer_function))
    {
        return Some(profile);
    }
    if let Some(profile) = &info.icc_profile {
        return profile_of(profile);
    }
    if info.srgb.is_some() {
        return None;
    }
    // Browsers ignore chromaticities without a gamma.
    let gamma = info.gama_chunk?.into_value();
    let mut profile = ColorProfile::new_srgb();
    // The code points of sRGB would take precedence over the curve.
    profile.cicp = None;
    if let Some(chromaticities) = &info.chrm_chunk {
        let at = |(x, y): (png::ScaledFloat, png::ScaledFloat)| {
            Chromaticity::new(x.into_value(), y.into_value())
        };
        let primaries = ColorPrimaries {
            red: at(chromaticities.red),
            green: at(chromaticities.green),
            blue: at(chromaticities.blue),
        };
        let all = [
            at(chromaticities.white),
            primaries.red,
            primaries.green,
            primaries.blue,
        ];
        if all.iter().any(|point| point.y <= 0.0) {
            // Not a colour, and a division by zero.
            return None;
        }
        profile.update_rgb_colorimetry(all[0].to_xyyb(), primaries);
    }
    // A gamma outside these limits is a mistake; browsers ignore a gamma of zero.
    let curve = (0.05..=20.0).contains(&gamma).then(|| 1.0 / gamma)?;
    let curve = ToneReprCurve::Parametric(vec![curve]);
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    Some(profile)
}

/// Builds a profile from code points of ITU-T H.273. `None` for unknown ones, and for high
/// dynamic range (HLG, PQ), which every browser maps in its own way.
fn of_code_points(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    let primaries = CicpColorPrimaries::try_from(primaries).ok()?;
    let transfer = TransferCharacteristics::try_from(transfer).ok()?;
    if matches!(
        transfer,
        TransferCharacteristics::Hlg | TransferCharacteristics::Smpte2084
    ) {
        return None;
    }
    ToneReprCurve::try_from(transfer).ok()?;
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    // Always reports failure; if it succeeded, the code points are set.
    let _ = profile.update_rgb_colorimetry_from_cicp(CicpProfile {
        color_primaries: primaries,
        transfer_characteristics: transfer,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    profile.cicp.is_some().then_some(profile)
}

/// Converts a picture to sRGB, from the colours that `profile` describes.
///
/// Computes in 16 bits: 8 would show banding in the dark parts of a linear picture.
pub fn to_srgb(picture: DynamicImage, profile: Option<&ColorProfile>) -> RgbImage {
    let Some(profile) = profile else {
        return picture.into_rgb8();
    };
    let (width, height) = (picture.width(), picture.height());
    let (layout, samples) = match profile.color_space {
        DataColorSpace::Gray if !picture.color().has_color() => {
            (Layout::Gray, picture.to_luma16().into_raw())
        }
        DataColorSpace::Rgb => (Layout::Rgb, picture.to_rgb16().into_raw()),
        // A profile for CMYK: the decoder has converted the inks to RGB already.
        _ => return picture.into_rgb8(),
    };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let transform = profile.create_transform_16bit(layout, &srgb, Layout::Rgb, options);
    let mut seen = vec![0; width as usize * height as usize * 3];
    let is_seen = transform.is_ok_and(|transform| transform.transform(&samples, &mut seen).is_ok());
    match ImageBuffer::<Rgb<u16>, _>::from_raw(width, height, seen).filter(|_| is_seen) {
        Some(seen) => DynamicImage::ImageRgb16(seen).into_rgb8(),
        None => picture.into_rgb8(),
    }
}
