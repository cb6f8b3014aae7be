//! Numbers in German.

use crate::text::grouped;

/// Digits in groups of three from 10.000 on.
pub fn number(number: usize) -> String {
    grouped(&number.to_string(), '.')
}

/// The same of one that may be below zero.
pub fn integer(number: i64) -> String {
    grouped(&number.to_string(), '.')
}
