//! A profile as it is stored.

use std::collections::BTreeMap;

use super::{audience::Audiences, value::Value};
use crate::account::types::user::User;

/// A profile as it is stored, before anybody looks at it.
///
/// Not `Serialize`: what leaves the server is what one viewer has
/// [`visible_to`](super::access::visible_to) of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub owner: User,
    /// Counts the saves; a form names the one it was opened with.
    pub version: u64,
    pub values: Values,
    pub audiences: Audiences,
    pub listing: Listing,
}

/// The data about a profile besides its content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listing {
    /// Search engines may list it, if everyone sees it.
    pub listed: bool,
    /// The members' directory lists it, as far as its readers see it.
    pub in_directory: bool,
    /// Time of creation, in milliseconds since 1970-01-01 UTC.
    pub created_at: i64,
}

/// The values of a profile by the key of their field. A field without a value
/// is absent.
pub type Values = BTreeMap<String, Value>;
