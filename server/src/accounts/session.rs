//! Sessions: their lifetime, changes of their ids, and which of them are valid.
//!
//! A session is a random id in a cookie, with its hash in the database. A signed token would save
//! the look-up, but could not be ended.

use app::{
    account::types::{
        email::EmailRule,
        event::EventKind,
        log_in::{Authenticated, Credentials, LoginReason, SecondShown},
        second::SecondRule,
        session::Session,
        user::{User, UserId},
    },
    backend::SessionOutcome,
    error::AppError,
    profile::rules::date::DAY_MS,
    text::language,
    viewer::Lacking,
};
use std::sync::Once;

use super::{
    Accounts,
    deletion::cancel_deletion,
    requester::{CurrentSession, Requester},
};
use crate::{clock::EARLIEST, limits::Rule, secret::Secret};
use store::{
    SecretHash,
    events::Event,
    failure::Result as Done,
    profiles::ProfileRow,
    sessions::{ActiveSession, NewSession, SessionCutoffs, SessionRow, SessionSelector, Shown},
    tables::Tables,
};

/// The lifetime of a session, in milliseconds: 30 days (OWASP ASVS 5.0 V7.3.2 requires an absolute
/// limit).
pub const LIFETIME_MS: i64 = 30 * DAY_MS;

/// The time for which a browser is remembered after the last login, in seconds: a year.
pub const DEVICE_SECONDS: i64 = 365 * 24 * 60 * 60;

/// The time after which an unused session ends, in milliseconds: 14 days (ASVS 5.0 V7.3.1).
const IDLE_MS: i64 = 14 * DAY_MS;

/// The minimum interval between updates of the time when a session was last active, so that not
/// every page view is a write.
const SEEN_MS: i64 = 5 * 60 * 1000;

/// The time for which the previous id of a session stays valid after a change, in milliseconds: for
/// requests in progress.
const OVERLAP_MS: i64 = 10 * 1000;

/// A time longer than any request takes, in milliseconds: ten minutes.
const LONGEST_REQUEST_MS: i64 = 10 * 60 * 1000;

/// The maximum number of sessions, and of browsers, per user; beyond that, the oldest are deleted.
const MOST: u32 = 50;

/// The time for which a browser is trusted, in milliseconds: thirty days.
pub const TRUSTED_MS: i64 = 30 * DAY_MS;

/// Limits the warning about sessions of two users to one per run, so that planted cookies cannot
/// fill the log.
static TOLD_OF_TWO: Once = Once::new();

/// The result of a login.
pub enum Begun {
    Session(Started),
    /// A second factor is needed. Contains the sealed result of this step.
    SecondNeeded(String),
}

/// A new session, with the secrets for its browser.
pub struct Started {
    pub outcome: SessionOutcome,
    pub id: Secret,
    pub device: Secret,
}

/// The valid session of a request.
pub struct Found {
    pub user: User,
    pub current: CurrentSession,
    /// True if the session is due for a new id.
    pub rotate: bool,
    /// The reason why the user is not a member; `None` for a member.
    pub lacks: Option<Lacking>,
    pub last_seen_at: i64,
    /// The user's profile, read in the same snapshot.
    pub profile: Option<ProfileRow>,
}

