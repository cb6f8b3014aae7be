//! Normalised words for searching: without case, accents and punctuation.

use app::unicode::{ascii_digits, is_unseen};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Maximum length of a word, in characters; the rest of it is not searched.
const LONGEST: usize = 40;

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST).collect())
        .collect()
}

fn fold(text: &str) -> String {
    let lower = ascii_digits(text).to_lowercase();
    let plain = lower
        .nfkd()
        // A tatweel only lengthens the Arabic letter before it.
        .filter(|c| !is_combining_mark(*c) && !is_unseen(*c) && *c != '\u{640}');
    let mut folded = String::with_capacity(text.len());
    for c in plain {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_however_they_are_spelled() {
        for (text, expected) in [
            ("Álvaro  O’Neil-Müller", "alvaro o neil muller"),
            ("STRASSE Straße", "strasse strasse"),
            ("Łódź Øre", "lodz ore"),
            ("ＭＡＹＡ_1", "maya 1"),
            ("مُحَمَّد محـــمد", "محمد محمد"),
            ("٤٢", "42"),
            (" — ⭐ ", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }
}
