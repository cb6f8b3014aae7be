//! Emails to users about their accounts, and limits on their number.

use app::{
    account::types::{
        email::{Email, masked},
        user::UserId,
    },
    text::{language, mail::MailKind},
};

use super::requester::Requester;
use crate::limits::{Rule, limiter::Limiter};
use store::{bucket::Bucket, failure::Result, mails::NewMail, tables::Tables};

/// Adds an email about a user to the outbox, in the transaction that causes it, and in the language
/// of the request.
pub async fn enqueue(
    tx: &mut dyn Tables,
    user: UserId,
    kind: MailKind,
    recipient: &str,
    detail: Option<&str>,
    now: i64,
) -> Result<()> {
    tx.enqueue(NewMail {
        user,
        kind,
        recipient: recipient.to_owned(),
        recipient_key: Email::key_of(recipient),
        detail: detail.map(str::to_owned),
        language: language(),
        now,
    })
    .await
}

/// Emails a user what others did to their account: to their confirmed address, in the language of
/// their last login. Nothing is sent to an unconfirmed address, which may be someone else's.
pub async fn tell(
    tx: &mut dyn Tables,
    user: UserId,
    kind: MailKind,
    detail: Option<&str>,
    now: i64,
) -> Result<()> {
    match notice(tx, user, kind, detail, now).await? {
        Some(mail) => tx.enqueue(mail).await,
        None => Ok(()),
    }
}

/// Emails a user that their account is erased. To be called in the transaction that erases it,
/// before the erasure.
pub async fn say_goodbye(tx: &mut dyn Tables, user: UserId, now: i64) -> Result<()> {
    match notice(tx, user, MailKind::Erased, None, now).await? {
        Some(mail) => tx.enqueue_last(mail).await,
        None => Ok(()),
    }
}

async fn notice(
    tx: &mut dyn Tables,
    user: UserId,
    kind: MailKind,
    detail: Option<&str>,
    now: i64,
) -> Result<Option<NewMail>> {
    let Some(recipient) = tx.email(user).await? else {
        return Ok(None);
    };
    let locale = tx.language_of(user).await?;
    Ok(Some(NewMail {
        user,
        kind,
        recipient_key: Email::key_of(&recipient),
        recipient,
        detail: detail.map(str::to_owned),
        language: locale.unwrap_or_else(language),
        now,
    }))
}

/// Returns the bucket for emails to one mailbox.
pub fn mail_bucket(limiter: &Limiter, email: &Email) -> Option<Bucket> {
    limiter.bucket(Rule::MailByRecipient, &email.mailbox_key())
}

/// Returns the buckets for emails to anyone that this client causes, and that all clients cause.
pub fn caused_by(limiter: &Limiter, by: &Requester) -> [Option<Bucket>; 2] {
    [
        limiter.bucket(Rule::MailByAddress, &by.rate_limit_key()),
        limiter.bucket(Rule::MailBySite, ""),
    ]
}

/// Counts an email. Returns `false` if the limit has been reached.
pub async fn has_room(tx: &mut dyn Tables, to: Option<&Bucket>, now: i64) -> Result<bool> {
    match to {
        Some(bucket) => tx.count_try(bucket, now).await,
        None => Ok(true),
    }
}

/// Sends a confirmation link to an address that a user has entered, or a notice if it belongs to
/// someone else. The user who entered it cannot tell the difference. If too many emails were sent,
/// none is sent, without an error.
pub async fn ask_to_confirm(
    tx: &mut dyn Tables,
    user: UserId,
    email: &Email,
    to: Option<&Bucket>,
    now: i64,
) -> Result<()> {
    if !has_room(tx, to, now).await? {
        return Ok(());
    }
    let typed = email.as_str();
    // If the account already has a confirmed address, the email shows it in masked form: by
    // confirming the new one, its owner takes over an account that the old one can recover.
    let before = tx.email(user).await?.filter(|before| before != typed);
    match tx.user_with_email(&email.key()).await? {
        Some((owner, address)) if owner != user => {
            enqueue(tx, owner, MailKind::KnownAddress, &address, None, now).await
        }
        _ => {
            let kind = match before {
                Some(_) => MailKind::ConfirmChange,
                None => MailKind::Confirm,
            };
            let before = before.as_deref().map(masked);
            enqueue(tx, user, kind, typed, before.as_deref(), now).await
        }
    }
}
