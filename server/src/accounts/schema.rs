//! The schema, while people use it: which one counts, what another one would do, and what it
//! takes to put it in force.
//!
//! A change does what was read and confirmed, or nothing. The profiles are counted in a snapshot
//! beside the site, for that may take long; the transaction that adds the revision looks at those that have
//! changed since, and gives up if somebody would be harmed who was not counted.

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

/// Changes before the newest one that may come to be committed after it: ids are given out
/// before that.
const LATE_CHANGES: i64 = 1000;

/// A reason that there is no schema to begin with, and what to do about it.
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

/// The schema that counts: that of the file, if one is named; else the newest revision in the
/// database; else the built-in one.
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

/// The newest revision; 0 and no text if there is none.
async fn newest(store: &Store) -> Result<(i64, Option<String>), AppError> {
    let mut reader = store.reader().await?;
    let id = reader.newest_revision().await?;
    let found = reader.revision(id).await?;
    Ok((id, found.map(|(_, text)| text)))
}

/// Puts the newest revision in force, if it is not yet: another program may have added it.
/// Returns whether it was put in force.
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

/// The outcome of reading a file again.
#[derive(Debug)]
pub enum Reread {
    Unchanged,
    InForce,
    /// The one before stays in force.
    Harmful(SchemaReport),
}

/// Reads the file again that the schema is from, and puts it in force if it harms nobody.
/// Without a file, does what [`refresh`] does.
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

/// Profiles that are looked at to tell how many have a value: those of the users who came last.
/// Counting all of them would take the longer, the more there are.
const LOOKED_AT: u32 = 1000;

/// Counts in how many of the newest profiles there is a value, by field.
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

/// A report on another schema, and whom it would harm.
pub struct Examined {
    pub report: SchemaReport,
    harmed: HashSet<i64>,
    /// The change up to which profiles were looked at.
    up_to: i64,
}

/// Counts, profile by profile, what another schema would do.
pub async fn examine(store: &Store, old: &Schema, new: &Schema) -> Result<Examined, AppError> {
    // A connection of its own, on which all is of one moment.
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

/// Notes if somebody may manage users, and by the new schema nobody could.
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

/// A schema to be put in force.
pub struct Change {
    pub schemas: Schemas,
    /// The revision that it was compared with.
    pub base: i64,
    /// The outline of the report that was read.
    pub read: String,
    /// The earlier revision that it is.
    pub restores: Option<i64>,
}

/// Adds a revision, and puts it in force.
///
/// # Errors
/// [`AppError::PlanChanged`] if it does more harm than was read, if another one was applied
/// meanwhile, if nobody could manage users any more, if a file counts, or if examining it takes
/// longer than `patience`;
/// [`AppError::Forbidden`] for a manager whose role does not reach.
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
    // Not the write: once it has begun, nobody knows that it will not be done.
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
    // Whether another one was applied is asked below.
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
    /// The report with those profiles that have changed since, and would be harmed by now.
    async fn up_to_now(
        &self,
        tx: &mut dyn Tables,
        old: &Schema,
        new: &Schema,
    ) -> Done<SchemaReport> {
        let mut further = Report::new(old, new, today());
        let since = self.up_to - LATE_CHANGES;
        for user in tx.changed_since(since).await? {
            // Who was counted is not counted twice.
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

/// The event of a revision: in the activity of who applied it.
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
