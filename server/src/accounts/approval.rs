//! Approval of those who wait: they become members, or their account goes. And a mail a day to
//! those who may decide it, as long as somebody waits.

use app::{
    account::types::{
        email::Email,
        event::EventKind,
        managed::{AccountState, ManagedAccount},
        username::Username,
    },
    error::{AppError, Conflict},
    profile::rules::{
        date::DAY_MS,
        schema::{Right, Schema},
    },
    text::{self, in_language, language, mail::MailKind, with_locale},
};

use super::{notices::enqueue, requester::Author};
use store::{Store, failure::Result as Done, tables::Tables};

/// Accounts that a digest counts. Of more it says that there are more.
const COUNTED: usize = 1000;

/// Names in a digest.
const NAMED: usize = 10;

/// Recipients of a digest, for each role.
const TOLD: u32 = 100;

/// Events of an account among which the one that decided about it is looked for.
const LOOKED_AT: u32 = 50;

/// The decision about a user who waits.
#[derive(Debug, Clone)]
pub enum Verdict {
    Approve,
    /// With words for the user to read.
    Refuse(Option<String>),
}

/// Decides about a user who waits, by command.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] if they do not wait.
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

/// Makes a member of a user who waits, in the transaction of whoever may.
///
/// # Errors
/// [`AppError::Conflict`] if they do not wait.
pub(super) async fn approve(
    tx: &mut dyn Tables,
    account: &ManagedAccount,
    by: &Author,
    now: i64,
) -> Done<()> {
    check_waits(tx, account).await?;
    tx.approve(account.id).await?;
    // Whoever has other rights gets another session id (ASVS 5.0 V7.2.4).
    tx.rotate_sessions_of(account.id).await?;
    tell(tx, account, MailKind::Approved, None, now).await?;
    let event = by.event(EventKind::Approved, account.id, None);
    tx.note(&event, now).await
}

/// Turns a user who waits away, in the transaction of whoever may: nobody gets into the account
/// any more, and the next sweep erases it, once the mail to them is out.
///
/// # Errors
/// [`AppError::Conflict`] if they do not wait.
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
    // The words are in the mail alone: an event stays when the account is gone.
    let event = by.event(EventKind::ApprovalRefused, account.id, None);
    tx.note(&event, now).await
}

/// Refuses a decision about somebody about whom it has been decided, and says what and by whom.
/// Of who never waited it says nothing.
///
/// # Errors
/// [`AppError::Conflict`]; [`AppError::NotFound`]
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
    let theirs = match (&event, account.waits_since) {
        (Some(_), None) => AccountState::Active,
        (_, Some(_)) => account.state,
        (None, None) => return Err(AppError::NotFound.into()),
    };
    let conflict = Conflict {
        name: "status".to_owned(),
        label: text::status().to_owned(),
        mine: String::new(),
        theirs: theirs.word().to_owned(),
        before: AccountState::Waiting.word().to_owned(),
        by: event.and_then(|event| event.actor_name),
    };
    Err(AppError::Conflict {
        version: 0,
        conflicts: vec![conflict],
    }
    .into())
}

/// Sends a mail about the decision to the user, if they have given an address that is not
/// somebody else's, in the language of their last login.
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

/// Tells those whose role may approve users that somebody waits, once a day. Returns how many
/// were told.
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
    // The clock may have been ahead.
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
    // Where nobody can be told, whoever comes to be is told at once.
    if told > 0 {
        tx.set_last_digest_at(now).await?;
    }
    Ok(told)
}
