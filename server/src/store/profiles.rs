//! The table `profiles`.

use app::{
    account::UserId,
    backend::Profiles,
    error::AppError,
    profile::{Patch, Profile, Schema, StoredFields},
};
use async_trait::async_trait;
use sqlx::SqliteConnection;
use std::sync::Arc;

use super::{Store, refuse};
use crate::clock::Clock;

/// `Profiles` on the store.
#[derive(Clone)]
pub struct StoredProfiles {
    pub store: Store,
    pub schema: Arc<Schema>,
    pub clock: Clock,
}

#[async_trait]
impl Profiles for StoredProfiles {
    async fn profile(&self, user: UserId) -> Result<Option<Profile>, AppError> {
        let row = sqlx::query_as!(
            ProfileRow,
            "SELECT username, version, fields FROM profiles JOIN users ON id = user_id WHERE user_id = ?",
            user.0
        )
        .fetch_optional(&self.store.readers)
        .await
        .map_err(refuse)?;
        row.map(|row| self.read(row)).transpose()
    }

    async fn find_profile(&self, username: &str) -> Result<Option<Profile>, AppError> {
        let username_key = username.to_ascii_lowercase();
        let row = sqlx::query_as!(
            ProfileRow,
            "SELECT username, version, fields FROM profiles JOIN users ON id = user_id
             WHERE username_key = ? AND status = 'active'",
            username_key
        )
        .fetch_optional(&self.store.readers)
        .await
        .map_err(refuse)?;
        row.map(|row| self.read(row)).transpose()
    }

    async fn save(&self, user: UserId, patch: Patch) -> Result<(), AppError> {
        let (schema, now) = (Arc::clone(&self.schema), self.clock.now());
        self.store
            .write(move |tx| {
                Box::pin(async move { save_profile(tx, user, patch, &schema, now).await })
            })
            .await
    }
}

/// Gives a new user the profile. The trigger behind the table has made it
/// already, as it does for users who come another way; this says so in the code
/// of signing up, and holds if the trigger is gone.
pub async fn create_profile(
    tx: &mut SqliteConnection,
    user: UserId,
    now: i64,
) -> Result<(), AppError> {
    sqlx::query!(
        "INSERT INTO profiles (user_id, created_at, updated_at) VALUES (?1, ?2, ?2) ON CONFLICT DO NOTHING",
        user.0,
        now,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

async fn save_profile(
    tx: &mut SqliteConnection,
    user: UserId,
    patch: Patch,
    schema: &Schema,
    now: i64,
) -> Result<(), AppError> {
    let row = sqlx::query!(
        "SELECT version, fields FROM profiles WHERE user_id = ?",
        user.0
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?
    .ok_or(AppError::NotFound)?;
    let stored = parse(&row.fields)?;
    let changed = patch.apply(&stored, schema);
    if changed == stored {
        return Ok(());
    }
    let version = row.version.unsigned_abs();
    if patch.version.is_some_and(|opened| opened != version) {
        return Err(AppError::Conflict { version });
    }
    let fields = changed.to_string();
    sqlx::query!(
        "UPDATE profiles SET fields = ?, version = version + 1, updated_at = ? WHERE user_id = ?",
        fields,
        now,
        user.0,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

struct ProfileRow {
    username: String,
    version: i64,
    fields: String,
}

impl StoredProfiles {
    fn read(&self, row: ProfileRow) -> Result<Profile, AppError> {
        let fields = parse(&row.fields)?;
        Ok(Profile {
            username: row.username,
            version: row.version.unsigned_abs(),
            values: fields.values(&self.schema),
        })
    }
}

fn parse(fields: &str) -> Result<StoredFields, AppError> {
    fields.parse().map_err(|error| {
        tracing::error!(%error, "a stored profile is no JSON object, against its table's check");
        AppError::Internal
    })
}
