//! What the database's errors mean for who asked.

use app::error::AppError;
use sqlx::error::DatabaseError;

/// The answer to a request whose SQL failed. The error itself is logged, here
/// and only here; the request's span adds its id.
///
/// `Busy`, which invites to try again, for what passes: a locked, full or
/// read-only disk. `Internal` for the rest.
pub fn refuse(error: sqlx::Error) -> AppError {
    tracing::error!(%error, "the database refused");
    match &error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => AppError::Busy,
        sqlx::Error::Database(database) if passes(database.as_ref()) => AppError::Busy,
        _ => AppError::Internal,
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