impl Accounts {
    /// Starts a new session for the requester's browser, and ends its previous one. Reopens a
    /// closed account. A user with a second factor who has not used it gets no session, except in a
    /// browser that they trust.
    ///
    /// # Errors
    /// The error for a wrong password, if the password has changed in the meantime.
    pub async fn begin_session(
        &self,
        proof: Authenticated,
        occasion: LoginReason,
        by: &Requester,
        now: i64,
    ) -> Result<Begun, AppError> {
        let (id, device) = (Secret::random()?, Secret::random()?);
        // A change of the password does not reopen a closed account.
        let only_changes = occasion == LoginReason::NewPassword;
        let user_agent = by.client.as_ref().map(|client| client.user_agent.clone());
        let session = NewSession {
            id: id.hash(),
            proof,
            user_agent: user_agent.unwrap_or_default(),
            now,
            expires_at: now + LIFETIME_MS,
            even_if_closed: !only_changes,
            second_at: match proof.second {
                SecondShown::Now => now,
                SecondShown::No | SecondShown::Before => 0,
            },
            even_without_second: proof.second != SecondShown::No
                || self.second_rule == SecondRule::Off,
        };
        if occasion == LoginReason::LogIn {
            if !session.even_without_second && self.asks_for_second(proof.user, by, now).await? {
                let asked = Event::own(EventKind::SecondAsked, proof.user, by.client.clone());
                self.note(asked, now).await?;
                return Ok(Begun::SecondNeeded(self.seal_pending(proof, now)?));
            }
            let user = proof.user.0.to_string();
            let bucket = self.limiter.bucket(Rule::LogInRight, &user);
            let _ = self.limiter.charge([bucket], now).await?;
        }
        let input = (session, by.clone(), device.hash());
        let begun = self.store.write(input, move |tx, (session, by, device)| {
            Box::pin(async move {
                let trusted = tx.is_trusted(&by.devices(), proof.user, now).await?;
                let session = NewSession {
                    even_without_second: session.even_without_second || trusted,
                    ..session.clone()
                };
                if !session.even_without_second && tx.has_second(proof.user).await? {
                    return Ok(Some(SessionOutcome::SecondNeeded));
                }
                if !begin(tx, &session, by, device).await? {
                    return Ok(None);
                }
                if only_changes {
                    return Ok(Some(SessionOutcome::Started));
                }
                tx.note_login(proof.user, language(), now).await?;
                if occasion == LoginReason::LogIn {
                    let event = Event::own(EventKind::LoggedIn, proof.user, by.client.clone());
                    tx.note(&event, now).await?;
                }
                let reopened = cancel_deletion(tx, proof.user, by.client.as_ref(), now).await?;
                Ok(Some(match reopened {
                    true => SessionOutcome::DeletionCancelled,
                    false => SessionOutcome::Started,
                }))
            })
        });
        let outcome = begun.await?.ok_or_else(Credentials::refused)?;
        Ok(match outcome {
            SessionOutcome::SecondNeeded => Begun::SecondNeeded(self.seal_pending(proof, now)?),
            outcome => Begun::Session(Started {
                outcome,
                id,
                device,
            }),
        })
    }

    /// Records an authentication in the requester's session, and changes the session's id. Returns
    /// `None` if another request has just done so.
    ///
    /// # Errors
    /// [`AppError::NotLoggedIn`] if the session has ended.
    pub async fn reauthenticated(
        &self,
        shown: Shown,
        by: &Requester,
        now: i64,
    ) -> Result<Option<Secret>, AppError> {
        let current = by.session_id().ok_or(AppError::NotLoggedIn)?;
        let id = self.rotate_id(current, shown, now).await?;
        if id.is_none() && self.find_session(&[current], now).await?.is_none() {
            return Err(AppError::NotLoggedIn);
        }
        Ok(id)
    }

    /// Changes the id of a session. Returns `None` if the session has ended.
    pub async fn rotate_id(
        &self,
        current: SecretHash,
        shown: Shown,
        now: i64,
    ) -> Result<Option<Secret>, AppError> {
        let id = Secret::random()?;
        let input = (current, id.hash());
        let rotated = self.store.write(input, move |tx, (current, new)| {
            Box::pin(async move { tx.rotate_session(current, new, now, shown).await })
        });
        Ok(rotated.await?.then_some(id))
    }

