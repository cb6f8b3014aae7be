//! The table `mails`, the outbox, and the table `tokens`, the links in mails.

use app::{
    account::types::{
        addresses::{Failure, WayBack},
        email::masked,
        token::{EmailToken, TokenPurpose},
        user::UserId,
    },
    error::AppError,
    text::{Language, MailKind, language},
};
use sqlx::SqliteConnection;

use super::{Store, emails::key_of, refuse};

/// SHA-256 of a token. The token itself is only in the mail.
pub type TokenHash = [u8; 32];

/// Adds a mail about a user to the outbox, in the transaction of what it is about,
/// and in the language that is spoken.
pub async fn enqueue(
    tx: &mut SqliteConnection,
    user: UserId,
    kind: MailKind,
    recipient: &str,
    detail: Option<&str>,
    now: i64,
) -> Result<(), AppError> {
    let (kind, language, key) = (kind.name(), language().tag(), key_of(recipient));
    sqlx::query!(
        "INSERT INTO mails
             (user_id, kind, recipient, detail, password_version, created_at, next_try_at, mark,
              language, recipient_key)
         SELECT id, ?1, ?2, ?3, password_version, ?4, ?4, lower(hex(randomblob(12))), ?6, ?7
         FROM users WHERE id = ?5",
        kind,
        recipient,
        detail,
        now,
        user.0,
        language,
        key,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

const HOUR_MS: i64 = 60 * 60 * 1000;

/// How long a link works, from when its mail is sent, in milliseconds.
pub const fn life(purpose: TokenPurpose) -> i64 {
    match purpose {
        TokenPurpose::Confirm => 72 * HOUR_MS,
        TokenPurpose::Reset => 2 * HOUR_MS,
        TokenPurpose::Undo => 14 * 24 * HOUR_MS,
    }
}

/// Longer than any pause between two tries, in milliseconds: two days.
const NEVER_PUT_OFF_MS: i64 = 2 * 24 * 60 * 60 * 1000;

/// A mail that nobody took is kept for so long, for who runs the site to look at,
/// in milliseconds: thirty days.
const FAILED_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// A clock is set back by so much now and then.
const CORRECTION_MS: i64 = 5 * 60 * 1000;

/// A mail that is to be sent.
#[derive(Debug, Clone)]
pub struct Due {
    pub id: i64,
    pub user: UserId,
    pub username: String,
    pub kind: MailKind,
    pub recipient: String,
    pub detail: Option<String>,
    /// How often it was tried.
    pub tries: i64,
    /// A random word of its own.
    pub mark: String,
    pub language: Language,
    next_try_at: i64,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A server has taken it.
    Sent,
    /// What it was about has changed; there is nothing to send.
    Void,
    /// It is tried again then.
    Later { at: i64, error: String },
    /// Nobody tries any more.
    Failed { why: Failure, error: String },
}

/// A link that a mail is to carry.
#[derive(Debug, Clone, Copy)]
pub struct NewToken {
    pub hash: TokenHash,
    pub purpose: TokenPurpose,
    pub expires_at: i64,
}

fn word(purpose: TokenPurpose) -> &'static str {
    match purpose {
        TokenPurpose::Confirm => "confirm",
        TokenPurpose::Reset => "reset",
        TokenPurpose::Undo => "undo",
    }
}

impl Store {
    /// Mails whose time has come, the oldest first.
    ///
    /// Also those put off when the clock was ahead; and none of a newer program.
    pub(crate) async fn due_mails(&self, now: i64, limit: u32) -> Result<Vec<Due>, AppError> {
        let kinds = serde_json::to_string(&MailKind::NAMES).unwrap_or_default();
        let too_far = now + NEVER_PUT_OFF_MS;
        let rows = sqlx::query!(
            "SELECT m.id, user_id, username, kind, recipient, detail, tries, mark,
                 next_try_at, language
             FROM mails m JOIN users u ON u.id = user_id
             WHERE failed_at IS NULL
               AND (next_try_at <= ?1 OR next_try_at > ?4 OR (tries = 0 AND m.created_at > ?1))
               AND kind IN (SELECT value FROM json_each(?2))
             ORDER BY next_try_at, m.id LIMIT ?3",
            now,
            kinds,
            limit,
            too_far,
        )
        .fetch_all(&self.readers)
        .await
        .map_err(refuse)?;
        let due = rows.into_iter().filter_map(|row| {
            Some(Due {
                id: row.id,
                user: UserId(row.user_id),
                username: row.username,
                kind: MailKind::parse(&row.kind)?,
                recipient: row.recipient,
                detail: row.detail,
                tries: row.tries,
                mark: row.mark,
                // One of a newer program.
                language: Language::parse(&row.language).unwrap_or_default(),
                next_try_at: row.next_try_at,
            })
        });
        Ok(due.collect())
    }

    /// Puts a mail off, so that nobody else sends it meanwhile, and nobody at all
    /// who cannot write that down; and gives it its link. `None` if somebody else
    /// was faster, `Some(false)` if what the link stands on has changed.
    pub(crate) async fn claim_mail(
        &self,
        mail: Due,
        token: Option<NewToken>,
        until: i64,
        now: i64,
    ) -> Result<Option<bool>, AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let claimed = sqlx::query!(
                    "UPDATE mails SET tries = tries + 1, next_try_at = ?
                     WHERE id = ? AND next_try_at = ? AND failed_at IS NULL",
                    until,
                    mail.id,
                    mail.next_try_at,
                )
                .execute(&mut *tx)
                .await
                .map_err(refuse)?;
                match (claimed.rows_affected(), token) {
                    (0, _) => Ok(None),
                    (_, None) => Ok(Some(true)),
                    (_, Some(token)) => give_token(tx, &mail, token, now).await.map(Some),
                }
            })
        })
        .await
    }

    pub(crate) async fn settle_mail(
        &self,
        id: i64,
        outcome: Outcome,
        now: i64,
    ) -> Result<(), AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let was_sent = outcome == Outcome::Sent;
                let settled = match outcome {
                    Outcome::Sent | Outcome::Void => {
                        // Of a mailbox that takes mails by now there is no trouble
                        // to tell, to nobody.
                        sqlx::query!(
                            "DELETE FROM mails WHERE id = ?1
                               OR (?2 AND failed_at IS NOT NULL AND recipient_key <> ''
                                   AND recipient_key = (SELECT recipient_key FROM mails WHERE id = ?1))",
                            id,
                            was_sent,
                        )
                        .execute(tx)
                        .await
                    }
                    Outcome::Later { at, error } => {
                        sqlx::query!(
                            "UPDATE mails SET next_try_at = ?, last_error = ? WHERE id = ?",
                            at,
                            error,
                            id,
                        )
                        .execute(tx)
                        .await
                    }
                    Outcome::Failed { why, error } => {
                        let why = why.word();
                        sqlx::query!(
                            "UPDATE mails SET failed_at = ?, failure = ?, last_error = ?
                             WHERE id = ?",
                            now,
                            why,
                            error,
                            id,
                        )
                        .execute(tx)
                        .await
                    }
                };
                settled.map(drop).map_err(refuse)
            })
        })
        .await
    }

    /// Deletes links that have expired, and mails that failed long ago.
    pub(super) async fn forget_old_mail(&self, now: i64) -> Result<(), AppError> {
        let long_ago = now - FAILED_MS;
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query!("DELETE FROM tokens WHERE expires_at <= ?", now)
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
                sqlx::query!("DELETE FROM mails WHERE failed_at < ?", long_ago)
                    .execute(tx)
                    .await
                    .map(drop)
                    .map_err(refuse)
            })
        })
        .await
    }
}

