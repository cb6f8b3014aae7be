//! A save: read, decide, and write if the profile is still what was read, so that no other save
//! comes in between.

use app::{
    account::types::user::UserId,
    backend::Saved,
    error::AppError,
    profile::rules::{
        date::DAY_MS,
        history::PastChange,
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
    profiles::{NextVersion, ProfileRow},
    tables::Tables,
};

/// Time for which an earlier picture is kept, in milliseconds.
const KEPT_MS: i64 = Picture::KEPT_DAYS as i64 * DAY_MS;

/// Maximum number of earlier pictures of one user; beyond that, the oldest are deleted.
const MOST_KEPT: u32 = 10;

/// Maximum number of versions that a form may be behind for its changes to be merged. An older
/// form is treated as if there were no history: every difference is a conflict. Reading years of
/// history would hold up every other save.
const MOST_VERSIONS_BEHIND: u64 = 100;

impl Profiles {
    /// Applies the decision of [`Patch::decide`], and returns once it is on disk. A patch that
    /// changes nothing is not saved: the version stays.
    ///
    /// `seen` is the profile as the caller has just read it. If possible, the save is decided on it
    /// before the transaction, and written if the profile is still unchanged.
    ///
    /// # Errors
    /// Those of [`Patch::decide`]; [`AppError::TooMany`].
    pub async fn save(
        &self,
        owner: UserId,
        viewer: Viewer,
        patch: Patch,
        seen: Option<&ProfileRow>,
        now: i64,
    ) -> Result<Saved, AppError> {
        let bucket = self.bucket(&viewer)?;
        let schema = Arc::clone(self.schemas.localized());
        let seen = seen.filter(|row| row.id == owner.0);
        let early = seen.and_then(|row| Early::decide(row, &viewer, &patch, &schema));
        let input = (viewer, patch, schema, early);
        self.store
            .write_counted(
                Tries::of([bucket], now),
                input,
                move |tx, (viewer, patch, schema, early)| {
                    Box::pin(async move {
                        if let Some(Early { row, decision }) = early
                            && let Some(version) =
                                write(tx, row, decision, author(viewer)?, schema, now).await?
                        {
                            return Ok(Saved {
                                version,
                                since: None,
                            });
                        }
                        save_profile(tx, owner, viewer, patch, schema, now).await
                    })
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
        // Read the profile and its changes from one snapshot: they belong together.
        let mut snapshot = self.store.snapshot().await?;
        Ok(read_snapshot(&mut *snapshot, owner, since, self.schemas.localized()).await?)
    }
}

/// A decision made before the transaction.
struct Early {
    row: ProfileRow,
    decision: Decision,
}

impl Early {
    /// Decides on a save that needs only the profile; `None` for one that merges, sets a picture,
    /// changes nothing, or is rejected: the transaction handles those.
    fn decide(row: &ProfileRow, viewer: &Viewer, patch: &Patch, schema: &Schema) -> Option<Early> {
        let snapshot = snapshot_of(row, Vec::new(), schema).ok()?;
        patch
            .version
            .is_none_or(|since| since == snapshot.version)
            .then_some(())?;
        let decision = patch.decide(schema, viewer, &snapshot).ok()?;
        let is_simple = !decision.changes.is_empty() && picture(&decision, schema).is_none();
        is_simple.then(|| Early {
            row: row.clone(),
            decision,
        })
    }
}

/// Saves a profile in the current transaction.
///
/// # Errors
/// Those of [`Patch::decide`]; `NotKept` for a picture that was erased.
pub async fn save_profile(
    tx: &mut dyn Tables,
    owner: UserId,
    viewer: &Viewer,
    patch: &Patch,
    schema: &Schema,
    now: i64,
) -> Done<Saved> {
    let row = tx.profile_of(owner).await?.ok_or(AppError::NotFound)?;
    let since = changes_since(tx, &row, patch.version).await?;
    let snapshot = snapshot_of(&row, since, schema)?;
    let decision = patch.decide(schema, viewer, &snapshot)?;
    let since = patch.version.filter(|_| decision.merged);
    if decision.changes.is_empty() {
        // The notice covers the changes before this version, hence the next one.
        let version = snapshot.version + u64::from(since.is_some());
        return Ok(Saved { version, since });
    }
    let written = write(tx, &row, &decision, author(viewer)?, schema, now).await?;
    let version = written.ok_or(AppError::Internal)?;
    Ok(Saved { version, since })
}

/// The author of a save. A guest may not save; `decide` has checked that.
fn author(viewer: &Viewer) -> Result<ChangeAuthor, AppError> {
    match viewer {
        Viewer::Member(user) => Ok(ChangeAuthor::User(user.id)),
        Viewer::Guest => Err(AppError::NotLoggedIn),
    }
}

/// Saves a profile in the current transaction, for an import of users, which may change
/// everything.
///
/// # Errors
/// `NotKept` for a picture that does not exist.
pub async fn save_arrival(
    tx: &mut dyn Tables,
    owner: UserId,
    patch: &Patch,
    by: ChangeAuthor,
    schema: &Schema,
    now: i64,
) -> Done<()> {
    let row = tx.profile_of(owner).await?.ok_or(AppError::NotFound)?;
    let decision = patch.decide_as_operator(schema, &stored(&row)?);
    if !decision.changes.is_empty() {
        let written = write(tx, &row, &decision, by, schema, now).await?;
        written.ok_or(AppError::Internal)?;
    }
    Ok(())
}

/// The change of the picture, if any.
fn picture<'a>(decision: &'a Decision, schema: &Schema) -> Option<&'a Changed> {
    let key = &schema.picture_field()?.key;
    decision.changes.iter().find(|change| change.name == *key)
}

/// Writes a decision about a profile, and returns the new version; `None` if the profile has
/// changed since.
async fn write(
    tx: &mut dyn Tables,
    before: &ProfileRow,
    decision: &Decision,
    by: ChangeAuthor,
    schema: &Schema,
    now: i64,
) -> Done<Option<u64>> {
    let owner = UserId(before.id);
    let picture = picture(decision, schema);
    if let Some(change) = picture {
        check_picture(tx, owner, change).await?;
    }
    let version = before.version.unsigned_abs() + 1;
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
        before,
        fields: &fields,
        audiences: &audiences,
        changes: &changes.collect::<Vec<_>>(),
        now,
    };
    let Some(history) = tx.set_profile(&next).await? else {
        return Ok(None);
    };
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
    Ok(Some(version))
}

