//! The profile: its schema, its rules, its pages.
//!
//! Pure, without I/O, the same on both sides: `schema`, `kind`, `value`, `date`,
//! `violation`, `patch`. What a profile looks like: `view`; how it is edited:
//! `edit` with the controls of `control`; who may save it: `api`; at which
//! addresses: `page`.

pub mod api;
mod control;
mod date;
mod edit;
mod kind;
mod page;
mod patch;
mod schema;
mod stored;
mod value;
mod view;
mod violation;

pub use date::Date;
pub use edit::ProfileEditor;
pub use kind::{Choice, Kind, email, length};
pub use page::{EditPage, OwnProfilePage, PublicProfilePage};
pub use patch::{Change, Patch};
pub use schema::{Field, Group, Schema};
pub use stored::StoredFields;
pub use value::{Phone, Value, WebUrl};
pub use view::{ProfileCard, ProfileView};
pub use violation::Violation;

use std::collections::BTreeMap;

/// A profile as it is stored, before anybody looks at it.
///
/// Not `Serialize`: what leaves the server is a [`ProfileView`], which holds
/// only what its viewer may see.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// As the user typed it at sign-up.
    pub username: String,
    /// Counts the saves; the next one has to name it.
    pub version: u64,
    pub values: Values,
}

/// The values of a profile by the key of their field. A field without a value
/// is absent.
pub type Values = BTreeMap<String, Value>;
