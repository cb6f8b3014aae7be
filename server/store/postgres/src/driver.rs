//! The driver of PostgreSQL, and for how long a connection is good.

use sqlx::{PgConnection, Postgres, postgres::PgRow};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The driver of sqlx.
pub type Driver = Postgres;

/// A connection of the driver.
pub type Raw = PgConnection;

/// A row of its answer.
pub type Row = PgRow;

/// Time after which an idle connection is asked whether it still is one.
pub const FRESH: Duration = Duration::from_secs(1);

/// Time after which a connection that was lent is closed, and not lent again.
pub const SHORT: Duration = Duration::from_secs(2);

/// The number of connections that were lost since the start: whoever was connected to the same
/// server may have been cut off with them.
pub fn losses() -> u64 {
    LOSSES.load(Ordering::Relaxed)
}

static LOSSES: AtomicU64 = AtomicU64::new(0);

/// Notes that a connection was lost.
pub fn note_loss() {
    LOSSES.fetch_add(1, Ordering::Relaxed);
}
