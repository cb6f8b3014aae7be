//! Numbers in English.

use std::fmt::Display;

use crate::text::number::grouped;

/// Digits of an integer in groups of three, from 10,000 on.
pub fn number(number: impl Display) -> String {
    grouped(&number.to_string(), ',')
}

/// "1 character", "2 characters"
pub fn characters(n: usize) -> String {
    match n {
        1 => "1 character".to_owned(),
        _ => format!("{} characters", number(n)),
    }
}
