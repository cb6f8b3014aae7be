//! A user, as others see them.

use serde::{Deserialize, Serialize};

/// The key of a user in the store, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserId(pub i64);

/// An account that can log in, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    /// The username, with its case as typed.
    pub username: String,
    /// The key of a role of the schema.
    pub role: String,
}

impl User {
    /// Returns a user with this role who owns none of the profiles to be viewed.
    pub fn stranger(role: &str) -> User {
        User {
            id: UserId(0),
            username: String::new(),
            role: role.to_owned(),
        }
    }
}
