//! The requester: the author of a request or command.

use app::account::types::{event::EventKind, second::Demand, user::UserId};
use store::{
    SecretHash,
    changes::ChangeAuthor,
    client::{self, ClientInfo},
    events::Event,
};

/// The client and the session of a request; both are absent for a command.
#[derive(Debug, Clone, Default)]
pub struct Requester {
    pub client: Option<ClientInfo>,
    pub session: Option<CurrentSession>,
}

impl Requester {
    /// Returns the hashes of the ids that identify the browser.
    pub fn devices(&self) -> Vec<SecretHash> {
        self.client
            .as_ref()
            .map_or(Vec::new(), |client| client.devices.clone())
    }

    /// Returns the key by which rate limits identify the client.
    pub fn rate_limit_key(&self) -> String {
        client::rate_limit_key(self.client.as_ref())
    }

    pub fn session_id(&self) -> Option<SecretHash> {
        self.session.map(|session| session.id)
    }
}

/// The author of an action on another user's account.
#[derive(Debug, Clone)]
pub enum Author {
    /// Someone who runs a command.
    Operator,
    Manager {
        id: UserId,
        client: Option<ClientInfo>,
    },
}

impl Author {
    pub fn event(&self, kind: EventKind, subject: UserId, detail: Option<String>) -> Event {
        let (actor, client) = match self {
            Author::Operator => (None, None),
            Author::Manager { id, client } => (Some(*id), client.clone()),
        };
        Event {
            kind,
            actor,
            subject: Some(subject),
            client,
            detail,
        }
    }

    pub fn of_change(&self) -> ChangeAuthor {
        match self {
            Author::Operator => ChangeAuthor::Operator,
            Author::Manager { id, .. } => ChangeAuthor::User(*id),
        }
    }
}

/// The session of a request, stored in its extensions.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession {
    /// The hash of the current id.
    pub id: SecretHash,
    /// The time of the last authentication, in milliseconds since 1970-01-01 UTC.
    pub confirmed_at: i64,
    /// The time of the last authentication with a second factor.
    pub second_at: i64,
    /// True if the user has a second factor.
    pub has_second: bool,
}

/// The time for which no authentication is needed again before a sensitive change, in milliseconds:
/// ten minutes.
const FRESH_MS: i64 = 10 * 60 * 1000;

impl CurrentSession {
    /// Returns whether the last authentication meets the demand.
    pub fn is_fresh(&self, demand: Demand, now: i64) -> bool {
        let shown_at = match demand {
            Demand::Now => return false,
            Demand::Second if self.has_second => self.second_at,
            Demand::Second | Demand::Recent => self.confirmed_at,
        };
        // A time in the future does not count: the clock may have been ahead.
        (0..FRESH_MS).contains(&(now - shown_at))
    }
}
