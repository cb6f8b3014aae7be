//! Numbers in German.

use std::fmt::Display;

use crate::text::number::grouped;

/// Digits of an integer in groups of three, from 10.000 on.
pub fn number(number: impl Display) -> String {
    grouped(&number.to_string(), '.')
}
