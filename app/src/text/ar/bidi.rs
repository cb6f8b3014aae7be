//! Bidi isolation of foreign parts in an Arabic sentence: a name, an address, a label from the
//! operator's schema. Without it, their first and last characters and the full stop after them
//! change places (UAX #9).

/// Isolates text whose first letter decides its direction: names, labels, devices.
pub fn isolate(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// Isolates text that runs from left to right, whatever it begins with: addresses,
/// sites, examples.
pub fn left_to_right(text: &str) -> String {
    format!("\u{2066}{text}\u{2069}")
}

/// Isolated `@username`.
pub fn at(username: &str) -> String {
    left_to_right(&format!("@{username}"))
}
