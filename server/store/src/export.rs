//! The export: everything about one user, row by row.

use app::account::types::{names::FormerName, user::UserId};
use async_trait::async_trait;
use tokio::sync::mpsc::Sender;

use crate::{changes::ChangeRow, events::EventRow, failure::Result, profiles::ProfileRow};

#[async_trait]
pub trait Export: Send {
    /// Sends everything about a user, in the order of [`Record`], followed by [`Record::End`]. If
    /// the database fails, or the receiver is dropped, there is no end.
    async fn export(&mut self, user: UserId, out: &Sender<Record>) -> Result<()>;
}

/// A row about a user.
pub enum Record {
    Account(AccountRow),
    Profile(ProfileRow),
    Picture {
        /// The largest size, as JPEG.
        jpeg: Vec<u8>,
        /// True for the picture that the profile uses.
        is_current: bool,
    },
    Change(ChangeRow),
    Event(EventRow),
    Session(SessionRecord),
    Device {
        last_seen_at: i64,
        /// The time until which no second factor is asked for in this browser; 0 if it is not
        /// trusted.
        trusted_until: i64,
    },
    Invitation(InvitationRecord),
    Factor(FactorRecord),
    End,
}

pub struct AccountRow {
    pub username: String,
    pub former_names: Vec<FormerName>,
    pub email: Option<String>,
    pub pending_email: Option<String>,
    pub role: Option<String>,
    pub waits_since: Option<i64>,
    /// The language of the last login.
    pub language: Option<String>,
    pub created_at: i64,
    pub last_login_at: Option<i64>,
}

/// An invitation that the user has created.
pub struct InvitationRecord {
    pub email: Option<String>,
    pub role: Option<String>,
    pub given: String,
    pub uses: i64,
    pub uses_left: i64,
    pub created_at: i64,
    pub expires_at: i64,
    pub ended_at: Option<i64>,
}

/// A second factor, without anything that it could be proven by.
pub struct FactorRecord {
    /// `app`, `passkey` or `recovery_code`.
    pub kind: String,
    /// The name of a passkey.
    pub name: Option<String>,
    pub added_at: i64,
    pub last_used_at: Option<i64>,
}

pub struct SessionRecord {
    pub created_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    pub device: String,
}
