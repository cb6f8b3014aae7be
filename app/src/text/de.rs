//! German texts. They use "du", because a profile is a personal matter and the site
//! speaks plainly. They say what to do, and avoid the generic masculine, so that
//! everyone is addressed.

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
