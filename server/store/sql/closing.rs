//! Statements of closed accounts, which are a column of the table `users`.

use app::account::types::user::UserId;
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{closing::Closing, failure::Result};

#[async_trait]
impl Closing for Connection {
    async fn is_closed(&mut self, user: UserId) -> Result<bool> {
        sqlx::query_scalar!(
            "SELECT NOT EXISTS (SELECT 1 FROM users WHERE id = $1 AND leaves_at IS NULL)
                 AS \"closed!: bool\"",
            user.0
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("closing.is_closed"))
    }

    async fn close(&mut self, user: UserId, erase_at: i64) -> Result<Option<String>> {
        sqlx::query_scalar!(
            "UPDATE users SET leaves_at = $1 WHERE id = $2 RETURNING email",
            erase_at,
            user.0
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("closing.close"))
    }

    async fn reopen(&mut self, user: UserId) -> Result<bool> {
        sqlx::query!(
            "UPDATE users SET leaves_at = NULL WHERE id = $1 AND leaves_at IS NOT NULL",
            user.0
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("closing.reopen"))
    }

    async fn due_for_erasure(&mut self, now: i64) -> Result<Vec<UserId>> {
        let due = sqlx::query_scalar!(
            "SELECT id FROM users u
             WHERE leaves_at <= $1
               AND NOT EXISTS (SELECT 1 FROM mails
                               WHERE user_id = u.id AND kind = 'refused' AND failed_at IS NULL)",
            now
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("closing.due_for_erasure"))?;
        Ok(due.into_iter().map(UserId).collect())
    }

    async fn is_due_for_erasure(&mut self, user: UserId, now: i64) -> Result<bool> {
        let is_due = sqlx::query_scalar!(
            "SELECT (leaves_at <= $1) IS TRUE AS \"due!: bool\" FROM users WHERE id = $2",
            now,
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("closing.is_due_for_erasure"))?;
        Ok(is_due == Some(true))
    }
}
