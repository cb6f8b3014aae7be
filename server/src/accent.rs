//! The operator's accent colour: parsed, checked, and turned into custom properties of the
//! style sheet (`style/tokens.css`). The logo and the buttons in emails use it too.
//!
//! The colour is used for text and as the background of buttons, so it has to be legible as
//! both. The dark theme uses the same hue at another lightness, because no single colour is
//! legible on light and dark backgrounds alike.

use moxcms::{Oklch, Rgb};
use std::{fmt, str::FromStr};

/// The minimum contrast of text (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f32 = 4.5;

/// The darker background of a light page, as in `tokens.css`: lightness, chroma, hue.
const PAPER: (f32, f32, f32) = (0.975, 0.006, 95.0);

/// A colour in sRGB, written `#RRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent([u8; 3]);

/// The built-in colour of `tokens.css` and of `public/favicon.svg`.
impl Default for Accent {
    fn default() -> Accent {
        Accent([0x00, 0x6f, 0x71])
    }
}

impl FromStr for Accent {
    type Err = String;

    fn from_str(text: &str) -> Result<Accent, String> {
        let channel = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
        let hex = text.len() == 7
            && text.starts_with('#')
            && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
        let colour = hex.then(|| Some([channel(1)?, channel(3)?, channel(5)?]));
        let colour = colour
            .flatten()
            .ok_or("expected a colour as #RRGGBB, such as #0b6e6e")?;
        let ratio = contrast(linear(colour));
        if ratio >= LEAST_CONTRAST {
            return Ok(Accent(colour));
        }
        let near = match darker(colour) {
            Some(near) => format!("; a darker colour with enough contrast is {}", Accent(near)),
            None => String::new(),
        };
        // Rounded down: a ratio just too low must not read as sufficient.
        let ratio = (ratio * 100.0).floor() / 100.0;
        Err(format!(
            "as text it has a contrast of {ratio} against the page, but needs {LEAST_CONTRAST}{near}"
        ))
    }
}

/// Formats the colour as in the setting: `#rrggbb`.
impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0))
    }
}

impl Accent {
    /// The style that overrides the built-in colour; empty for the built-in one.
    pub fn style(self) -> String {
        if self == Accent::default() {
            return String::new();
        }
        let Oklch { c, h, .. } = self.dark();
        let hue = h.to_degrees().rem_euclid(360.0);
        format!(
            ":root{{--accent-light:{self};--accent-dark:{};\
             --accent-hue:{hue:.1};--accent-chroma:{c:.3}}}",
            self.in_the_dark()
        )
    }

    /// The colour for dark backgrounds, as `#rrggbb`: email clients do not support OKLCH.
    pub fn in_the_dark(self) -> String {
        hex(eight_bits(self.dark().to_linear_rgb()))
    }

    /// Replaces the built-in colour in an SVG image.
    pub fn paint(self, svg: &str) -> String {
        svg.replace(&Accent::default().to_string(), &self.to_string())
    }

    fn dark(self) -> Oklch {
        if self == Accent::default() {
            return Oklch::new(0.8, 0.11, 190_f32.to_radians());
        }
        let Oklch { c, h, .. } = Oklch::from_linear_rgb(linear(self.0));
        Oklch::new(0.8, c.min(0.11), h)
    }
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The contrast ratio (WCAG 2.2) to the light background. White text on the colour has a
/// slightly higher one.
fn contrast(colour: Rgb<f32>) -> f32 {
    let (l, c, h) = PAPER;
    let paper = Oklch::new(l, c, h.to_radians()).to_linear_rgb();
    let luminance = |rgb: Rgb<f32>| 0.2126 * rgb.r + 0.7152 * rgb.g + 0.0722 * rgb.b;
    (luminance(paper) + 0.05) / (luminance(colour) + 0.05)
}

/// A darker colour of the same hue: the lightest one with enough contrast.
fn darker(colour: [u8; 3]) -> Option<[u8; 3]> {
    let Oklch { l, c, h } = Oklch::from_linear_rgb(linear(colour));
    (0..100u8).find_map(|percent| {
        let lightness = l - f32::from(percent) / 100.0;
        // Rounded to eight bits and clamped to the gamut, as it will be written.
        let near = eight_bits(Oklch::new(lightness, c, h).to_linear_rgb());
        (contrast(linear(near)) >= LEAST_CONTRAST).then_some(near)
    })
}

/// Converts sRGB to linear RGB (IEC 61966-2-1); [`eight_bits`] converts back.
fn linear(colour: [u8; 3]) -> Rgb<f32> {
    let [r, g, b] = colour.map(|channel| {
        let value = f32::from(channel) / 255.0;
        match value <= 0.04045 {
            true => value / 12.92,
            false => ((value + 0.055) / 1.055).powf(2.4),
        }
    });
    Rgb::new(r, g, b)
}

fn eight_bits(colour: Rgb<f32>) -> [u8; 3] {
    [colour.r, colour.g, colour.b].map(|value| {
        let value = match value <= 0.003_130_8 {
            true => value * 12.92,
            false => 1.055 * value.powf(1.0 / 2.4) - 0.055,
        };
        // `as` clamps, as intended.
        (value * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_nobody_can_read_is_refused_with_one_near_it() {
        assert!("#0b6e6e".parse::<Accent>().is_ok());
        assert!("#000000".parse::<Accent>().is_ok());
        for pale in ["#ffcc00", "#7fd1c7", "#ff7a59", "#ffffff"] {
            let refused = pale.parse::<Accent>().unwrap_err();
            assert!(refused.contains("needs 4.5"), "{refused}");
            let near = refused.rsplit(' ').next().unwrap();
            assert!(near.parse::<Accent>().is_ok(), "{pale}: {refused}");
        }
        // Just below is not enough, and does not read as if it were.
        let refused = "#727272".parse::<Accent>().unwrap_err();
        assert!(refused.contains("contrast of 4.47"), "{refused}");
        for odd in ["", "teal", "#fff", "0b6e6e", "#0b6e6g", "#0b6e6e;}"] {
            let refused = odd.parse::<Accent>().unwrap_err();
            assert!(refused.contains("#RRGGBB"), "{odd}: {refused}");
        }
    }

    #[test]
    fn the_mark_has_it() {
        let mark = include_str!("../../public/favicon.svg");
        let plum: Accent = "#7a1f5c".parse().unwrap();
        assert!(plum.paint(mark).contains("fill=\"#7a1f5c\""));
    }

    #[test]
    fn the_built_in_one_is_that_of_the_style_sheet() {
        let tokens = include_str!("../../style/tokens.css");
        assert!(tokens.contains("--accent-light: oklch(0.47 0.13 195);"));
        let teal = Oklch::new(0.47, 0.13, 195_f32.to_radians());
        assert_eq!(Accent(eight_bits(teal.to_linear_rgb())), Accent::default());
        assert!(tokens.contains("--accent-dark: oklch(0.80 0.11 190);"));
        assert_eq!(Accent::default().in_the_dark(), "#59d4cd");
        assert_eq!(Accent::default().style(), "");
    }

    #[test]
    fn its_style_is_made_of_numbers() {
        let style = "#0B6E6E".parse::<Accent>().unwrap().style();
        assert!(style.starts_with(":root{--accent-light:#0b6e6e;--accent-dark:#"));
        assert!(
            style.bytes().all(|byte| byte.is_ascii() && byte != b'<'),
            "{style}"
        );
    }
}
