//! The portrait of a profile: the initials of its name on a calm colour.
//!
//! The colour is a class and not a `style` attribute, which the content
//! security policy forbids. It follows the username, so that it stays when
//! somebody mends a typing error in their name.

use leptos::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// As many as `style/profile.css` has.
const COLOURS: u32 = 8;

#[component]
pub fn Avatar(name: String, username: String) -> impl IntoView {
    let colour = format!("avatar avatar-{}", colour(&username));
    // Decoration: the name stands beside it.
    view! { <span class=colour aria-hidden="true">{initials(&name)}</span> }
}

/// The first grapheme cluster of the first and of the last word. The stylesheet
/// makes capitals of them.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.graphemes(true).next());
    let last = words
        .next_back()
        .and_then(|word| word.graphemes(true).next());
    format!("{}{}", first.unwrap_or_default(), last.unwrap_or_default())
}

/// FNV-1a: the same on both sides and in every release, which std's hasher does
/// not promise.
fn colour(username: &str) -> u32 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    username.to_ascii_lowercase().bytes().fold(0x811c_9dc5, mix) % COLOURS
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
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
