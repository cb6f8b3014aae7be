//! Numbers in Arabic, after CLDR: digits ٠ to ٩, and six forms of plural.

use std::fmt::Display;

use crate::text::number::grouped;

/// Digits of an integer in groups of three, from 10,000 on: "١٠٬٠٠٠"
pub fn number(number: impl Display) -> String {
    digits(&grouped(&number.to_string(), '\u{66C}'))
}

/// Replaces ASCII digits by Arabic ones.
pub fn digits(text: &str) -> String {
    let arabic = |c: char| {
        c.to_digit(10)
            .and_then(|digit| char::from_u32(0x660 + digit))
    };
    text.chars().map(|c| arabic(c).unwrap_or(c)).collect()
}

/// Number with its noun: "يوم واحد", "يومان", "٣ أيام", "١١ يومًا", "١٠٠ يوم". One and
/// two are words without a digit. Zero takes the form of a hundred: "٠ يوم".
pub fn counted(n: u64, one: &str, two: &str, few: &str, many: &str, other: &str) -> String {
    let noun = match (n, n % 100) {
        (1, _) => return one.to_owned(),
        (2, _) => return two.to_owned(),
        (_, 3..=10) => few,
        (_, 11..=99) => many,
        _ => other,
    };
    format!("{} {noun}", number(n))
}

/// Number of characters, as the subject of a sentence or after a colon.
pub fn characters(n: usize) -> String {
    counted(n as u64, "حرف واحد", "حرفان", "أحرف", "حرفًا", "حرف")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_form() {
        for (n, expected) in [
            (0, "٠ يوم"),
            (1, "يوم واحد"),
            (2, "يومان"),
            (3, "٣ أيام"),
            (10, "١٠ أيام"),
            (11, "١١ يومًا"),
            (99, "٩٩ يومًا"),
            (100, "١٠٠ يوم"),
            (101, "١٠١ يوم"),
            (102, "١٠٢ يوم"),
            (103, "١٠٣ أيام"),
            (111, "١١١ يومًا"),
        ] {
            let days = counted(n, "يوم واحد", "يومان", "أيام", "يومًا", "يوم");
            assert_eq!(days, expected);
        }
    }

    #[test]
    fn digits_are_grouped_from_ten_thousand_on() {
        for (n, expected) in [
            (0, "٠"),
            (1990, "١٩٩٠"),
            (9999, "٩٩٩٩"),
            (10_000, "١٠\u{66C}٠٠٠"),
            (1_234_567, "١\u{66C}٢٣٤\u{66C}٥٦٧"),
        ] {
            assert_eq!(number(n), expected);
        }
        assert_eq!(digits("-12:05 UTC"), "-١٢:٠٥ UTC");
    }
}
