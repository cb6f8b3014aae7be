//! The table `profiles`.

use app::{
    account::types::{
        email::EmailRule,
        user::{User, UserId},
        username::Username,
    },
    backend::{Profiles, Saved},
    error::AppError,
    profile::rules::{
        document::ProfileDocument,
        history::{ChangeSide, PastChange, Stretch},
        patch::Patch,
        profile::{Listing, Profile},
        schema::Schema,
        snapshot::ProfileSnapshot,
    },
    viewer::Viewer,
};
use async_trait::async_trait;
use futures_util::StreamExt;
use sqlx::SqliteConnection;
use std::sync::Arc;

use super::{
    Store, avatars,
    changes::{By, changes_since, erase_values, keep_within, record},
    limits::charge,
    refuse,
};
use crate::{
    http::origin::Origin,
    limits::{Bucket, Limiter, Rule},
    schema_file::Schemas,
};

/// `Profiles` on the store.
#[derive(Clone)]
pub struct StoredProfiles {
    pub store: Store,
    pub schemas: Schemas,
    pub limiter: Limiter,
    pub email_rule: EmailRule,
}

#[async_trait]
impl Profiles for StoredProfiles {
    async fn profile(&self, user: UserId) -> Result<Option<Profile>, AppError> {
        let mut reader = self.store.readers.acquire().await.map_err(refuse)?;
        let row = find_row(&mut reader, user).await?;
        row.map(|row| self.read(row)).transpose()
    }

    async fn find_profile(&self, username: &str) -> Result<Option<Profile>, AppError> {
        let username_key = Username::key_of(username);
        let confirmed_only = self.email_rule == EmailRule::Required;
        let row = sqlx::query_as!(
            ProfileRow,
            "SELECT id, username, role, version, fields, audiences, listed AS \"listed: bool\",
                 profiles.created_at
             FROM profiles JOIN users ON id = user_id
             WHERE username_key = ? AND status = 'active' AND leaves_at IS NULL
               AND (email IS NOT NULL OR NOT ?)",
            username_key,
            confirmed_only,
        )
        .fetch_optional(&self.store.readers)
        .await
        .map_err(refuse)?;
        row.map(|row| self.read(row)).transpose()
    }

    async fn save(&self, owner: UserId, viewer: Viewer, patch: Patch) -> Result<Saved, AppError> {
        let (schema, now) = (Arc::clone(self.schemas.spoken()), self.limiter.clock.now());
        let bucket = self.bucket(&viewer)?;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(bucket) = bucket {
                        charge(&mut *tx, &bucket, now).await?;
                    }
                    save_profile(tx, owner, &viewer, &patch, &schema, now).await
                })
            })
            .await
    }

    async fn snapshot(
        &self,
        owner: UserId,
        since: u64,
    ) -> Result<Option<ProfileSnapshot>, AppError> {
        // One snapshot: the profile and its changes belong together.
        let mut snapshot = self.store.readers.begin().await.map_err(refuse)?;
        standing(&mut snapshot, owner, Some(since), self.schemas.spoken()).await
    }

    async fn changes(
        &self,
        owner: UserId,
        before: Option<i64>,
        limit: u32,
        bytes: u32,
    ) -> Result<Stretch, AppError> {
        self.store.changes(owner, before, limit, bytes).await
    }

    async fn change(&self, owner: UserId, id: i64) -> Result<Option<PastChange>, AppError> {
        self.store.change(owner, id).await
    }

    async fn places(&self, owner: UserId, change: i64) -> Result<[u64; 2], AppError> {
        self.store.places(owner, change).await
    }

    async fn erase_values(
        &self,
        owner: UserId,
        change: i64,
        sides: Vec<ChangeSide>,
    ) -> Result<(), AppError> {
        let (bucket, now) = (self.bucket_of(owner), self.limiter.clock.now());
        let origin = Origin::of_this_request();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(bucket) = bucket {
                        charge(&mut *tx, &bucket, now).await?;
                    }
                    erase_values(tx, owner, change, &sides, origin, now).await
                })
            })
            .await
    }

    async fn set_listed(&self, owner: UserId, listed: bool) -> Result<(), AppError> {
        let (bucket, now) = (self.bucket_of(owner), self.limiter.clock.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(bucket) = bucket {
                        charge(&mut *tx, &bucket, now).await?;
                    }
                    sqlx::query!(
                        "UPDATE profiles SET listed = ? WHERE user_id = ?",
                        listed,
                        owner.0
                    )
                    .execute(tx)
                    .await
                    .map(drop)
                    .map_err(refuse)
                })
            })
            .await
    }

    async fn pictures(&self, owner: UserId) -> Result<Vec<String>, AppError> {
        self.store.pictures(owner).await
    }
}

impl StoredProfiles {
    /// What a save by that viewer is counted in.
    pub(super) fn bucket(&self, viewer: &Viewer) -> Result<Option<Bucket>, AppError> {
        match viewer {
            Viewer::Member(user) => Ok(self.bucket_of(user.id)),
            Viewer::Guest => Err(AppError::NotLoggedIn),
        }
    }

    fn bucket_of(&self, user: UserId) -> Option<Bucket> {
        self.limiter.bucket(Rule::SaveByUser, &user.0.to_string())
    }

