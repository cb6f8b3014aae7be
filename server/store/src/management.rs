//! Accounts as those see them who manage users: of a profile nothing.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::{failure::Result, users::Status};

#[async_trait]
pub trait Management: Send {
    /// The account of that name.
    async fn find_account(&mut self, username_key: &str) -> Result<Option<Account>>;

    /// Accounts by name, those behind the name `after`.
    async fn accounts(&mut self, after: &str, limit: u32) -> Result<Vec<Account>>;
}

/// The facts of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: UserId,
    pub username: String,
    pub username_key: String,
    /// The confirmed address.
    pub email: Option<String>,
    /// An address that waits to be confirmed.
    pub pending_email: Option<String>,
    /// The stored role; the schema says which one counts.
    pub role: Option<String>,
    pub status: Status,
    /// The time when a closed account is erased, in milliseconds since 1970-01-01 UTC, as all
    /// times here.
    pub erase_at: Option<i64>,
    pub created_at: i64,
    pub last_login_at: Option<i64>,
}

impl Account {
    /// The word for the state of the account: `active`, `disabled`, or `closed` by its owner, to
    /// be erased.
    pub fn state(&self) -> &'static str {
        match (self.status, self.erase_at) {
            (Status::Disabled, _) => "disabled",
            (Status::Active, Some(_)) => "closed",
            (Status::Active, None) => "active",
        }
    }
}
