//! The types of the SQLite driver, and how long its connections are considered good.

use sqlx::{Sqlite, SqliteConnection, sqlite::SqliteRow};
use std::time::Duration;

/// sqlx's driver.
pub type Driver = Sqlite;

/// A connection of the driver.
pub type Raw = SqliteConnection;

/// A row of a result.
pub type Row = SqliteRow;

/// The idle time after which a connection is pinged before it is used again: never, because a file
/// does not disconnect.
pub const FRESH: Duration = Duration::MAX;

/// The duration of a loan after which a connection is closed instead of being lent again: never.
pub const SHORT: Duration = Duration::MAX;

/// The number of connections lost since the start: none.
pub fn losses() -> u64 {
    0
}
