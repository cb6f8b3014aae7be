//! Jobs that run every ten minutes: recording the time and, if the clock is believed
//! (`doubt.rs`), erasing expired data and reminding those who may approve users that someone is
//! waiting.

use app::{
    error::AppError,
    profile::rules::{date::DAY_MS, schema::Schema},
};

use crate::{
    accounts::{
        approval::send_digest, deletion::erase_due, invitations::KEPT_MS, lost::remove_due, session,
    },
    doubt::{WATCH_MS, begin, look},
};
use store::{Store, watch::ClockState};

/// The time for which a failed email is kept for the operator to inspect, in milliseconds:
/// thirty days.
const FAILED_MAIL_MS: i64 = 30 * DAY_MS;

/// The result of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    Erased {
        accounts: u64,
        pictures: u64,
    },
    /// The clock is far from the last time that was believed, so nothing was erased.
    Doubted {
        ahead_ms: i64,
        /// The time for which the site still has to run until the clock is believed.
        for_ms: i64,
        /// True if the clock was believed until now.
        is_new: bool,
    },
}

/// Erases expired data. `ran_ms` is the time for which the site has run since the last sweep,
/// measured by a monotonic clock.
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

/// Reminds those who may approve users that someone is waiting, at most once a day, if the
/// clock is believed. Returns the number of people reminded.
pub async fn remind(store: &Store, schema: &Schema, now: i64) -> Result<usize, AppError> {
    let seen = store.reader().await?.clock_state().await?;
    match seen.is_some_and(|seen| seen.is_believed()) {
        true => send_digest(store, schema, now).await,
        false => Ok(0),
    }
}

/// Erases the former profile pictures that have expired. Returns their number.
pub async fn erase_old_pictures(store: &Store, now: i64) -> Result<u64, AppError> {
    let erase = store.write((), move |tx, ()| {
        Box::pin(async move { tx.sweep_pictures(now).await })
    });
    erase.await
}

/// Records the time. Returns the previous state of the clock, and the new one.
async fn note_time(
    store: &Store,
    now: i64,
    ran_ms: i64,
) -> Result<(ClockState, ClockState), AppError> {
    let note = store.write((), move |tx, ()| {
        Box::pin(async move {
            let was = match tx.clock_state().await? {
                Some(seen) => seen,
                // A database from before the time was recorded: the time of its last
                // event.
                None => begin(tx.last_event_at().await?.unwrap_or(now)),
            };
            let seen = look(was, now, ran_ms);
            tx.set_clock_state(seen).await?;
            Ok((was, seen))
        })
    });
    note.await
}
