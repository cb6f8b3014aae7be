//! The trait of `app::backend` for the schema, and its download as a file.

use app::{
    account::types::user::User,
    admin::rules::{Area, can_open},
    backend,
    error::AppError,
    profile::rules::{
        author::Author as Doer,
        schema_change::{
            Checked, MAX_TEXT, PastRevision, SchemaChange, SchemaSource, ValueCounts, can_apply,
        },
    },
    viewer::Viewer,
};
use async_trait::async_trait;
use axum::{
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use leptos::prelude::with_context;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

use super::{pages::Pages, reject};
use crate::{
    accounts::{
        requester::Author,
        schema::{Change, apply, count_values, examine},
    },
    clock::Clock,
    schema_file::{
        Schemas,
        live::{InForce, LiveSchemas, Source},
        schemas_of,
    },
    secret::hexadecimal,
};
use store::{Store, revisions::RevisionRow};

/// Maximum time for which a page waits until all profiles have been checked. A rejected form
/// checks them twice, within the time limit of one request.
const PATIENCE: Duration = Duration::from_secs(12);

/// The schema, for the pages.
#[derive(Clone)]
pub struct PageSchema {
    pub store: Store,
    pub live: LiveSchemas,
    /// The schema in force when the request began.
    pub in_force: Arc<InForce>,
    pub clock: Clock,
}

#[async_trait]
impl backend::Revisions for PageSchema {
    fn source(&self) -> SchemaSource {
        match &self.in_force.source {
            Source::File(path) => SchemaSource::File(path.display().to_string()),
            Source::Revision(id) => SchemaSource::Revision(*id),
        }
    }

    fn text(&self) -> String {
        self.in_force.schemas.text().to_owned()
    }

    async fn values(&self) -> Result<ValueCounts, AppError> {
        count_values(&self.store, self.in_force.schemas.localized()).await
    }

    async fn check(&self, manager: &User, text: &str) -> Result<Checked, AppError> {
        let new = match parse(text) {
            Ok(new) => new,
            Err(checked) => return Ok(checked),
        };
        if new.text() == self.in_force.schemas.text() {
            return Ok(Checked::Same);
        }
        let (old, new) = (self.in_force.schemas.localized(), new.localized());
        match timeout(PATIENCE, examine(&self.store, old, new)).await {
            Err(_) => Ok(Checked::TooManyProfiles),
            Ok(examined) => Ok(Checked::Sound {
                report: examined?.report,
                within_reach: can_apply(old, new, &manager.role),
            }),
        }
    }

    async fn apply(&self, manager: &User, change: SchemaChange) -> Result<(), AppError> {
        let schemas = parse(&change.text).map_err(|_| AppError::PlanChanged)?;
        if schemas.text() == self.in_force.schemas.text() {
            return Err(AppError::PlanChanged);
        }
        let earlier = match change.restores {
            Some(id) => self.revision(id).await?,
            None => None,
        };
        let earlier = earlier.filter(|(_, text)| text == schemas.text());
        let by = Author::Manager {
            id: manager.id,
            client: with_context(|request: &axum::http::request::Parts| {
                request.extensions.get().cloned()
            })
            .flatten(),
        };
        let change = Change {
            schemas,
            base: change.base,
            read: change.read,
            restores: earlier.map(|(revision, _)| revision.id),
        };
        let now = self.clock.now();
        apply(&self.store, &self.live, change, by, PATIENCE, now)
            .await
            .map(drop)
    }

    async fn revisions(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastRevision>, AppError> {
        let mut reader = self.store.reader().await?;
        let rows = reader.revisions(before.unwrap_or(i64::MAX), limit).await?;
        Ok(rows.into_iter().map(past).collect())
    }

    async fn revision(&self, id: i64) -> Result<Option<(PastRevision, String)>, AppError> {
        if id == 0 {
            let built_in = schemas_of(None).map_err(|_| AppError::Internal)?;
            let text = built_in.text().to_owned();
            let revision = PastRevision {
                id,
                at: 0,
                by: Doer::Operator,
                hash: hexadecimal(Sha256::digest(&text).iter().take(6)),
                restores: None,
            };
            return Ok(Some((revision, text)));
        }
        let found = self.store.reader().await?.revision(id).await?;
        Ok(found.map(|(row, text)| (past(row), text)))
    }
}

fn parse(text: &str) -> Result<Schemas, Checked> {
    if text.len() > MAX_TEXT {
        return Err(Checked::TooLong);
    }
    Schemas::parse(text).map_err(|mistake| Checked::Mistake {
        line: mistake.line,
        reason: mistake.reason,
    })
}

fn past(row: RevisionRow) -> PastRevision {
    PastRevision {
        id: row.id,
        at: row.applied_at,
        by: match row.by {
            Some(username) => Doer::User(username),
            None if row.by_operator => Doer::Operator,
            None => Doer::Former,
        },
        hash: hexadecimal(row.hash.iter().take(6)),
        restores: row.restores,
    }
}

/// `GET /admin/schema/profile.toml`: the text of the schema in force, or with `?revision=7`
/// that of an earlier revision.
pub async fn download(State(pages): State<Pages>, request: Request) -> Response {
    let backend = pages.backend();
    match request.extensions().get() {
        Some(Viewer::Member(user)) if can_open(&backend.schema, &user.role, Area::Schema) => {}
        _ => return reject(AppError::NotFound),
    }
    let query = request.uri().query().unwrap_or_default();
    let asked = query.strip_prefix("revision=").map(str::parse);
    let text = match asked {
        None => Ok(Some(backend.revisions.text())),
        Some(Err(_)) => Ok(None),
        Some(Ok(id)) => {
            let found = backend.revisions.revision(id).await;
            found.map(|found| found.map(|(_, text)| text))
        }
    };
    match text {
        Err(error) => reject(error),
        Ok(None) => reject(AppError::NotFound),
        Ok(Some(text)) => {
            let head = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"profile.toml\"",
                ),
            ];
            (head, text).into_response()
        }
    }
}
