//! The table `avatars`: the pictures of profiles.

use app::{
    account::types::user::UserId,
    backend::Saved,
    error::AppError,
    profile::rules::{
        patch::{Change, Patch},
        picture::Picture,
        save::Changed,
        value::Value,
        violation::Violation,
    },
    viewer::Viewer,
};
use sqlx::SqliteConnection;
use std::sync::Arc;

use super::{
    Store,
    limits::charge,
    profiles::{StoredProfiles, save_profile},
    refuse,
};
use crate::media::Squares;

/// Milliseconds for which an earlier picture is kept.
const KEPT_MS: i64 = Picture::KEPT_DAYS as i64 * 24 * 60 * 60 * 1000;

/// Earlier pictures of one user; of more, the oldest go.
const MOST_KEPT: i64 = 10;

impl StoredProfiles {
    /// Gives a profile a picture, in one transaction with everything that belongs to
    /// it. `squares` are those of a new one; without them, it is the one that the
    /// profile has, with other words.
    ///
    /// # Errors
    /// Those of `Profiles::save`; `Required` where there is none to have other words.
    pub async fn save_picture(
        &self,
        owner: UserId,
        viewer: Viewer,
        squares: Option<Squares>,
        alt: String,
    ) -> Result<(Saved, Picture), AppError> {
        let (schema, now) = (Arc::clone(self.schemas.spoken()), self.limiter.clock.now());
        let bucket = self.bucket(&viewer)?;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(bucket) = bucket {
                        charge(&mut *tx, &bucket, now).await?;
                    }
                    let field = schema.picture_field().ok_or(AppError::NotFound)?;
                    let picture = match squares {
                        Some(squares) => {
                            let picture = Picture::new(&squares.hash, alt);
                            insert(&mut *tx, owner, &picture, squares.jpegs, now).await?;
                            picture
                        }
                        None => {
                            let current = current(&mut *tx, owner).await?;
                            let words = |hash| Picture::parse(&format!("{hash} {alt}")).ok();
                            current
                                .and_then(words)
                                .ok_or_else(|| AppError::invalid(&field.key, Violation::Required))?
                        }
                    };
                    let change = Change::Set(Value::Picture(picture.clone()));
                    let patch = Patch::one(&field.key, change);
                    let saved = save_profile(tx, owner, &viewer, &patch, &schema, now).await?;
                    Ok((saved, picture))
                })
            })
            .await
    }
}

impl Store {
    /// The bytes of one size of a picture.
    pub async fn picture(
        &self,
        owner: UserId,
        hash: &str,
        size: u32,
    ) -> Result<Option<Vec<u8>>, AppError> {
        let [large, medium, small] = Picture::SIZES;
        sqlx::query_scalar!(
            "SELECT CASE ?3 WHEN ?4 THEN small WHEN ?5 THEN medium WHEN ?6 THEN large END
                 AS \"bytes!: Vec<u8>\"
             FROM avatars WHERE user_id = ?1 AND hash = ?2 AND ?3 IN (?4, ?5, ?6)",
            owner.0,
            hash,
            size,
            small,
            medium,
            large,
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(refuse)
    }

    /// The hashes of all that are kept of one user.
    pub(super) async fn pictures(&self, owner: UserId) -> Result<Vec<String>, AppError> {
        sqlx::query_scalar!("SELECT hash FROM avatars WHERE user_id = ?", owner.0)
            .fetch_all(&self.readers)
            .await
            .map_err(refuse)
    }

    /// Erases the earlier pictures whose time is up.
    pub async fn erase_old_pictures(&self, now: i64) -> Result<u64, AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                // Should a profile name one of them all the same, that one stays.
                sqlx::query!(
                    "DELETE FROM avatars WHERE kept_until <= ? AND NOT EXISTS
                         (SELECT 1 FROM profiles WHERE profiles.user_id = avatars.user_id
                          AND fields ->> '$.avatar.hash' = hash)",
                    now
                )
                .execute(tx)
                .await
                .map(|done| done.rows_affected())
                .map_err(refuse)
            })
        })
        .await
    }
}

/// Puts a picture there for a profile to name. Until it does, the picture is one of
/// those that are kept.
async fn insert(
    tx: &mut SqliteConnection,
    owner: UserId,
    picture: &Picture,
    [large, medium, small]: [Vec<u8>; 3],
    now: i64,
) -> Result<(), AppError> {
    let hash = picture.hash();
    sqlx::query!(
        "INSERT INTO avatars (user_id, hash, kept_until, small, medium, large)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        owner.0,
        hash,
        now,
        small,
        medium,
        large,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

/// Before a profile names another picture: is it there?
///
/// # Errors
/// `NotKept` on the picture, if it was erased.
pub(super) async fn check(
    tx: &mut SqliteConnection,
    owner: UserId,
    change: &Changed,
) -> Result<(), AppError> {
    let Some(hash) = change.new.as_ref().and_then(hash_of) else {
        return Ok(());
    };
    let kept = sqlx::query_scalar!(
        "SELECT EXISTS (SELECT 1 FROM avatars WHERE user_id = ? AND hash = ?) AS \"kept!: bool\"",
        owner.0,
        hash,
    )
    .fetch_one(tx)
    .await
    .map_err(refuse)?;
    match kept {
        true => Ok(()),
        false => Err(AppError::invalid(&change.name, Violation::NotKept)),
    }
}

/// After a profile names another picture, or none: the one from before is kept for a
/// while.
pub(super) async fn switch(
    tx: &mut SqliteConnection,
    owner: UserId,
    now: i64,
) -> Result<(), AppError> {
    let kept_until = now + KEPT_MS;
    sqlx::query!(
        "UPDATE avatars SET kept_until = iif(
             hash IS (SELECT fields ->> '$.avatar.hash' FROM profiles WHERE user_id = ?1),
             NULL, coalesce(kept_until, ?2))
         WHERE user_id = ?1",
        owner.0,
        kept_until,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "DELETE FROM avatars WHERE user_id = ?1 AND kept_until IS NOT NULL AND hash NOT IN
             (SELECT hash FROM avatars WHERE user_id = ?1 AND kept_until IS NOT NULL
              ORDER BY kept_until DESC LIMIT ?2)",
        owner.0,
        MOST_KEPT,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

/// Erases an earlier picture, before its time is up. `value` is how the history has
/// it; of anything else nothing is erased. The one that the profile has stays.
pub(super) async fn erase_earlier(
    tx: &mut SqliteConnection,
    owner: UserId,
    value: &str,
) -> Result<(), AppError> {
    sqlx::query!(
        "DELETE FROM avatars
         WHERE user_id = ? AND hash = ? ->> '$.hash' AND kept_until IS NOT NULL",
        owner.0,
        value,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

async fn current(tx: &mut SqliteConnection, owner: UserId) -> Result<Option<String>, AppError> {
    let hash = sqlx::query_scalar!(
        "SELECT fields ->> '$.avatar.hash' AS \"hash: String\" FROM profiles WHERE user_id = ?",
        owner.0
    )
    .fetch_optional(tx)
    .await
    .map_err(refuse)?;
    Ok(hash.flatten())
}

fn hash_of(stored: &serde_json::Value) -> Option<&str> {
    stored.get("hash")?.as_str()
}
