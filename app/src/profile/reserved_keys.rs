//! The keys that no field of a schema may have.

use super::rules::{
    audience::WHOLE,
    history::{CHANGE, ROLE},
    patch::Patch,
    picture::AVATAR,
};
use crate::{account::types::sign_up::IDEMPOTENCY_KEY, form::Form, next::NEXT};

/// Names of hidden controls, of parameters and of what has a history beside the
/// fields; a field of that name would clash. [`AVATAR`] is for the picture alone.
pub const RESERVED_KEYS: [&str; 11] = [
    Patch::VERSION,
    Patch::ACKNOWLEDGED,
    NEXT,
    AVATAR,
    Form::OWNER,
    "password",
    ROLE,
    CHANGE,
    // A control of that name shadows `form.submit()`.
    "submit",
    IDEMPOTENCY_KEY,
    WHOLE,
];
