//! The checks of a whole site: findings of what is wrong or risky, and what to do about it.
//!
//! | file | content |
//! |---|---|
//! | `data` | the contents of the database |
//! | `surroundings` | settings, files, the clock, the network |

pub mod data;
pub mod surroundings;

use serde::Serialize;

/// The outcome of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable identifier of the check, for programs.
    pub check: &'static str,
    pub state: State,
    /// A sentence without its full stop.
    pub text: String,
    /// The recommended action; empty if there is none.
    pub advice: String,
}

/// The result of a check, by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Fine,
    /// Worth knowing, with nothing to do.
    Note,
    /// A problem that was found and fixed.
    Fixed,
    /// Works, but is not fit for a site in production.
    Warning,
    Error,
}

impl Finding {
    pub fn fine(check: &'static str, text: impl Into<String>) -> Finding {
        Finding {
            check,
            state: State::Fine,
            text: text.into(),
            advice: String::new(),
        }
    }

    pub fn warning(
        check: &'static str,
        text: impl Into<String>,
        advice: impl Into<String>,
    ) -> Finding {
        Finding {
            check,
            state: State::Warning,
            text: text.into(),
            advice: advice.into(),
        }
    }

    pub fn note(
        check: &'static str,
        text: impl Into<String>,
        advice: impl Into<String>,
    ) -> Finding {
        Finding {
            state: State::Note,
            ..Finding::warning(check, text, advice)
        }
    }

    pub fn error(
        check: &'static str,
        text: impl Into<String>,
        advice: impl Into<String>,
    ) -> Finding {
        Finding {
            state: State::Error,
            ..Finding::warning(check, text, advice)
        }
    }

    pub fn fixed(check: &'static str, text: impl Into<String>) -> Finding {
        Finding {
            state: State::Fixed,
            ..Finding::fine(check, text)
        }
    }

    /// Returns whether the operator still has to do something.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Warning | State::Error)
    }
}

/// `1 user`, `2 users`.
fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}
