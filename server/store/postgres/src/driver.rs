//! The types of the PostgreSQL driver, and how long its connections are considered good.

use sqlx::{PgConnection, Postgres, postgres::PgRow};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// sqlx's driver.
pub type Driver = Postgres;

/// A connection of the driver.
pub type Raw = PgConnection;

/// A row of a result.
pub type Row = PgRow;

/// The idle time after which a connection is pinged before it is used again.
pub const FRESH: Duration = Duration::from_secs(1);

/// The duration of a loan after which a connection is closed instead of being lent again.
pub const SHORT: Duration = Duration::from_secs(2);

/// The number of connections lost since the start. Other connections to the same server may have
/// been lost at the same time.
pub fn losses() -> u64 {
    LOSSES.load(Ordering::Relaxed)
}

static LOSSES: AtomicU64 = AtomicU64::new(0);

/// Records that a connection was lost.
pub fn note_loss() {
    LOSSES.fetch_add(1, Ordering::Relaxed);
}
