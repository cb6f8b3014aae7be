//! Who is looking: a guest, or a member.
//!
//! The server's session layer finds out once a request and puts it in context.
//! An `Option<User>` with flags would let a page forget to ask; a match cannot.

use leptos::prelude::*;

use crate::{account::UserId, error::AppError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    Guest,
    Member(Member),
}

/// A user who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: UserId,
    /// As the user typed it at sign-up.
    pub username: String,
}

/// Who looks at this page. A guest where nobody said otherwise: deny by default.
pub fn viewer() -> Viewer {
    use_context().unwrap_or(Viewer::Guest)
}

/// The member who calls this server function; its first line.
pub fn member() -> Result<Member, AppError> {
    match viewer() {
        Viewer::Member(member) => Ok(member),
        Viewer::Guest => Err(AppError::NotLoggedIn),
    }
}
