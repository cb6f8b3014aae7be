//! The reason why a form was refused, as an island is told it.

use serde::{Deserialize, Serialize};

use super::error_summary::{Problem, problems};
use crate::error::{AppError, Violations};

/// A refused form. Its reason comes in words, so that the browser has no text for errors that
/// only the server can find; broken rules are named, because the browser goes on checking them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub violations: Violations,
    /// The lines of the summary for another reason.
    pub failure: Vec<Problem>,
    /// Only a new form can mend it.
    pub needs_page: bool,
}

impl Refusal {
    /// Refusal that only the browser can know of: the server did not answer.
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
