//! The tables `arrivals` and `imported_passwords`: users who come from elsewhere.

use app::account::types::user::UserId;
use async_trait::async_trait;
use std::collections::HashMap;

use crate::failure::Result;

#[async_trait]
pub trait Arrivals: Send {
    /// The user whom a source has brought before; `None` if it has not.
    async fn arrival(&mut self, source: &str, key: &str) -> Result<Option<Arrival>>;

    /// Every user whom a source has brought, by their key there.
    async fn arrivals_of(&mut self, source: &str) -> Result<HashMap<String, Arrival>>;

    async fn add_arrival(&mut self, source: &str, key: &str, user: UserId, now: i64) -> Result<()>;

    /// Keeps the hash of another program for a user who has no password here.
    async fn set_imported_password(&mut self, user: UserId, hash: &str, now: i64) -> Result<()>;

    /// Returns whether anybody still has the password hash of another program.
    async fn has_imported_passwords(&mut self) -> Result<bool>;

    /// The user for whom an address waits who has never had a password of ours: nobody has signed
    /// up as them, so an import has brought them, or the operator.
    async fn user_awaiting(&mut self, email_key: &str) -> Result<Option<UserId>>;

    /// The password hash of a user, whatever their state: one of ours, or that of another program.
    async fn password_of(&mut self, user: UserId) -> Result<Option<String>>;

    async fn count_imported_passwords(&mut self) -> Result<i64>;

    /// Sets when a user last logged in where they come from.
    async fn set_last_login(&mut self, user: UserId, at: i64) -> Result<()>;

    /// Every former name of a user.
    async fn all_former_names(&mut self) -> Result<Vec<String>>;
}

/// A user whom a source has brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    Here(UserId),
    /// Erased since. The source does not bring them back.
    Gone,
}
