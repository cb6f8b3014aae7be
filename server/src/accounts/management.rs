//! Management of other users' accounts: by the operator with commands, and by managers as far as
//! their role allows.

use app::{
    account::types::{
        email::Email,
        event::EventKind,
        managed::{AccountState, ManagedAccount, ManagementAct},
        session::Session,
        sign_up_rule::SignUpRule,
        user::UserId,
        username::Username,
    },
    admin::{
        bulk::outline,
        rules::{Party, can_act, seen_states},
    },
    error::AppError,
    profile::rules::schema::Schema,
    text::{language, mail::MailKind, with_locale},
};
use std::sync::Arc;

use super::{
    Accounts,
    admission::{Door, decide},
    approval::{approve, refuse},
    deletion::erase_by,
    links::{HANDED_OUT_MS, void_link},
    lost::{end_factors, keep_factors},
    names::{Chooser, rename},
    notices::{ask_to_confirm, enqueue, mail_bucket, tell},
    requester::{Author, Requester},
    roles::{disable, enable, give_role},
    session::{cutoffs, parse_handle, session},
    sign_up::admit,
};
use crate::{
    profiles::directory::reindex,
    secret::{Secret, hash_token},
};
use store::{
    Store,
    failure::Result as Done,
    limits::Tries,
    sessions::{SessionCutoffs, SessionSelector},
    tables::Tables,
    users::NewUser,
};

impl Accounts {
    /// Returns the account with this name, for a manager.
    pub async fn account(&self, username: &str) -> Result<Option<ManagedAccount>, AppError> {
        let mut reader = self.store.reader().await?;
        Ok(reader.find_account(&Username::key_of(username)).await?)
    }

    /// Performs an action on another user's account, if the manager's role allows it. Returns the
    /// username.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Forbidden`]; [`AppError::LastManager`]; `Taken`;
    /// [`AppError::TooMany`]; [`AppError::BadRequest`] for a link without an address to send it to;
    /// [`AppError::AlreadyDecided`] for a decision about a user who no longer waits.
    pub async fn manage(
        &self,
        manager: UserId,
        username: &str,
        act: ManagementAct,
        by: &Requester,
        now: i64,
    ) -> Result<String, AppError> {
        self.manage_as_planned(manager, username, act, None, by, now)
            .await
    }

