//! Invitations: who may invite in which role, and whether an invitation is still valid.
//!
//! Users who invite others do not learn whether an address has an account: an invitation to such an
//! address looks like any other, and the content of its email is decided when it is sent.

use app::{
    account::types::{
        email::Email,
        event::EventKind,
        invitation::{Invitation, InvitationAct, InvitationPage, InvitationState, NewInvitation},
        user::{User, UserId},
    },
    admin::rules::{Party, can_change_invitation, can_invite, can_see_all_invitations},
    error::AppError,
    form::Form,
    profile::rules::{
        date::{DAY_MS, HOUR_MS},
        schema::Schema,
    },
    text::language,
};
use std::sync::Arc;

use super::{
    Accounts,
    admission::{Door, decide},
    notices::{caused_by, has_room, mail_bucket},
    requester::Requester,
};
use crate::{
    limits::Rule,
    secret::{Secret, hash_token},
};
use store::{
    SecretHash, Store,
    client::ClientInfo,
    events::Event,
    failure::Result as Done,
    invitations::{self, InvitationRow},
    limits::Tries,
    tables::Tables,
};

/// The time that an invitation is kept after it ended or expired, in milliseconds: ninety days.
pub const KEPT_MS: i64 = 90 * DAY_MS;

impl Accounts {
    /// Returns a page of the invitations with numbers below `before`: those of this user, or all
    /// for a user who may manage users.
    pub async fn invitations(
        &self,
        manager: &User,
        before: Option<i64>,
        limit: u32,
        now: i64,
    ) -> Result<InvitationPage, AppError> {
        let by = match can_see_all_invitations(&self.schema, &manager.role) {
            true => None,
            false => Some(manager.id),
        };
        let mut reader = self.store.reader().await?;
        let before = before.unwrap_or(i64::MAX);
        let mut rows = reader.invitations(by, before, limit + 1).await?;
        let has_more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| has_more).map(|last| last.id);
        let manager = Party {
            id: manager.id,
            role: &manager.role,
        };
        let seen = |row: InvitationRow| Invitation {
            is_in_reach: is_in_reach(&self.schema, manager, &row),
            ..seen(row, &self.schema, now)
        };
        Ok(InvitationPage {
            invitations: rows.into_iter().map(seen).collect(),
            next,
        })
    }

    /// Invites someone by email, or by a link whose token is returned.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] if the manager's role does not allow it, or sign-up is closed;
    /// [`AppError::TooMany`].
    pub async fn invite(
        &self,
        manager: UserId,
        new: NewInvitation,
        by: &Requester,
        now: i64,
    ) -> Result<Option<String>, AppError> {
        decide(&self.sign_up_rule, Door::Invitation, None)?;
        let link = match new.email {
            Some(_) => None,
            None => Some(Secret::random()?.encode()),
        };
        let tries = self.tries(manager, new.email.is_some(), by, now);
        let to = new.email.as_ref();
        let to = to.and_then(|email| mail_bucket(&self.limiter, email));
        let hash = link.as_deref().map(hash_token);
        let input = (new, to, hash, by.client.clone(), Arc::clone(&self.schema));
        self.store
            .write_counted(tries, input, move |tx, (new, to, hash, client, schema)| {
                Box::pin(async move {
                    let role = tx.role_of(manager).await?.ok_or(AppError::Forbidden)?;
                    let role = schema.effective_role(role.as_deref());
                    if !can_invite(schema, role, schema.effective_role(new.role.as_deref())) {
                        return Err(AppError::Forbidden.into());
                    }
                    let mail_at = match &new.email {
                        Some(_) => Some(mail_time(tx, to.as_ref(), now).await?),
                        None => None,
                    };
                    let id = add(tx, Some(manager), new, hash.as_ref(), mail_at, now).await?;
                    let event = about(EventKind::Invited, Some(manager), id, client.clone());
                    tx.note(&event, now).await
                })
            })
            .await?;
        Ok(link)
    }

    /// Ends an invitation, or sends its email again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if there is no such invitation, or this manager may not change it;
    /// [`AppError::BadRequest`] if it can no longer be sent; [`AppError::TooMany`].
    pub async fn change_invitation(
        &self,
        manager: UserId,
        id: i64,
        act: InvitationAct,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let row = self.store.reader().await?.invitation(id).await?;
        let email = row.and_then(|row| row.email);
        let email = email.and_then(|email| Email::parse(&email).ok());
        let tries = match act {
            InvitationAct::End => Tries::none(),
            InvitationAct::Resend => self.tries(manager, true, by, now),
        };
        let to = email.and_then(|email| mail_bucket(&self.limiter, &email));
        let input = (to, by.client.clone(), Arc::clone(&self.schema));
        self.store
            .write_counted(tries, input, move |tx, (to, client, schema)| {
                Box::pin(async move {
                    let role = tx.role_of(manager).await?.ok_or(AppError::NotFound)?;
                    let manager = Party {
                        id: manager,
                        role: schema.effective_role(role.as_deref()),
                    };
                    let row = tx.invitation(id).await?.ok_or(AppError::NotFound)?;
                    if !is_in_reach(schema, manager, &row) {
                        return Err(AppError::NotFound.into());
                    }
                    match act {
                        InvitationAct::End => {
                            // The user may have clicked twice.
                            if !tx.end_invitation(id, now).await? {
                                return Ok(());
                            }
                            let kind = EventKind::InvitationEnded;
                            let event = about(kind, Some(manager.id), id, client.clone());
                            tx.note(&event, now).await
                        }
                        InvitationAct::Resend => {
                            let state = state(&row, schema, now);
                            let can_hold = matches!(
                                state,
                                InvitationState::Pending | InvitationState::Expired
                            );
                            if row.email.is_none() || !can_hold || !holds(&row, schema) {
                                return Err(AppError::BadRequest.into());
                            }
                            let mail_at = mail_time(tx, to.as_ref(), now).await?;
                            let expires_at = now + row.days * DAY_MS;
                            tx.renew_invitation(id, expires_at, mail_at).await?;
                            let kind = EventKind::Invited;
                            let event = about(kind, Some(manager.id), id, client.clone());
                            tx.note(&event, now).await
                        }
                    }
                })
            })
            .await
    }

    /// Returns the buckets that are charged when a user creates or sends an invitation.
    fn tries(&self, user: UserId, is_mailed: bool, by: &Requester, now: i64) -> Tries {
        let by_user = self
            .limiter
            .bucket(Rule::InvitationByUser, &user.0.to_string());
        let [by_address, by_site] = match is_mailed {
            true => caused_by(&self.limiter, by),
            false => [None, None],
        };
        Tries::of([by_user, by_address, by_site], now)
    }
}

