//! The reason why a form was rejected, in a form for islands.

use serde::{Deserialize, Serialize};

use super::error_summary::{Problem, problems};
use crate::error::{AppError, Violations};

/// A rejected form. Its reason is given as text, so that the browser needs no texts for errors that
/// only the server can find; broken rules are given as values, because the browser keeps checking
/// them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub violations: Violations,
    /// The lines of the summary, if there is another reason.
    pub failure: Vec<Problem>,
    /// `true` if only a new form can resolve the error.
    pub needs_page: bool,
}

impl Refusal {
    /// Creates a refusal that only the browser knows of: the server did not respond.
    pub fn unanswered(words: String) -> Refusal {
        let problem = Problem {
            words,
            href: None,
            new_tab: false,
        };
        Refusal {
            failure: vec![problem],
            ..Refusal::default()
        }
    }
}

impl From<&AppError> for Refusal {
    fn from(error: &AppError) -> Refusal {
        let (violations, failure) = match error {
            AppError::Invalid(violations) => (violations.clone(), Vec::new()),
            error => {
                let none = Violations::default();
                let failure = problems(Some(error), &none, |_| None);
                (none, failure)
            }
        };
        Refusal {
            violations,
            failure,
            needs_page: error.needs_new_form(),
        }
    }
}