/// Checks that a picture exists before a profile refers to it.
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
    since: u64,
    schema: &Schema,
) -> Done<Option<ProfileSnapshot>> {
    let Some(row) = tables.profile_of(owner).await? else {
        return Ok(None);
    };
    let since = changes_since(tables, &row, Some(since)).await?;
    Ok(Some(snapshot_of(&row, since, schema)?))
}

/// The changes of a profile after a version; none if there are too many to merge.
async fn changes_since(
    tables: &mut dyn Tables,
    row: &ProfileRow,
    since: Option<u64>,
) -> Done<Vec<PastChange>> {
    let version = row.version.unsigned_abs();
    let changes = match since.unwrap_or(version) {
        since if since >= version => Vec::new(),
        since if version - since > MOST_VERSIONS_BEHIND => Vec::new(),
        since => tables.changes_since(UserId(row.id), since).await?,
    };
    let changes: Result<_, AppError> = changes.into_iter().map(read_change).collect();
    Ok(changes?)
}

fn snapshot_of(
    row: &ProfileRow,
    since: Vec<PastChange>,
    schema: &Schema,
) -> Result<ProfileSnapshot, AppError> {
    Ok(ProfileSnapshot {
        stored: stored(row)?,
        since,
        owner: owner_of(row, schema),
        version: row.version.unsigned_abs(),
    })
}
