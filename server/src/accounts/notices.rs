//! Mails to users about their accounts, and how many of them.

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

/// Adds a mail about a user to the outbox, in the transaction of what it is about, and
/// in the language of the request.
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

/// Tells a user by mail what others did to their account: at the address that they have confirmed,
/// and in the language of their last login. At an address that is not confirmed, and may be
/// somebody else's, nobody is told anything.
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

/// Tells a user that their account is erased, in the transaction that does it, and before.
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

/// The bucket of mails to one mailbox.
pub fn mail_bucket(limiter: &Limiter, email: &Email) -> Option<Bucket> {
    limiter.bucket(Rule::MailByRecipient, &email.mailbox_key())
}

/// The buckets of mails to anybody, asked for by this client, and by all.
pub fn caused_by(limiter: &Limiter, by: &Requester) -> [Option<Bucket>; 2] {
    [
        limiter.bucket(Rule::MailByAddress, &by.rate_limit_key()),
        limiter.bucket(Rule::MailBySite, ""),
    ]
}

/// Counts a mail. `false` if that would be one too many.
pub async fn has_room(tx: &mut dyn Tables, to: Option<&Bucket>, now: i64) -> Result<bool> {
    match to {
        Some(bucket) => tx.count_try(bucket, now).await,
        None => Ok(true),
    }
}

/// Sends a link to an address that a user has given; or, should it be somebody else's
/// already, tells them. Whoever gave it cannot tell which. After too many mails none is
/// sent, and nothing is said of it.
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
    // Whoever confirms it takes over an account that another address can take back.
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
