//! Joining by an invitation: what its link and its mail are good for.

use app::{
    account::types::{
        email::Email,
        event::EventKind,
        invitation::{InvitationState, Invited},
        user::UserId,
    },
    error::AppError,
    profile::rules::{schema::Schema, violation::Violation},
};

use super::{
    Accounts,
    admission::{Door, decide},
    invitations::{read_given, state},
};
use crate::secret::hash_token;
use store::{
    SecretHash,
    client::ClientInfo,
    events::Event,
    failure::Result as Done,
    invitations::{DueInvitation, InvitationRow},
    tables::Tables,
};

impl Accounts {
    /// The invitation that a link belongs to, which stays as it is.
    ///
    /// # Errors
    /// [`AppError::DeadLink`] for no link of ours.
    pub async fn invited(&self, token: &str, now: i64) -> Result<Invited, AppError> {
        let mut reader = self.store.reader().await?;
        let found = reader.invitation_of_link(&hash_token(token)).await?;
        let (row, is_mailed) = found.ok_or(AppError::DeadLink)?;
        let email = row.email.as_deref();
        let email = email.and_then(|email| Email::parse(email).ok());
        let is_member = match &email {
            Some(email) if is_mailed => reader.user_with_email(&email.key()).await?.is_some(),
            _ => false,
        };
        let is_open = decide(&self.sign_up_rule, Door::Invitation, None).is_ok()
            && state(&row, &self.schema, now) == InvitationState::Pending;
        Ok(Invited {
            email,
            is_mailed,
            given: read_given(&row.given),
            is_open,
            is_member,
        })
    }
}

/// A link of an invitation that somebody joins by.
#[derive(Debug, Clone, Copy)]
pub struct Pass {
    pub hash: SecretHash,
    /// The link came in a mail: the address that the invitation is for is theirs.
    pub confirms: bool,
}

impl Pass {
    /// The pass of a link that works, which stays as it is.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]
    pub async fn find(
        tables: &mut dyn Tables,
        token: &str,
        schema: &Schema,
        now: i64,
    ) -> Done<Pass> {
        let hash = hash_token(token);
        let (row, confirms) = find_open(tables, &hash, schema, now).await?;
        Ok(Pass {
            hash,
            confirms: confirms && row.email.is_some(),
        })
    }

    /// Uses it for a new user, in the transaction that makes them one: they get the role that was
    /// given and, if it was mailed, the address.
    ///
    /// # Errors
    /// [`AppError::DeadLink`]; `AddressTaken` on `email`.
    pub async fn use_for(
        self,
        tx: &mut dyn Tables,
        user: UserId,
        schema: &Schema,
        client: Option<ClientInfo>,
        now: i64,
    ) -> Done<()> {
        let (row, _) = find_open(tx, &self.hash, schema, now).await?;
        if !tx.use_invitation(row.id, now).await? {
            return Err(AppError::DeadLink.into());
        }
        if let Some(email) = row.email.as_deref().filter(|_| self.confirms)
            && !tx.set_email(user, email, &Email::key_of(email)).await?
        {
            return Err(AppError::invalid("email", Violation::AddressTaken).into());
        }
        // Gone from the schema since, it would count as the first.
        if let Some(role) = row.role.as_deref().and_then(|role| schema.role(role)) {
            tx.set_role(user, &role.key).await?;
        }
        let joined = Event {
            kind: EventKind::Joined,
            actor: Some(user),
            subject: row.by.map(|by| by.id),
            client,
            detail: Some(format!("#{}", row.id)),
        };
        tx.note(&joined, now).await
    }
}

/// The invitation of a link by which somebody can join, and whether the link was mailed.
///
/// # Errors
/// [`AppError::DeadLink`]
async fn find_open(
    tables: &mut dyn Tables,
    hash: &SecretHash,
    schema: &Schema,
    now: i64,
) -> Done<(InvitationRow, bool)> {
    let found = tables.invitation_of_link(hash).await?;
    let (row, is_mailed) = found.ok_or(AppError::DeadLink)?;
    match state(&row, schema, now) {
        InvitationState::Pending => Ok((row, is_mailed)),
        _ => Err(AppError::DeadLink.into()),
    }
}

/// The content of the mail of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailContent {
    /// The link to join by.
    Invitation,
    /// A note that there is an account of this address.
    Member,
}

/// Puts the mail of an invitation off, so that nobody else sends it meanwhile, and gives it its
/// link, unless its address is that of an account. `None` if somebody else was faster.
pub async fn claim_invitation(
    tx: &mut dyn Tables,
    due: &DueInvitation,
    hash: &SecretHash,
    until: i64,
) -> Done<Option<MailContent>> {
    if !tx.claim_invitation(due, until).await? {
        return Ok(None);
    }
    if tx.user_with_email(&due.email_key).await?.is_some() {
        return Ok(Some(MailContent::Member));
    }
    tx.add_invitation_link(hash, due.id, true).await?;
    Ok(Some(MailContent::Invitation))
}
