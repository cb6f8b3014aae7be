//! The table `profile_changes`.

use app::{
    account::UserId,
    error::AppError,
    profile::{Author, Changed, PastChange},
};
use sqlx::SqliteConnection;

use super::{Store, refuse};

/// Who makes a change.
#[derive(Debug, Clone, Copy)]
pub enum By {
    User(UserId),
    /// Who runs the site, by a command.
    Operator,
}

/// Adds a change to the history, in the transaction that makes it.
pub async fn record(
    tx: &mut SqliteConnection,
    owner: UserId,
    version: u64,
    change: &Changed,
    by: By,
    now: i64,
) -> Result<(), AppError> {
    let version = version.cast_signed();
    let old = change.old.as_ref().map(ToString::to_string);
    let new = change.new.as_ref().map(ToString::to_string);
    let (actor, by_operator) = match by {
        By::User(user) => (Some(user.0), false),
        By::Operator => (None, true),
    };
    sqlx::query!(
        "INSERT INTO profile_changes (user_id, version, item, old, new, actor_id, by_operator, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        owner.0,
        version,
        change.name,
        old,
        new,
        actor,
        by_operator,
        now,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

/// Every change after a version, the oldest first.
pub async fn changes_since(
    connection: &mut SqliteConnection,
    owner: UserId,
    version: u64,
) -> Result<Vec<PastChange>, AppError> {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    let rows = sqlx::query_as!(
        ChangeRow,
        "SELECT c.id, version, item, old, new, by_operator, at, username AS \"actor?\"
         FROM profile_changes c LEFT JOIN users ON users.id = actor_id
         WHERE user_id = ? AND version > ? ORDER BY version, c.id",
        owner.0,
        version,
    )
    .fetch_all(connection)
    .await
    .map_err(refuse)?;
    rows.into_iter().map(ChangeRow::read).collect()
}

impl Store {
    /// Changes before the one of the id `before`, the newest first.
    pub(super) async fn changes(
        &self,
        owner: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastChange>, AppError> {
        // By version first, which is how the index has them; ids ascend with it.
        let before = before.unwrap_or(i64::MAX);
        let rows = sqlx::query_as!(
            ChangeRow,
            "SELECT c.id, version, item, old, new, by_operator, at, username AS \"actor?\"
             FROM profile_changes c LEFT JOIN users ON users.id = actor_id
             WHERE user_id = ? AND c.id < ? ORDER BY version DESC, c.id DESC LIMIT ?",
            owner.0,
            before,
            limit,
        )
        .fetch_all(&self.readers)
        .await
        .map_err(refuse)?;
        rows.into_iter().map(ChangeRow::read).collect()
    }

    /// A change of this profile; `None` for one of another.
    pub(super) async fn change(
        &self,
        owner: UserId,
        id: i64,
    ) -> Result<Option<PastChange>, AppError> {
        let row = sqlx::query_as!(
            ChangeRow,
            "SELECT c.id, version, item, old, new, by_operator, at, username AS \"actor?\"
             FROM profile_changes c LEFT JOIN users ON users.id = actor_id
             WHERE c.id = ? AND user_id = ?",
            id,
            owner.0,
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(refuse)?;
        row.map(ChangeRow::read).transpose()
    }
}

struct ChangeRow {
    id: i64,
    version: i64,
    item: String,
    old: Option<String>,
    new: Option<String>,
    by_operator: i64,
    at: i64,
    actor: Option<String>,
}

impl ChangeRow {
    fn read(self) -> Result<PastChange, AppError> {
        let json = |text: Option<String>| {
            let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
            parsed.map_err(|error: serde_json::Error| {
                tracing::error!(%error, "a change is no JSON, against its table's check");
                AppError::Internal
            })
        };
        Ok(PastChange {
            id: self.id,
            version: self.version.unsigned_abs(),
            name: self.item,
            old: json(self.old)?,
            new: json(self.new)?,
            by: match self.actor {
                Some(username) => Author::User(username),
                None if self.by_operator == 1 => Author::Operator,
                None => Author::Former,
            },
            at: self.at,
        })
    }
}
