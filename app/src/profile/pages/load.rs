//! The data that the pages of a profile begin with.

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

/// Leads on to the address of a profile that the viewer may see, from one with a former name of
/// its owner, or one that was pasted with what nobody sees, or typed full-width. `end` is what
/// follows the name. `false` at the address itself.
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
