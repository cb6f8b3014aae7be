//! Addresses: given, confirmed, taken back; and passwords set by a link.

use app::{
    account::types::{
        addresses::{Addresses, Failure, Undelivered, WayBack},
        email::{Email, masked},
        event::EventKind,
        password::Password,
        token::{EmailToken, TokenPurpose},
        user::UserId,
    },
    backend::Emails,
    error::AppError,
    profile::rules::violation::Violation,
    text::MailKind,
};
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

use super::{
    Store,
    events::{Event, note},
    leaving::stay,
    limits::charge,
    mails::{TokenHash, enqueue, find_token, life, mail_of, use_link, void_links},
    refuse, unique_column,
    users::log_out_everywhere,
};
use crate::{
    http::origin::{Origin, place},
    limits::{Bucket, Limiter, Rule},
    password::Passwords,
};

/// `Emails` on the store.
#[derive(Clone)]
pub struct StoredEmails {
    pub store: Store,
    pub passwords: Passwords,
    pub limiter: Limiter,
}

/// A token, 256 random bits, as it stands in a link.
pub fn new_token() -> Result<String, AppError> {
    let mut token = [0; 32];
    getrandom::fill(&mut token).map_err(|error| {
        tracing::error!(%error, "the system has no random numbers");
        AppError::Internal
    })?;
    Ok(URL_SAFE_NO_PAD.encode(token))
}

/// What is stored of a token.
pub fn hash_token(token: &str) -> TokenHash {
    Sha256::digest(token).into()
}

/// How long a link to choose a password works that is followed at once, in
/// milliseconds: a quarter of an hour.
const AT_ONCE_MS: i64 = 15 * 60 * 1000;

#[async_trait]
impl Emails for StoredEmails {
    async fn addresses(&self, user: UserId) -> Result<Addresses, AppError> {
        let row = sqlx::query!(
            "SELECT email, pending_email FROM users WHERE id = ?",
            user.0
        )
        .fetch_optional(&self.store.readers)
        .await
        .map_err(refuse)?;
        Ok(row.map_or_else(Addresses::default, |row| Addresses {
            confirmed: row.email,
            pending: row.pending_email,
        }))
    }

    async fn undelivered(&self, user: UserId) -> Result<Vec<Undelivered>, AppError> {
        let rows = sqlx::query!(
            // Both mails that giving an address causes count alike, so that nobody
            // reads here whether it is somebody's.
            "SELECT u.email AS \"address!: String\", m.failure,
                 max(m.failed_at) AS \"since!: i64\"
             FROM users u JOIN mails m ON m.user_id = u.id AND m.recipient = u.email
             WHERE u.id = ?1 AND m.failed_at IS NOT NULL
             GROUP BY u.id
             UNION ALL
             SELECT u.pending_email, m.failure, max(m.failed_at)
             FROM users u JOIN mails m ON m.recipient_key = u.pending_key
             WHERE u.id = ?1 AND m.failed_at IS NOT NULL AND m.created_at >= u.pending_at
               AND m.kind IN ('confirm', 'confirm_change', 'known_address')
             GROUP BY u.id",
            user.0
        )
        .fetch_all(&self.store.readers)
        .await
        .map_err(refuse)?;
        let undelivered = rows.into_iter().map(|row| Undelivered {
            address: row.address,
            why: Failure::parse(&row.failure.unwrap_or_default()),
            since: row.since,
        });
        Ok(undelivered.collect())
    }

