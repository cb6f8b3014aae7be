//! Jobs that run every ten minutes: noting the time, and, if the clock is to be believed
//! (`doubt.rs`), erasing what has expired, and telling those who may approve users that somebody
//! waits.

use app::{error::AppError, profile::rules::schema::Schema};

use crate::{
    accounts::{
        approval::send_digest, deletion::erase_due, invitations::KEPT_MS, lost::remove_due, session,
    },
    doubt::{WATCH_MS, begin, look},
};
use store::{Store, watch::ClockState};

/// Time for which a failed mail is kept for the operator to look at, in milliseconds:
/// thirty days.
const FAILED_MAIL_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// The result of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    Erased {
        accounts: u64,
        pictures: u64,
    },
    /// Doubt about the clock, which is far from the last time that was believed: nothing was
    /// erased.
    Doubted {
        ahead_ms: i64,
        /// Time for which the site has to run until the clock is believed.
        for_ms: i64,
        /// The clock was not doubted before.
        is_new: bool,
    },
}

/// Erases what has expired. `ran_ms` is how long the site has run since the last time, by a
/// clock that nobody sets.
pub async fn sweep(store: &Store, now: i64, ran_ms: i64) -> Result<Swept, AppError> {
    let (was, seen) = note_time(store, now, ran_ms).await?;
    if !seen.is_believed() {
        return Ok(Swept::Doubted {
            ahead_ms: now.saturating_sub(seen.believed_at),
            for_ms: WATCH_MS - seen.watched_ms,
            is_new: was.is_believed(),
        });
    }
    let accounts = erase_due(store, now).await?;
    let pictures = erase_old_pictures(store, now).await?;
    remove_due(store, now).await?;
    store
        .write_singly((), move |tx, ()| {
            Box::pin(async move {
                session::sweep(tx, now).await?;
                tx.sweep_limits(now).await?;
                tx.sweep_tokens(now).await?;
                tx.sweep_former_names(now).await?;
                tx.sweep_invitations(now - KEPT_MS).await?;
                tx.sweep_mails(now - FAILED_MAIL_MS).await
            })
        })
        .await?;
    Ok(Swept::Erased { accounts, pictures })
}

/// Tells those who may approve users that somebody waits, at most once a day, if the clock is
/// believed. Returns how many were told.
pub async fn remind(store: &Store, schema: &Schema, now: i64) -> Result<usize, AppError> {
    let seen = store.reader().await?.clock_state().await?;
    match seen.is_some_and(|seen| seen.is_believed()) {
        true => send_digest(store, schema, now).await,
        false => Ok(0),
    }
}

/// Erases the earlier pictures whose time is up. Returns how many.
pub async fn erase_old_pictures(store: &Store, now: i64) -> Result<u64, AppError> {
    let erase = store.write((), move |tx, ()| {
        Box::pin(async move { tx.sweep_pictures(now).await })
    });
    erase.await
}

/// Notes the time. Returns the note from before, and the new one.
async fn note_time(
    store: &Store,
    now: i64,
    ran_ms: i64,
) -> Result<(ClockState, ClockState), AppError> {
    let note = store.write((), move |tx, ()| {
        Box::pin(async move {
            let was = match tx.clock_state().await? {
                Some(seen) => seen,
                // For a database from before the time was noted: when the site was last
                // used.
                None => begin(tx.last_event_at().await?.unwrap_or(now)),
            };
            let seen = look(was, now, ran_ms);
            tx.set_clock_state(seen).await?;
            Ok((was, seen))
        })
    });
    note.await
}