/// Invites someone, for a command. Returns the number of the invitation, and the token of its link
/// if it was not emailed.
pub async fn invite(
    store: &Store,
    new: NewInvitation,
    is_mailed: bool,
    now: i64,
) -> Result<(i64, Option<String>), AppError> {
    let link = match is_mailed {
        true => None,
        false => Some(Secret::random()?.encode()),
    };
    let input = (new, link.as_deref().map(hash_token));
    let invite = store.write(input, move |tx, (new, hash)| {
        Box::pin(async move {
            let id = add(tx, None, new, hash.as_ref(), is_mailed.then_some(now), now).await?;
            tx.note(&about(EventKind::Invited, None, id, None), now)
                .await?;
            Ok(id)
        })
    });
    Ok((invite.await?, link))
}

/// Returns all invitations, the newest first, for a command.
pub async fn all_invitations(
    store: &Store,
    schema: &Schema,
    now: i64,
) -> Result<Vec<Invitation>, AppError> {
    /// The number read at a time.
    const PAGE: u32 = 500;
    let mut reader = store.reader().await?;
    let (mut all, mut before) = (Vec::new(), i64::MAX);
    loop {
        let rows = reader.invitations(None, before, PAGE).await?;
        let Some(last) = rows.last() else {
            return Ok(all);
        };
        before = last.id;
        all.extend(rows.into_iter().map(|row| seen(row, schema, now)));
    }
}

/// Ends an invitation, for a command. Returns `false` if it was ended before, or is used up.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such invitation.
pub async fn end_invitation(store: &Store, id: i64, now: i64) -> Result<bool, AppError> {
    let end = store.write((), move |tx, ()| {
        Box::pin(async move {
            tx.invitation(id).await?.ok_or(AppError::NotFound)?;
            let ended = tx.end_invitation(id, now).await?;
            if ended {
                tx.note(&about(EventKind::InvitationEnded, None, id, None), now)
                    .await?;
            }
            Ok(ended)
        })
    });
    end.await
}

