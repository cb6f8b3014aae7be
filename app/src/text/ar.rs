//! Texts in Modern Standard Arabic, in a neutral tone. Buttons and links are verbal
//! nouns ("حفظ", not "احفظ"), sentences use "يُرجى" and "يمكنك": no form assumes that
//! the reader is a man or a woman.
//!
//! Numbers have the six plural forms and the digits that CLDR gives for `ar`. Foreign
//! parts of a sentence are bidi-isolated, so that they do not reorder the rest. In
//! source the isolates are escapes; in email texts they are the characters themselves.

mod account;
mod admin;
mod approval;
mod bidi;
mod date;
mod directory;
mod error;
mod import;
mod invitation;
mod names;
mod number;
mod oversight;
mod page;
mod profile;
mod schema;
mod second;
mod user_list;
mod violation;

pub use account::*;
pub use admin::*;
pub use approval::*;
pub use date::*;
pub use directory::*;
pub use error::*;
pub use import::*;
pub use invitation::*;
pub use names::*;
pub use number::{number, number as integer};
pub use oversight::*;
pub use page::*;
pub use profile::*;
pub use schema::*;
pub use second::*;
pub use user_list::*;
pub use violation::*;
