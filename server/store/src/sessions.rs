//! The table `sessions`: who is logged in.

use app::account::types::{log_in::Authenticated, user::UserId};
use async_trait::async_trait;

use crate::SecretHash;
use crate::{failure::Result, profiles::ProfileRow};

#[async_trait]
pub trait Sessions: Send {
    /// Returns the session with this id or previous id, if it has not expired, its user may log in,
    /// and the account is not closed.
    async fn find_session(
        &mut self,
        id: &SecretHash,
        at: SessionCutoffs,
    ) -> Result<Option<ActiveSession>>;

    /// Adds a session. Adds none and returns `false` if the password has been changed since it was
    /// entered, the user is disabled, the account is closed and `even_if_closed` is not set, or the
    /// user has a second factor and `even_without_second` is not set.
    async fn add_session(&mut self, session: NewSession) -> Result<bool>;

    /// Records that a session is in use.
    async fn touch_session(&mut self, id: &SecretHash, now: i64) -> Result<()>;

    /// Gives a session another id, and records what was verified for it. Returns `false` if the
    /// session no longer exists.
    async fn rotate_session(
        &mut self,
        old: &SecretHash,
        new: &SecretHash,
        now: i64,
        shown: Shown,
    ) -> Result<bool>;

    /// Makes every session of a user get another id at its next request.
    async fn rotate_sessions_of(&mut self, user: UserId) -> Result<()>;

    /// Returns the active sessions of a user, the one used last first.
    async fn sessions_of(&mut self, user: UserId, at: SessionCutoffs) -> Result<Vec<SessionRow>>;

    /// Ends sessions of a user. Returns their number.
    async fn end_sessions(&mut self, user: UserId, which: &SessionSelector) -> Result<u64>;

    /// Ends the session with this id or previous id. Returns its user.
    async fn end_session(&mut self, id: &SecretHash) -> Result<Option<UserId>>;

    /// Ends every session of a user, and forgets all of the user's known browsers.
    async fn log_out_everywhere(&mut self, user: UserId) -> Result<()>;

    /// Deletes the sessions that have expired.
    async fn sweep_sessions(&mut self, now: i64) -> Result<()>;

    /// Keeps the `most` sessions of a user that were used last, and deletes the others.
    async fn keep_newest_sessions(&mut self, user: UserId, most: u32) -> Result<()>;

    /// Corrects sessions that expire after `too_late`, because they are from when the clock was
    /// ahead: they expire at `expires_at`, and none of their other times is after `now`.
    async fn set_sessions_back(&mut self, now: i64, expires_at: i64, too_late: i64) -> Result<()>;
}

/// An active session.
#[derive(Debug)]
pub struct ActiveSession {
    /// The hash of the current id; the browser may have sent the previous one.
    pub id: SecretHash,
    pub user: UserId,
    pub username: String,
    /// The stored role; the schema decides which role is in effect.
    pub role: Option<String>,
    pub last_seen_at: i64,
    /// True if the session has to get another id.
    pub rotate: bool,
    /// The time when the user last authenticated, by any means; 0 if the browser has sent the
    /// previous id.
    pub confirmed_at: i64,
    /// The time when they last verified a second factor; 0 if the browser has sent the previous id.
    pub second_at: i64,
    /// True if the user has a second factor.
    pub has_second: bool,
    /// True if the user has a confirmed email address.
    pub has_email: bool,
    /// The time since which the user waits for approval.
    pub waits_since: Option<i64>,
    /// The user's profile, read together with the session: most pages of a member need both.
    pub profile: Option<ProfileRow>,
}

/// The times that decide whether a session is over, in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy)]
pub struct SessionCutoffs {
    pub now: i64,
    /// A session that was last used at or before this time has ended.
    pub idle_since: i64,
    /// The previous id is accepted if it was replaced after this time.
    pub rotated_since: i64,
}

/// A session to be added.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub id: SecretHash,
    pub proof: Authenticated,
    pub user_agent: String,
    pub now: i64,
    pub expires_at: i64,
    /// Adds the session even if the account is closed.
    pub even_if_closed: bool,
    /// The time when a second factor was verified; 0 for none.
    pub second_at: i64,
    /// Adds the session even if the user has a second factor: it was verified, or need not be.
    pub even_without_second: bool,
}

/// Something that the user of a session has just verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Nothing,
    Password,
    /// A code of an app, a recovery code or a passkey.
    Second,
}

/// A session as it is stored.
pub struct SessionRow {
    pub id_hash: Vec<u8>,
    pub device: String,
    pub created_at: i64,
    pub last_seen_at: i64,
}

/// Sessions of one user.
#[derive(Debug, Clone)]
pub enum SessionSelector {
    /// The one whose id's hash, or that of the previous id, begins with these 16 bytes.
    Only(Vec<u8>),
    AllBut(Option<SecretHash>),
}
