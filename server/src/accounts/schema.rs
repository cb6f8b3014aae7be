//! The schema of a running site: loading it, examining the effects of another one, and applying
//! that.
//!
//! A change does what its author has read and confirmed, or nothing. Profiles are examined in a
//! snapshot beside the site, because that may take long; the transaction that adds the revision
//! examines those that have changed since, and fails if any profile is harmed that was not counted.

use app::{
    account::types::{event::EventKind, user::UserId},
    error::AppError,
    profile::rules::{
        schema::Schema,
        schema_change::{Finding, SchemaReport, ValueCounts, can_apply},
    },
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::HashSet, path::Path, sync::Arc, time::Duration};
use tokio::time::timeout;

use super::{
    requester::Author,
    roles::{everybody_manages, managing_roles},
};
use crate::{
    profiles::rows::stored,
    schema_check::{Report, today},
    schema_file::{
        Mistake, SchemaError, Schemas,
        live::{InForce, LiveSchemas, Source},
        schemas_of,
    },
};
use store::{
    Store, events::Event, failure::Result as Done, revisions::NewRevision, tables::Tables,
};

/// The number of changes before the newest one that may be committed after it, because their ids
/// are assigned earlier.
const LATE_CHANGES: i64 = 1000;

/// A reason why no schema could be loaded, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    File(#[from] SchemaError),
    #[error(
        "this program cannot read the newest schema in the database, revision {id}: line {mistake}. Start the version that applied it, or use another schema with --schema"
    )]
    Revision { id: i64, mistake: Mistake },
    #[error("cannot read the schema in the database; see the log for the reason")]
    Database,
}

/// Loads the schema: from the file, if one is named; else the newest revision in the database; else
/// the built-in one.
pub async fn load(store: &Store, file: Option<&Path>) -> Result<InForce, LoadError> {
    if let Some(path) = file {
        return Ok(InForce {
            schemas: schemas_of(Some(path))?,
            source: Source::File(path.to_owned()),
        });
    }
    let (id, text) = newest(store).await.map_err(|_| LoadError::Database)?;
    let schemas = match text {
        None => schemas_of(None)?,
        Some(text) => {
            Schemas::parse(&text).map_err(|mistake| LoadError::Revision { id, mistake })?
        }
    };
    Ok(InForce {
        schemas,
        source: Source::Revision(id),
    })
}

/// Returns the newest revision; 0 without a text if there is none.
async fn newest(store: &Store) -> Result<(i64, Option<String>), AppError> {
    let mut reader = store.reader().await?;
    let id = reader.newest_revision().await?;
    let found = reader.revision(id).await?;
    Ok((id, found.map(|(_, text)| text)))
}

/// Puts the newest revision in force, if another program has added it. If it cannot be read, the
/// previous schema stays in use. Returns whether there was another revision.
pub async fn refresh(store: &Store, live: &LiveSchemas) -> Result<bool, AppError> {
    let now = live.now();
    let Some(current) = now.revision() else {
        return Ok(false);
    };
    if store.reader().await?.newest_revision().await? == current {
        return Ok(false);
    }
    let (id, text) = newest(store).await?;
    let read = match &text {
        Some(text) => Schemas::parse(text),
        None => Ok(schemas_of(None).map_err(|_| AppError::Internal)?),
    };
    let schemas = read.unwrap_or_else(|mistake| {
        tracing::error!(
            revision = id,
            "cannot read the newest schema in the database, so the previous one stays in use: line {mistake}"
        );
        now.schemas.clone()
    });
    live.put(InForce {
        schemas,
        source: Source::Revision(id),
    });
    Ok(true)
}

/// The result of reading a file again.
#[derive(Debug)]
pub enum Reread {
    Unchanged,
    InForce,
    /// The previous schema stays in force.
    Harmful(SchemaReport),
}

/// Reads the schema file again, and puts it in force if it is harmless. Without a file, does the
/// same as [`refresh`].
///
/// # Errors
/// A message for the log.
pub async fn reread(store: &Store, live: &LiveSchemas) -> Result<Reread, String> {
    let database = |_: AppError| LoadError::Database.to_string();
    let now = live.now();
    let Source::File(path) = &now.source else {
        return match refresh(store, live).await.map_err(database)? {
            true => Ok(Reread::InForce),
            false => Ok(Reread::Unchanged),
        };
    };
    let schemas = schemas_of(Some(path)).map_err(|error| error.to_string())?;
    if schemas.text() == now.schemas.text() {
        return Ok(Reread::Unchanged);
    }
    let examined = examine(store, now.schemas.localized(), schemas.localized()).await;
    let report = examined.map_err(database)?.report;
    if !report.is_harmless() {
        return Ok(Reread::Harmful(report));
    }
    live.put(InForce {
        schemas,
        source: now.source.clone(),
    });
    Ok(Reread::InForce)
}

/// The number of profiles examined to count values: those of the newest users. Counting all would
/// take longer on larger sites.
const LOOKED_AT: u32 = 1000;

/// Counts the newest profiles that have a value, by field.
pub async fn count_values(store: &Store, schema: &Schema) -> Result<ValueCounts, AppError> {
    let mut rows = store.reader().await?.newest_values(LOOKED_AT + 1).await?;
    let mut counts = ValueCounts {
        is_partial: rows.len() > LOOKED_AT as usize,
        ..ValueCounts::default()
    };
    rows.truncate(LOOKED_AT as usize);
    for row in rows {
        let values: Value = serde_json::from_str(&row).map_err(|_| AppError::Internal)?;
        counts.profiles += 1;
        for field in schema.fields() {
            if values.get(&field.key).is_some() {
                *counts.values.entry(field.key.clone()).or_default() += 1;
            }
        }
    }
    Ok(counts)
}

