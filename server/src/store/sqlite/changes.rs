//! The table `profile_changes`, in SQLite.

use app::account::types::user::UserId;
use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::error::failed;
use crate::store::{
    changes::{ChangeAuthor, ChangeRow, Changes, NewChange},
    failure::Result,
};

#[async_trait]
impl Changes for SqliteConnection {
    async fn add_change(&mut self, change: NewChange<'_>) -> Result<()> {
        let version = change.version.cast_signed();
        let (actor, by_operator) = match change.by {
            ChangeAuthor::User(user) => (Some(user.0), false),
            ChangeAuthor::Operator => (None, true),
        };
        sqlx::query!(
            "INSERT INTO profile_changes
                 (user_id, version, item, old, new, actor_id, by_operator, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            change.owner.0,
            version,
            change.item,
            change.old,
            change.new,
            actor,
            by_operator,
            change.now,
        )
        .execute(self)
        .await
        .map(drop)
        .map_err(failed("changes.add_change"))
    }

    async fn forget_values_beyond(&mut self, owner: UserId, bytes: i64) -> Result<()> {
        sqlx::query!(
            "UPDATE profile_changes SET
                 old_gone = CASE WHEN old IS NULL THEN old_gone ELSE 'too_old' END, old = NULL,
                 new_gone = CASE WHEN new IS NULL THEN new_gone ELSE 'too_old' END, new = NULL
             WHERE id IN (
                 SELECT id FROM (
                     SELECT id, size, sum(size) OVER (ORDER BY version DESC, id DESC) AS bytes
                     FROM profile_changes WHERE user_id = $1) AS sizes
                 WHERE bytes > $2 AND size > 0)",
            owner.0,
            bytes,
        )
        .execute(self)
        .await
        .map(drop)
        .map_err(failed("changes.forget_values_beyond"))
    }

    async fn forget_changes_beyond(&mut self, owner: UserId, changes: i64) -> Result<()> {
        sqlx::query!(
            "DELETE FROM profile_changes WHERE id IN (
                 SELECT id FROM profile_changes WHERE user_id = $1
                 ORDER BY version DESC, id DESC LIMIT -1 OFFSET $2)",
            owner.0,
            changes,
        )
        .execute(self)
        .await
        .map(drop)
        .map_err(failed("changes.forget_changes_beyond"))
    }

    async fn changes_since(&mut self, owner: UserId, version: u64) -> Result<Vec<ChangeRow>> {
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        sqlx::query_as!(
            ChangeRow,
            "SELECT c.id, version, item, old, new, old_gone, new_gone,
                 by_operator AS \"by_operator: bool\", at, username AS \"actor?\"
             FROM profile_changes c LEFT JOIN users ON users.id = actor_id
             WHERE user_id = $1 AND version > $2 ORDER BY version, c.id",
            owner.0,
            version,
        )
        .fetch_all(self)
        .await
        .map_err(failed("changes.changes_since"))
    }

    async fn changes_before(
        &mut self,
        owner: UserId,
        before: i64,
        limit: u32,
        bytes: u32,
    ) -> Result<Vec<ChangeRow>> {
        // By version first, which is how the index has them; ids ascend with it.
        sqlx::query_as!(
            ChangeRow,
            "SELECT c.id, version, item, old, new, old_gone, new_gone,
                 by_operator AS \"by_operator: bool\", at, username AS \"actor?\"
             FROM profile_changes c LEFT JOIN users ON users.id = actor_id
             WHERE c.id IN (
                 SELECT id FROM (
                     SELECT id, sum(size) OVER (ORDER BY version DESC, id DESC) - size AS newer
                     FROM (SELECT id, version, size FROM profile_changes
                           WHERE user_id = $1 AND id < $2
                           ORDER BY version DESC, id DESC LIMIT $3) AS latest) AS sizes
                 WHERE newer < $4)
             ORDER BY version DESC, c.id DESC",
            owner.0,
            before,
            limit,
            bytes,
        )
        .fetch_all(self)
        .await
        .map_err(failed("changes.changes_before"))
    }

    async fn has_changes_before(&mut self, owner: UserId, id: i64) -> Result<bool> {
        sqlx::query_scalar!(
            "SELECT EXISTS (SELECT 1 FROM profile_changes WHERE user_id = $1 AND id < $2)
                 AS \"more!: bool\"",
            owner.0,
            id,
        )
        .fetch_one(self)
        .await
        .map_err(failed("changes.has_changes_before"))
    }

    async fn change(&mut self, owner: UserId, id: i64) -> Result<Option<ChangeRow>> {
        sqlx::query_as!(
            ChangeRow,
            "SELECT c.id, version, item, old, new, old_gone, new_gone,
                 by_operator AS \"by_operator: bool\", at, username AS \"actor?\"
             FROM profile_changes c LEFT JOIN users ON users.id = actor_id
             WHERE c.id = $1 AND user_id = $2",
            id,
            owner.0,
        )
        .fetch_optional(self)
        .await
        .map_err(failed("changes.change"))
    }

    async fn count_value(&mut self, owner: UserId, item: &str, value: Option<&str>) -> Result<u64> {
        let found = sqlx::query_scalar!(
            "SELECT coalesce(sum(
                 ((old = $3 OR old ->> '$.hash' = $3 ->> '$.hash') IS TRUE)
                 + ((new = $3 OR new ->> '$.hash' = $3 ->> '$.hash') IS TRUE)), 0)
                 AS \"places!: i64\"
             FROM profile_changes WHERE user_id = $1 AND item = $2",
            owner.0,
            item,
            value,
        )
        .fetch_one(self)
        .await
        .map_err(failed("changes.count_value"))?;
        Ok(found.unsigned_abs())
    }

    async fn erase_value(&mut self, owner: UserId, item: &str, value: &str) -> Result<u64> {
        sqlx::query!(
            "UPDATE profile_changes SET
                 old_gone = iif(old = $3 OR old ->> '$.hash' = $3 ->> '$.hash', 'erased', old_gone),
                 old = iif(old = $3 OR old ->> '$.hash' = $3 ->> '$.hash', NULL, old),
                 new_gone = iif(new = $3 OR new ->> '$.hash' = $3 ->> '$.hash', 'erased', new_gone),
                 new = iif(new = $3 OR new ->> '$.hash' = $3 ->> '$.hash', NULL, new)
             WHERE user_id = $1 AND item = $2
               AND (old = $3 OR new = $3 OR old ->> '$.hash' = $3 ->> '$.hash'
                    OR new ->> '$.hash' = $3 ->> '$.hash')",
            owner.0,
            item,
            value,
        )
        .execute(self)
        .await
        .map(|done| done.rows_affected())
        .map_err(failed("changes.erase_value"))
    }
}
