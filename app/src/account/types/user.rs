//! A user, as far as others meet them.

use serde::{Deserialize, Serialize};

/// The key of a user in the store; from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserId(pub i64);

/// An account that can log in, as far as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    /// The name as typed at sign-up.
    pub username: String,
    /// The key of a role of the schema.
    pub role: String,
}

impl User {
    /// Somebody of that role who owns no profile that is looked at.
    pub fn stranger(role: &str) -> User {
        User {
            id: UserId(0),
            username: String::new(),
            role: role.to_owned(),
        }
    }
}
