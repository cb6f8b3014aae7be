//! Digits.

use std::borrow::Cow;

/// A number with its digits in groups of three.
pub(super) fn grouped(number: usize, separator: char) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => {
            let rest = number % 1000;
            grouped(number / 1000, separator) + &format!("{separator}{rest:03}")
        }
    }
}

/// The same text with the digits of Arabic and Persian as those of ASCII: for what
/// is a number, whatever keyboard it was typed on.
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    let digit = |c: char| match c {
        '\u{660}'..='\u{669}' => Some(u32::from(c) - 0x660),
        '\u{6F0}'..='\u{6F9}' => Some(u32::from(c) - 0x6F0),
        _ => None,
    };
    if !text.contains(|c| digit(c).is_some()) {
        return text.into();
    }
    let ascii = |c| digit(c).and_then(|digit| char::from_digit(digit, 10));
    text.chars().map(|c| ascii(c).unwrap_or(c)).collect()
}
