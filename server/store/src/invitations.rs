//! The tables `invitations` and `invitation_links`: who may sign up, and who has invited them.

use app::{account::types::user::UserId, text::Language};
use async_trait::async_trait;

use crate::{SecretHash, failure::Result, mails::Outcome};

#[async_trait]
pub trait Invitations: Send {
    /// Adds an invitation. Returns its id.
    async fn add_invitation(&mut self, new: &NewInvitation, now: i64) -> Result<i64>;

    /// Adds a link to an invitation.
    async fn add_invitation_link(
        &mut self,
        hash: &SecretHash,
        invitation: i64,
        is_mailed: bool,
    ) -> Result<()>;

    /// Returns invitations before the one with the id `before`, newest first: those of one user, or
    /// all.
    async fn invitations(
        &mut self,
        by: Option<UserId>,
        before: i64,
        limit: u32,
    ) -> Result<Vec<InvitationRow>>;

    async fn invitation(&mut self, id: i64) -> Result<Option<InvitationRow>>;

    /// Returns the invitation that a link belongs to, and whether the link was emailed.
    async fn invitation_of_link(
        &mut self,
        hash: &SecretHash,
    ) -> Result<Option<(InvitationRow, bool)>>;

    /// Uses an invitation once. Returns `false` if it is used up, was ended, or has expired.
    async fn use_invitation(&mut self, id: i64, now: i64) -> Result<bool>;

    /// Ends an invitation. Returns `false` if it was ended before, or is used up.
    async fn end_invitation(&mut self, id: i64, now: i64) -> Result<bool>;

    /// Ends the invitations of a user, or of the operator, to an address.
    async fn end_invitations_to(
        &mut self,
        by: Option<UserId>,
        email_key: &str,
        now: i64,
    ) -> Result<()>;

    /// Sets the time at which an invitation expires, and the time at which its email is sent again.
    async fn renew_invitation(&mut self, id: i64, expires_at: i64, mail_at: i64) -> Result<()>;

    /// Returns invitations whose email is due, oldest first. This includes those put off beyond
    /// `too_far`, when the clock was ahead.
    async fn due_invitations(
        &mut self,
        now: i64,
        too_far: i64,
        limit: u32,
    ) -> Result<Vec<DueInvitation>>;

    /// Puts off the email of an invitation and counts an attempt. Returns `false` if another
    /// process was faster.
    async fn claim_invitation(&mut self, due: &DueInvitation, until: i64) -> Result<bool>;

    /// Records the outcome of the email that was put off until `until`, unless the email has been
    /// scheduled again since then.
    async fn settle_invitation(
        &mut self,
        id: i64,
        until: i64,
        outcome: &Outcome,
        now: i64,
    ) -> Result<()>;

    /// Deletes invitations that were ended or expired before a given time.
    async fn sweep_invitations(&mut self, before: i64) -> Result<()>;
}

/// An invitation to be added.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// `None` for the operator.
    pub by: Option<UserId>,
    /// An email address, and its key.
    pub email: Option<(String, String)>,
    pub role: Option<String>,
    /// A JSON array of pairs: the name of a control, and its value.
    pub given: String,
    pub days: u32,
    pub uses: u32,
    pub expires_at: i64,
    /// The time at which its email is to be sent.
    pub mail_at: Option<i64>,
    pub language: Language,
}

/// An invitation as it is stored, with everything that decides whether it is still valid.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    pub id: i64,
    pub email: Option<String>,
    pub role: Option<String>,
    pub given: String,
    pub days: i64,
    pub uses: i64,
    pub uses_left: i64,
    pub created_at: i64,
    pub expires_at: i64,
    pub ended_at: Option<i64>,
    /// True if the email has failed for good.
    pub is_undelivered: bool,
    /// `None` for the operator.
    pub by: Option<Inviter>,
}

/// A user who has invited somebody.
#[derive(Debug, Clone)]
pub struct Inviter {
    pub id: UserId,
    pub username: String,
    /// The stored role.
    pub role: Option<String>,
    /// True if the user may log in and has not closed the account.
    pub is_active: bool,
}

/// The email of an invitation, which is to be sent.
#[derive(Debug, Clone)]
pub struct DueInvitation {
    pub id: i64,
    pub email: String,
    pub email_key: String,
    pub expires_at: i64,
    pub tries: i64,
    pub mark: String,
    pub language: Language,
    pub mail_at: i64,
}
