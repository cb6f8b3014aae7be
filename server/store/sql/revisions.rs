//! Statements of the table `schema_revisions`, and of the profiles that a schema concerns.

use async_trait::async_trait;
use std::collections::BTreeSet;

use super::failed;
use crate::engine::Connection;
use store::{
    failure::Result,
    revisions::{NewRevision, RevisionRow, Revisions},
};

#[async_trait]
impl Revisions for Connection {
    async fn newest_revision(&mut self) -> Result<i64> {
        sqlx::query_scalar!("SELECT coalesce(max(id), 0) AS \"id!: i64\" FROM schema_revisions")
            .fetch_one(&mut **self)
            .await
            .map_err(failed("revisions.newest_revision"))
    }

    async fn revision(&mut self, id: i64) -> Result<Option<(RevisionRow, String)>> {
        let row = sqlx::query!(
            "SELECT r.id, text, hash, applied_at, username AS \"username?\",
                 by_operator AS \"by_operator: bool\", restores
             FROM schema_revisions r LEFT JOIN users u ON u.id = applied_by WHERE r.id = $1",
            id
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("revisions.revision"))?;
        Ok(row.map(|row| {
            let revision = RevisionRow {
                id: row.id,
                hash: row.hash,
                applied_at: row.applied_at,
                by: row.username,
                by_operator: row.by_operator,
                restores: row.restores,
            };
            (revision, row.text)
        }))
    }

    async fn revisions(&mut self, before: i64, limit: u32) -> Result<Vec<RevisionRow>> {
        sqlx::query_as!(
            RevisionRow,
            "SELECT r.id, hash, applied_at, username AS \"by?\",
                 by_operator AS \"by_operator: bool\", restores
             FROM schema_revisions r LEFT JOIN users u ON u.id = applied_by
             WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2",
            before,
            i64::from(limit),
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("revisions.revisions"))
    }

    async fn add_revision(&mut self, new: &NewRevision, now: i64) -> Result<i64> {
        let (hash, by) = (&new.hash[..], new.by.map(|user| user.0));
        let by_operator = by.is_none();
        sqlx::query_scalar!(
            "INSERT INTO schema_revisions (text, hash, applied_at, applied_by, by_operator, restores)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id AS \"id!\"",
            new.text,
            hash,
            now,
            by,
            by_operator,
            new.restores,
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("revisions.add_revision"))
    }

    async fn newest_values(&mut self, limit: u32) -> Result<Vec<String>> {
        // A condition that every row meets: with it they are read from the last one on.
        sqlx::query_scalar!(
            "SELECT fields FROM profiles WHERE user_id < $1 ORDER BY user_id DESC LIMIT $2",
            i64::MAX,
            i64::from(limit),
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("revisions.newest_values"))
    }

    async fn newest_change(&mut self) -> Result<i64> {
        sqlx::query_scalar!("SELECT coalesce(max(id), 0) AS \"id!: i64\" FROM profile_changes")
            .fetch_one(&mut **self)
            .await
            .map_err(failed("revisions.newest_change"))
    }

    async fn changed_since(&mut self, change: i64) -> Result<BTreeSet<i64>> {
        let users = sqlx::query_scalar!(
            "SELECT user_id FROM profile_changes WHERE id > $1 ORDER BY id",
            change
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("revisions.changed_since"))?;
        Ok(users.into_iter().collect())
    }
}
