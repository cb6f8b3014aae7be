//! The server functions of the profile. Public endpoints, whatever page shows
//! their form: each one decides itself who may call it.

use leptos::prelude::*;
use server_fn::codec::Post;

use crate::{
    account::OwnPath,
    error::AppError,
    form::{Form, FormBody},
};

/// A member, for the member's own profile.
#[server(prefix = "", endpoint = "/profile/edit", input = Post<FormBody>)]
pub async fn save_profile(form: Form) -> Result<OwnPath, AppError> {
    use crate::{backend::backend, profile::Patch, viewer::member};

    let member = member()?;
    let owner = form.one(Patch::OWNER)?;
    if owner.is_some_and(|owner| owner != member.username) {
        return Err(AppError::OtherUser);
    }
    let backend = backend();
    let patch = Patch::parse(&backend.schema, &form, backend.clock.today())?; // the rules the browser ran
    backend.profiles.save(member.id, patch).await?;
    Ok("/profile?saved".into())
}
