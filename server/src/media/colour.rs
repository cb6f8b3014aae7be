//! Colours: what a file says of its own, brought to sRGB, which pictures of ours have.

use image::{DynamicImage, ImageBuffer, Rgb, RgbImage};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace,
    Layout, MatrixCoefficients, ToneReprCurve, TransferCharacteristics, TransformOptions,
};

use super::decode::profile_of;

/// The colours of a PNG (PNG specification, third edition, §4.3): by code points, by a
/// profile, by being sRGB, or by a gamma and chromaticities, in this order. `None` for
/// sRGB, and for what says nothing.
pub(super) fn of_png(info: &png::Info<'_>) -> Option<ColorProfile> {
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
    // Chromaticities alone say nothing to a browser.
    let gamma = info.gama_chunk?.into_value();
    let mut profile = ColorProfile::new_srgb();
    // The code points of sRGB would win over the curve.
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
            // Not of this world, and a division by zero.
            return None;
        }
        profile.update_rgb_colorimetry(all[0].to_xyyb(), primaries);
    }
    // Far beyond these nobody means it; a browser takes no notice of zero.
    let curve = (0.05..=20.0).contains(&gamma).then(|| 1.0 / gamma)?;
    let curve = ToneReprCurve::Parametric(vec![curve]);
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    Some(profile)
}

/// Builds a profile from code points of ITU-T H.273. `None` for those of which nothing is known, and for
/// brightness beyond that of paper (HLG, PQ), which every browser maps in its own way.
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
    // It says no in every case, and leaves the points behind where it could.
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
/// In 16 bits: what is bright in a linear picture is dark in ours, and 8 would show steps.
pub(super) fn to_srgb(picture: DynamicImage, profile: Option<&ColorProfile>) -> RgbImage {
    let Some(profile) = profile else {
        return picture.into_rgb8();
    };
    let (width, height) = (picture.width(), picture.height());
    let (layout, samples) = match profile.color_space {
        DataColorSpace::Gray if !picture.color().has_color() => {
            (Layout::Gray, picture.to_luma16().into_raw())
        }
        DataColorSpace::Rgb => (Layout::Rgb, picture.to_rgb16().into_raw()),
        // That of an ink, of a picture that was one: the decoder has mixed its colours.
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
