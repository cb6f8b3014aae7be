//! The viewer of a page: a guest, or a member.
//!
//! The server's session layer finds out once a request and puts it in context. An
//! `Option<User>` with flags would let a page forget to ask; a match cannot.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::account::types::user::User;

/// An island that shows what a viewer sees begins with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Viewer {
    Guest,
    /// A user who is logged in.
    Member(User),
}

/// The viewer of this page. A guest unless the server says otherwise: deny by
/// default.
pub fn viewer() -> Viewer {
    use_context().unwrap_or(Viewer::Guest)
}

/// Somebody who is logged in, and has yet to confirm an address where that is
/// required. To everything but the pages about it they are a guest.
#[derive(Debug, Clone)]
pub struct Unconfirmed(pub User);

/// The user who is logged in, confirmed or not: only for what is needed to get
/// confirmed, or to leave.
pub fn account_holder() -> Option<User> {
    match (viewer(), use_context::<Unconfirmed>()) {
        (Viewer::Member(user), _) | (_, Some(Unconfirmed(user))) => Some(user),
        (Viewer::Guest, None) => None,
    }
}