/// A report on another schema, and the users whom it would harm.
pub struct Examined {
    pub report: SchemaReport,
    harmed: HashSet<i64>,
    /// The id of the newest change at the time of the examination.
    up_to: i64,
}

/// Examines the effects of another schema, profile by profile.
pub async fn examine(store: &Store, old: &Schema, new: &Schema) -> Result<Examined, AppError> {
    // A connection of its own, with a consistent snapshot.
    let mut snapshot = store.snapshot_apart().await?;
    let up_to = snapshot.newest_change().await?;
    let (mut report, mut harmed) = (Report::new(old, new, today()), HashSet::new());
    snapshot
        .each_profile(&mut |row| {
            if report.add(row.role.as_deref(), &stored(row)?) {
                harmed.insert(row.id);
            }
            Ok(())
        })
        .await?;
    let mut report = report.finish();
    note_lack_of_a_manager(&mut *snapshot, old, new, &mut report).await?;
    Ok(Examined {
        report,
        harmed,
        up_to,
    })
}

/// Adds a finding if someone can manage users now, and no one could with the new schema.
async fn note_lack_of_a_manager(
    tables: &mut dyn Tables,
    old: &Schema,
    new: &Schema,
    report: &mut SchemaReport,
) -> Done<()> {
    if has_manager(tables, old).await? && !has_manager(tables, new).await? {
        report.findings.push((Finding::NoManager, 1));
    }
    Ok(())
}

async fn has_manager(tables: &mut dyn Tables, schema: &Schema) -> Done<bool> {
    let roles = managing_roles(schema);
    if everybody_manages(schema) || roles.is_empty() {
        return Ok(!roles.is_empty());
    }
    Ok(tables.count_roles(UserId(0), &roles).await?.others > 0)
}

/// A schema to be applied.
pub struct Change {
    pub schemas: Schemas,
    /// The revision that it was compared with.
    pub base: i64,
    /// The outline of the report that its author has read.
    pub read: String,
    /// The earlier revision that it restores.
    pub restores: Option<i64>,
}

/// Adds a revision, and puts it in force.
///
/// # Errors
/// [`AppError::PlanChanged`] if it does more harm than its author has read, another one was applied
/// in the meantime, no one could manage users any more, the schema comes from a file, or the
/// examination takes longer than `patience`; [`AppError::Forbidden`] if the role of the manager
/// does not allow it.
pub async fn apply(
    store: &Store,
    live: &LiveSchemas,
    change: Change,
    by: Author,
    patience: Duration,
    now: i64,
) -> Result<i64, AppError> {
    let in_force = live.now();
    if in_force.revision() != Some(change.base) {
        return Err(AppError::PlanChanged);
    }
    let old = Arc::clone(in_force.schemas.localized());
    let new = Arc::clone(change.schemas.localized());
    // The timeout does not include the write: once that has begun, its result would be unknown.
    let examined = timeout(patience, examine(store, &old, &new)).await;
    let examined = examined.map_err(|_| AppError::PlanChanged)??;
    let schemas = change.schemas.clone();
    let revision = NewRevision {
        text: schemas.text().to_owned(),
        hash: Sha256::digest(schemas.text()).into(),
        by: match &by {
            Author::Operator => None,
            Author::Manager { id, .. } => Some(*id),
        },
        restores: change.restores,
    };
    let input = (change, revision, old, new, examined, by);
    // The transaction checks whether another one was applied.
    let store = store.under(None);
    let add = store.write(input, move |tx, input| {
        let (change, revision, old, new, examined, by) = input;
        Box::pin(async move {
            if tx.newest_revision().await? != change.base {
                return Err(AppError::PlanChanged.into());
            }
            if let Author::Manager { id, .. } = by {
                let role = tx.role_of(*id).await?.ok_or(AppError::Forbidden)?;
                if !can_apply(old, new, old.effective_role(role.as_deref())) {
                    return Err(AppError::Forbidden.into());
                }
            }
            let report = examined.up_to_now(tx, old, new).await?;
            if report.is_forbidden() || !report.is_covered_by(&change.read) {
                return Err(AppError::PlanChanged.into());
            }
            let id = tx.add_revision(revision, now).await?;
            tx.note(&event(by, id), now).await?;
            Ok(id)
        })
    });
    let id = add.await?;
    live.put(InForce {
        schemas,
        source: Source::Revision(id),
    });
    Ok(id)
}

impl Examined {
    /// Returns the report with the users added whose profiles have changed since, and are harmed.
    async fn up_to_now(
        &self,
        tx: &mut dyn Tables,
        old: &Schema,
        new: &Schema,
    ) -> Done<SchemaReport> {
        let mut further = Report::new(old, new, today());
        let since = self.up_to - LATE_CHANGES;
        for user in tx.changed_since(since).await? {
            // Counted already.
            if self.harmed.contains(&user) {
                continue;
            }
            if let Some(row) = tx.profile_of(UserId(user)).await? {
                further.add(row.role.as_deref(), &stored(&row)?);
            }
        }
        let mut report = self.report.clone();
        report.add(further.finish());
        note_lack_of_a_manager(tx, old, new, &mut report).await?;
        Ok(report)
    }
}

/// Returns the event of a revision, for the activity of its author.
fn event(by: &Author, revision: i64) -> Event {
    let (actor, client) = match by {
        Author::Operator => (None, None),
        Author::Manager { id, client } => (Some(*id), client.clone()),
    };
    Event {
        kind: EventKind::SchemaApplied,
        actor,
        subject: None,
        client,
        detail: Some(revision.to_string()),
    }
}
