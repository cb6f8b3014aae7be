//! Accounts that wait for approval, which is a column of the table `users`; and the table
//! `approval_digest`.

use app::{
    account::types::{managed::ManagedAccount, user::UserId},
    text::Language,
};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Approval: Send {
    /// Accounts by username, those behind `after` that have waited or wait, whatever else they
    /// are.
    async fn accounts_waiting(&mut self, after: &str, limit: u32) -> Result<Vec<ManagedAccount>>;

    /// Makes a member of a user who waits.
    async fn approve(&mut self, user: UserId) -> Result<()>;

    /// Closes the account of a user who waits, to be erased as soon as they have been told. No
    /// login opens it again.
    async fn refuse(&mut self, user: UserId, now: i64) -> Result<()>;

    /// Members who may log in, have a confirmed address and that stored role; so many at most.
    async fn reachable_with_role(&mut self, role: &str, limit: u32) -> Result<Vec<Reachable>>;

    /// The time of the last digest.
    async fn last_digest_at(&mut self) -> Result<Option<i64>>;

    async fn set_last_digest_at(&mut self, now: i64) -> Result<()>;
}

/// A user whom a mail reaches.
#[derive(Debug, Clone)]
pub struct Reachable {
    pub id: UserId,
    pub email: String,
    /// `None` for who has not logged in.
    pub language: Option<Language>,
}
