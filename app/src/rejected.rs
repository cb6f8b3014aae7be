//! A rejected form, on its way back to its page.

use crate::{
    error::{AppError, Violations},
    form::Form,
};

/// A refused form, as the page that shows it again finds it in its context.
#[derive(Debug, Clone)]
pub struct RejectedForm {
    /// The path it was sent to, which is the path of its page.
    pub action: String,
    /// The form as typed, without passwords.
    pub form: Form,
    pub error: AppError,
}

impl RejectedForm {
    /// The reason, if it is none of the fields' rules.
    pub fn failure(&self) -> Option<AppError> {
        match &self.error {
            AppError::Invalid(_) => None,
            error => Some(error.clone()),
        }
    }

    /// The broken rules; none if the form was refused for another reason.
    pub fn violations(&self) -> Violations {
        match &self.error {
            AppError::Invalid(violations) => violations.clone(),
            _ => Violations::default(),
        }
    }
}
