//! English texts, in British spelling and without contractions. They say what to do,
//! after the GOV.UK style guide: "Enter a birth date in the past", not "Invalid date".

mod account;
mod admin;
mod date;
mod error;
mod number;
mod oversight;
mod page;
mod profile;
mod violation;

pub use account::*;
pub use admin::*;
pub use date::*;
pub use error::*;
pub use number::{integer, number};
pub use oversight::*;
pub use page::*;
pub use profile::*;
pub use violation::*;
