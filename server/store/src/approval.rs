//! Accounts that wait for approval (a column of the table `users`), and the table
//! `approval_digest`.

use app::{
    account::types::{managed::ManagedAccount, user::UserId},
    text::Language,
};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Approval: Send {
    /// Returns accounts after `after`, by username, that wait for approval, whatever their state.
    /// Refused accounts are among them.
    async fn accounts_waiting(&mut self, after: &str, limit: u32) -> Result<Vec<ManagedAccount>>;

    /// Approves a user, who becomes a member.
    async fn approve(&mut self, user: UserId) -> Result<()>;

    /// Closes the account of a user who waits for approval, to be erased as soon as the user has
    /// been told. A login does not reopen it.
    async fn refuse(&mut self, user: UserId, now: i64) -> Result<()>;

    /// Returns members with a stored role who may log in and have a confirmed address, at most
    /// `limit` of them.
    async fn reachable_with_role(&mut self, role: &str, limit: u32) -> Result<Vec<Reachable>>;

    /// Returns the time of the last digest.
    async fn last_digest_at(&mut self) -> Result<Option<i64>>;

    async fn set_last_digest_at(&mut self, now: i64) -> Result<()>;
}

/// A user who can be reached by email.
#[derive(Debug, Clone)]
pub struct Reachable {
    pub id: UserId,
    pub email: String,
    /// `None` if the user has not logged in yet.
    pub language: Option<Language>,
}
