//! Digits.

use std::borrow::Cow;

/// A number with its digits in groups of three from 10,000 on, a year being none.
pub(super) fn grouped(number: &str, separator: char) -> String {
    let digits = number.trim_start_matches('-');
    let mut grouped = number[..number.len() - digits.len()].to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() > 4 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_number_has_its_digits_in_groups() {
        for (number, expected) in [
            ("0", "0"),
            ("1998", "1998"),
            ("-1998", "-1998"),
            ("10000", "10,000"),
            ("-123456", "-123,456"),
            ("9223372036854775807", "9,223,372,036,854,775,807"),
        ] {
            assert_eq!(grouped(number, ','), expected);
        }
    }
}