    /// Remembers the requester's browser as one where the user logs in, so that attempts from
    /// elsewhere do not lock them out here. Returns the token that identifies the browser from now
    /// on.
    pub async fn know_browser(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<Secret, AppError> {
        let device = Secret::random()?;
        let input = (device.hash(), by.devices());
        self.store
            .write(input, move |tx, (device, before)| {
                Box::pin(async move {
                    // Access to a user's email does not make a browser a known one if the user has
                    // a second factor: a known browser has its own limit for codes.
                    match tx.has_second(user).await? {
                        true => Ok(()),
                        false => tx.know_device(device, before, user, now).await,
                    }
                })
            })
            .await?;
        Ok(device)
    }

    /// Ends the requester's session, if there is one.
    pub async fn log_out(&self, by: &Requester, now: i64) -> Result<(), AppError> {
        let Some(id) = by.session_id() else {
            return Ok(());
        };
        self.store
            .write((id, by.client.clone()), move |tx, (id, client)| {
                Box::pin(async move {
                    let Some(user) = tx.end_session(id).await? else {
                        return Ok(());
                    };
                    let event = Event::own(EventKind::LoggedOut, user, client.clone());
                    tx.note(&event, now).await
                })
            })
            .await
    }

    /// Returns the sessions of a user: the requester's, then the others, most recently used first.
    pub async fn sessions(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<Vec<Session>, AppError> {
        let current = by.session_id();
        let mut reader = self.store.reader().await?;
        let rows = reader.sessions_of(user, cutoffs(now)).await?;
        let session = |row| session(row, current.as_ref());
        let mut sessions: Vec<Session> = rows.into_iter().map(session).collect();
        sessions.sort_by_key(|session| !session.current);
        Ok(sessions)
    }

    /// Ends a session of this user.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the user has no such session.
    pub async fn end_session(
        &self,
        user: UserId,
        handle: &str,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let which = SessionSelector::Only(parse_handle(handle).ok_or(AppError::NotFound)?);
        match self.end_sessions(user, which, by, now).await? {
            0 => Err(AppError::NotFound),
            _ => Ok(()),
        }
    }

    /// Ends every session of this user except the requester's.
    pub async fn end_other_sessions(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let which = SessionSelector::AllBut(by.session_id());
        self.end_sessions(user, which, by, now).await.map(drop)
    }

    async fn end_sessions(
        &self,
        user: UserId,
        which: SessionSelector,
        by: &Requester,
        now: i64,
    ) -> Result<u64, AppError> {
        let event = Event::own(EventKind::SessionsEnded, user, by.client.clone());
        self.store
            .write((which, event), move |tx, (which, event)| {
                Box::pin(async move {
                    let ended = tx.end_sessions(user, which).await?;
                    if matches!(which, SessionSelector::AllBut(_)) {
                        tx.distrust(user, None).await?;
                    }
                    if ended > 0 {
                        tx.note(event, now).await?;
                    }
                    Ok(ended)
                })
            })
            .await
    }

    /// Returns the session of a request, given the hashes of its ids.
    pub async fn find_session(
        &self,
        ids: &[SecretHash],
        now: i64,
    ) -> Result<Option<Found>, AppError> {
        self.find_session_at(ids, cutoffs(now)).await
    }

    /// Returns the user of a request that changes their own data. Checked again after the body has
    /// been read, which may take long.
    ///
    /// # Errors
    /// [`AppError::NotLoggedIn`] if the session is not valid.
    pub async fn find_owner(&self, ids: &[SecretHash], now: i64) -> Result<User, AppError> {
        // Another request of the same browser may have changed the session's id in the meantime.
        let at = SessionCutoffs {
            rotated_since: now - LONGEST_REQUEST_MS,
            ..cutoffs(now)
        };
        let found = self.find_session_at(ids, at).await?;
        let owner = found.filter(|found| found.lacks.is_none_or(Lacking::may_change_own));
        owner.map(|found| found.user).ok_or(AppError::NotLoggedIn)
    }

    /// Returns the session with one of these ids. Ignores ids that are not sessions. Sessions of
    /// two different users count as none: otherwise, someone who plants a cookie could make a
    /// member type into another account, which is worse than being logged out.
    async fn find_session_at(
        &self,
        ids: &[SecretHash],
        at: SessionCutoffs,
    ) -> Result<Option<Found>, AppError> {
        if ids.is_empty() {
            return Ok(None);
        }
        let mut found: Option<ActiveSession> = None;
        for id in ids {
            let other = self.store.find_session(id, at).await?;
            match (&found, other) {
                (None, other) => found = other,
                (Some(one), Some(other)) if one.user != other.user => {
                    TOLD_OF_TWO.call_once(|| {
                        tracing::warn!(
                            "a browser sent sessions of two users: another site on this host or its domain sets cookies with this name"
                        );
                    });
                    return Ok(None);
                }
                (Some(_), _) => {}
            }
        }
        Ok(found.map(|found| self.read(found)))
    }

    fn read(&self, found: ActiveSession) -> Found {
        let needs_address = self.email_rule == EmailRule::Required && !found.has_email;
        let waits = |since| Lacking::Approval { since };
        let role = self.schema.effective_role(found.role.as_deref());
        let needs_second = !found.has_second && self.needs_second(role);
        Found {
            user: User {
                id: found.user,
                username: found.username,
                role: role.to_owned(),
            },
            current: CurrentSession {
                id: found.id,
                confirmed_at: found.confirmed_at,
                second_at: found.second_at,
                has_second: found.has_second && self.second_rule != SecondRule::Off,
            },
            rotate: found.rotate,
            lacks: match (needs_address, needs_second) {
                (true, _) => Some(Lacking::Address),
                (false, true) => Some(Lacking::SecondFactor),
                (false, false) => found.waits_since.map(waits),
            },
            last_seen_at: found.last_seen_at,
            profile: found.profile,
        }
    }

    /// Updates the time when the session was last active, in the background. Failures are ignored:
    /// only the list of sessions and the idle timeout depend on it.
    pub fn touch_session(&self, found: &Found, now: i64) {
        let (id, last_seen_at) = (found.current.id, found.last_seen_at);
        // The recorded time may be from when the clock was ahead.
        let from_ahead = now > EARLIEST && last_seen_at - now > SEEN_MS;
        if now - last_seen_at > SEEN_MS || from_ahead {
            let store = self.store.clone();
            tokio::spawn(async move {
                let touched = store.write(id, move |tx, id| {
                    Box::pin(async move { tx.touch_session(id, now).await })
                });
                touched.await
            });
        }
    }
}

/// Adds a session in place of the requester's, and remembers the browser. Returns `false` if the
/// password has changed in the meantime, or the user may not log in.
async fn begin(
    tx: &mut dyn Tables,
    session: &NewSession,
    by: &Requester,
    device: &SecretHash,
) -> Done<bool> {
    let NewSession { proof, now, .. } = *session;
    if let Some(before) = by.session_id() {
        tx.end_session(&before).await?;
    }
    if !tx.add_session(session.clone()).await? {
        return Ok(false);
    }
    tx.know_device(device, &by.devices(), proof.user, now)
        .await?;
    tx.keep_newest_sessions(proof.user, MOST).await?;
    tx.keep_newest_devices(proof.user, MOST).await?;
    Ok(true)
}

/// Deletes expired sessions, long unused browsers, and expired records of used challenges.
pub async fn sweep(tx: &mut dyn Tables, now: i64) -> Done<()> {
    tx.sweep_sessions(now).await?;
    tx.sweep_devices(now - DEVICE_SECONDS * 1000).await?;
    tx.sweep_challenges(now).await?;
    if now > EARLIEST {
        // Sessions and browsers from when the clock was ahead would otherwise last as much longer
        // as it was ahead, and be deleted last.
        let expires_at = now + LIFETIME_MS;
        tx.set_sessions_back(now, expires_at, expires_at + DAY_MS)
            .await?;
        tx.set_devices_back(now, now + DAY_MS, now + TRUSTED_MS)
            .await?;
    }
    Ok(())
}

/// Returns a session as its user sees it. `current` marks the requester's own.
pub(super) fn session(row: SessionRow, current: Option<&SecretHash>) -> Session {
    Session {
        handle: handle(&row.id_hash),
        current: current.is_some_and(|current| current[..] == row.id_hash[..]),
        user_agent: row.device,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    }
}

/// Returns the times that decide which sessions have ended.
pub fn cutoffs(now: i64) -> SessionCutoffs {
    SessionCutoffs {
        now,
        idle_since: now - IDLE_MS,
        rotated_since: now - OVERLAP_MS,
    }
}

/// Returns the handle of a session or link in a form: the first half of the hash, which grants no
/// access.
pub(super) fn handle(id_hash: &[u8]) -> String {
    let half = id_hash.iter().take(16);
    half.map(|byte| format!("{byte:02X}")).collect()
}

pub(super) fn parse_handle(handle: &str) -> Option<Vec<u8>> {
    let is_own = handle.len() == 32 && handle.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = is_own.then(|| (0..32).step_by(2))?;
    bytes
        .map(|at| u8::from_str_radix(handle.get(at..at + 2)?, 16).ok())
        .collect()
}