    async fn ways_back(&self, user: UserId) -> Result<Vec<WayBack>, AppError> {
        let now = self.limiter.clock.now();
        let waiting_until = now + life(TokenPurpose::Undo);
        let rows = sqlx::query!(
            "SELECT address AS \"address!: String\", max(until) AS \"until!: i64\" FROM (
                 SELECT email AS address, expires_at AS until FROM tokens
                 WHERE user_id = ?1 AND purpose = 'undo' AND expires_at > ?2
                 UNION ALL
                 SELECT recipient, ?3 FROM mails
                 WHERE user_id = ?1 AND kind = 'email_changed' AND failed_at IS NULL
             ) GROUP BY address ORDER BY 2",
            user.0,
            now,
            waiting_until,
        )
        .fetch_all(&self.store.readers)
        .await
        .map_err(refuse)?;
        let way = rows.into_iter().map(|row| WayBack {
            address: masked(&row.address),
            until: row.until,
        });
        Ok(way.collect())
    }

    async fn change_email(&self, user: UserId, email: Email) -> Result<(), AppError> {
        let (origin, now) = (Origin::of_this_request(), self.limiter.clock.now());
        let by_user = self.limiter.bucket(Rule::EmailByUser, &user.0.to_string());
        let [by_address, by_site] = caused_by(&self.limiter, &origin);
        let to = mail_bucket(&self.limiter, &email);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for bucket in [by_user, by_address, by_site].iter().flatten() {
                        charge(&mut *tx, bucket, now).await?;
                    }
                    let (typed, key) = (email.as_str(), email.key());
                    sqlx::query!(
                        "UPDATE users SET pending_email = ?, pending_key = ?, pending_at = ?,
                             pending_version = password_version
                         WHERE id = ?",
                        typed,
                        key,
                        now,
                        user.0,
                    )
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
                    ask_to_confirm(&mut *tx, user, &email, to, now).await?;
                    note(tx, &Event::own(EventKind::EmailAsked, user, origin), now).await
                })
            })
            .await
    }

    async fn cancel_email(&self, user: UserId) -> Result<(), AppError> {
        let (origin, now) = (Origin::of_this_request(), self.limiter.clock.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    sqlx::query!(
                        "UPDATE users SET pending_email = NULL, pending_key = NULL WHERE id = ?",
                        user.0
                    )
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
                    let event = Event::own(EventKind::EmailCancelled, user, origin);
                    note(tx, &event, now).await
                })
            })
            .await
    }

    async fn ask_reset(&self, email: Email) -> Result<(), AppError> {
        let (origin, now) = (Origin::of_this_request(), self.limiter.clock.now());
        let by_address = self.limiter.bucket(Rule::ForgotByAddress, &place(&origin));
        let [by_address_a_day, by_site] = caused_by(&self.limiter, &origin);
        let to = mail_bucket(&self.limiter, &email);
        // Before anybody looks whose address it is, so that it does not show.
        let buckets = [by_address, by_address_a_day, by_site];
        let _ = self.limiter.charge(buckets).await?;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let user = user_to_reset(&mut *tx, &email.key()).await?;
                    if let Some((user, address)) = &user
                        && has_room(&mut *tx, to, now).await?
                    {
                        enqueue(&mut *tx, *user, MailKind::Reset, address, None, now).await?;
                    }
                    let subject = user.map(|(user, _)| user);
                    let asked = Event::by_anybody(EventKind::ResetAsked, subject, origin);
                    note(tx, &asked, now).await
                })
            })
            .await
    }

    async fn find_token(&self, purpose: TokenPurpose, token: &str) -> Result<EmailToken, AppError> {
        let mut reader = self.store.readers.acquire().await.map_err(refuse)?;
        let now = self.limiter.clock.now();
        find_token(&mut reader, purpose, &hash_token(token), now).await
    }

    async fn confirm_email(&self, token: &str) -> Result<(), AppError> {
        let (origin, now) = (Origin::of_this_request(), self.limiter.clock.now());
        let hash = hash_token(token);
        // Asked of a reader first: rubbish does not hold up the writer.
        self.find_token(TokenPurpose::Confirm, token).await?;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let link = use_link(&mut *tx, TokenPurpose::Confirm, &hash, now).await?;
                    let before =
                        sqlx::query_scalar!("SELECT email FROM users WHERE id = ?", link.user.0)
                            .fetch_one(&mut *tx)
                            .await
                            .map_err(refuse)?;
                    set_email(&mut *tx, &link).await?;
                    if let Some(before) = before.filter(|before| *before != link.email) {
                        let (kind, new) = (MailKind::EmailChanged, Some(link.email.as_str()));
                        enqueue(&mut *tx, link.user, kind, &before, new, now).await?;
                    }
                    let event =
                        Event::by_anybody(EventKind::EmailConfirmed, Some(link.user), origin);
                    note(tx, &event, now).await
                })
            })
            .await
    }

    async fn reset_password(&self, token: &str, password: Password) -> Result<UserId, AppError> {
        let (origin, now) = (Origin::of_this_request(), self.limiter.clock.now());
        let hash = hash_token(token);
        let new = self.passwords.hash(&password).await?;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let link = use_link(&mut *tx, TokenPurpose::Reset, &hash, now).await?;
                    set_password(&mut *tx, link.user, Some(new)).await?;
                    // Whoever read the mail has the address. Should another account
                    // have confirmed it first, it is that one's.
                    match set_email(&mut *tx, &link).await {
                        Ok(()) | Err(AppError::Invalid(_)) => {}
                        Err(error) => return Err(error),
                    }
                    let kind = MailKind::PasswordChanged;
                    enqueue(&mut *tx, link.user, kind, &link.email, None, now).await?;
                    let event =
                        Event::by_anybody(EventKind::PasswordReset, Some(link.user), origin);
                    note(tx, &event, now).await?;
                    Ok(link.user)
                })
            })
            .await
    }

    async fn undo_email(&self, token: &str) -> Result<String, AppError> {
        let (origin, now) = (Origin::of_this_request(), self.limiter.clock.now());
        let (hash, reset) = (hash_token(token), new_token()?);
        let reset_hash = hash_token(&reset);
        self.find_token(TokenPurpose::Undo, token).await?;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let since = mail_of(&mut *tx, &hash).await?;
                    let link = use_link(&mut *tx, TokenPurpose::Undo, &hash, now).await?;
                    set_email(&mut *tx, &link).await?;
                    set_password(&mut *tx, link.user, None).await?;
                    // Whoever took the account may have closed it.
                    stay(&mut *tx, link.user, origin.clone(), now).await?;
                    // What somebody else asked for from there on. An older way
                    // back leads further back, and stays.
                    void_links(&mut *tx, link.user, since).await?;
                    let (reset_hash, expires_at) = (&reset_hash[..], now + AT_ONCE_MS);
                    sqlx::query!(
                        "INSERT INTO tokens
                             (hash, purpose, user_id, email, password_version, created_at, expires_at)
                         SELECT ?1, 'reset', id, ?2, password_version, ?3, ?4 FROM users WHERE id = ?5",
                        reset_hash,
                        link.email,
                        now,
                        expires_at,
                        link.user.0,
                    )
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
                    let event = Event::by_anybody(EventKind::EmailUndone, Some(link.user), origin);
                    note(tx, &event, now).await
                })
            })
            .await?;
        Ok(reset)
    }
}

