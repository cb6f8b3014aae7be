//! Every word a person reads, by language.
//!
//! No other file holds wording. A page asks for a text by name; what needs a
//! number or a name is a function, because languages differ in more than words.
//! English is the only language so far; a second one stands beside `en`.

mod en;

pub use en::*;
