//! Accounts as those see them who manage users: of a profile nothing.

use app::account::types::managed::ManagedAccount;
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Management: Send {
    /// The account of that name, or of that former name.
    async fn find_account(&mut self, username_key: &str) -> Result<Option<ManagedAccount>>;

    /// Accounts by username, those behind `after` whose name begins with `start`.
    async fn accounts(
        &mut self,
        start: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Accounts by username, those behind `after` whose confirmed address begins with `start`.
    async fn accounts_by_email(
        &mut self,
        start: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Accounts by username, those behind `after` with that stored role.
    async fn accounts_by_role(
        &mut self,
        role: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>>;

    /// Accounts by username, those behind `after` that are disabled or closed.
    async fn accounts_not_active(&mut self, after: &str, limit: u32)
    -> Result<Vec<ManagedAccount>>;
}
