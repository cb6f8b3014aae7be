//! The requester: who asks for a decision.

use app::account::types::{event::EventKind, second::Demand, user::UserId};
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
    /// The time when its user last showed who they are, in milliseconds since 1970-01-01 UTC.
    pub confirmed_at: i64,
    /// The time when they last showed a second factor.
    pub second_at: i64,
    /// True if they have a second factor.
    pub has_second: bool,
}

/// Time for which nothing is asked for again before a sensitive change, in
/// milliseconds: ten minutes.
const FRESH_MS: i64 = 10 * 60 * 1000;

impl CurrentSession {
    /// Returns whether what is demanded was shown not long ago.
    pub fn is_fresh(&self, demand: Demand, now: i64) -> bool {
        let shown_at = match demand {
            Demand::Now => return false,
            Demand::Second if self.has_second => self.second_at,
            Demand::Second | Demand::Recent => self.confirmed_at,
        };
        // The clock may have been ahead.
        (0..FRESH_MS).contains(&(now - shown_at))
    }
}
