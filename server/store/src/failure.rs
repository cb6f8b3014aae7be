//! Failures of statements and of whole transactions.

use app::error::AppError;
use std::error::Error;

pub type Result<T> = std::result::Result<T, Failure>;

/// The reason that something could not be read or written.
#[derive(Debug)]
pub enum Failure {
    /// A rule rejected it; the transaction is rolled back.
    Refused(AppError),
    /// The database failed.
    Database(DatabaseFailure),
}

/// A failed statement.
#[derive(Debug)]
pub struct DatabaseFailure {
    /// The operation whose statement failed, such as `users.find_login`.
    pub operation: &'static str,
    /// True if a retry of the statement may succeed, for example because a disk is locked, full or
    /// read-only.
    pub is_passing: bool,
    pub error: Box<dyn Error + Send + Sync>,
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Failure {
        Failure::Refused(error)
    }
}

/// Converts a failure into the response to a request. This is the only place that logs the failed
/// statement; the request's span adds its id.
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
