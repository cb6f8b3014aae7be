//! The table `profile_changes`, and how much of it one profile has.
//!
//! A value stands in two rows, as the new one and later as the old one. Storing it
//! once would save half, and a row would mean nothing without its neighbours: a
//! change past the program, a dropped row or an erased value would each change what
//! others say. The bound makes it needless.

use app::{
    account::types::{event::EventKind, user::UserId},
    error::AppError,
    profile::rules::{
        audience::audience_key,
        author::Author,
        history::{self, ChangeSide, Gone, PastChange, Side, Stretch},
        save::Changed,
    },
};
use sqlx::SqliteConnection;

use super::{
    Store, avatars,
    events::{Event, note},
    refuse,
};
use crate::http::origin::Origin;

/// Bytes of values that the history of one profile keeps. Of more, the oldest values
/// go; that there was a change, when and by whom, stays. Two values of one form
/// (512 KiB each) fit in: what the last save changed is always whole.
const MOST_BYTES: i64 = 4 * 1024 * 1024;

/// Changes that the history of one profile keeps. Of more, the oldest go.
const MOST_CHANGES: i64 = 10_000;

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

/// Keeps the history of one profile within its bounds, in the transaction that adds
/// to it. What it takes is read off the index: a millisecond for ten thousand rows.
///
/// A base of a merge that loses a value this way is unknown, and asked about.
pub async fn keep_within(tx: &mut SqliteConnection, owner: UserId) -> Result<(), AppError> {
    let taken = sqlx::query!(
        "SELECT count(*) AS \"changes!: i64\", coalesce(sum(size), 0) AS \"bytes!: i64\"
         FROM profile_changes WHERE user_id = ?",
        owner.0
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(refuse)?;
    if taken.bytes > MOST_BYTES {
        sqlx::query!(
            "UPDATE profile_changes SET
                 old_gone = iif(old IS NULL, old_gone, 'too_old'), old = NULL,
                 new_gone = iif(new IS NULL, new_gone, 'too_old'), new = NULL
             WHERE id IN (
                 SELECT id FROM (
                     SELECT id, size, sum(size) OVER (ORDER BY version DESC, id DESC) AS bytes
                     FROM profile_changes WHERE user_id = ?1)
                 WHERE bytes > ?2 AND size > 0)",
            owner.0,
            MOST_BYTES,
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    }
    if taken.changes > MOST_CHANGES {
        sqlx::query!(
            "DELETE FROM profile_changes WHERE id IN (
                 SELECT id FROM profile_changes WHERE user_id = ?1
                 ORDER BY version DESC, id DESC LIMIT -1 OFFSET ?2)",
            owner.0,
            MOST_CHANGES,
        )
        .execute(tx)
        .await
        .map_err(refuse)?;
    }
    Ok(())
}

/// Erases values of a change wherever they stand in the history of that profile, with
/// the pixels of a picture that the profile does not have. Noted in the audit log.
pub(super) async fn erase_values(
    tx: &mut SqliteConnection,
    owner: UserId,
    change: i64,
    sides: &[ChangeSide],
    origin: Option<Origin>,
    now: i64,
) -> Result<(), AppError> {
    let row = sides_of(&mut *tx, owner, change).await?;
    if audience_key(&row.item).is_some() || row.item == history::ROLE {
        return Err(AppError::NotFound);
    }
    let values = sides.iter().filter_map(|which| match which {
        ChangeSide::Old => row.old.as_deref(),
        ChangeSide::New => row.new.as_deref(),
    });
    let mut places = 0;
    for value in values {
        let erased = sqlx::query!(
            "UPDATE profile_changes SET
                 old_gone = iif(old = ?3 OR old ->> '$.hash' = ?3 ->> '$.hash', 'erased', old_gone),
                 old = iif(old = ?3 OR old ->> '$.hash' = ?3 ->> '$.hash', NULL, old),
                 new_gone = iif(new = ?3 OR new ->> '$.hash' = ?3 ->> '$.hash', 'erased', new_gone),
                 new = iif(new = ?3 OR new ->> '$.hash' = ?3 ->> '$.hash', NULL, new)
             WHERE user_id = ?1 AND item = ?2
               AND (old = ?3 OR new = ?3 OR old ->> '$.hash' = ?3 ->> '$.hash'
                    OR new ->> '$.hash' = ?3 ->> '$.hash')",
            owner.0,
            row.item,
            value,
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
        places += erased.rows_affected();
        avatars::erase_earlier(&mut *tx, owner, value).await?;
    }
    // The second click of two erases nothing, and is no event.
    if places > 0 {
        let event = Event {
            detail: Some(row.item),
            ..Event::own(EventKind::HistoryErased, owner, origin)
        };
        note(tx, &event, now).await?;
    }
    Ok(())
}

/// The values of a change as they are stored.
struct SidesRow {
    item: String,
    old: Option<String>,
    new: Option<String>,
}

async fn sides_of(
    connection: &mut SqliteConnection,
    owner: UserId,
    change: i64,
) -> Result<SidesRow, AppError> {
    sqlx::query_as!(
        SidesRow,
        "SELECT item, old, new FROM profile_changes WHERE id = ? AND user_id = ?",
        change,
        owner.0,
    )
    .fetch_optional(connection)
    .await
    .map_err(refuse)?
    .ok_or(AppError::NotFound)
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
        "SELECT c.id, version, item, old, new, old_gone, new_gone, by_operator, at,
             username AS \"actor?\"
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
    /// Changes before the one of the id `before`, the newest first: at most `limit`,
    /// and fewer, but one at least, if they have more than so many bytes.
    pub(super) async fn changes(
        &self,
        owner: UserId,
        before: Option<i64>,
        limit: u32,
        bytes: u32,
    ) -> Result<Stretch, AppError> {
        // By version first, which is how the index has them; ids ascend with it.
        let before = before.unwrap_or(i64::MAX);
        let mut reader = self.readers.acquire().await.map_err(refuse)?;
        let rows = sqlx::query_as!(
            ChangeRow,
            "SELECT c.id, version, item, old, new, old_gone, new_gone, by_operator, at,
             username AS \"actor?\"
             FROM profile_changes c LEFT JOIN users ON users.id = actor_id
             WHERE c.id IN (
                 SELECT id FROM (
                     SELECT id, sum(size) OVER (ORDER BY version DESC, id DESC) - size AS newer
                     FROM (SELECT id, version, size FROM profile_changes
                           WHERE user_id = ?1 AND id < ?2
                           ORDER BY version DESC, id DESC LIMIT ?3))
                 WHERE newer < ?4)
             ORDER BY version DESC, c.id DESC",
            owner.0,
            before,
            limit,
            bytes,
        )
        .fetch_all(&mut *reader)
        .await
        .map_err(refuse)?;
        let last = rows.last().map_or(0, |last| last.id);
        let more = sqlx::query_scalar!(
            "SELECT EXISTS (SELECT 1 FROM profile_changes WHERE user_id = ? AND id < ?)
                 AS \"more!: bool\"",
            owner.0,
            last,
        )
        .fetch_one(&mut *reader)
        .await
        .map_err(refuse)?;
        let changes: Result<_, AppError> = rows.into_iter().map(ChangeRow::read).collect();
        Ok(Stretch {
            changes: changes?,
            more,
        })
    }

    /// In how many places of the history the old value of a change stands, and in how
    /// many the new one.
    pub(super) async fn places(&self, owner: UserId, change: i64) -> Result<[u64; 2], AppError> {
        let mut snapshot = self.readers.begin().await.map_err(refuse)?;
        let row = sides_of(&mut snapshot, owner, change).await?;
        let mut counts = [0, 0];
        for (count, value) in counts.iter_mut().zip([row.old, row.new]) {
            let found = sqlx::query_scalar!(
                "SELECT coalesce(sum(
                     ((old = ?3 OR old ->> '$.hash' = ?3 ->> '$.hash') IS TRUE)
                     + ((new = ?3 OR new ->> '$.hash' = ?3 ->> '$.hash') IS TRUE)), 0)
                     AS \"places!: i64\"
                 FROM profile_changes WHERE user_id = ?1 AND item = ?2",
                owner.0,
                row.item,
                value,
            )
            .fetch_one(&mut *snapshot)
            .await
            .map_err(refuse)?;
            *count = found.unsigned_abs();
        }
        Ok(counts)
    }

    /// A change of this profile; `None` for one of another.
    pub(super) async fn change(
        &self,
        owner: UserId,
        id: i64,
    ) -> Result<Option<PastChange>, AppError> {
        let row = sqlx::query_as!(
            ChangeRow,
            "SELECT c.id, version, item, old, new, old_gone, new_gone, by_operator, at,
             username AS \"actor?\"
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
    old_gone: Option<String>,
    new_gone: Option<String>,
    by_operator: i64,
    at: i64,
    actor: Option<String>,
}

impl ChangeRow {
    fn read(self) -> Result<PastChange, AppError> {
        let side = |text: Option<String>, gone: Option<String>| {
            match gone.as_deref() {
                Some("erased") => return Ok(Side::Gone(Gone::Erased)),
                Some(_) => return Ok(Side::Gone(Gone::TooOld)),
                None => {}
            }
            let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
            parsed.map(Side::of).map_err(|error: serde_json::Error| {
                tracing::error!(%error, "a change is no JSON, against its table's check");
                AppError::Internal
            })
        };
        Ok(PastChange {
            id: self.id,
            version: self.version.unsigned_abs(),
            name: self.item,
            old: side(self.old, self.old_gone)?,
            new: side(self.new, self.new_gone)?,
            by: match self.actor {
                Some(username) => Author::User(username),
                None if self.by_operator == 1 => Author::Operator,
                None => Author::Former,
            },
            at: self.at,
        })
    }
}
