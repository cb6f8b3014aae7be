//! The data that the pages of a profile begin with.

use crate::{
    account::types::user::User, backend::Backend, error::AppError, location::path_param,
    profile::rules::profile::Profile,
};

pub(crate) async fn own_profile(backend: &Backend, member: &User) -> Result<Profile, AppError> {
    let profile = backend.profiles.profile(member.id).await?;
    profile.ok_or(AppError::NotFound)
}

pub(crate) fn username_in_path() -> String {
    path_param("username")
}
