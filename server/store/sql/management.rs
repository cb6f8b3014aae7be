//! Statements on accounts for those who manage users.

use app::account::types::user::UserId;
use async_trait::async_trait;

use super::{failed, users::status};
use crate::engine::Connection;
use store::{
    failure::Result,
    management::{Account, Management},
};

/// A row of the statements here.
struct AccountRow {
    id: i64,
    username: String,
    username_key: String,
    email: Option<String>,
    pending_email: Option<String>,
    role: Option<String>,
    status: String,
    leaves_at: Option<i64>,
    created_at: i64,
    last_login_at: Option<i64>,
}

impl AccountRow {
    fn read(self) -> Account {
        Account {
            id: UserId(self.id),
            username: self.username,
            username_key: self.username_key,
            email: self.email,
            pending_email: self.pending_email,
            role: self.role,
            status: status(&self.status),
            erase_at: self.leaves_at,
            created_at: self.created_at,
            last_login_at: self.last_login_at,
        }
    }
}

#[async_trait]
impl Management for Connection {
    async fn find_account(&mut self, username_key: &str) -> Result<Option<Account>> {
        let row = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, username_key, email, pending_email, role, status, leaves_at,
                 created_at, last_login_at
             FROM users WHERE username_key = $1",
            username_key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("management.find_account"))?;
        Ok(row.map(AccountRow::read))
    }

    async fn accounts(&mut self, after: &str, limit: u32) -> Result<Vec<Account>> {
        let limit = i64::from(limit);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, username_key, email, pending_email, role, status, leaves_at,
                 created_at, last_login_at
             FROM users WHERE username_key > $1 ORDER BY username_key LIMIT $2",
            after,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }
}