/// Makes a link. `false`, and none is made, if what it stands on has changed since
/// the mail was written.
async fn give_token(
    tx: &mut SqliteConnection,
    mail: &Due,
    token: NewToken,
    now: i64,
) -> Result<bool, AppError> {
    let (hash, purpose) = (&token.hash[..], word(token.purpose));
    sqlx::query!(
        "INSERT INTO tokens
             (hash, purpose, user_id, email, password_version, mail_id, created_at, expires_at)
         SELECT ?, ?, user_id, recipient, password_version, id, ?, ? FROM mails WHERE id = ?",
        hash,
        purpose,
        now,
        token.expires_at,
        mail.id,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    match find_token(&mut *tx, token.purpose, &token.hash, now).await {
        Ok(_) => Ok(true),
        Err(AppError::DeadLink) => {
            sqlx::query!("DELETE FROM tokens WHERE hash = ?", hash)
                .execute(tx)
                .await
                .map_err(refuse)?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// A link that works: not expired, of a user who may log in, and standing on what
/// it stood on when it was asked for. A confirmed address is confirmed no more;
/// another password or another address voids a link to choose a password. Only
/// the way back to an earlier address outlives both, for it is there for
/// whom somebody has taken both from.
///
/// A link that is made only later was made when the clock was ahead, and would work
/// for as long as that. The way back does: nobody can ask for it again.
///
/// # Errors
/// [`AppError::DeadLink`]
pub(super) async fn find_token(
    connection: &mut SqliteConnection,
    purpose: TokenPurpose,
    hash: &TokenHash,
    now: i64,
) -> Result<EmailToken, AppError> {
    let latest = match purpose {
        TokenPurpose::Confirm | TokenPurpose::Reset => now + CORRECTION_MS,
        TokenPurpose::Undo => i64::MAX,
    };
    let (hash, purpose) = (&hash[..], word(purpose));
    let row = sqlx::query!(
        "SELECT t.user_id, u.username, t.email, u.email AS confirmed
         FROM tokens t JOIN users u ON u.id = t.user_id
         WHERE t.hash = ? AND t.purpose = ? AND t.expires_at > ? AND t.created_at <= ?
           AND u.status = 'active'
           AND CASE t.purpose
               WHEN 'confirm' THEN t.email = u.pending_email
                   AND t.password_version = u.password_version
               WHEN 'reset' THEN t.email = coalesce(u.email, u.pending_email)
                   AND t.password_version = u.password_version
               ELSE 1 END",
        hash,
        purpose,
        now,
        latest,
    )
    .fetch_optional(connection)
    .await
    .map_err(refuse)?;
    let row = row.ok_or(AppError::DeadLink)?;
    let before = row.confirmed.filter(|before| *before != row.email);
    Ok(EmailToken {
        user: UserId(row.user_id),
        username: row.username,
        email: row.email,
        before: before.map(|before| WayBack {
            address: masked(&before),
            until: now + life(TokenPurpose::Undo),
        }),
    })
}

/// Uses a link up, in the transaction of what it is for.
///
/// # Errors
/// [`AppError::DeadLink`]
pub(super) async fn use_link(
    tx: &mut SqliteConnection,
    purpose: TokenPurpose,
    hash: &TokenHash,
    now: i64,
) -> Result<EmailToken, AppError> {
    let link = find_token(&mut *tx, purpose, hash, now).await?;
    let hash = &hash[..];
    sqlx::query!(
        "DELETE FROM tokens
         WHERE hash = ?1 OR mail_id = (SELECT mail_id FROM tokens WHERE hash = ?1)",
        hash
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(link)
}

/// The mail that carries a link.
///
/// # Errors
/// [`AppError::DeadLink`]
pub(super) async fn mail_of(tx: &mut SqliteConnection, hash: &TokenHash) -> Result<i64, AppError> {
    let hash = &hash[..];
    let mail = sqlx::query_scalar!("SELECT mail_id FROM tokens WHERE hash = ?", hash)
        .fetch_optional(tx)
        .await
        .map_err(refuse)?;
    mail.map(Option::unwrap_or_default)
        .ok_or(AppError::DeadLink)
}

/// Voids the links of a user, and those that wait in mails, from that mail on. By
/// the number of the mail and no time, for the clock may have been set back.
pub(super) async fn void_links(
    tx: &mut SqliteConnection,
    user: UserId,
    since: i64,
) -> Result<(), AppError> {
    sqlx::query!(
        "DELETE FROM tokens WHERE user_id = ? AND (mail_id >= ? OR mail_id IS NULL)",
        user.0,
        since
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "DELETE FROM mails WHERE user_id = ? AND id >= ?",
        user.0,
        since
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}
