//! The table `events`: the audit log.

use app::account::types::{event::EventKind, user::UserId};
use async_trait::async_trait;

use crate::client::ClientInfo;
use crate::failure::Result;

#[async_trait]
pub trait Events: Send {
    /// Adds an event, in the transaction of what it tells. Of users who have gone meanwhile it does
    /// not say who they were, nor from where.
    async fn note(&mut self, event: &Event, now: i64) -> Result<()>;

    /// Events in which a user had a part, before the event of the id `before`, the
    /// newest first.
    async fn events_of(&mut self, user: UserId, before: i64, limit: u32) -> Result<Vec<EventRow>>;

    /// Events of all users, the newest first.
    async fn log(&mut self, wanted: &LogFilter, limit: u32) -> Result<Vec<EventRow>>;

    /// The newest event of a kind that was done to a user.
    async fn last_event_on(&mut self, user: UserId, kind: EventKind) -> Result<Option<EventRow>>;

    /// The time of the newest event.
    async fn last_event_at(&mut self) -> Result<Option<i64>>;
}

/// Something to note.
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
    /// Something that users do with their own accounts.
    pub fn own(kind: EventKind, user: UserId, client: Option<ClientInfo>) -> Event {
        Event {
            kind,
            actor: Some(user),
            subject: Some(user),
            client,
            detail: None,
        }
    }

    /// Something that is done to an account by somebody who need not be logged in.
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

/// The events that are asked for.
#[derive(Debug, Clone, Copy)]
pub struct LogFilter {
    /// Those in which that user had a part.
    pub user: Option<UserId>,
    pub kind: Option<EventKind>,
    /// Not before that time, and not after that one.
    pub from: i64,
    pub until: i64,
    /// The id below which those of that last time are.
    pub before: i64,
}

/// An event as it is stored, with all that is known of it.
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
