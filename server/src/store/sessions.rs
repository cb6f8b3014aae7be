//! The table `sessions`.

use app::{
    account::types::{
        event::EventKind,
        log_in::{Authenticated, LoginReason},
        user::{User, UserId},
    },
    backend::SessionOutcome,
    error::AppError,
    profile::rules::schema::Schema,
};
use sqlx::SqliteConnection;

use super::{
    Store,
    events::{Event, note},
    leaving::stay,
    refuse,
};
use crate::{clock::EARLIEST, http::origin::Origin};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// SHA-256 of a session's id. The id itself is only in the cookie.
pub type IdHash = [u8; 32];

/// A session that is in force.
pub struct Found {
    /// Of its id now; the browser may have sent the one before.
    pub id_hash: IdHash,
    pub user: User,
    pub last_seen_at: i64,
    /// It is to get another id.
    pub renew: bool,
    /// When the password was last shown.
    pub confirmed_at: i64,
    /// The user has a confirmed e-mail address.
    pub has_email: bool,
}

/// When a session is over, in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: i64,
    /// Whoever was not seen since then is logged out.
    pub idle_since: i64,
    /// The id before counts if it was replaced since then.
    pub renewed_since: i64,
}

impl Store {
    /// Who is logged in with this session, if it has not expired.
    pub async fn find_member(
        &self,
        id_hash: &IdHash,
        at: Moment,
        schema: &Schema,
    ) -> Result<Option<Found>, AppError> {
        let id_hash = &id_hash[..];
        let row = sqlx::query!(
            // The id before finishes what it has begun: it asks for no new one, and
            // a password that was shown since was shown to the new one.
            "SELECT id_hash, users.id, username, role, last_seen_at,
                 renew AND id_hash = ?1 AS \"renew!: bool\",
                 iif(id_hash = ?1, confirmed_at, 0) AS \"confirmed_at!: i64\",
                 email IS NOT NULL AS \"has_email!: bool\"
             FROM sessions JOIN users ON users.id = user_id
             WHERE (id_hash = ?1 OR (previous_hash = ?1 AND renewed_at > ?4 AND renewed_at <= ?2))
               AND expires_at > ?2 AND last_seen_at > ?3
               AND status = 'active' AND leaves_at IS NULL",
            id_hash,
            at.now,
            at.idle_since,
            at.renewed_since,
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(refuse)?;
        let Some(row) = row else { return Ok(None) };
        let id_hash = row.id_hash.try_into();
        Ok(Some(Found {
            id_hash: id_hash.map_err(|_| AppError::Internal)?,
            user: User {
                id: UserId(row.id),
                username: row.username,
                role: schema.effective_role(row.role.as_deref()).to_owned(),
            },
            last_seen_at: row.last_seen_at,
            renew: row.renew,
            confirmed_at: row.confirmed_at,
            has_email: row.has_email,
        }))
    }

    /// Notes that a session is in use.
    pub async fn see_session(&self, id_hash: IdHash, now: i64) -> Result<(), AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let id_hash = &id_hash[..];
                sqlx::query!(
                    "UPDATE sessions SET last_seen_at = ? WHERE id_hash = ?",
                    now,
                    id_hash
                )
                .execute(tx)
                .await
                .map(drop)
                .map_err(refuse)
            })
        })
        .await
    }

    /// Gives a session another id, and notes when the password was shown, if it
    /// was. `false` if the session is gone.
    pub async fn renew_session(
        &self,
        old: IdHash,
        new: IdHash,
        now: i64,
        shown_at: Option<i64>,
    ) -> Result<bool, AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let (old, new) = (&old[..], &new[..]);
                sqlx::query!(
                    "UPDATE sessions SET id_hash = ?1, previous_hash = ?2, renewed_at = ?3, renew = 0,
                         confirmed_at = coalesce(?4, confirmed_at)
                     WHERE id_hash = ?2",
                    new,
                    old,
                    now,
                    shown_at,
                )
                .execute(tx)
                .await
                .map(|done| done.rows_affected() == 1)
                .map_err(refuse)
            })
        })
        .await
    }

    /// The sessions of a user that are in force, the one seen last first.
    pub async fn sessions(&self, user: UserId, at: Moment) -> Result<Vec<SessionRow>, AppError> {
        sqlx::query_as!(
            SessionRow,
            "SELECT id_hash, device, created_at, last_seen_at FROM sessions
             WHERE user_id = ? AND expires_at > ? AND last_seen_at > ?
             ORDER BY last_seen_at DESC, created_at DESC",
            user.0,
            at.now,
            at.idle_since,
        )
        .fetch_all(&self.readers)
        .await
        .map_err(refuse)
    }

    /// Ends sessions of one user: that one, or all but that one.
    pub async fn end_sessions_of(
        &self,
        user: UserId,
        which: Which,
        event: Event,
        now: i64,
    ) -> Result<u64, AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let deleted = match which {
                    Which::Only(handle) => {
                        sqlx::query!(
                            "DELETE FROM sessions WHERE user_id = ?1
                               AND ?2 IN (substr(hex(id_hash), 1, 32),
                                   nullif(substr(hex(previous_hash), 1, 32), ''))",
                            user.0,
                            handle,
                        )
                        .execute(&mut *tx)
                        .await
                    }
                    Which::AllBut(id_hash) => {
                        let id_hash = id_hash.as_ref().map(|hash| &hash[..]);
                        sqlx::query!(
                            "DELETE FROM sessions WHERE user_id = ?1
                               AND id_hash IS NOT ?2 AND (?2 IS NULL OR previous_hash IS NOT ?2)",
                            user.0,
                            id_hash,
                        )
                        .execute(&mut *tx)
                        .await
                    }
                };
                let ended = deleted.map_err(refuse)?.rows_affected();
                if ended > 0 {
                    note(tx, &event, now).await?;
                }
                Ok(ended)
            })
        })
        .await
    }

    /// Starts a session, ends the one it takes the place of, and sweeps what
    /// has expired. `None` if the password is another one by now, or the user
    /// disabled.
    pub async fn begin_session(&self, new: NewSession) -> Result<Option<SessionOutcome>, AppError> {
        self.write(move |tx| Box::pin(async move { begin_session(tx, new).await }))
            .await
    }

    pub async fn end_session(
        &self,
        id_hash: IdHash,
        origin: Option<Origin>,
        now: i64,
    ) -> Result<(), AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let id_hash = &id_hash[..];
                let ended = sqlx::query_scalar!(
                    "DELETE FROM sessions WHERE id_hash = ?1 OR previous_hash = ?1 RETURNING user_id",
                    id_hash
                )
                .fetch_optional(&mut *tx)
                .await
                .map_err(refuse)?;
                match ended {
                    Some(user) => {
                        let event = Event::own(EventKind::LoggedOut, UserId(user), origin);
                        note(tx, &event, now).await
                    }
                    None => Ok(()),
                }
            })
        })
        .await
    }

    /// Notes that a user may log in with this browser, which was known by other ids
    /// before.
    pub async fn know_device(
        &self,
        device: IdHash,
        before: Vec<IdHash>,
        user: UserId,
        now: i64,
    ) -> Result<(), AppError> {
        self.write(move |tx| {
            Box::pin(async move { know_device(tx, &device, &before, user, now).await })
        })
        .await
    }

    /// Whether this user has logged in with a browser of one of these ids: the first id
    /// that it was known by.
    pub async fn find_device(
        &self,
        devices: &[IdHash],
        user: UserId,
    ) -> Result<Option<Vec<u8>>, AppError> {
        for device in devices {
            let device = &device[..];
            let known = sqlx::query_scalar!(
                "SELECT coalesce(first_hash, id_hash) AS \"first_hash!: Vec<u8>\" FROM devices
                 WHERE id_hash = ? AND user_id = ?",
                device,
                user.0
            )
            .fetch_optional(&self.readers)
            .await
            .map_err(refuse)?;
            if known.is_some() {
                return Ok(known);
            }
        }
        Ok(None)
    }
}

