//! A profile as it is stored.

use std::collections::BTreeMap;

use super::{audience::Audiences, value::Value};
use crate::account::types::user::User;

/// A profile as it is stored, before access is checked.
///
/// Not `Serialize`: only the part of it that is [`visible_to`](super::access::visible_to) a viewer
/// leaves the server.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub owner: User,
    /// The number of saves; a form names the version that it was opened with.
    pub version: u64,
    pub values: Values,
    pub audiences: Audiences,
    pub listing: Listing,
}

/// The data about a profile besides its content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listing {
    /// `true` if search engines may list the profile, provided that everyone can see it.
    pub listed: bool,
    /// `true` if the members' directory lists the profile, to those who can see it.
    pub in_directory: bool,
    /// The time of creation, in milliseconds since 1970-01-01 UTC.
    pub created_at: i64,
}

/// The values of a profile by the key of their field. A field without a value is absent.
pub type Values = BTreeMap<String, Value>;