/// Adds an invitation, and ends an earlier one by the same user to the same address.
async fn add(
    tx: &mut dyn Tables,
    by: Option<UserId>,
    new: &NewInvitation,
    link: Option<&SecretHash>,
    mail_at: Option<i64>,
    now: i64,
) -> Done<i64> {
    if let Some(email) = &new.email {
        tx.end_invitations_to(by, &email.key(), now).await?;
    }
    let email = new.email.as_ref();
    let row = invitations::NewInvitation {
        by,
        email: email.map(|email| (email.as_str().to_owned(), email.key())),
        role: new.role.clone(),
        given: write_given(&new.given),
        days: new.days,
        uses: new.uses,
        expires_at: now + i64::from(new.days) * DAY_MS,
        mail_at,
        language: language(),
    };
    let id = tx.add_invitation(&row, now).await?;
    if let Some(hash) = link {
        tx.add_invitation_link(hash, id, false).await?;
    }
    Ok(id)
}

/// Returns the time when an email is to be sent: now, or in an hour if the limit of emails to that
/// mailbox has been reached. The inviting user is not told, because others may have caused those
/// emails, for reasons that are not to be disclosed.
async fn mail_time(tx: &mut dyn Tables, to: Option<&store::bucket::Bucket>, now: i64) -> Done<i64> {
    Ok(match has_room(tx, to, now).await? {
        true => now,
        false => now + HOUR_MS,
    })
}

/// Returns an event about an invitation. It contains the number instead of the address, which would
/// otherwise remain in the audit log.
fn about(kind: EventKind, by: Option<UserId>, id: i64, client: Option<ClientInfo>) -> Event {
    Event {
        kind,
        actor: by,
        subject: by,
        client,
        detail: Some(format!("#{id}")),
    }
}

/// Returns an invitation as it is shown to those who may invite, marked as out of reach.
fn seen(row: InvitationRow, schema: &Schema, now: i64) -> Invitation {
    Invitation {
        id: row.id,
        state: state(&row, schema, now),
        email: row.email,
        role: row.role,
        uses: row.uses,
        uses_left: row.uses_left,
        created_at: row.created_at,
        expires_at: row.expires_at,
        is_undelivered: row.is_undelivered,
        by: row.by.map(|by| by.username),
        is_in_reach: false,
    }
}

pub(super) fn state(row: &InvitationRow, schema: &Schema, now: i64) -> InvitationState {
    if row.ended_at.is_some() {
        return InvitationState::Ended;
    }
    if row.uses_left == 0 {
        return InvitationState::Used;
    }
    match row.expires_at > now {
        false => InvitationState::Expired,
        true if holds(row, schema) => InvitationState::Pending,
        true => InvitationState::Void,
    }
}

/// Returns whether the author of an invitation may still invite in its role. The operator always
/// may.
fn holds(row: &InvitationRow, schema: &Schema) -> bool {
    row.by.as_ref().is_none_or(|by| {
        let role = schema.effective_role(by.role.as_deref());
        by.is_active && can_invite(schema, role, schema.effective_role(row.role.as_deref()))
    })
}

fn is_in_reach(schema: &Schema, manager: Party<'_>, row: &InvitationRow) -> bool {
    let by = row.by.as_ref().map(|by| Party {
        id: by.id,
        role: schema.effective_role(by.role.as_deref()),
    });
    let given = schema.effective_role(row.role.as_deref());
    can_change_invitation(schema, manager, by, given)
}

/// Writes the names and values of a form as JSON.
fn write_given(given: &Form) -> String {
    let pairs: Vec<(&str, &str)> = given.pairs().collect();
    serde_json::Value::from_iter(pairs.into_iter().map(|(name, value)| vec![name, value]))
        .to_string()
}

/// Reads the JSON of [`write_given`]; returns an empty form if a newer program wrote it
/// differently.
pub(super) fn read_given(json: &str) -> Form {
    let pairs: Vec<(String, String)> = serde_json::from_str(json).unwrap_or_default();
    pairs.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_begins_with_reads_back() {
        let form = Form::from_iter([
            ("first_name", "Ann \"A\""),
            ("langs", "de"),
            ("langs", "ar"),
        ]);
        assert_eq!(read_given(&write_given(&form)), form);
        assert_eq!(read_given("{}"), Form::default());
    }
}
