//! Loading a profile for a page.

use crate::{
    account::types::{user::User, username::Username},
    backend::{Backend, response},
    error::AppError,
    location::path_param,
    profile::rules::{access::VisibleProfile, profile::Profile},
};

pub(crate) async fn own_profile(backend: &Backend, member: &User) -> Result<Profile, AppError> {
    let profile = backend.profiles.profile(member.id).await?;
    profile.ok_or(AppError::NotFound)
}

pub(crate) fn username_in_path() -> String {
    path_param("username")
}

/// Redirects to the canonical path of a profile that the viewer may see, unless this is that path.
/// Returns whether it did.
///
/// The name in the path may be a former name of the owner, or the current one with invisible or
/// full-width characters. `end` is the part of the path that follows the name.
pub(super) fn leads_on(typed: &str, visible: &VisibleProfile, end: &str) -> bool {
    let name = &visible.owner.username;
    if typed.eq_ignore_ascii_case(name) {
        return false;
    }
    let to = format!("/u/{name}{end}");
    match Username::key_of(typed) == Username::key_of(name) {
        true => response().redirect(&to),
        false => response().moved(&to),
    }
    true
}
