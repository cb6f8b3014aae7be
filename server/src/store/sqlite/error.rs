//! SQLite's errors as failures of the store.

use sqlx::error::DatabaseError;

use crate::store::failure::{DatabaseFailure, Failure};

/// The failure of the statement of an operation, like `users.find_login`.
pub fn failed(operation: &'static str) -> impl FnOnce(sqlx::Error) -> Failure {
    move |error| {
        Failure::Database(DatabaseFailure {
            operation,
            is_passing: is_passing(&error),
            error: error.into(),
        })
    }
}

/// Returns whether the same statement may succeed when it is tried again: for a locked, full or
/// read-only disk.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(database) => passes(database.as_ref()),
        _ => false,
    }
}

/// SQLite's primary result codes (sqlite.org/rescode.html): BUSY 5, LOCKED 6,
/// READONLY 8, IOERR 10, FULL 13, CANTOPEN 14.
fn passes(error: &dyn DatabaseError) -> bool {
    let code = error
        .code()
        .and_then(|code| code.parse::<u32>().ok())
        .unwrap_or_default();
    matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14)
}

/// The column, as `table.column`, whose UNIQUE constraint a write broke.
///
/// sqlx has no name for it on SQLite (`constraint()` is always `None`); it only
/// stands in the message, whose form SQLite keeps stable.
pub fn unique_column(error: &sqlx::Error) -> Option<&str> {
    let database = error
        .as_database_error()
        .filter(|error| error.is_unique_violation())?;
    database
        .message()
        .strip_prefix("UNIQUE constraint failed: ")
}
