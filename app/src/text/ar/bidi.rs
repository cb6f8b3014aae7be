//! What stands in an Arabic sentence and is not of it: a name, an address, a label
//! of the operator's. Without a wall around it, its first and last characters and
//! the full stop behind it change places (UAX #9).

/// The direction is that of its own first letter: names, labels, devices.
pub fn isolate(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// From left to right whatever it begins with: addresses, sites, examples.
pub fn left_to_right(text: &str) -> String {
    format!("\u{2066}{text}\u{2069}")
}

/// `@username`
pub fn at(username: &str) -> String {
    left_to_right(&format!("@{username}"))
}