    /// The profiles that others can find and that have, or had, this picture.
    pub async fn profiles_with(&self, hash: &str) -> Result<Vec<Profile>, AppError> {
        let confirmed_only = self.email_rule == EmailRule::Required;
        let rows = sqlx::query_as!(
            ProfileRow,
            "SELECT users.id, username, role, version, fields, audiences,
                 listed AS \"listed: bool\", profiles.created_at
             FROM avatars JOIN profiles USING (user_id) JOIN users ON users.id = user_id
             WHERE hash = ? AND status = 'active' AND leaves_at IS NULL
               AND (email IS NOT NULL OR NOT ?)",
            hash,
            confirmed_only,
        )
        .fetch_all(&self.store.readers)
        .await
        .map_err(refuse)?;
        rows.into_iter().map(|row| self.read(row)).collect()
    }
}

impl Store {
    /// Shows every profile to `look`, with its owner's role as it is stored.
    pub async fn each_profile(
        &self,
        mut look: impl FnMut(Option<&str>, &ProfileDocument),
    ) -> Result<(), AppError> {
        let mut rows = sqlx::query_as!(
            ProfileRow,
            "SELECT id, username, role, version, fields, audiences, listed AS \"listed: bool\",
                 profiles.created_at
             FROM profiles JOIN users ON id = user_id ORDER BY user_id"
        )
        .fetch(&self.readers);
        while let Some(row) = rows.next().await {
            let row = row.map_err(refuse)?;
            look(row.role.as_deref(), &row.stored()?);
        }
        Ok(())
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

/// Read, decide, write: in one transaction, so that nobody saves in between.
pub async fn save_profile(
    tx: &mut SqliteConnection,
    owner: UserId,
    viewer: &Viewer,
    patch: &Patch,
    schema: &Schema,
    now: i64,
) -> Result<Saved, AppError> {
    let standing = standing(&mut *tx, owner, patch.version, schema)
        .await?
        .ok_or(AppError::NotFound)?;
    let decision = patch.decide(schema, viewer, &standing)?;
    let since = patch.version.filter(|_| decision.merged);
    if decision.changes.is_empty() {
        // The notice names what came before the next version.
        let version = standing.version + u64::from(since.is_some());
        return Ok(Saved { version, since });
    }
    let picture = schema.picture_field().map(|field| &field.key);
    let picture = decision
        .changes
        .iter()
        .find(|change| Some(&change.name) == picture);
    if let Some(change) = picture {
        avatars::check(&mut *tx, owner, change).await?;
    }
    let version = standing.version + 1;
    let (fields, audiences) = decision.stored.print();
    sqlx::query!(
        "UPDATE profiles SET fields = ?, audiences = ?, version = version + 1, updated_at = ?
         WHERE user_id = ?",
        fields,
        audiences,
        now,
        owner.0,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if picture.is_some() {
        avatars::switch(&mut *tx, owner, now).await?;
    }
    let by = match viewer {
        Viewer::Member(user) => By::User(user.id),
        // Who may not look may not save either; `decide` has seen to that.
        Viewer::Guest => return Err(AppError::NotLoggedIn),
    };
    for change in decision.changes {
        record(&mut *tx, owner, version, &change, by, now).await?;
    }
    keep_within(tx, owner).await?;
    Ok(Saved { version, since })
}

/// A form that is older is treated as if there were no history: whatever differs
/// is asked. Reading years of it would hold up every other save.
const MOST_VERSIONS_BEHIND: u64 = 100;

/// The profile as it is, with the changes since a version.
async fn standing(
    connection: &mut SqliteConnection,
    owner: UserId,
    since: Option<u64>,
    schema: &Schema,
) -> Result<Option<ProfileSnapshot>, AppError> {
    let Some(row) = find_row(&mut *connection, owner).await? else {
        return Ok(None);
    };
    let version = row.version.unsigned_abs();
    let since = match since.unwrap_or(version) {
        since if version.saturating_sub(since) > MOST_VERSIONS_BEHIND => Vec::new(),
        since => changes_since(connection, owner, since).await?,
    };
    Ok(Some(ProfileSnapshot {
        stored: row.stored()?,
        since,
        owner: row.owner(schema),
        version,
    }))
}

async fn find_row(
    connection: &mut SqliteConnection,
    user: UserId,
) -> Result<Option<ProfileRow>, AppError> {
    sqlx::query_as!(
        ProfileRow,
        "SELECT id, username, role, version, fields, audiences, listed AS \"listed: bool\",
                 profiles.created_at
         FROM profiles JOIN users ON id = user_id WHERE user_id = ?",
        user.0
    )
    .fetch_optional(connection)
    .await
    .map_err(refuse)
}

struct ProfileRow {
    id: i64,
    username: String,
    role: Option<String>,
    version: i64,
    fields: String,
    audiences: String,
    listed: bool,
    created_at: i64,
}

impl ProfileRow {
    fn stored(&self) -> Result<ProfileDocument, AppError> {
        ProfileDocument::parse(&self.fields, &self.audiences).map_err(|error| {
            tracing::error!(%error, "a stored profile is no JSON object, against its table's check");
            AppError::Internal
        })
    }

    fn owner(self, schema: &Schema) -> User {
        User {
            id: UserId(self.id),
            role: schema.effective_role(self.role.as_deref()).to_owned(),
            username: self.username,
        }
    }
}

impl StoredProfiles {
    fn read(&self, row: ProfileRow) -> Result<Profile, AppError> {
        let (stored, schema) = (row.stored()?, self.schemas.spoken());
        Ok(Profile {
            version: row.version.unsigned_abs(),
            values: stored.values(schema),
            audiences: stored.audiences(schema),
            listing: Listing {
                listed: row.listed,
                created_at: row.created_at,
            },
            owner: row.owner(schema),
        })
    }
}
