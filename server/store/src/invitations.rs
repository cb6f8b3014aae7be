//! The tables `invitations` and `invitation_links`: who may sign up by whose invitation.

use app::{account::types::user::UserId, text::Language};
use async_trait::async_trait;

use crate::{SecretHash, failure::Result, mails::Outcome};

#[async_trait]
pub trait Invitations: Send {
    /// Adds an invitation. Returns its number.
    async fn add_invitation(&mut self, new: &NewInvitation, now: i64) -> Result<i64>;

    /// Adds a link to an invitation.
    async fn add_invitation_link(
        &mut self,
        hash: &SecretHash,
        invitation: i64,
        is_mailed: bool,
    ) -> Result<()>;

    /// Invitations before the one of that number, the newest first; those of one user, or all.
    async fn invitations(
        &mut self,
        by: Option<UserId>,
        before: i64,
        limit: u32,
    ) -> Result<Vec<InvitationRow>>;

    async fn invitation(&mut self, id: i64) -> Result<Option<InvitationRow>>;

    /// The invitation that a link belongs to, and whether the link was mailed.
    async fn invitation_of_link(
        &mut self,
        hash: &SecretHash,
    ) -> Result<Option<(InvitationRow, bool)>>;

    /// Uses an invitation once. `false` if nothing of it is left, it has ended, or is over.
    async fn use_invitation(&mut self, id: i64, now: i64) -> Result<bool>;

    /// Ends an invitation. `false` if it has ended before, or nothing of it is left.
    async fn end_invitation(&mut self, id: i64, now: i64) -> Result<bool>;

    /// Ends the invitations of a user, or of the operator, to an address.
    async fn end_invitations_to(
        &mut self,
        by: Option<UserId>,
        email_key: &str,
        now: i64,
    ) -> Result<()>;

    /// Sets the time at which an invitation expires, and the time at which its email is sent once
    /// more.
    async fn renew_invitation(&mut self, id: i64, expires_at: i64, mail_at: i64) -> Result<()>;

    /// Mails of invitations whose time has come, the oldest first; those put off beyond
    /// `too_far`, when the clock was ahead, too.
    async fn due_invitations(
        &mut self,
        now: i64,
        too_far: i64,
        limit: u32,
    ) -> Result<Vec<DueInvitation>>;

    /// Puts the mail of an invitation off and counts a try. `false` if somebody else was faster.
    async fn claim_invitation(&mut self, due: &DueInvitation, until: i64) -> Result<bool>;

    /// Notes what became of the mail that was put off until then, unless it is to be sent once
    /// more since.
    async fn settle_invitation(
        &mut self,
        id: i64,
        until: i64,
        outcome: &Outcome,
        now: i64,
    ) -> Result<()>;

    /// Deletes invitations that ended or were over before that.
    async fn sweep_invitations(&mut self, before: i64) -> Result<()>;
}

/// An invitation that is to be added.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// `None` for the operator.
    pub by: Option<UserId>,
    /// An address, and its key.
    pub email: Option<(String, String)>,
    pub role: Option<String>,
    /// An array of JSON: pairs of a name and a value of a control.
    pub given: String,
    pub days: u32,
    pub uses: u32,
    pub expires_at: i64,
    /// The time when its mail is to be sent.
    pub mail_at: Option<i64>,
    pub language: Language,
}

/// An invitation as it is stored, with what decides whether it still holds.
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
    /// The mail has failed for good.
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
    /// The user may log in, and has not closed the account.
    pub is_active: bool,
}

/// The mail of an invitation, which is to be sent.
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
