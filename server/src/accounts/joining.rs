//! Joining by an invitation: checking and using its links, and the content of its email.

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
    /// Returns the invitation that a link belongs to, and does not use it up.
    ///
    /// # Errors
    /// [`AppError::DeadLink`] if there is no such link.
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

/// A link of an invitation that someone joins by.
#[derive(Debug, Clone, Copy)]
pub struct Pass {
    pub hash: SecretHash,
    /// True if the link was emailed, which proves that the new user owns the invited address.
    pub confirms: bool,
}

impl Pass {
    /// Checks a link, and does not use it up.
    ///
    /// # Errors
    /// [`AppError::DeadLink`] if the link does not work.
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

    /// Uses the invitation for a new user, in the transaction that creates them. They get the
    /// invitation's role and, if the link was emailed, its address.
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
        // A role that the schema no longer has would count as the first one.
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

/// Returns the invitation of a link that someone can join by, and whether the link was emailed.
///
/// # Errors
/// [`AppError::DeadLink`] if the link does not work.
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

/// The content of an invitation's email.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailContent {
    /// The link to join by.
    Invitation,
    /// A note that the address already has an account.
    Member,
}

/// Postpones the email of an invitation, so that no other node sends it in the meantime, and adds
/// its link, unless the address belongs to an account. Returns `None` if another node was faster.
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
