//! Statements on accounts for those who manage users.

use app::account::types::{
    managed::{AccountState, ManagedAccount},
    user::UserId,
};
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{failure::Result, management::Management};

/// A row of the statements here.
struct AccountRow {
    id: i64,
    username: String,
    email: Option<String>,
    pending_email: Option<String>,
    role: Option<String>,
    status: String,
    leaves_at: Option<i64>,
    created_at: i64,
    last_login_at: Option<i64>,
}

impl AccountRow {
    fn read(self) -> ManagedAccount {
        ManagedAccount {
            id: UserId(self.id),
            username: self.username,
            email: self.email,
            pending_email: self.pending_email,
            role: self.role,
            state: match (self.status.as_str(), self.leaves_at) {
                ("disabled", _) => AccountState::Disabled,
                (_, Some(_)) => AccountState::Closed,
                (_, None) => AccountState::Active,
            },
            erase_at: self.leaves_at,
            created_at: self.created_at,
            last_login_at: self.last_login_at,
        }
    }
}

/// A text behind all that begin with `start`, as texts are compared here: by code points.
fn behind(start: &str) -> String {
    format!("{start}{}", char::MAX)
}

#[async_trait]
impl Management for Connection {
    async fn find_account(&mut self, username_key: &str) -> Result<Option<ManagedAccount>> {
        let row = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 created_at, last_login_at
             FROM users
             WHERE id = coalesce(
                 (SELECT id FROM users WHERE username_key = $1),
                 (SELECT user_id FROM former_names WHERE name_key = $1))",
            username_key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("management.find_account"))?;
        Ok(row.map(AccountRow::read))
    }

    async fn accounts(
        &mut self,
        start: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let end = behind(start);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 created_at, last_login_at
             FROM users
             WHERE username_key > $1 AND username_key >= $2 AND username_key < $3
             ORDER BY username_key LIMIT $4",
            after,
            start,
            end,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    // An expression in the place of the name: with the name, an engine may walk through all names
    // until it has found enough.
    async fn accounts_by_email(
        &mut self,
        start: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let end = behind(start);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 created_at, last_login_at
             FROM users
             WHERE username_key || '' > $1 AND email_key >= $2 AND email_key < $3
             ORDER BY username_key || '' LIMIT $4",
            after,
            start,
            end,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts_by_email"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    async fn accounts_by_role(
        &mut self,
        role: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 created_at, last_login_at
             FROM users
             WHERE role = $2 AND username_key > $1
             ORDER BY username_key LIMIT $3",
            after,
            role,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts_by_role"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    async fn accounts_not_active(
        &mut self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 created_at, last_login_at
             FROM users
             WHERE username_key > $1 AND (status <> 'active' OR leaves_at IS NOT NULL)
             ORDER BY username_key LIMIT $2",
            after,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("management.accounts_not_active"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }
}
