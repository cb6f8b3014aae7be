//! Accounts that are closed and will be erased, which is a column of the table `users`.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Closing: Send {
    /// Returns whether the account is closed, or gone.
    async fn is_closed(&mut self, user: UserId) -> Result<bool>;

    /// Closes an account, to be erased at that time. Returns its confirmed address.
    async fn close(&mut self, user: UserId, erase_at: i64) -> Result<Option<String>>;

    /// Opens an account again. `false` if it was not closed.
    async fn reopen(&mut self, user: UserId) -> Result<bool>;

    /// Accounts whose time is up. One that was refused stays until its owner has been told.
    async fn due_for_erasure(&mut self, now: i64) -> Result<Vec<UserId>>;

    async fn is_due_for_erasure(&mut self, user: UserId, now: i64) -> Result<bool>;
}
