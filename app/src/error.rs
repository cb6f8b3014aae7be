//! Every way in which something can be refused, as the browser may know it.
//!
//! Nothing of the inside is in here: a database error arrives as
//! [`AppError::Internal`], logged once on the server with its request id.
//! Wording is in `text`.

use serde::{Deserialize, Serialize};
use server_fn::{
    codec::PostcardEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use crate::profile::rules::violation::Violation;

/// The error of a server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// The form breaks rules, each named with its field.
    Invalid(Violations),
    /// Somebody else changed the same items since the form was opened; `version` is
    /// the one that is stored now.
    Conflict {
        version: u64,
        conflicts: Vec<Conflict>,
    },
    /// Not a request that a page of ours sends.
    BadRequest,
    NotLoggedIn,
    /// The form was opened by another user of this browser than now sends it.
    #[serde(rename = "OtherUser")]
    FormOwnerChanged,
    Forbidden,
    NotFound,
    /// The body is larger than any form of ours.
    TooLarge,
    /// Too many attempts; the next is allowed after this many seconds.
    TooMany {
        seconds: u32,
    },
    /// The account is the last one that may manage users.
    LastManager,
    /// Something else would be done than its page said: erasing an account, or applying a schema.
    PlanChanged,
    /// A link from a mail that was used, has expired, or never was.
    DeadLink,
    /// More work than the server takes on at once, or its database does not answer.
    Busy,
    Internal,
    /// The request names a host that is not this site's.
    Misdirected,
    /// The browser says that the form comes from another site.
    ForeignForm,
    /// The form of a user who is logged in, without any sign of where it comes from.
    UnmarkedForm,
    /// A link from a mail of which a part is missing.
    CutLink,
    /// A change that the database has not confirmed, or not in time: it may be on disk, or not.
    Unconfirmed,
}

impl AppError {
    /// The HTTP status (RFC 9110 §15) that says the same.
    pub fn status(&self) -> u16 {
        match self {
            AppError::BadRequest => 400,
            AppError::NotLoggedIn => 401,
            AppError::Forbidden | AppError::ForeignForm | AppError::UnmarkedForm => 403,
            AppError::NotFound => 404,
            AppError::Conflict { .. }
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

    /// The error that a bare status stands for, for answers that come from
    /// layers which know no `AppError`. `None` for a status that is no error.
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

    /// Returns whether only a new form can mend it: the one that was sent has other fields
    /// than the profile has by now, or both sides changed the same item.
    pub fn needs_new_form(&self) -> bool {
        let another = |violation: &Violation| {
            matches!(
                violation,
                Violation::UnknownField | Violation::NotYours | Violation::NoSuchVersion
            )
        };
        match self {
            AppError::Conflict { .. } => true,
            AppError::Invalid(violations) => {
                violations.iter().any(|(_, violation)| another(violation))
            }
            _ => false,
        }
    }

    /// A refusal for one field.
    pub fn invalid(field: &str, violation: Violation) -> AppError {
        AppError::Invalid(Violations::of(field, violation))
    }
}

impl FromServerFnError for AppError {
    /// The encoding that the browser's side reads with little code; the server turns
    /// it into JSON for programs.
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

/// Two edits of one item, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The item's name: the control's.
    pub name: String,
    pub label: String,
    pub mine: String,
    pub theirs: String,
    pub before: String,
    /// The author of the other edit; `None` for the operator of the site, and for a
    /// user who is gone.
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

    /// The first rule that a field breaks; a person mends one thing at a time.
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

    /// Drops the fields that `still` does not have, and takes its word on the
    /// others. Never adds a field: nobody wants errors ahead of their typing.
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

    /// Takes a parsed field, or notes why it could not be parsed.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Violation>) -> Option<T> {
        parsed.map_err(|violation| self.add(field, violation)).ok()
    }

    /// `Ok` with the result if nothing was noted.
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
