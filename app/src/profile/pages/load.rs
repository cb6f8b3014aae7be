//! The data that the pages of a profile begin with.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    account::types::user::User, backend::Backend, error::AppError, profile::rules::profile::Profile,
};

pub(crate) async fn own_profile(backend: &Backend, member: &User) -> Result<Profile, AppError> {
    let profile = backend.profiles.profile(member.id).await?;
    profile.ok_or(AppError::NotFound)
}

pub(crate) fn username_in_path() -> String {
    use_params_map()
        .with_untracked(|params| params.get("username"))
        .unwrap_or_default()
}
