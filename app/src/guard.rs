//! The first lines of pages and of server functions: who may go on.

use leptos::prelude::*;

use crate::{
    account::types::user::User,
    backend::{backend, response},
    error::AppError,
    form::Form,
    next::{OwnPath, log_in_and_back},
    viewer::{Lacking, Newcomer, Viewer, current_account, current_owner, viewer},
};

/// The member who calls this server function; its first line.
pub fn member() -> Result<User, AppError> {
    match viewer() {
        Viewer::Member(user) => Ok(user),
        Viewer::Guest => Err(AppError::NotLoggedIn),
    }
}

/// The user who calls this server function about what is their own: a member, or somebody who
/// waits to become one; its first line.
pub fn owner() -> Result<User, AppError> {
    current_owner().ok_or(AppError::NotLoggedIn)
}

/// The user who calls this server function, a member or not; its first line.
pub fn account() -> Result<User, AppError> {
    current_account().ok_or(AppError::NotLoggedIn)
}

/// A page for members, made with who it is; a guest is sent to log in, and back
/// `here`.
pub fn for_member(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    match viewer() {
        Viewer::Member(user) => page(user),
        Viewer::Guest => ask_to_log_in(here),
    }
}

/// A page about what is one's own, for members and those who wait to become one; a guest is sent
/// to log in, and back `here`.
pub fn for_owner(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    match current_owner() {
        Some(user) => page(user),
        None => ask_to_log_in(here),
    }
}

/// A page for users who are logged in, members or not; a guest is sent to log in,
/// and back `here`.
pub fn for_account(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    match current_account() {
        Some(user) => page(user),
        None => ask_to_log_in(here),
    }
}

/// Sends a guest to log in, and back `here`.
pub fn ask_to_log_in(here: &str) -> AnyView {
    let to = match use_context::<Newcomer>() {
        Some(newcomer) => home_of(&newcomer).into(),
        None => log_in_and_back(OwnPath::parse(here)),
    };
    response().redirect(to.as_str());
    ().into_any()
}

/// The page that says what a newcomer lacks.
pub fn home_of(newcomer: &Newcomer) -> &'static str {
    match newcomer.lacks {
        Lacking::Approval { .. } => "/profile",
        Lacking::Address => "/settings/email",
        Lacking::SecondFactor => "/settings/second",
    }
}

/// Refuses a form that another user of this browser has opened: whoever logs in
/// as somebody else in another tab would act for the wrong one. Whoever was renamed meanwhile is
/// the same.
pub async fn check_form_owner(member: &User, form: &Form) -> Result<(), AppError> {
    match form.one(Form::OWNER)? {
        Some(name) if !backend().names.is_called(member, name).await? => {
            Err(AppError::FormOwnerChanged)
        }
        _ => Ok(()),
    }
}
