//! The driver of SQLite, and for how long a connection is good.

use sqlx::{Sqlite, SqliteConnection, sqlite::SqliteRow};
use std::time::Duration;

/// The driver of sqlx.
pub type Driver = Sqlite;

/// A connection of the driver.
pub type Raw = SqliteConnection;

/// A row of its answer.
pub type Row = SqliteRow;

/// Time after which an idle connection is asked whether it still is one: never, for a file does
/// not hang up.
pub const FRESH: Duration = Duration::MAX;

/// Time after which a connection that was lent is not lent again: never.
pub const SHORT: Duration = Duration::MAX;

/// The number of connections that were lost: none.
pub fn losses() -> u64 {
    0
}
