//! Details of an account, for those who may do something about it.

use super::{
    addresses::Undelivered, event::PastEvent, second::OwnFactors, session::Session,
    token::TokenPurpose,
};

/// Details of an account, in addition to its facts. They contain nothing of the profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountDetails {
    /// The sessions, most recently used first.
    pub sessions: Vec<Session>,
    /// The valid links, newest first.
    pub links: Vec<SentLink>,
    pub undelivered: Vec<Undelivered>,
    /// The latest event that disabled the account. Its detail is the reason.
    pub disabled: Option<PastEvent>,
    /// `true` if a link to choose a password can be sent to the address of the account: it is
    /// confirmed, or the password has not changed since it was given.
    pub takes_links: bool,
    pub factors: OwnFactors,
    /// Hours from the request to remove second factors until they are removed.
    pub factor_reset_hours: u32,
}

/// A valid link to a page of this site that someone has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLink {
    /// Identifies the link in a form, and has no other use.
    pub handle: String,
    pub purpose: TokenPurpose,
    /// The address that it was sent to, masked for a recovery link; `None` for a link that was
    /// handed out.
    pub address: Option<String>,
    /// Milliseconds since 1970-01-01 UTC.
    pub created_at: i64,
    pub expires_at: i64,
}

impl SentLink {
    /// Returns whether a manager may void the link. A recovery link stays: it is there for users
    /// who have lost everything else to someone.
    pub fn can_be_voided(&self) -> bool {
        self.purpose != TokenPurpose::Undo
    }
}