    /// Performs an action as [`manage`](Accounts::manage) does, if it would do what the plan said.
    ///
    /// # Errors
    /// Those of `manage`, and [`AppError::PlanChanged`].
    pub(super) async fn manage_as_planned(
        &self,
        manager: UserId,
        username: &str,
        act: ManagementAct,
        planned: Option<String>,
        by: &Requester,
        now: i64,
    ) -> Result<String, AppError> {
        let key = Username::key_of(username);
        let author = Author::Manager {
            id: manager,
            client: by.client.clone(),
        };
        let hours = self.factor_reset_hours;
        let limiter = self.limiter.clone();
        let input = (key, act, planned, author, limiter, Arc::clone(&self.schema));
        self.store
            .write(
                input,
                move |tx, (key, act, planned, by, limiter, schema)| {
                    Box::pin(async move {
                        let account = tx.find_account(key).await?.ok_or(AppError::NotFound)?;
                        let user = tx.find_user(key).await?.ok_or(AppError::NotFound)?;
                        let role = tx.role_of(manager).await?.ok_or(AppError::Forbidden)?;
                        let manager = Party {
                            id: manager,
                            role: schema.effective_role(role.as_deref()),
                        };
                        let target = Party {
                            id: account.id,
                            role: schema.effective_role(account.role.as_deref()),
                        };
                        let can_act = can_act(schema, manager, act, target);
                        // A manager whose decision comes too late is told about the earlier one.
                        let decides =
                            matches!(act, ManagementAct::Approve | ManagementAct::Refuse(_));
                        let is_seen = seen_states(schema, manager.role).contains(&account.state);
                        if !(is_seen || decides && can_act) {
                            return Err(AppError::NotFound.into());
                        }
                        if !can_act {
                            return Err(AppError::Forbidden.into());
                        }
                        check_not_refused(&account, act)?;
                        let outline = outline(schema, act, &account);
                        if planned.as_ref().is_some_and(|planned| *planned != outline) {
                            return Err(AppError::PlanChanged.into());
                        }
                        match act {
                            ManagementAct::SetRole(role) => {
                                give_role(tx, &user, role, by, schema, now).await?;
                            }
                            ManagementAct::Disable(reason) => {
                                disable(tx, &user, reason.clone(), by, schema, now).await?;
                            }
                            ManagementAct::Enable => {
                                enable(tx, &user, None, by, now).await?;
                            }
                            ManagementAct::Rename(name) => {
                                let event = by.event(EventKind::Renamed, user.id, None);
                                rename(tx, user.id, name, Chooser::Other, &event, schema, now)
                                    .await?;
                                return Ok(name.as_str().to_owned());
                            }
                            ManagementAct::EndSessions => {
                                tx.log_out_everywhere(user.id).await?;
                                note_end(tx, user.id, None, by, now).await?;
                            }
                            ManagementAct::EndSession(handle) => {
                                end_one(tx, user.id, handle, by, now).await?;
                            }
                            ManagementAct::VoidLink(handle) => {
                                void_link(tx, user.id, handle, by, now).await?;
                            }
                            ManagementAct::Erase { outline } => {
                                erase_by(tx, user.id, outline, by, schema, now).await?;
                            }
                            ManagementAct::SendLink => {
                                // Same rules as for a user's own request: an unconfirmed address
                                // from before the last change of the password may belong to an
                                // attacker.
                                let key = Email::key_of(address(&account).unwrap_or_default());
                                let to = tx.user_to_reset(&key).await?;
                                let to = to.filter(|(owner, _)| *owner == user.id);
                                let (_, address) = to.ok_or(AppError::BadRequest)?;
                                let email = Email::parse(&address).ok();
                                let room = email.and_then(|email| mail_bucket(limiter, &email));
                                Tries::of([room], now).count(tx).await?;
                                let kind = MailKind::Reset;
                                let locale =
                                    tx.language_of(user.id).await?.unwrap_or_else(language);
                                let mail = enqueue(tx, user.id, kind, &address, None, now);
                                with_locale(locale, mail).await?;
                                let event = by.event(EventKind::ResetAsked, user.id, None);
                                tx.note(&event, now).await?;
                            }
                            ManagementAct::ResetFactors => {
                                end_factors(tx, user.id, hours, by, now).await?;
                            }
                            ManagementAct::KeepFactors => {
                                let event = by.event(EventKind::FactorsKept, user.id, None);
                                keep_factors(tx, user.id, &event, now).await?;
                            }
                            ManagementAct::Approve => approve(tx, &account, by, now).await?,
                            ManagementAct::Refuse(words) => {
                                refuse(tx, &account, words.as_deref(), by, now).await?;
                            }
                        }
                        Ok(account.username)
                    })
                },
            )
            .await
    }
}

/// Checks that an account was not refused, except for decisions, which get the error about the
/// earlier one.
fn check_not_refused(account: &ManagedAccount, act: &ManagementAct) -> Result<(), AppError> {
    let decides = matches!(act, ManagementAct::Approve | ManagementAct::Refuse(_));
    match account.state == AccountState::Refused && !decides {
        true => Err(AppError::NotFound),
        false => Ok(()),
    }
}

/// Returns the address that a link to choose a password is sent to.
pub(super) fn address(account: &ManagedAccount) -> Option<&str> {
    let given = account.email.as_ref().or(account.pending_email.as_ref());
    given.map(String::as_str)
}

/// A user to be created by a command.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub username: Username,
    /// An address, which its owner has to confirm.
    pub email: Option<Email>,
    /// `None` if the user chooses a password by a link.
    pub password_hash: Option<String>,
    /// `None` for the first role of the schema.
    pub role: Option<String>,
}

