//! The placeholder for a picture: the initials of the name on a muted colour, as SVG in the page
//! itself. No other server is involved.
//!
//! The colour is a class and not a `style` attribute, which the content security policy forbids.

use leptos::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use crate::unicode::is_blank;

/// The number of colours in `style/avatar.css`.
pub const INITIALS_COLOURS: u8 = 8;

#[component]
pub fn Initials(name: String, colour: u8) -> impl IntoView {
    let class = format!("avatar hue-{colour}");
    // Decorative: the name is next to it.
    view! {
        <svg class=class viewBox="0 0 96 96" aria-hidden="true">
            <circle cx="48" cy="48" r="48"></circle>
            <text x="48" y="48">{initials(&name)}</text>
        </svg>
    }
}

/// Returns the first grapheme clusters of the first and of the last word. The style sheet
/// capitalises them.
fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.graphemes(true).find(|cluster| is_letter(cluster)));
    let first = words.next();
    let last = words.next_back();
    match first {
        Some(first) => format!("{first}{}", last.unwrap_or_default()),
        // A name of nothing but punctuation.
        None => name
            .trim_matches(is_blank)
            .graphemes(true)
            .take(1)
            .collect(),
    }
}

/// Returns whether a cluster can be an initial, which quotation marks and brackets cannot.
fn is_letter(cluster: &str) -> bool {
    // The blocks from Arrows on contain pictures; those before them, punctuation.
    let is_picture =
        |first: char| matches!(first, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
    cluster
        .chars()
        .next()
        .is_some_and(|first| first.is_alphanumeric() && !is_blank(first) || is_picture(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_what_a_person_would_write() {
        for (name, expected) in [
            ("Maya Lind", "ML"),
            ("maya", "m"),
            ("Ana Maria de la Cruz", "AC"),
            ("Š Ž", "ŠŽ"),
            ("山田 太郎", "山太"),
            ("👩‍👩‍👧 Smith", "👩‍👩‍👧S"),
            ("نور الهدى", "نا"),
            ("क्षमा", "क्ष"),
            ("e\u{301}lodie", "e\u{301}"),
            ("\"Maya\" (Lind)", "ML"),
            ("“Maya” «Lind»", "ML"),
            ("⭐ （山）", "⭐山"),
            ("maya_lind", "m"),
            ("-", "-"),
            ("\u{3164} maya", "m"),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
