//! Numbers in English.

use crate::text::number::grouped;

/// Digits in groups of three from 10,000 on.
pub fn number(number: usize) -> String {
    grouped(&number.to_string(), ',')
}

/// Signed number with its digits in groups of three.
pub fn integer(number: i64) -> String {
    grouped(&number.to_string(), ',')
}

/// "1 character", "2 characters"
pub fn characters(n: usize) -> String {
    match n {
        1 => "1 character".to_owned(),
        _ => format!("{} characters", number(n)),
    }
}
