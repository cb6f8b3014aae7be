//! German texts. They use "du", because a profile is a personal matter and the site
//! speaks plainly. They say what to do, and avoid the generic masculine, so that
//! everyone is addressed.

mod account;
mod admin;
mod approval;
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
