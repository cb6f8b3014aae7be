//! Statements of the table `profile_changes`.

use app::account::types::user::UserId;
use async_trait::async_trait;

use sqlx::QueryBuilder;

use super::{failed, next_version::insert_changes, picture_hash};
use crate::engine::Connection;
use store::{
    changes::{ChangeRow, Changes, NewChange},
    failure::Result,
};

#[async_trait]
impl Changes for Connection {
    async fn add_change(&mut self, change: NewChange<'_>) -> Result<()> {
        let mut insert = QueryBuilder::new("");
        insert_changes(&mut insert, &[change], "true");
        let added = insert.build().execute(&mut **self).await;
        added.map(drop).map_err(failed("changes.add_change"))
    }

    async fn forget_values_beyond(&mut self, owner: UserId, bytes: i64) -> Result<()> {
        sqlx::query!(
            "UPDATE profile_changes SET
                 old_gone = CASE WHEN old IS NULL THEN old_gone ELSE 'too_old' END, old = NULL,
                 new_gone = CASE WHEN new IS NULL THEN new_gone ELSE 'too_old' END, new = NULL
             WHERE id IN (
                 SELECT id FROM (
                     SELECT id, size, CAST(sum(size) OVER (ORDER BY version DESC, id DESC)
                         AS BIGINT) AS bytes
                     FROM profile_changes WHERE user_id = $1) AS sizes
                 WHERE bytes > $2 AND size > 0)",
            owner.0,
            bytes,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("changes.forget_values_beyond"))
    }

    async fn forget_changes_beyond(&mut self, owner: UserId, changes: i64) -> Result<()> {
        sqlx::query!(
            "DELETE FROM profile_changes WHERE id IN (
                 SELECT id FROM profile_changes WHERE user_id = $1
                 ORDER BY version DESC, id DESC LIMIT 9223372036854775807 OFFSET $2)",
            owner.0,
            changes,
        )
        .execute(&mut **self)
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
        .fetch_all(&mut **self)
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
                     SELECT id, CAST(sum(size) OVER (ORDER BY version DESC, id DESC)
                         AS BIGINT) - size AS newer
                     FROM (SELECT id, version, size FROM profile_changes
                           WHERE user_id = $1 AND id < $2
                           ORDER BY version DESC, id DESC LIMIT $3) AS latest) AS sizes
                 WHERE newer < $4)
             ORDER BY version DESC, c.id DESC",
            owner.0,
            before,
            i64::from(limit),
            i64::from(bytes),
        )
        .fetch_all(&mut **self)
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
        .fetch_one(&mut **self)
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
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("changes.change"))
    }

    async fn count_value(&mut self, owner: UserId, item: &str, value: Option<&str>) -> Result<u64> {
        let picture = value.and_then(same_picture);
        let row = sqlx::query!(
            "SELECT count(*) FILTER (WHERE old = $3 OR old LIKE $4) AS \"old!\",
                 count(*) FILTER (WHERE new = $3 OR new LIKE $4) AS \"new!\"
             FROM profile_changes WHERE user_id = $1 AND item = $2",
            owner.0,
            item,
            value,
            picture,
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("changes.count_value"))?;
        Ok((row.old + row.new).unsigned_abs())
    }

    async fn erase_value(&mut self, owner: UserId, item: &str, value: &str) -> Result<u64> {
        let picture = same_picture(value);
        sqlx::query!(
            "UPDATE profile_changes SET
                 old_gone = CASE WHEN old = $3 OR old LIKE $4 THEN 'erased' ELSE old_gone END,
                 old = CASE WHEN old = $3 OR old LIKE $4 THEN NULL ELSE old END,
                 new_gone = CASE WHEN new = $3 OR new LIKE $4 THEN 'erased' ELSE new_gone END,
                 new = CASE WHEN new = $3 OR new LIKE $4 THEN NULL ELSE new END
             WHERE user_id = $1 AND item = $2
               AND (old = $3 OR new = $3 OR old LIKE $4 OR new LIKE $4)",
            owner.0,
            item,
            value,
            picture,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected())
        .map_err(failed("changes.erase_value"))
    }
}

/// A pattern of the values that name the same picture, whatever its description: within a
/// string, JSON would put a backslash before the quotes.
fn same_picture(value: &str) -> Option<String> {
    picture_hash(value).map(|hash| format!(r#"%"hash":"{hash}"%"#))
}
