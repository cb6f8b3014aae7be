//! The table `events`: the audit log.

use app::{
    account::types::{
        event::{EventKind, PastEvent},
        user::UserId,
    },
    backend::Events,
    error::AppError,
};
use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::{Store, refuse};
use crate::http::origin::Origin;

/// Something to note.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: EventKind,
    pub actor: Option<UserId>,
    pub subject: Option<UserId>,
    /// `None` for a command.
    pub origin: Option<Origin>,
    pub detail: Option<String>,
}

impl Event {
    /// What somebody does with their own account.
    pub fn own(kind: EventKind, user: UserId, origin: Option<Origin>) -> Event {
        Event {
            kind,
            actor: Some(user),
            subject: Some(user),
            origin,
            detail: None,
        }
    }

    /// What somebody does to an account who need not be logged in.
    pub fn by_anybody(kind: EventKind, subject: Option<UserId>, origin: Option<Origin>) -> Event {
        Event {
            kind,
            actor: None,
            subject,
            origin,
            detail: None,
        }
    }

    /// What who runs the site does to a user.
    pub fn by_operator(kind: EventKind, subject: UserId, detail: Option<String>) -> Event {
        Event {
            kind,
            actor: None,
            subject: Some(subject),
            origin: None,
            detail,
        }
    }
}

/// Adds an event, in the transaction of what it tells.
pub async fn note(tx: &mut SqliteConnection, event: &Event, now: i64) -> Result<(), AppError> {
    let kind = event.kind.to_string();
    let actor = event.actor.map(|user| user.0);
    let subject = event.subject.map(|user| user.0);
    let address = event.origin.as_ref().map(|from| from.address.to_string());
    let device = event.origin.as_ref().map(|from| from.user_agent.as_str());
    sqlx::query!(
        "INSERT INTO events (at, kind, actor_id, subject_id, address, device, detail, of_user)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?3 IS NOT NULL OR ?4 IS NOT NULL)",
        now,
        kind,
        actor,
        subject,
        address,
        device,
        event.detail,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

impl Store {
    /// Adds an event that no transaction tells of.
    pub(crate) async fn note(&self, event: Event, now: i64) -> Result<(), AppError> {
        self.write(move |tx| Box::pin(async move { note(tx, &event, now).await }))
            .await
    }
}

#[async_trait]
impl Events for Store {
    async fn events(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastEvent>, AppError> {
        let before = before.unwrap_or(i64::MAX);
        // Where somebody else was when they did it is not the subject's to know.
        let rows = sqlx::query!(
            "SELECT e.id, at, kind, detail, actor.username AS \"actor?\",
                 subject.username AS \"subject?\",
                 iif(actor_id IS NULL OR actor_id = ?1, address, NULL) AS \"address: String\",
                 iif(actor_id IS NULL OR actor_id = ?1, device, NULL) AS \"device: String\"
             FROM events e
             LEFT JOIN users actor ON actor.id = actor_id
             LEFT JOIN users subject ON subject.id = subject_id
             WHERE (actor_id = ?1 OR subject_id = ?1) AND e.id < ?2
             ORDER BY e.id DESC LIMIT ?3",
            user.0,
            before,
            limit,
        )
        .fetch_all(&self.readers)
        .await
        .map_err(refuse)?;
        let event = rows.into_iter().map(|row| PastEvent {
            id: row.id,
            at: row.at,
            kind: EventKind::parse(&row.kind),
            actor: row.actor,
            subject: row.subject,
            address: row.address,
            user_agent: row.device,
            detail: row.detail,
        });
        Ok(event.collect())
    }
}
