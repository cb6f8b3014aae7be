//! The viewer of a page: a guest, or a member.
//!
//! The server's session layer finds out once a request and puts it in context. An
//! `Option<User>` with flags would let a page forget to ask; a match cannot.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::account::types::user::User;

/// Viewer of a page. Serialized into the props of islands that show what they see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Viewer {
    Guest,
    /// A user who is logged in and has done all that the site requires of members.
    Member(User),
}

/// The viewer of this page. A guest unless the server says otherwise: deny by
/// default.
pub fn viewer() -> Viewer {
    use_context().unwrap_or(Viewer::Guest)
}

/// User who is logged in but not a member yet: a guest to everything but the pages of their own
/// account.
#[derive(Debug, Clone)]
pub struct Newcomer {
    pub user: User,
    pub lacks: Lacking,
}

/// The thing that a newcomer lacks to be a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// A confirmed address, where one is required. They get to their own profile and settings
    /// only with it.
    Address,
    /// A second factor, where one is required. As with an address.
    SecondFactor,
    /// The approval of somebody who may approve users, since that time, in milliseconds since
    /// 1970-01-01 UTC.
    Approval { since: i64 },
}

impl Lacking {
    /// Returns whether whoever lacks it may change their own profile and settings.
    pub fn may_change_own(self) -> bool {
        matches!(self, Lacking::Approval { .. })
    }
}

/// The user who is logged in, a member or not: only for what is needed to get
/// confirmed, or to leave.
pub fn current_account() -> Option<User> {
    match (viewer(), use_context::<Newcomer>()) {
        (Viewer::Member(user), _) | (_, Some(Newcomer { user, .. })) => Some(user),
        (Viewer::Guest, None) => None,
    }
}

/// The user who is logged in, a member or waiting to become one: only for what is their own.
pub fn current_owner() -> Option<User> {
    match (viewer(), use_context::<Newcomer>()) {
        (Viewer::Member(user), _) => Some(user),
        (Viewer::Guest, newcomer) => newcomer
            .filter(|newcomer| newcomer.lacks.may_change_own())
            .map(|newcomer| newcomer.user),
    }
}

/// The time since which the user who is logged in waits for approval.
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
