//! Statements of email addresses, which are columns of the table `users`.

use app::account::types::{
    addresses::{Failure as WhyNot, Undelivered},
    user::UserId,
};
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{addresses::Addresses, failure::Result};

#[async_trait]
impl Addresses for Connection {
    async fn addresses(
        &mut self,
        user: UserId,
    ) -> Result<app::account::types::addresses::Addresses> {
        let row = sqlx::query!(
            "SELECT email, pending_email FROM users WHERE id = $1",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("addresses.addresses"))?;
        Ok(
            row.map_or_else(app::account::types::addresses::Addresses::default, |row| {
                app::account::types::addresses::Addresses {
                    confirmed: row.email,
                    pending: row.pending_email,
                }
            }),
        )
    }

    async fn email(&mut self, user: UserId) -> Result<Option<String>> {
        sqlx::query_scalar!("SELECT email FROM users WHERE id = $1", user.0)
            .fetch_one(&mut **self)
            .await
            .map_err(failed("addresses.email"))
    }

    async fn undelivered(&mut self, user: UserId) -> Result<Vec<Undelivered>> {
        let rows = sqlx::query!(
            // Both mails that giving an address causes count alike, so that nobody
            // reads here whether it is somebody's.
            "SELECT address AS \"address!\", failure, since AS \"since!\" FROM (
                 SELECT u.email AS address, m.failure, m.failed_at AS since
                 FROM users u JOIN mails m ON m.user_id = u.id AND m.recipient = u.email
                 WHERE u.id = $1 AND m.failed_at IS NOT NULL
                 ORDER BY m.failed_at DESC LIMIT 1) AS confirmed
             UNION ALL
             SELECT * FROM (
                 SELECT u.pending_email, m.failure, m.failed_at
                 FROM users u JOIN mails m ON m.recipient_key = u.pending_key
                 WHERE u.id = $1 AND m.failed_at IS NOT NULL AND m.created_at >= u.pending_at
                   AND m.kind IN ('confirm', 'confirm_change', 'known_address')
                 ORDER BY m.failed_at DESC LIMIT 1) AS pending",
            user.0
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("addresses.undelivered"))?;
        let undelivered = rows.into_iter().map(|row| Undelivered {
            address: row.address,
            why: WhyNot::parse(&row.failure.unwrap_or_default()),
            since: row.since,
        });
        Ok(undelivered.collect())
    }

    async fn earlier_addresses(
        &mut self,
        user: UserId,
        now: i64,
        waiting_until: i64,
    ) -> Result<Vec<(String, i64)>> {
        let rows = sqlx::query!(
            "SELECT address AS \"address!: String\", max(until) AS \"until!: i64\" FROM (
                 SELECT email AS address, expires_at AS until FROM tokens
                 WHERE user_id = $1 AND purpose = 'undo' AND expires_at > $2
                 UNION ALL
                 SELECT recipient, CAST($3 AS BIGINT) FROM mails
                 WHERE user_id = $1 AND kind = 'email_changed' AND failed_at IS NULL
             ) AS earlier GROUP BY address ORDER BY 2",
            user.0,
            now,
            waiting_until,
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("addresses.earlier_addresses"))?;
        Ok(rows
            .into_iter()
            .map(|row| (row.address, row.until))
            .collect())
    }

    async fn set_pending_email(
        &mut self,
        user: UserId,
        email: &str,
        key: &str,
        now: i64,
    ) -> Result<()> {
        sqlx::query!(
            "UPDATE users SET pending_email = $1, pending_key = $2, pending_at = $3,
                 pending_version = password_version
             WHERE id = $4",
            email,
            key,
            now,
            user.0,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("addresses.set_pending_email"))
    }

    async fn forget_pending_email(&mut self, user: UserId) -> Result<bool> {
        sqlx::query!(
            "UPDATE users SET pending_email = NULL, pending_key = NULL
             WHERE id = $1 AND pending_key IS NOT NULL",
            user.0
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("addresses.forget_pending_email"))
    }

    async fn set_email(&mut self, user: UserId, email: &str, key: &str) -> Result<bool> {
        // It asks first: after an error, PostgreSQL does nothing more in a transaction. Of two
        // at once, the database lets one of them ask again.
        sqlx::query!(
            "UPDATE users SET email = $1, email_key = $2, pending_email = NULL, pending_key = NULL
             WHERE id = $3
               AND NOT EXISTS (SELECT 1 FROM users WHERE email_key = $2 AND id <> $3)",
            email,
            key,
            user.0,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("addresses.set_email"))
    }

    async fn user_with_email(&mut self, key: &str) -> Result<Option<(UserId, String)>> {
        let row = sqlx::query!(
            "SELECT id, email AS \"email!\" FROM users WHERE email_key = $1",
            key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("addresses.user_with_email"))?;
        Ok(row.map(|row| (UserId(row.id), row.email)))
    }

    async fn user_to_reset(&mut self, key: &str) -> Result<Option<(UserId, String)>> {
        let row = sqlx::query!(
            "SELECT id, coalesce(email, pending_email) AS \"address!: String\" FROM users
             WHERE status = 'active' AND (email_key = $1 OR (email IS NULL AND pending_key = $1
                 AND pending_version = password_version
                 AND NOT EXISTS (SELECT 1 FROM users WHERE email_key = $1)))
             ORDER BY id DESC LIMIT 1",
            key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("addresses.user_to_reset"))?;
        Ok(row.map(|row| (UserId(row.id), row.address)))
    }
}