/// Creates a user and their profile.
///
/// # Errors
/// [`AppError::Invalid`] with `Taken` on `username`.
pub async fn create(
    store: &Store,
    new: NewAccount,
    schema: &Schema,
    now: i64,
) -> Result<UserId, AppError> {
    let row = NewUser {
        username: new.username.as_str().to_owned(),
        username_key: new.username.key(),
        email: new
            .email
            .as_ref()
            .map(|email| (email.as_str().to_owned(), email.key())),
        password_hash: new.password_hash,
        form: None,
        created_at: now,
        waits_since: None,
    };
    let entry = decide(&SignUpRule::default(), Door::Command, new.email.as_ref())?;
    let input = (row, new.email, new.role, schema.clone());
    let create = store.write(input, move |tx, (row, email, role, schema)| {
        Box::pin(async move {
            let id = admit(tx, row, entry).await?;
            if let Some(role) = role {
                tx.set_role(id, role).await?;
            }
            reindex(tx, id, schema).await?;
            // A new password voids confirmation links. So without a password, the link is sent when
            // the user has chosen one.
            if let Some(email) = email.as_ref().filter(|_| row.password_hash.is_some()) {
                ask_to_confirm(tx, id, email, None, now).await?;
            }
            let event = Author::Operator.event(EventKind::Created, id, role.clone());
            tx.note(&event, now).await?;
            Ok(id)
        })
    });
    create.await
}

/// A link to choose a password, to be handed to a user. It voids earlier ones.
pub struct HandedOut {
    pub token: String,
    /// In milliseconds since 1970-01-01 UTC.
    pub expires_at: i64,
}

/// Creates a link to choose a password.
pub async fn hand_out_link(store: &Store, user: UserId, now: i64) -> Result<HandedOut, AppError> {
    let token = Secret::random()?.encode();
    let expires_at = now + HANDED_OUT_MS;
    let link = store.write(hash_token(&token), move |tx, hash| {
        Box::pin(async move {
            tx.void_links(user, i64::MAX).await?;
            tx.add_reset_token(hash, user, now, expires_at).await?;
            tell(tx, user, MailKind::LinkHandedOut, None, now).await?;
            let event = Author::Operator.event(EventKind::LinkHandedOut, user, None);
            tx.note(&event, now).await
        })
    });
    link.await?;
    Ok(HandedOut { token, expires_at })
}

/// Returns the sessions of a user, the most recently used first.
pub async fn sessions(
    store: &Store,
    user: UserId,
    at: SessionCutoffs,
) -> Result<Vec<Session>, AppError> {
    let rows = store.reader().await?.sessions_of(user, at).await?;
    Ok(rows.into_iter().map(|row| session(row, None)).collect())
}

/// Ends a session of a user.
///
/// # Errors
/// [`AppError::NotFound`] if the user has no such session.
pub async fn end_session(
    store: &Store,
    user: UserId,
    handle: &str,
    now: i64,
) -> Result<(), AppError> {
    let end = store.write(handle.to_owned(), move |tx, handle| {
        Box::pin(async move { end_one(tx, user, handle, &Author::Operator, now).await })
    });
    end.await
}

/// Ends all sessions of a user, and forgets the browsers that they have logged in with.
pub async fn end_all_sessions(store: &Store, user: UserId, now: i64) -> Result<(), AppError> {
    let end = store.write((), move |tx, ()| {
        Box::pin(async move {
            tx.log_out_everywhere(user).await?;
            note_end(tx, user, None, &Author::Operator, now).await
        })
    });
    end.await
}

/// Ends a session of a user, in the transaction that has checked the right to do so.
///
/// # Errors
/// [`AppError::NotFound`] if the user has no such session.
async fn end_one(
    tx: &mut dyn Tables,
    user: UserId,
    handle: &str,
    by: &Author,
    now: i64,
) -> Done<()> {
    let start = parse_handle(handle).ok_or(AppError::NotFound)?;
    let sessions = tx.sessions_of(user, cutoffs(now)).await?;
    let named = sessions
        .into_iter()
        .find(|session| session.id_hash.starts_with(&start));
    let device = named.map(|session| session.device);
    match tx.end_sessions(user, &SessionSelector::Only(start)).await? {
        0 => Err(AppError::NotFound.into()),
        _ => note_end(tx, user, device.as_deref(), by, now).await,
    }
}

/// Records that sessions of a user were ended: the one in a browser, or all.
async fn note_end(
    tx: &mut dyn Tables,
    user: UserId,
    device: Option<&str>,
    by: &Author,
    now: i64,
) -> Done<()> {
    tell(tx, user, MailKind::LoggedOut, device, now).await?;
    let event = by.event(EventKind::SessionsRevoked, user, None);
    tx.note(&event, now).await
}
