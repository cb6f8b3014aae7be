//! The table `events`: the audit log.

use app::account::types::{event::EventKind, user::UserId};
use async_trait::async_trait;

use crate::client::ClientInfo;
use crate::failure::Result;

#[async_trait]
pub trait Events: Send {
    /// Adds an event, in the transaction that it describes. If its users have been erased in the
    /// meantime, it does not say who they were, nor from where they acted.
    async fn note(&mut self, event: &Event, now: i64) -> Result<()>;

    /// Returns events that involve a user, before the one with the id `before`, newest first.
    async fn events_of(&mut self, user: UserId, before: i64, limit: u32) -> Result<Vec<EventRow>>;

    /// Returns the events that match a filter, newest first.
    async fn log(&mut self, wanted: &LogFilter, limit: u32) -> Result<Vec<EventRow>>;

    /// Returns the newest event of a kind that was done to a user.
    async fn last_event_on(&mut self, user: UserId, kind: EventKind) -> Result<Option<EventRow>>;

    /// Returns the time of the newest event.
    async fn last_event_at(&mut self) -> Result<Option<i64>>;
}

/// An event to be recorded.
#[derive(Debug, Clone)]
pub struct Event {
    pub kind: EventKind,
    pub actor: Option<UserId>,
    pub subject: Option<UserId>,
    /// `None` for a command.
    pub client: Option<ClientInfo>,
    pub detail: Option<String>,
}

impl Event {
    /// Creates an event for something that a user does with their own account.
    pub fn own(kind: EventKind, user: UserId, client: Option<ClientInfo>) -> Event {
        Event {
            kind,
            actor: Some(user),
            subject: Some(user),
            client,
            detail: None,
        }
    }

    /// Creates an event for something that is done to an account by somebody who need not be logged
    /// in.
    pub fn by_anybody(
        kind: EventKind,
        subject: Option<UserId>,
        client: Option<ClientInfo>,
    ) -> Event {
        Event {
            kind,
            actor: None,
            subject,
            client,
            detail: None,
        }
    }
}

/// A filter of events.
#[derive(Debug, Clone, Copy)]
pub struct LogFilter {
    /// Only events that involve this user.
    pub user: Option<UserId>,
    pub kind: Option<EventKind>,
    /// The first and the last time, both included.
    pub from: i64,
    pub until: i64,
    /// The id before which the events of the last time are included.
    pub before: i64,
}

/// An event as it is stored, with everything known about it.
pub struct EventRow {
    pub id: i64,
    pub at: i64,
    pub kind: String,
    pub actor: Option<UserId>,
    pub actor_name: Option<String>,
    pub subject_name: Option<String>,
    pub address: Option<String>,
    pub device: Option<String>,
    pub detail: Option<String>,
}
