//! The requester: who asks for a decision.

use app::account::types::{event::EventKind, user::UserId};
use store::{
    SecretHash,
    changes::ChangeAuthor,
    client::{self, ClientInfo},
    events::Event,
};

/// The client and the session that a request comes with; neither, for a command.
#[derive(Debug, Clone, Default)]
pub struct Requester {
    pub client: Option<ClientInfo>,
    pub session: Option<CurrentSession>,
}

impl Requester {
    /// Hashes of the ids that recognise the browser.
    pub fn devices(&self) -> Vec<SecretHash> {
        self.client
            .as_ref()
            .map_or(Vec::new(), |client| client.devices.clone())
    }

    /// The key by which rate limits count the client.
    pub fn rate_limit_key(&self) -> String {
        client::rate_limit_key(self.client.as_ref())
    }

    pub fn session_id(&self) -> Option<SecretHash> {
        self.session.map(|session| session.id)
    }
}

/// The one who does something to the account of somebody else.
#[derive(Debug, Clone)]
pub enum Author {
    /// By a command.
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

/// The session of a request; in its extensions.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession {
    /// The hash of the current id.
    pub id: SecretHash,
    /// The time when the password was last entered, in milliseconds since 1970-01-01 UTC.
    pub confirmed_at: i64,
}

/// Time for which the password is not asked for again before a sensitive change, in
/// milliseconds: ten minutes.
const FRESH_MS: i64 = 10 * 60 * 1000;

impl CurrentSession {
    /// Returns whether the password was entered not long ago.
    pub fn is_fresh(&self, now: i64) -> bool {
        // The clock may have been ahead.
        (0..FRESH_MS).contains(&(now - self.confirmed_at))
    }
}
