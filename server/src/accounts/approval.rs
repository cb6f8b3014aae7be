//! Approval of new users: they become members, or their accounts are erased. And a daily email to
//! those who may decide, as long as users are waiting.

use app::{
    account::types::{
        email::Email,
        event::EventKind,
        managed::{AccountState, ManagedAccount},
        username::Username,
    },
    error::AppError,
    profile::rules::{
        date::DAY_MS,
        schema::{Right, Schema},
    },
    text::{self, in_language, language, mail::MailKind, with_locale},
};

use super::{notices::enqueue, requester::Author};
use store::{Store, failure::Result as Done, tables::Tables};

/// The maximum number of accounts that a digest counts; if there are more, it says so.
const COUNTED: usize = 1000;

/// The maximum number of names in a digest.
const NAMED: usize = 10;

/// The maximum number of recipients of a digest, for each role.
const TOLD: u32 = 100;

/// The number of an account's newest events that are searched for the decision.
const LOOKED_AT: u32 = 50;

/// The decision about a waiting user.
#[derive(Debug, Clone)]
pub enum Verdict {
    Approve,
    /// With a message to the user.
    Refuse(Option<String>),
}

/// Approves or refuses a waiting user, for a command.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such user or they never waited;
/// [`AppError::AlreadyDecided`] if they no longer wait.
pub async fn judge(
    store: &Store,
    username: &str,
    verdict: Verdict,
    now: i64,
) -> Result<(), AppError> {
    let input = (Username::key_of(username), verdict);
    let judge = store.write(input, move |tx, (key, verdict)| {
        Box::pin(async move {
            let account = tx.find_account(key).await?.ok_or(AppError::NotFound)?;
            match verdict {
                Verdict::Approve => approve(tx, &account, &Author::Operator, now).await,
                Verdict::Refuse(words) => {
                    refuse(tx, &account, words.as_deref(), &Author::Operator, now).await
                }
            }
        })
    });
    judge.await
}

/// Makes a waiting user a member, in the transaction that has checked the right to do so.
///
/// # Errors
/// Those of [`check_waits`].
pub(super) async fn approve(
    tx: &mut dyn Tables,
    account: &ManagedAccount,
    by: &Author,
    now: i64,
) -> Done<()> {
    check_waits(tx, account).await?;
    tx.approve(account.id).await?;
    // A change of rights needs a new session id (ASVS 5.0 V7.2.4).
    tx.rotate_sessions_of(account.id).await?;
    tell(tx, account, MailKind::Approved, None, now).await?;
    let event = by.event(EventKind::Approved, account.id, None);
    tx.note(&event, now).await
}

/// Refuses a waiting user, in the transaction that has checked the right to do so. The account can
/// no longer be logged in to, and is erased by the first sweep after the email to its owner has
/// been sent.
///
/// # Errors
/// Those of [`check_waits`].
pub(super) async fn refuse(
    tx: &mut dyn Tables,
    account: &ManagedAccount,
    words: Option<&str>,
    by: &Author,
    now: i64,
) -> Done<()> {
    check_waits(tx, account).await?;
    tx.refuse(account.id, now).await?;
    tx.log_out_everywhere(account.id).await?;
    tx.void_links(account.id, 0).await?;
    tell(tx, account, MailKind::Refused, words, now).await?;
    // The message is only in the email: the event outlives the account.
    let event = by.event(EventKind::ApprovalRefused, account.id, None);
    tx.note(&event, now).await
}

/// Checks that a user is waiting for approval.
///
/// # Errors
/// [`AppError::AlreadyDecided`] with the earlier decision; [`AppError::NotFound`] if the user never
/// waited.
async fn check_waits(tx: &mut dyn Tables, account: &ManagedAccount) -> Done<()> {
    let decided = match account.state {
        AccountState::Waiting => return Ok(()),
        AccountState::Refused => EventKind::ApprovalRefused,
        _ => EventKind::Approved,
    };
    let events = tx.events_of(account.id, i64::MAX, LOOKED_AT).await?;
    let event = events
        .into_iter()
        .find(|event| EventKind::parse(&event.kind) == Some(decided));
    let state = match (&event, account.waits_since) {
        (Some(_), None) => AccountState::Active,
        (_, Some(_)) => account.state,
        (None, None) => return Err(AppError::NotFound.into()),
    };
    let by = event.and_then(|event| event.actor_name);
    Err(AppError::AlreadyDecided { state, by }.into())
}

/// Emails the decision to the user, in the language of their last login, unless they have given no
/// address, or one that belongs to someone else.
async fn tell(
    tx: &mut dyn Tables,
    account: &ManagedAccount,
    kind: MailKind,
    words: Option<&str>,
    now: i64,
) -> Done<()> {
    let address = match (&account.email, &account.pending_email) {
        (Some(email), _) => email,
        (None, Some(pending)) => {
            if tx.user_with_email(&Email::key_of(pending)).await?.is_some() {
                return Ok(());
            }
            pending
        }
        (None, None) => return Ok(()),
    };
    let locale = tx.language_of(account.id).await?.unwrap_or_else(language);
    let words = match kind {
        MailKind::Refused => words.or_else(|| Some(in_language(locale, text::no_reason_given))),
        _ => None,
    };
    let enqueued = enqueue(tx, account.id, kind, address, words, now);
    with_locale(locale, enqueued).await
}

/// Emails those whose role may approve users that users are waiting, once a day. Returns the number
/// of recipients.
pub async fn send_digest(store: &Store, schema: &Schema, now: i64) -> Result<usize, AppError> {
    let roles = schema.roles.iter().map(|role| role.key.clone());
    let roles: Vec<String> = roles
        .filter(|role| schema.may(role, Right::ApproveUsers))
        .collect();
    let mut reader = store.reader().await?;
    let nobody = reader.accounts_waiting("", 1).await?.is_empty();
    drop(reader);
    if nobody || roles.is_empty() {
        return Ok(0);
    }
    let send = store.write(roles, move |tx, roles| {
        Box::pin(async move { digest(tx, roles, now).await })
    });
    send.await
}

async fn digest(tx: &mut dyn Tables, roles: &[String], now: i64) -> Done<usize> {
    let last = tx.last_digest_at().await?;
    // A time in the future counts as none: the clock may have been ahead.
    if last.is_some_and(|last| (0..DAY_MS).contains(&(now - last))) {
        return Ok(0);
    }
    let most = u32::try_from(COUNTED + 1).unwrap_or(u32::MAX);
    let mut waiting = tx.accounts_waiting("", most).await?;
    waiting.retain(|account| account.state == AccountState::Waiting);
    if waiting.is_empty() {
        return Ok(0);
    }
    waiting.sort_by_key(|account| account.waits_since);
    let names = waiting.iter().take(NAMED);
    let names: Vec<String> = names.map(|account| account.username.clone()).collect();
    let count = Some(waiting.len()).filter(|count| *count <= COUNTED);
    let mut told = 0;
    for role in roles {
        for manager in tx.reachable_with_role(role, TOLD).await? {
            let locale = manager.language.unwrap_or_default();
            let words = in_language(locale, || text::those_who_wait(count, &names));
            let kind = MailKind::Waiting;
            let enqueued = enqueue(tx, manager.id, kind, &manager.email, Some(&words), now);
            with_locale(locale, enqueued).await?;
            told += 1;
        }
    }
    // If there is no recipient yet, the first one is emailed without delay.
    if told > 0 {
        tx.set_last_digest_at(now).await?;
    }
    Ok(told)
}
