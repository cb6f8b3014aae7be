//! The audit log, as its readers see it.

use app::{
    account::types::{
        event::{EventKind, PastEvent},
        user::UserId,
    },
    error::AppError,
};

use super::Accounts;
use crate::limits::Rule;
use store::{
    client::rate_limit_key,
    events::{Event, EventRow},
};

impl Accounts {
    /// Returns the events that involve a user, the newest first, and only those older than the
    /// event `before`.
    pub async fn events(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastEvent>, AppError> {
        let before = before.unwrap_or(i64::MAX);
        let mut reader = self.store.reader().await?;
        let rows = reader.events_of(user, before, limit).await?;
        Ok(rows.into_iter().map(|row| seen_by(user, row)).collect())
    }

    /// Records a rejected request; the number of records per client is limited.
    ///
    /// # Errors
    /// [`AppError::TooMany`] if the client has reached the limit.
    pub async fn note_refusal(&self, event: Event, now: i64) -> Result<(), AppError> {
        let who = rate_limit_key(event.client.as_ref());
        let bucket = self.limiter.bucket(Rule::RefusalByAddress, &who);
        let _ = self.limiter.charge([bucket], now).await?;
        self.note(event, now).await
    }

    /// Records an event in a transaction of its own.
    pub(super) async fn note(&self, event: Event, now: i64) -> Result<(), AppError> {
        let note = self.store.write(event, move |tx, event| {
            Box::pin(async move { tx.note(event, now).await })
        });
        note.await
    }
}

/// Returns an event as one of the users involved sees it.
pub fn seen_by(reader: UserId, row: EventRow) -> PastEvent {
    let shows_client = PastEvent::shows_client(row.actor, reader);
    PastEvent {
        id: row.id,
        at: row.at,
        kind: EventKind::parse(&row.kind),
        actor: row.actor_name,
        subject: row.subject_name,
        address: row.address.filter(|_| shows_client),
        user_agent: row.device.filter(|_| shows_client),
        detail: row.detail,
    }
}
