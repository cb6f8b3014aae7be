//! The length of a text, and its limit.

use unicode_segmentation::UnicodeSegmentation;

use super::violation::Violation;

/// The number of bytes that a text may have for each grapheme cluster of its limit.
///
/// The longest emoji in use has 35. A letter with a hundred thousand combining marks is one cluster
/// too, and has 200 kB.
const BYTES_PER_CLUSTER: usize = 40;

/// Returns the length of a text in grapheme clusters.
pub fn length(text: &str) -> usize {
    text.graphemes(true).count()
}

pub(crate) fn within(text: &str, max: usize) -> Result<String, Violation> {
    if text.graphemes(true).nth(max).is_some() {
        Err(Violation::TooLong(max))
    } else if text.len() > max * BYTES_PER_CLUSTER {
        Err(Violation::TooHeavy)
    } else {
        Ok(text.to_owned())
    }
}
