//! The tables `arrivals` and `imported_passwords`: users imported from other programs.

use app::account::types::user::UserId;
use async_trait::async_trait;
use std::collections::HashMap;

use crate::failure::Result;

#[async_trait]
pub trait Arrivals: Send {
    /// Returns the user that was imported from a source under a key; `None` if there was none.
    async fn arrival(&mut self, source: &str, key: &str) -> Result<Option<Arrival>>;

    /// Returns every user that was imported from a source, by their key there.
    async fn arrivals_of(&mut self, source: &str) -> Result<HashMap<String, Arrival>>;

    async fn add_arrival(&mut self, source: &str, key: &str, user: UserId, now: i64) -> Result<()>;

    /// Stores the password hash of another program for a user who has no password here.
    async fn set_imported_password(&mut self, user: UserId, hash: &str, now: i64) -> Result<()>;

    /// Returns whether any user still has the password hash of another program.
    async fn has_imported_passwords(&mut self) -> Result<bool>;

    /// Returns the user who has an address to confirm and has never had a password of ours. Nobody
    /// has signed up as this user, so an import or the operator has added them.
    async fn user_awaiting(&mut self, email_key: &str) -> Result<Option<UserId>>;

    /// Returns the password hash of a user in any state: one of ours, or that of another program.
    async fn password_of(&mut self, user: UserId) -> Result<Option<String>>;

    async fn count_imported_passwords(&mut self) -> Result<i64>;

    /// Sets the time of a user's last login at the source.
    async fn set_last_login(&mut self, user: UserId, at: i64) -> Result<()>;

    /// Returns every former name of every user.
    async fn all_former_names(&mut self) -> Result<Vec<String>>;
}

/// A user that was imported from a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    Here(UserId),
    /// Erased since then. The user is not imported again.
    Gone,
}
