//! More of an account than its facts, for those who may do something about it.

use super::{
    addresses::Undelivered, event::PastEvent, second::OwnFactors, session::Session,
    token::TokenPurpose,
};

/// More of an account than its facts. Nothing of the profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountDetails {
    /// The one used last first.
    pub sessions: Vec<Session>,
    /// Those that work, the newest first.
    pub links: Vec<SentLink>,
    pub undelivered: Vec<Undelivered>,
    /// The event by which the account was disabled last; its detail is the reason.
    pub disabled: Option<PastEvent>,
    /// A link to choose a password may be sent to the address of the account: it is confirmed,
    /// or was given under the password of today.
    pub takes_links: bool,
    pub factors: OwnFactors,
    /// Hours until second factors are removed, once somebody says so.
    pub factor_reset_hours: u32,
}

/// A link to a page of this site that somebody has, and that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLink {
    /// Names it in a form, and is good for nothing else.
    pub handle: String,
    pub purpose: TokenPurpose,
    /// The address that it was sent to; `None` for one that was handed out. That of a way back
    /// is masked.
    pub address: Option<String>,
    /// Milliseconds since 1970-01-01 UTC.
    pub created_at: i64,
    pub expires_at: i64,
}

impl SentLink {
    /// Returns whether somebody else may void it. The way back stays: it is there for those from
    /// whom somebody has taken everything else.
    pub fn can_be_voided(&self) -> bool {
        self.purpose != TokenPurpose::Undo
    }
}