/// To whom a link to choose a password goes that was asked for with an address:
/// whose confirmed one it is; or else the newest account that has given it, and
/// has no other, and no other password since.
async fn user_to_reset(
    connection: &mut SqliteConnection,
    email_key: &str,
) -> Result<Option<(UserId, String)>, AppError> {
    let row = sqlx::query!(
        "SELECT id, coalesce(email, pending_email) AS \"address!: String\" FROM users
         WHERE status = 'active' AND (email_key = ?1 OR (email IS NULL AND pending_key = ?1
             AND pending_version = password_version
             AND NOT EXISTS (SELECT 1 FROM users WHERE email_key = ?1)))
         ORDER BY id DESC LIMIT 1",
        email_key
    )
    .fetch_optional(connection)
    .await
    .map_err(refuse)?;
    Ok(row.map(|row| (UserId(row.id), row.address)))
}

/// Mails to one mailbox.
pub(super) fn mail_bucket(limiter: &Limiter, email: &Email) -> Option<Bucket> {
    limiter.bucket(Rule::MailByRecipient, &email.mailbox_key())
}

/// Mails to whomever that are asked for from where this request comes, and by
/// everybody.
pub(super) fn caused_by(limiter: &Limiter, origin: &Option<Origin>) -> [Option<Bucket>; 2] {
    [
        limiter.bucket(Rule::MailByAddress, &place(origin)),
        limiter.bucket(Rule::MailBySite, ""),
    ]
}

/// As addresses are compared, also those that today's rules would refuse.
pub(super) fn key_of(address: &str) -> String {
    Email::parse(address).map_or_else(|_| address.to_lowercase(), |email| email.key())
}

