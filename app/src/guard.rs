//! The first lines of pages and server functions, which decide who may continue.

use leptos::prelude::*;

use crate::{
    account::types::user::User,
    backend::{backend, response},
    error::AppError,
    form::Form,
    next::{OwnPath, log_in_and_back},
    viewer::{Lacking, Newcomer, Viewer, current_account, current_owner, viewer},
};

/// Returns the member who calls this server function. To be its first line.
pub fn member() -> Result<User, AppError> {
    match viewer() {
        Viewer::Member(user) => Ok(user),
        Viewer::Guest => Err(AppError::NotLoggedIn),
    }
}

/// Returns the user who calls this server function about their own profile or settings: a member,
/// or a newcomer who is waiting for approval. To be its first line.
pub fn owner() -> Result<User, AppError> {
    current_owner().ok_or(AppError::NotLoggedIn)
}

/// Returns the user who calls this server function, a member or not. To be its first line.
pub fn account() -> Result<User, AppError> {
    current_account().ok_or(AppError::NotLoggedIn)
}

/// Renders a page for members, given the member. Redirects a guest to log in, and then back to
/// `here`.
pub fn for_member(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    match viewer() {
        Viewer::Member(user) => page(user),
        Viewer::Guest => ask_to_log_in(here),
    }
}

/// Renders a page about a user's own profile or settings, for members and newcomers who are waiting
/// for approval. Redirects others to log in, and then back to `here`.
pub fn for_owner(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    match current_owner() {
        Some(user) => page(user),
        None => ask_to_log_in(here),
    }
}

/// Renders a page for users who are logged in, members or not. Redirects a guest to log in, and
/// then back to `here`.
pub fn for_account(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    match current_account() {
        Some(user) => page(user),
        None => ask_to_log_in(here),
    }
}

/// Redirects a guest to log in, and then back to `here`; a newcomer to the page about what they
/// lack.
pub fn ask_to_log_in(here: &str) -> AnyView {
    let to = match use_context::<Newcomer>() {
        Some(newcomer) => home_of(&newcomer).into(),
        None => log_in_and_back(OwnPath::parse(here)),
    };
    response().redirect(to.as_str());
    ().into_any()
}

/// Returns the page that tells a newcomer what they lack.
pub fn home_of(newcomer: &Newcomer) -> &'static str {
    match newcomer.lacks {
        Lacking::Approval { .. } => "/profile",
        Lacking::Address => "/settings/email",
        Lacking::SecondFactor => "/settings/second",
    }
}

/// Rejects a form that was opened by another user of this browser: a user who logs in as another
/// one in a second tab would submit it for the wrong account. A former name of the same user is
/// accepted.
pub async fn check_form_owner(member: &User, form: &Form) -> Result<(), AppError> {
    match form.one(Form::OWNER)? {
        Some(name) if !backend().names.is_called(member, name).await? => {
            Err(AppError::FormOwnerChanged)
        }
        _ => Ok(()),
    }
}
