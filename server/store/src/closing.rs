//! Closed accounts, which will be erased (a column of the table `users`).

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Closing: Send {
    /// Returns whether the account is closed or no longer exists.
    async fn is_closed(&mut self, user: UserId) -> Result<bool>;

    /// Closes an account, to be erased at a given time. Returns its confirmed address.
    async fn close(&mut self, user: UserId, erase_at: i64) -> Result<Option<String>>;

    /// Reopens an account. Returns `false` if it was not closed.
    async fn reopen(&mut self, user: UserId) -> Result<bool>;

    /// Returns the accounts that are due for erasure. A refused account stays until its owner has
    /// been told.
    async fn due_for_erasure(&mut self, now: i64) -> Result<Vec<UserId>>;

    async fn is_due_for_erasure(&mut self, user: UserId, now: i64) -> Result<bool>;
}
