//! A rejected form, on its way back to its page.

use crate::{
    error::{AppError, Violations},
    form::Form,
};

/// A rejected form, in the context of the page that shows it again.
#[derive(Debug, Clone)]
pub struct RejectedForm {
    /// The path to which the form was sent, which is that of its page.
    pub action: String,
    /// The form as typed, without passwords.
    pub form: Form,
    pub error: AppError,
}

impl RejectedForm {
    /// Returns the reason, if it is not a broken rule of a field.
    pub fn failure(&self) -> Option<AppError> {
        match &self.error {
            AppError::Invalid(_) => None,
            error => Some(error.clone()),
        }
    }

    /// Returns the broken rules; empty if the form was rejected for another reason.
    pub fn violations(&self) -> Violations {
        match &self.error {
            AppError::Invalid(violations) => violations.clone(),
            _ => Violations::default(),
        }
    }
}
