//! Every way in which a request can be rejected, as the browser may know it.
//!
//! Internal details are left out: a database error becomes [`AppError::Internal`], and is logged
//! once on the server with its request id. The messages are in `text`.

use serde::{Deserialize, Serialize};
use server_fn::{
    codec::PostcardEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use crate::{
    account::types::{bulk::NotDone, managed::AccountState},
    profile::rules::violation::Violation,
};

/// The error of a server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// The form breaks rules, each given with its field.
    Invalid(Violations),
    /// Another user changed the same items since the form was opened; `version` is the one that is
    /// stored now.
    Conflict {
        version: u64,
        conflicts: Vec<Conflict>,
    },
    /// The request is not one that a page of this site sends.
    BadRequest,
    NotLoggedIn,
    /// The form was opened by another user of this browser than the one who submits it.
    #[serde(rename = "OtherUser")]
    FormOwnerChanged,
    Forbidden,
    NotFound,
    /// The body is larger than that of any form of this site.
    TooLarge,
    /// There were too many attempts; the next is allowed after this many seconds.
    TooMany {
        seconds: u32,
    },
    /// The account is the last one that may manage users.
    LastManager,
    /// The effects of an action, such as erasing an account or applying a schema, would differ from
    /// those that its page announced.
    PlanChanged,
    /// An emailed link has been used, has expired, or never existed.
    DeadLink,
    /// The server is overloaded, or its database does not respond.
    Busy,
    Internal,
    /// The request names a host other than that of this site.
    Misdirected,
    /// The browser states that the form comes from another site.
    ForeignForm,
    /// The form of a logged-in user does not state where it comes from.
    UnmarkedForm,
    /// A part of an emailed link is missing.
    CutLink,
    /// A change was not confirmed by the database, or not in time: it may or may not be on disk.
    Unconfirmed,
    /// The user has already been approved or refused.
    AlreadyDecided {
        state: AccountState,
        /// The manager who decided, or `None` for the operator of the site and for a user who has
        /// been erased.
        by: Option<String>,
    },
    /// An action on many accounts was not performed on all of them.
    NotAllDone {
        done: usize,
        /// The usernames of the other accounts, each with the reason.
        failed: Vec<(String, NotDone)>,
    },
}

impl AppError {
    /// Returns the HTTP status for the error (RFC 9110 §15).
    pub fn status(&self) -> u16 {
        match self {
            AppError::BadRequest => 400,
            AppError::NotLoggedIn => 401,
            AppError::Forbidden | AppError::ForeignForm | AppError::UnmarkedForm => 403,
            AppError::NotFound => 404,
            AppError::Conflict { .. }
            | AppError::AlreadyDecided { .. }
            | AppError::NotAllDone { .. }
            | AppError::FormOwnerChanged
            | AppError::LastManager
            | AppError::PlanChanged => 409,
            AppError::DeadLink | AppError::CutLink => 410,
            AppError::TooLarge => 413,
            AppError::Misdirected => 421,
            AppError::Invalid(_) => 422,
            AppError::TooMany { .. } => 429,
            AppError::Internal => 500,
            AppError::Busy | AppError::Unconfirmed => 503,
        }
    }

    /// Returns the error for a bare status, for responses from layers that do not know
    /// [`AppError`]. `None` for a status that is not an error.
    pub fn from_status(status: u16) -> Option<AppError> {
        Some(match status {
            401 => AppError::NotLoggedIn,
            403 => AppError::Forbidden,
            404 | 405 => AppError::NotFound,
            413 => AppError::TooLarge,
            421 => AppError::Misdirected,
            429 => AppError::TooMany { seconds: 60 },
            503 => AppError::Busy,
            400..=499 => AppError::BadRequest,
            500..=599 => AppError::Internal,
            _ => return None,
        })
    }

    /// Returns whether only a new form can resolve the error: the fields of the submitted one
    /// differ from those that the profile has now, or both edits changed the same item.
    pub fn needs_new_form(&self) -> bool {
        let another = |violation: &Violation| {
            matches!(
                violation,
                Violation::UnknownField | Violation::NotYours | Violation::NoSuchVersion
            )
        };
        match self {
            AppError::Conflict { .. }
            | AppError::AlreadyDecided { .. }
            | AppError::NotAllDone { .. } => true,
            AppError::Invalid(violations) => {
                violations.iter().any(|(_, violation)| another(violation))
            }
            _ => false,
        }
    }

    /// Returns an error about a single field.
    pub fn invalid(field: &str, violation: Violation) -> AppError {
        AppError::Invalid(Violations::of(field, violation))
    }
}

impl FromServerFnError for AppError {
    /// An encoding that takes little code to decode in the browser; for programs, the server
    /// converts it to JSON.
    type Encoder = PostcardEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => AppError::BadRequest,
            _ => AppError::Internal,
        }
    }
}

/// Two edits of the same item, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The name of the item, which is also that of its control.
    pub name: String,
    pub label: String,
    pub mine: String,
    pub theirs: String,
    pub before: String,
    /// The author of the other edit, or `None` for the operator of the site and for a user who has
    /// been erased.
    pub by: Option<String>,
}

/// All the rules that a form breaks, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violations(Vec<(String, Violation)>);

impl Violations {
    pub fn of(field: &str, violation: Violation) -> Violations {
        Violations(vec![(field.to_owned(), violation)])
    }

    pub fn add(&mut self, field: &str, violation: Violation) {
        self.0.push((field.to_owned(), violation));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the first rule that a field breaks; people correct one thing at a time.
    pub fn get(&self, field: &str) -> Option<&Violation> {
        self.0
            .iter()
            .find(|(key, _)| key == field)
            .map(|(_, violation)| violation)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Violation)> {
        self.0
            .iter()
            .map(|(field, violation)| (field.as_str(), violation))
    }

    /// Removes the fields that are not in `still`, and updates the violations of the others to
    /// those in `still`. Never adds a field, because errors should not appear before the user has
    /// typed.
    pub fn keep_only(&mut self, still: &Violations) {
        self.0
            .retain_mut(|(field, violation)| match still.get(field) {
                Some(now) => {
                    *violation = now.clone();
                    true
                }
                None => false,
            });
    }

    /// Returns the value of a parsed field, or records why it could not be parsed.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Violation>) -> Option<T> {
        parsed.map_err(|violation| self.add(field, violation)).ok()
    }

    /// Returns `result` if no violation was recorded.
    pub fn or<T>(self, result: T) -> Result<T, Violations> {
        if self.is_empty() {
            Ok(result)
        } else {
            Err(self)
        }
    }
}

impl From<Violations> for AppError {
    fn from(violations: Violations) -> Self {
        AppError::Invalid(violations)
    }
}
