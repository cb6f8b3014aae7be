//! The rules of a profile. Pure, without I/O, the same on both sides.

pub mod access;
pub mod audience;
pub mod author;
pub mod choice;
pub mod crop;
pub mod date;
pub mod describe;
pub mod document;
#[cfg(test)]
pub(crate) mod fixture;
pub mod history;
pub mod kind;
pub mod length;
pub mod merge;
pub mod patch;
pub mod picture;
pub mod profile;
pub mod save;
pub mod schema;
pub mod snapshot;
mod stored_value;
mod typed_date;
pub mod value;
pub mod view_as;
pub mod violation;
