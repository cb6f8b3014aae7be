//! Modern Standard Arabic, in a neutral tone. Buttons and links are verbal nouns
//! ("حفظ", not "احفظ"), sentences say "يُرجى" and "يمكنك": no form takes the reader
//! for a man or a woman.
//!
//! Numbers have the six plural forms and the digits that CLDR gives for `ar`. What is
//! foreign to a sentence stands in isolates, so that it does not reorder the rest. In
//! source they are escapes; in the texts of mails they are the characters themselves.

mod account;
mod bidi;
mod date;
mod error;
mod number;
mod page;
mod profile;
mod violation;

pub use account::*;
pub use date::*;
pub use error::*;
pub use number::{integer, number};
pub use page::*;
pub use profile::*;
pub use violation::*;
