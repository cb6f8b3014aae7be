//! Who is looking: a guest, or a member.
//!
//! The server's session layer finds out once a request and puts it in context.
//! An `Option<User>` with flags would let a page forget to ask; a match cannot.

use leptos::prelude::*;

use serde::{Deserialize, Serialize};

use crate::{
    account::types::model::User,
    backend::answer,
    error::AppError,
    form::Form,
    next::{OwnPath, log_in_and_back},
};

/// An island that shows what a viewer sees begins with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Viewer {
    Guest,
    /// A user who is logged in.
    Member(User),
}

/// Who looks at this page. A guest where nobody said otherwise: deny by default.
pub fn viewer() -> Viewer {
    use_context().unwrap_or(Viewer::Guest)
}

/// Somebody who is logged in, and has yet to confirm an address where that is
/// required. To everything but the pages about it they are a guest.
#[derive(Debug, Clone)]
pub struct Unconfirmed(pub User);

/// Who is logged in, confirmed or not: only for what one needs to get confirmed,
/// or to leave.
pub fn account_holder() -> Option<User> {
    match (viewer(), use_context::<Unconfirmed>()) {
        (Viewer::Member(user), _) | (_, Some(Unconfirmed(user))) => Some(user),
        (Viewer::Guest, None) => None,
    }
}

/// The same for a server function, as its first line.
pub fn holder() -> Result<User, AppError> {
    account_holder().ok_or(AppError::NotLoggedIn)
}

/// The same for a page; a guest is sent to log in, and back `here`.
pub fn for_holder(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    match account_holder() {
        Some(user) => page(user),
        None => ask_to_log_in(here),
    }
}

/// The member who calls this server function; its first line.
pub fn member() -> Result<User, AppError> {
    match viewer() {
        Viewer::Member(user) => Ok(user),
        Viewer::Guest => Err(AppError::NotLoggedIn),
    }
}

/// Refuses a form that another user of this browser has opened: whoever logs in
/// as somebody else in another tab would act for the wrong one.
pub fn opened_by(member: &User, form: &Form) -> Result<(), AppError> {
    match form.one(OPENED_BY)? {
        Some(username) if username != member.username => Err(AppError::OtherUser),
        _ => Ok(()),
    }
}

/// The name of the hidden control that says for whom a form was opened.
const OPENED_BY: &str = "username";

/// A page for members, made with who it is; a guest is sent to log in, and back
/// `here`.
pub fn for_member(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    match viewer() {
        Viewer::Member(user) => page(user),
        Viewer::Guest => ask_to_log_in(here),
    }
}

/// Sends a guest to log in, and back `here`.
pub fn ask_to_log_in(here: &str) -> AnyView {
    let to = match use_context::<Unconfirmed>() {
        Some(_) => "/settings/email".into(),
        None => log_in_and_back(OwnPath::parse(here)),
    };
    answer().redirect(to.as_str());
    ().into_any()
}