/// Counts a mail. `false` if that would be one too many.
async fn has_room(
    tx: &mut SqliteConnection,
    to: Option<Bucket>,
    now: i64,
) -> Result<bool, AppError> {
    match to {
        None => Ok(true),
        Some(bucket) => match charge(tx, &bucket, now).await {
            Ok(()) => Ok(true),
            Err(AppError::TooMany { .. }) => Ok(false),
            Err(error) => Err(error),
        },
    }
}

/// Sends a link to an address that a user has given; or, should it be somebody
/// else's already, tells them. Whoever gave it cannot tell which. After
/// too many mails none is sent, and nothing is said of it.
pub(super) async fn ask_to_confirm(
    tx: &mut SqliteConnection,
    user: UserId,
    email: &Email,
    to: Option<Bucket>,
    now: i64,
) -> Result<(), AppError> {
    if !has_room(&mut *tx, to, now).await? {
        return Ok(());
    }
    // Whoever confirms it takes over an account that another address can take back.
    let typed = email.as_str();
    let before = sqlx::query_scalar!(
        "SELECT email AS \"email!\" FROM users WHERE id = ? AND email IS NOT NULL AND email <> ?",
        user.0,
        typed,
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?;
    match user_with(&mut *tx, &email.key()).await? {
        Some((owner, address)) if owner != user => {
            enqueue(tx, owner, MailKind::KnownAddress, &address, None, now).await
        }
        _ => {
            let kind = match before {
                Some(_) => MailKind::ConfirmChange,
                None => MailKind::Confirm,
            };
            let before = before.as_deref().map(masked);
            enqueue(tx, user, kind, email.as_str(), before.as_deref(), now).await
        }
    }
}

/// Whose confirmed address that is, and how they wrote it.
async fn user_with(
    connection: &mut SqliteConnection,
    email_key: &str,
) -> Result<Option<(UserId, String)>, AppError> {
    let row = sqlx::query!(
        "SELECT id, email AS \"email!\" FROM users WHERE email_key = ?",
        email_key
    )
    .fetch_optional(connection)
    .await
    .map_err(refuse)?;
    Ok(row.map(|row| (UserId(row.id), row.email)))
}

/// Makes the address of a link the user's.
///
/// # Errors
/// `AddressTaken` on `email`.
async fn set_email(tx: &mut SqliteConnection, link: &EmailToken) -> Result<(), AppError> {
    let key = key_of(&link.email);
    let set = sqlx::query!(
        "UPDATE users SET email = ?, email_key = ?, pending_email = NULL, pending_key = NULL
         WHERE id = ?",
        link.email,
        key,
        link.user.0,
    )
    .execute(tx)
    .await;
    match set {
        Ok(_) => Ok(()),
        Err(error) if unique_column(&error) == Some("users.email_key") => {
            Err(AppError::invalid("email", Violation::AddressTaken))
        }
        Err(error) => Err(refuse(error)),
    }
}

/// Another password, or none until one is chosen; every session ends.
async fn set_password(
    tx: &mut SqliteConnection,
    user: UserId,
    hash: Option<String>,
) -> Result<(), AppError> {
    sqlx::query!(
        "UPDATE users SET password_hash = ?, password_version = password_version + 1 WHERE id = ?",
        hash,
        user.0
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    log_out_everywhere(tx, user).await
}

/// Makes keys anew that an older program made by other rules: of domains beyond
/// ASCII. Of two accounts that were let have one address the later one keeps its old
/// key, and logs in by its username.
pub(super) async fn renew_keys(writer: &sqlx::SqlitePool) -> Result<(), sqlx::Error> {
    let old = sqlx::query!(
        "SELECT id, email, email_key, pending_email, pending_key FROM users
         WHERE email_key GLOB '*[^ -~]*' OR pending_key GLOB '*[^ -~]*' ORDER BY id"
    )
    .fetch_all(writer)
    .await?;
    for row in old {
        let email_key = row.email.as_deref().map(key_of);
        let pending_key = row.pending_email.as_deref().map(key_of);
        if (&email_key, &pending_key) == (&row.email_key, &row.pending_key) {
            continue;
        }
        let renewed = sqlx::query!(
            "UPDATE OR IGNORE users SET email_key = ?, pending_key = ? WHERE id = ?",
            email_key,
            pending_key,
            row.id,
        );
        renewed.execute(writer).await?;
    }
    Ok(())
}
