//! English texts, in British spelling and without contractions. They say what to do,
//! after the GOV.UK style guide: "Enter a birth date in the past", not "Invalid date".

mod account;
mod admin;
mod date;
mod error;
mod number;
mod page;
mod profile;
mod user_list;
mod violation;

pub use account::*;
pub use admin::*;
pub use date::*;
pub use error::*;
pub use number::{integer, number};
pub use page::*;
pub use profile::*;
pub use user_list::*;
pub use violation::*;
