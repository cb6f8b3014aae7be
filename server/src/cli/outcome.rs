//! The outcome of a command: an exit status or an error.

use app::{account::types::username::NEW_USERNAME, error::AppError, text};
use std::{error::Error, process::ExitCode};
use store::failure::Failure;

pub type Done = Result<ExitCode, Box<dyn Error>>;

/// The error of a command that was used incorrectly.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub &'static str);

/// The message for an error. The details of a failure of the store have already been logged.
pub fn describe(error: AppError) -> String {
    if let AppError::Invalid(violations) = &error {
        let label = |field| match field {
            "username" => text::username(),
            NEW_USERNAME => text::new_username(),
            "email" => text::email(),
            "password" => text::password(),
            other => other,
        };
        let lines = violations
            .iter()
            .map(|(field, violation)| text::violation(label(field), violation));
        return lines.collect::<Vec<_>>().join("\n");
    }
    let (title, explanation) = text::error_page(&error);
    format!("{title}. {explanation}")
}

/// The message for a failure of the store, whose details have already been logged.
pub fn failed(failure: Failure) -> String {
    describe(failure.into())
}

/// A number of users, in words.
pub fn users(number: i64) -> String {
    match number {
        1 => "1 user".to_owned(),
        _ => format!("{number} users"),
    }
}
