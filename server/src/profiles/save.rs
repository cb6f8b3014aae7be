//! A save: read, decide, write, in one transaction, so that nobody saves in between.

use app::{
    account::types::user::UserId,
    backend::Saved,
    error::AppError,
    profile::rules::{
        patch::Patch,
        picture::Picture,
        save::{Changed, Decision},
        schema::Schema,
        snapshot::ProfileSnapshot,
        violation::Violation,
    },
    viewer::Viewer,
};
use serde_json::Value;
use std::sync::Arc;

use super::{
    Profiles,
    directory::{is_indexed, reindex},
    history::keep_within,
    rows::{owner as owner_of, read_change, stored},
};
use store::{
    changes::{ChangeAuthor, NewChange},
    failure::Result as Done,
    limits::Tries,
    profiles::NextVersion,
    tables::Tables,
};

/// Milliseconds for which an earlier picture is kept.
const KEPT_MS: i64 = Picture::KEPT_DAYS as i64 * 24 * 60 * 60 * 1000;

/// Earlier pictures of one user; beyond that the oldest go.
const MOST_KEPT: u32 = 10;

/// The most versions that a form may be behind for its changes to be merged. An older one
/// is treated as if there were no history: every difference is asked about. Reading years of
/// it would hold up every other save.
const MOST_VERSIONS_BEHIND: u64 = 100;

impl Profiles {
    /// Does what [`Patch::decide`] decides, and returns once it is on disk. A patch that
    /// changes nothing is no save: the version stays.
    ///
    /// # Errors
    /// Those of [`Patch::decide`]; [`AppError::TooMany`].
    pub async fn save(
        &self,
        owner: UserId,
        viewer: Viewer,
        patch: Patch,
        now: i64,
    ) -> Result<Saved, AppError> {
        let bucket = self.bucket(&viewer)?;
        let schema = Arc::clone(self.schemas.spoken());
        let input = (viewer, patch, schema);
        self.store
            .write_counted(
                Tries::of([bucket], now),
                input,
                move |tx, (viewer, patch, schema)| {
                    Box::pin(
                        async move { save_profile(tx, owner, viewer, patch, schema, now).await },
                    )
                },
            )
            .await
    }

    /// The profile with every change after version `since`.
    pub async fn snapshot(
        &self,
        owner: UserId,
        since: u64,
    ) -> Result<Option<ProfileSnapshot>, AppError> {
        // One moment: the profile and its changes belong together.
        let mut snapshot = self.store.snapshot().await?;
        Ok(read_snapshot(&mut *snapshot, owner, Some(since), self.schemas.spoken()).await?)
    }
}

/// Saves a profile in the transaction at hand.
///
/// # Errors
/// Those of [`Patch::decide`]; `NotKept` on a picture that was erased.
pub async fn save_profile(
    tx: &mut dyn Tables,
    owner: UserId,
    viewer: &Viewer,
    patch: &Patch,
    schema: &Schema,
    now: i64,
) -> Done<Saved> {
    let snapshot = read_snapshot(tx, owner, patch.version, schema).await?;
    let snapshot = snapshot.ok_or(AppError::NotFound)?;
    let decision = patch.decide(schema, viewer, &snapshot)?;
    let since = patch.version.filter(|_| decision.merged);
    if decision.changes.is_empty() {
        // The notice names what came before the next version.
        let version = snapshot.version + u64::from(since.is_some());
        return Ok(Saved { version, since });
    }
    let by = match viewer {
        Viewer::Member(user) => ChangeAuthor::User(user.id),
        // A guest may not save; `decide` has seen to that.
        Viewer::Guest => return Err(AppError::NotLoggedIn.into()),
    };
    let version = write(tx, owner, &snapshot, &decision, by, schema, now).await?;
    Ok(Saved { version, since })
}

/// Saves a profile in the transaction at hand, for whoever imports users, who
/// may change everything.
///
/// # Errors
/// `NotKept` on a picture that is not there.
pub async fn save_arrival(
    tx: &mut dyn Tables,
    owner: UserId,
    patch: &Patch,
    by: ChangeAuthor,
    schema: &Schema,
    now: i64,
) -> Done<()> {
    let snapshot = read_snapshot(tx, owner, None, schema).await?;
    let snapshot = snapshot.ok_or(AppError::NotFound)?;
    let decision = patch.decide_as_operator(schema, &snapshot.stored);
    if !decision.changes.is_empty() {
        write(tx, owner, &snapshot, &decision, by, schema, now).await?;
    }
    Ok(())
}

/// Writes what was decided, and returns the new version.
async fn write(
    tx: &mut dyn Tables,
    owner: UserId,
    snapshot: &ProfileSnapshot,
    decision: &Decision,
    by: ChangeAuthor,
    schema: &Schema,
    now: i64,
) -> Done<u64> {
    let picture = schema.picture_field().map(|field| &field.key);
    let picture = decision
        .changes
        .iter()
        .find(|change| Some(&change.name) == picture);
    if let Some(change) = picture {
        check_picture(tx, owner, change).await?;
    }
    let version = snapshot.version + 1;
    let (fields, audiences) = decision.stored.print();
    let changes = decision.changes.iter().map(|change| NewChange {
        owner,
        version,
        item: &change.name,
        old: change.old.as_ref().map(Value::to_string),
        new: change.new.as_ref().map(Value::to_string),
        by,
        now,
    });
    let next = NextVersion {
        user: owner,
        fields: &fields,
        audiences: &audiences,
        changes: &changes.collect::<Vec<_>>(),
        now,
    };
    let history = tx.set_profile(&next).await?;
    if picture.is_some() {
        tx.retire_pictures(owner, now + KEPT_MS, MOST_KEPT).await?;
    }
    keep_within(tx, owner, history).await?;
    let changed = decision.changes.iter();
    if changed
        .map(|change| &change.name)
        .any(|item| is_indexed(schema, item))
    {
        reindex(tx, owner, schema).await?;
    }
    Ok(version)
}

/// Checks, before a profile names another picture, that the picture is there.
async fn check_picture(tx: &mut dyn Tables, owner: UserId, change: &Changed) -> Done<()> {
    let hash = change
        .new
        .as_ref()
        .and_then(|new| new.get("hash")?.as_str());
    let Some(hash) = hash else {
        return Ok(());
    };
    match tx.has_picture(owner, hash).await? {
        true => Ok(()),
        false => Err(AppError::invalid(&change.name, Violation::NotKept).into()),
    }
}

async fn read_snapshot(
    tables: &mut dyn Tables,
    owner: UserId,
    since: Option<u64>,
    schema: &Schema,
) -> Done<Option<ProfileSnapshot>> {
    let Some(row) = tables.profile_of(owner).await? else {
        return Ok(None);
    };
    let version = row.version.unsigned_abs();
    let since = match since.unwrap_or(version) {
        since if since >= version => Vec::new(),
        since if version - since > MOST_VERSIONS_BEHIND => Vec::new(),
        since => tables.changes_since(owner, since).await?,
    };
    let since: Result<_, AppError> = since.into_iter().map(read_change).collect();
    Ok(Some(ProfileSnapshot {
        stored: stored(&row)?,
        since: since?,
        owner: owner_of(&row, schema),
        version,
    }))
}