/// A session that is to begin.
pub struct NewSession {
    pub id_hash: IdHash,
    pub proof: Authenticated,
    pub occasion: LoginReason,
    /// The session that this browser has so far.
    pub replaces: Option<IdHash>,
    /// What the browser is known by from now on.
    pub device: IdHash,
    /// What it was known by.
    pub devices_before: Vec<IdHash>,
    /// Browsers that were not used since then are forgotten.
    pub forget_devices_before: i64,
    pub origin: Option<Origin>,
    pub now: i64,
    pub expires_at: i64,
}

/// Notes that a user has logged in with a browser. What was known under the ids from
/// before is known under the new one, also of other users of the browser, and the ids
/// from before under nothing: one that was planted or stolen is dead after a login.
async fn know_device(
    tx: &mut SqliteConnection,
    device: &IdHash,
    before: &[IdHash],
    user: UserId,
    now: i64,
) -> Result<(), AppError> {
    let device = &device[..];
    for before in before {
        let before = &before[..];
        // Two of them may know the same user; one is enough.
        sqlx::query!(
            "UPDATE OR IGNORE devices
             SET first_hash = coalesce(first_hash, id_hash), id_hash = ?1 WHERE id_hash = ?2",
            device,
            before,
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
        sqlx::query!("DELETE FROM devices WHERE id_hash = ?", before)
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
    }
    sqlx::query!(
        "INSERT INTO devices (id_hash, user_id, last_seen_at) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at",
        device,
        user.0,
        now,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

/// Sessions, and browsers, of one user; of more, the oldest are forgotten.
const MOST: i64 = 50;

async fn begin_session(
    tx: &mut SqliteConnection,
    new: NewSession,
) -> Result<Option<SessionOutcome>, AppError> {
    let NewSession {
        proof, origin, now, ..
    } = new;
    let (id_hash, replaces) = (
        &new.id_hash[..],
        new.replaces.as_ref().map(|hash| &hash[..]),
    );
    sqlx::query!(
        "DELETE FROM sessions WHERE id_hash = ? OR expires_at <= ?",
        replaces,
        now
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let user_agent = origin.as_ref().map_or("", |origin| &origin.user_agent);
    // It comes back to no account that was closed meanwhile.
    let only_changes = new.occasion == LoginReason::NewPassword;
    let begun = sqlx::query!(
        "INSERT INTO sessions
             (id_hash, user_id, created_at, last_seen_at, confirmed_at, expires_at, device)
         SELECT ?1, id, ?2, ?2, ?2, ?3, ?4 FROM users
         WHERE id = ?5 AND password_version = ?6 AND status = 'active'
           AND (leaves_at IS NULL OR NOT ?7)",
        id_hash,
        now,
        new.expires_at,
        user_agent,
        proof.user.0,
        proof.password_version,
        only_changes,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if begun.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query!(
        "DELETE FROM devices WHERE last_seen_at < ?",
        new.forget_devices_before
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if now > EARLIEST {
        set_back(&mut *tx, now, new.expires_at).await?;
    }
    know_device(&mut *tx, &new.device, &new.devices_before, proof.user, now).await?;
    forget_the_oldest(&mut *tx, proof.user).await?;
    if only_changes {
        return Ok(Some(SessionOutcome::Started));
    }
    sqlx::query!(
        "UPDATE users SET last_login_at = ? WHERE id = ?",
        now,
        proof.user.0
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    if new.occasion == LoginReason::LogIn {
        let event = Event::own(EventKind::LoggedIn, proof.user, origin.clone());
        note(&mut *tx, &event, now).await?;
    }
    Ok(Some(match stay(tx, proof.user, origin, now).await? {
        true => SessionOutcome::DeletionCancelled,
        false => SessionOutcome::Started,
    }))
}

/// Gives sessions and browsers from when the clock was ahead the time that they
/// would have by now. They would else last for as long as it was ahead, and be the
/// last to be forgotten.
async fn set_back(tx: &mut SqliteConnection, now: i64, latest: i64) -> Result<(), AppError> {
    let (too_late, tomorrow) = (latest + DAY_MS, now + DAY_MS);
    sqlx::query!(
        "UPDATE sessions SET created_at = min(created_at, ?1), last_seen_at = min(last_seen_at, ?1),
             confirmed_at = min(confirmed_at, ?1), expires_at = ?2
         WHERE expires_at > ?3",
        now,
        latest,
        too_late,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "UPDATE devices SET last_seen_at = ?1 WHERE last_seen_at > ?2",
        now,
        tomorrow
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

async fn forget_the_oldest(tx: &mut SqliteConnection, user: UserId) -> Result<(), AppError> {
    sqlx::query!(
        "DELETE FROM sessions WHERE user_id = ?1 AND id_hash NOT IN
             (SELECT id_hash FROM sessions WHERE user_id = ?1 ORDER BY last_seen_at DESC LIMIT ?2)",
        user.0,
        MOST,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "DELETE FROM devices WHERE user_id = ?1 AND id_hash NOT IN
             (SELECT id_hash FROM devices WHERE user_id = ?1 ORDER BY last_seen_at DESC LIMIT ?2)",
        user.0,
        MOST,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

/// A session as it is stored.
pub struct SessionRow {
    pub id_hash: Vec<u8>,
    pub device: String,
    pub created_at: i64,
    pub last_seen_at: i64,
}

impl SessionRow {
    /// The first half of the hash: it names the session to its user, and logs
    /// nobody in.
    pub fn handle(&self) -> String {
        let half = self.id_hash.iter().take(16);
        half.map(|byte| format!("{byte:02X}")).collect()
    }
}

/// Sessions of one user.
pub enum Which {
    /// By handle.
    Only(String),
    AllBut(Option<IdHash>),
}
