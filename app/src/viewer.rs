//! The viewer of a page: a guest, or a member.
//!
//! The server's session layer determines the viewer once per request, and puts it in the context.
//! With an `Option<User>` and flags, a page could forget a check; with a match it cannot.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::account::types::user::User;

/// The viewer of a page. Serialized into the props of islands that show what the viewer sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Viewer {
    Guest,
    /// A user who is logged in and has done all that the site requires of members.
    Member(User),
}

/// Returns the viewer of this page. A guest unless the server says otherwise: deny by default.
pub fn viewer() -> Viewer {
    use_context().unwrap_or(Viewer::Guest)
}

/// A user who is logged in but not a member yet. They count as a guest everywhere except on the
/// pages of their own account.
#[derive(Debug, Clone)]
pub struct Newcomer {
    pub user: User,
    pub lacks: Lacking,
}

/// The requirement that a newcomer has to meet to become a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// A confirmed address, if the site requires one. Without it, they cannot change their own
    /// profile and settings.
    Address,
    /// A second factor, if one is required. It has the same effect as a missing address.
    SecondFactor,
    /// The approval of a member who may approve users. They have been waiting since this time, in
    /// milliseconds since 1970-01-01 UTC.
    Approval { since: i64 },
}

impl Lacking {
    /// Returns whether a newcomer with this requirement may change their own profile and settings.
    pub fn may_change_own(self) -> bool {
        matches!(self, Lacking::Approval { .. })
    }
}

/// Returns the user who is logged in, a member or not. Only for pages needed to become a member, or
/// to leave.
pub fn current_account() -> Option<User> {
    match (viewer(), use_context::<Newcomer>()) {
        (Viewer::Member(user), _) | (_, Some(Newcomer { user, .. })) => Some(user),
        (Viewer::Guest, None) => None,
    }
}

/// Returns the user who is logged in, a member or waiting for approval. Only for pages about their
/// own profile and settings.
pub fn current_owner() -> Option<User> {
    match (viewer(), use_context::<Newcomer>()) {
        (Viewer::Member(user), _) => Some(user),
        (Viewer::Guest, newcomer) => newcomer
            .filter(|newcomer| newcomer.lacks.may_change_own())
            .map(|newcomer| newcomer.user),
    }
}

/// Returns the time since which the user who is logged in has been waiting for approval.
pub fn waits_since() -> Option<i64> {
    match use_context::<Newcomer>()?.lacks {
        Lacking::Approval { since } => Some(since),
        Lacking::Address | Lacking::SecondFactor => None,
    }
}

/// Returns whether the user who is logged in has to set up a second factor before anything else.
pub fn lacks_second() -> bool {
    use_context::<Newcomer>().is_some_and(|newcomer| newcomer.lacks == Lacking::SecondFactor)
}
