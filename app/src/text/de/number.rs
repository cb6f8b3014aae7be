//! Numbers in German.

use crate::text::number::grouped;

/// Digits in groups of three from 10.000 on.
pub fn number(number: usize) -> String {
    grouped(&number.to_string(), '.')
}

/// Signed number with its digits in groups of three.
pub fn integer(number: i64) -> String {
    grouped(&number.to_string(), '.')
}
