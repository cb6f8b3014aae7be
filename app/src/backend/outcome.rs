//! The outcome of beginning a session, and the page that follows from it.

use crate::{
    form::Form,
    next::{NEXT, OwnPath, with_next},
};

/// The outcome of beginning a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionOutcome {
    /// A session.
    Started,
    /// Also, the account is not to be erased any more.
    DeletionCancelled,
    /// None: a second factor has to be shown first.
    SecondNeeded,
}

impl SessionOutcome {
    /// The page that a login leads to, given its form.
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
