//! Formatting of digits, in groups and as megabytes.

/// Groups the digits of a number in threes from 10,000 on, so that years stay whole.
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

/// Megabytes, rounded up to a tenth, which is left out if it is zero.
pub(super) fn megabytes(bytes: u64, point: &str) -> String {
    let tenths = bytes.div_ceil(100_000);
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        tenth => format!("{}{point}{tenth}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_told_to_a_tenth() {
        for (bytes, expected) in [
            (1, "0.1"),
            (1_000_000, "1"),
            (2_450_000, "2.5"),
            (16 * 1024 * 1024, "16.8"),
        ] {
            assert_eq!(megabytes(bytes, "."), expected);
        }
    }

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
