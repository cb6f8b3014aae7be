//! Numbers in English.

use crate::text::grouped;

/// Digits in groups of three from 10,000 on.
pub fn number(number: usize) -> String {
    match number {
        0..10_000 => number.to_string(),
        _ => grouped(number, ','),
    }
}

/// "1 character", "2 characters"
pub fn characters(n: usize) -> String {
    match n {
        1 => "1 character".to_owned(),
        _ => format!("{} characters", number(n)),
    }
}
