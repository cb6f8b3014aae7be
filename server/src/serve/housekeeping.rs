//! Periodic work: everything that a site does by itself every ten minutes.

use app::profile::rules::date::HOUR_MS;
use std::time::{Duration, Instant};

use crate::{
    clock::Clock,
    jobs::{Swept, remind, sweep},
    profiles::directory::keep_index,
    schema_file::live::LiveSchemas,
};
use store::Store;

/// The interval of housekeeping: erasing expired data, and checkpointing SQLite's log.
const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);

/// Erases expired data, sends the daily email to those who may approve users, checkpoints the
/// database's log, and keeps the members' directory in line with the schema, for as long as the
/// site runs.
pub async fn run_housekeeping(store: Store, schemas: LiveSchemas) {
    let (mut ran, mut is_first) = (Duration::ZERO, true);
    loop {
        let ran_ms = i64::try_from(ran.as_millis()).unwrap_or_default();
        match sweep(&store, Clock::system().now(), ran_ms).await {
            Ok(Swept::Erased { accounts, pictures }) => {
                if accounts > 0 {
                    tracing::info!(accounts, "erased accounts after their grace period");
                }
                if pictures > 0 {
                    tracing::info!(pictures, "erased earlier pictures");
                }
            }
            Ok(Swept::Doubted {
                ahead_ms,
                for_ms,
                is_new,
            }) if is_new || is_first => tracing::warn!(
                "{} Nothing will be erased permanently until the site has run with this clock for {} more hours.",
                how_far(ahead_ms),
                for_ms / HOUR_MS
            ),
            Ok(Swept::Doubted { .. }) | Err(_) => {}
        }
        if let Ok(told @ 1..) = remind(
            &store,
            schemas.now().schemas.localized(),
            Clock::system().now(),
        )
        .await
        {
            tracing::info!(
                told,
                "reminded administrators of users waiting for approval"
            );
        }
        // A failure is logged, and the next round continues where this one ended.
        let _ = keep_index(&store, schemas.now().schemas.localized()).await;
        let start = Instant::now();
        tokio::time::sleep(SWEEP_EVERY).await;
        settle(&store).await;
        (ran, is_first) = (start.elapsed(), false);
    }
}

fn how_far(ahead_ms: i64) -> String {
    let hours = ahead_ms.unsigned_abs() / HOUR_MS.unsigned_abs();
    match ahead_ms < 0 {
        true => format!("The clock is {hours} hours behind the last time this site saw."),
        false => format!(
            "The clock is {hours} hours ahead of the last time this site saw: either the site was off for that long, or the clock is wrong."
        ),
    }
}

/// Checkpoints the database's log. A failure is logged, and the next call tries again.
pub async fn settle(store: &Store) {
    if let Err(error) = store.settle().await {
        tracing::warn!(%error, "cannot fold the write-ahead log into the database file");
    }
}
