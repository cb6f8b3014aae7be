//! Statements of the tables `arrivals` and `imported_passwords`.

use app::account::types::user::UserId;
use async_trait::async_trait;
use std::collections::HashMap;

use super::failed;
use crate::engine::Connection;
use store::{
    arrivals::{Arrival, Arrivals},
    failure::Result,
};

fn arrival(user: Option<i64>) -> Arrival {
    user.map_or(Arrival::Gone, |id| Arrival::Here(UserId(id)))
}

#[async_trait]
impl Arrivals for Connection {
    async fn arrival(&mut self, source: &str, key: &str) -> Result<Option<Arrival>> {
        let user = sqlx::query_scalar!(
            "SELECT user_id FROM arrivals WHERE source = $1 AND source_key = $2",
            source,
            key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("arrivals.arrival"))?;
        Ok(user.map(arrival))
    }

    async fn arrivals_of(&mut self, source: &str) -> Result<HashMap<String, Arrival>> {
        let rows = sqlx::query!(
            "SELECT source_key, user_id FROM arrivals WHERE source = $1",
            source
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("arrivals.arrivals_of"))?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|row| (row.source_key, arrival(row.user_id)))
            .collect())
    }

    async fn add_arrival(&mut self, source: &str, key: &str, user: UserId, now: i64) -> Result<()> {
        sqlx::query!(
            "INSERT INTO arrivals (source, source_key, user_id, arrived_at)
             VALUES ($1, $2, $3, $4)",
            source,
            key,
            user.0,
            now,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("arrivals.add_arrival"))
    }

    async fn set_imported_password(&mut self, user: UserId, hash: &str, now: i64) -> Result<()> {
        sqlx::query!(
            "INSERT INTO imported_passwords (user_id, hash, imported_at) VALUES ($1, $2, $3)",
            user.0,
            hash,
            now,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("arrivals.set_imported_password"))
    }

    async fn has_imported_passwords(&mut self) -> Result<bool> {
        sqlx::query_scalar!("SELECT EXISTS (SELECT 1 FROM imported_passwords) AS \"has!: bool\"")
            .fetch_one(&mut **self)
            .await
            .map_err(failed("arrivals.has_imported_passwords"))
    }

    async fn user_awaiting(&mut self, email_key: &str) -> Result<Option<UserId>> {
        let user = sqlx::query_scalar!(
            "SELECT id FROM users
             WHERE pending_key = $1 AND password_hash IS NULL AND password_version = 1
             ORDER BY id LIMIT 1",
            email_key
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("arrivals.user_awaiting"))?;
        Ok(user.map(UserId))
    }

    async fn password_of(&mut self, user: UserId) -> Result<Option<String>> {
        let hash = sqlx::query_scalar!(
            "SELECT coalesce(password_hash,
                 (SELECT hash FROM imported_passwords WHERE user_id = users.id)) AS \"hash?\"
             FROM users WHERE id = $1",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("arrivals.password_of"))?;
        Ok(hash.flatten())
    }

    async fn count_imported_passwords(&mut self) -> Result<i64> {
        sqlx::query_scalar!("SELECT count(*) AS \"count!\" FROM imported_passwords")
            .fetch_one(&mut **self)
            .await
            .map_err(failed("arrivals.count_imported_passwords"))
    }

    async fn set_last_login(&mut self, user: UserId, at: i64) -> Result<()> {
        sqlx::query!(
            "UPDATE users SET last_login_at = $1 WHERE id = $2",
            at,
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("arrivals.set_last_login"))
    }

    async fn all_former_names(&mut self) -> Result<Vec<String>> {
        sqlx::query_scalar!("SELECT name_key FROM former_names")
            .fetch_all(&mut **self)
            .await
            .map_err(failed("arrivals.all_former_names"))
    }
}
