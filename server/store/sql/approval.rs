//! Statements of accounts that wait for approval, which are a column of the table `users`; and of
//! the table `approval_digest`.

use app::{
    account::types::{managed::ManagedAccount, user::UserId},
    text::Language,
};
use async_trait::async_trait;

use super::{account_row::AccountRow, failed};
use crate::engine::Connection;
use store::{
    approval::{Approval, Reachable},
    failure::Result,
};

#[async_trait]
impl Approval for Connection {
    async fn accounts_waiting(&mut self, after: &str, limit: u32) -> Result<Vec<ManagedAccount>> {
        let limit = i64::from(limit);
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, username, email, pending_email, role, status, leaves_at,
                 waits_since, created_at, last_login_at
             FROM users
             WHERE username_key > $1 AND waits_since IS NOT NULL
             ORDER BY username_key LIMIT $2",
            after,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("approval.accounts_waiting"))?;
        Ok(rows.into_iter().map(AccountRow::read).collect())
    }

    async fn approve(&mut self, user: UserId) -> Result<()> {
        sqlx::query!("UPDATE users SET waits_since = NULL WHERE id = $1", user.0)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("approval.approve"))
    }

    async fn refuse(&mut self, user: UserId, now: i64) -> Result<()> {
        sqlx::query!(
            "UPDATE users SET status = 'disabled', leaves_at = $1 WHERE id = $2",
            now,
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("approval.refuse"))
    }

    async fn reachable_with_role(&mut self, role: &str, limit: u32) -> Result<Vec<Reachable>> {
        let limit = i64::from(limit);
        let rows = sqlx::query!(
            "SELECT id, email AS \"email!\", language FROM users
             WHERE role = $1 AND status = 'active' AND leaves_at IS NULL AND waits_since IS NULL
               AND email IS NOT NULL
             ORDER BY username_key LIMIT $2",
            role,
            limit
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("approval.reachable_with_role"))?;
        let reachable = rows.into_iter().map(|row| Reachable {
            id: UserId(row.id),
            email: row.email,
            language: row.language.as_deref().and_then(Language::parse),
        });
        Ok(reachable.collect())
    }

    async fn last_digest_at(&mut self) -> Result<Option<i64>> {
        sqlx::query_scalar!("SELECT sent_at FROM approval_digest")
            .fetch_optional(&mut **self)
            .await
            .map_err(failed("approval.last_digest_at"))
    }

    async fn set_last_digest_at(&mut self, now: i64) -> Result<()> {
        sqlx::query!(
            "INSERT INTO approval_digest (id, sent_at) VALUES (1, $1)
             ON CONFLICT (id) DO UPDATE SET sent_at = $1",
            now
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("approval.set_last_digest_at"))
    }
}
