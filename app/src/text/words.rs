//! Helpers for the texts of every language.

/// Defines texts without arguments: `name: "words",`
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $words:literal,)*) => {
        $($(#[$doc])* pub fn $name() -> &'static str { $words })*
    };
}
pub(crate) use words;

/// Code point of a character in Unicode notation: `U+0007`.
pub fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}
