//! The keys that no field of a schema may have.

use super::rules::{
    audience::WHOLE,
    history::{CHANGE, ROLE},
    patch::Patch,
    picture::AVATAR,
};
use crate::{account::types::sign_up::IDEMPOTENCY_KEY, form::Form, next::NEXT};

/// The keys that a field would clash with: the names of hidden controls, of parameters, and of
/// history entries that are not fields.
///
/// [`AVATAR`] is reserved for the picture.
pub const RESERVED_KEYS: [&str; 11] = [
    Patch::VERSION,
    Patch::ACKNOWLEDGED,
    NEXT,
    AVATAR,
    Form::OWNER,
    "password",
    ROLE,
    CHANGE,
    // A control with this name shadows `form.submit()`.
    "submit",
    IDEMPOTENCY_KEY,
    WHOLE,
];
