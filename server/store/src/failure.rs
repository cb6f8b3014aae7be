//! Failures of statements and of whole transactions.

use app::error::AppError;
use std::error::Error;

pub type Result<T> = std::result::Result<T, Failure>;

/// The reason that something was not read or written.
#[derive(Debug)]
pub enum Failure {
    /// A rule said no; the transaction is given up.
    Refused(AppError),
    /// The database could not.
    Database(DatabaseFailure),
}

/// A statement that failed.
#[derive(Debug)]
pub struct DatabaseFailure {
    /// The method of a table whose statement it was, like `users.find_login`.
    pub operation: &'static str,
    /// A retry of the statement may succeed: a locked, full or read-only disk.
    pub is_passing: bool,
    pub error: Box<dyn Error + Send + Sync>,
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Failure {
        Failure::Refused(error)
    }
}

/// Turns a failure into the answer to a request. The log names the failed statement
/// here and only here; the request's span adds its id.
impl From<Failure> for AppError {
    fn from(failure: Failure) -> AppError {
        let failed = match failure {
            Failure::Refused(error) => return error,
            Failure::Database(failed) => failed,
        };
        let DatabaseFailure {
            operation,
            is_passing,
            error,
        } = failed;
        tracing::error!(operation, %error, "a statement failed");
        match is_passing {
            true => AppError::Busy,
            false => AppError::Internal,
        }
    }
}
