//! German. It says "du", because a profile is a personal matter and the site speaks
//! plainly. It says what to do, and names people without the generic masculine, so
//! that everybody is meant.

mod account;
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
