//! The outcome of starting a session, and the page that follows it.

use crate::{
    form::Form,
    next::{NEXT, OwnPath, with_next},
};

/// The outcome of starting a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionOutcome {
    /// A session has started.
    Started,
    /// A session has started, and the deletion of the account has been cancelled.
    DeletionCancelled,
    /// No session has started: a second factor has to be verified first.
    SecondNeeded,
}

impl SessionOutcome {
    /// Returns the page that a login leads to, given its form.
    pub fn next(self, form: &Form) -> OwnPath {
        match self {
            SessionOutcome::Started => OwnPath::of(form, "/profile"),
            SessionOutcome::DeletionCancelled => "/settings?stayed".into(),
            SessionOutcome::SecondNeeded => {
                let next = form.get(NEXT).and_then(OwnPath::parse);
                with_next("/login/second", next.as_ref())
            }
        }
    }
}
