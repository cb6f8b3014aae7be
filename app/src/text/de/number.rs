//! Numbers in German.

use crate::text::grouped;

/// Digits in groups of three from 10.000 on.
pub fn number(number: usize) -> String {
    match number {
        0..10_000 => number.to_string(),
        _ => grouped(number, '.'),
    }
}
