//! Emailed links: which of them work, and for how long.

use app::{
    account::types::{
        addresses::WayBack,
        details::SentLink,
        email::masked,
        event::EventKind,
        token::{EmailToken, TokenPurpose},
        user::UserId,
    },
    error::AppError,
    profile::rules::date::{DAY_MS, HOUR_MS},
    text::mail::MailKind,
};

use super::{notices::tell, requester::Author, session::handle};
use store::{
    SecretHash,
    failure::{Failure, Result},
    mails::{DueMail, Outcome},
    tables::Tables,
    tokens::{LinkRow, NewToken},
};

/// Returns the lifetime of a link from the time its email is sent, in milliseconds.
pub const fn lifetime(purpose: TokenPurpose) -> i64 {
    match purpose {
        TokenPurpose::Confirm => 72 * HOUR_MS,
        TokenPurpose::Reset => 2 * HOUR_MS,
        TokenPurpose::Undo => 14 * DAY_MS,
    }
}

/// The lifetime of a link to choose a password that the operator hands out, in milliseconds.
pub const HANDED_OUT_MS: i64 = 72 * HOUR_MS;

/// The tolerance for creation times in the future, in milliseconds: clocks are set back a little
/// now and then.
const CORRECTION_MS: i64 = 5 * 60 * 1000;

/// Finds a link that works, and does not use it up.
///
/// A link with a creation time in the future was created while the clock was ahead, and would stay
/// valid for longer by the same amount. Only recovery links are valid in that case, because they
/// cannot be requested again.
///
/// # Errors
/// [`AppError::DeadLink`] if the link does not work.
pub async fn find_token(
    tables: &mut dyn Tables,
    purpose: TokenPurpose,
    hash: &SecretHash,
    now: i64,
) -> Result<EmailToken> {
    let latest = match purpose {
        TokenPurpose::Confirm | TokenPurpose::Reset => now + CORRECTION_MS,
        TokenPurpose::Undo => i64::MAX,
    };
    let row = tables.find_token(purpose, hash, now, latest).await?;
    let row = row.ok_or(AppError::DeadLink)?;
    let before = row.confirmed.filter(|before| *before != row.email);
    Ok(EmailToken {
        user: row.user,
        username: row.username,
        email: row.email,
        before: before.map(|before| WayBack {
            address: masked(&before),
            until: now + lifetime(TokenPurpose::Undo),
        }),
        is_mailed: row.is_mailed,
    })
}

/// Uses up a link, in the transaction of the action that it allows.
///
/// # Errors
/// [`AppError::DeadLink`] if the link does not work.
pub async fn use_token(
    tx: &mut dyn Tables,
    purpose: TokenPurpose,
    hash: &SecretHash,
    now: i64,
) -> Result<EmailToken> {
    let link = find_token(tx, purpose, hash, now).await?;
    tx.use_token(hash).await?;
    Ok(link)
}

/// Postpones an email, so that no other node sends it in the meantime, and adds its link. Returns
/// `None` if another node was faster, and `Some(false)` if the link would not work because its
/// conditions have changed since the email was queued.
pub async fn claim_mail(
    tx: &mut dyn Tables,
    mail: &DueMail,
    token: Option<NewToken>,
    until: i64,
    now: i64,
) -> Result<Option<bool>> {
    if !tx.claim_mail(mail, until).await? {
        return Ok(None);
    }
    let Some(token) = token else {
        return Ok(Some(true));
    };
    tx.add_token(token, mail.id, now).await?;
    match find_token(tx, token.purpose, &token.hash, now).await {
        Ok(_) => Ok(Some(true)),
        Err(Failure::Refused(AppError::DeadLink)) => {
            tx.delete_token(&token.hash).await?;
            Ok(Some(false))
        }
        Err(error) => Err(error),
    }
}

/// Returns a link as it is shown to the managers who help its user.
pub fn sent_link(row: LinkRow) -> SentLink {
    let address = Some(row.email).filter(|address| row.is_mailed && !address.is_empty());
    SentLink {
        handle: handle(&row.hash),
        purpose: row.purpose,
        address: match row.purpose {
            TokenPurpose::Undo => address.as_deref().map(masked),
            TokenPurpose::Confirm | TokenPurpose::Reset => address,
        },
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}

/// Voids a link of a user and settles its email, in the transaction that has checked the right to
/// do so.
///
/// # Errors
/// [`AppError::NotFound`] if the user has no such link; [`AppError::Forbidden`] for a recovery
/// link.
pub async fn void_link(
    tx: &mut dyn Tables,
    user: UserId,
    handle: &str,
    by: &Author,
    now: i64,
) -> Result<()> {
    let links = tx.links_of(user, now).await?;
    let named = links
        .into_iter()
        .find(|row| self::handle(&row.hash) == handle);
    let hash = named.as_ref().map(|row| row.hash);
    let (Some(hash), Some(link)) = (hash, named.map(sent_link)) else {
        return Err(AppError::NotFound.into());
    };
    if !link.can_be_voided() {
        return Err(AppError::Forbidden.into());
    }
    let mail = tx.mail_of_token(&hash).await?.unwrap_or_default();
    tx.use_token(&hash).await?;
    // Otherwise the email would be sent again, with another link.
    tx.settle_mail(mail, &Outcome::Void, now).await?;
    tell(tx, user, MailKind::LinkVoided, None, now).await?;
    let event = by.event(EventKind::LinkVoided, user, None);
    tx.note(&event, now).await
}
