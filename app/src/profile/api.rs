//! The server functions of the profile. Public endpoints, whatever page shows
//! their form: each one decides itself who may call it.

use leptos::prelude::*;
use server_fn::codec::Post;

use crate::{
    account::OwnPath,
    error::AppError,
    form::{Form, FormBody},
};

/// Whose profile a form was sent to, by the path: `/u/{username}/edit`. The
/// server puts it into the context of [`save_profile`].
#[derive(Debug, Clone)]
pub struct AddressedTo(pub String);

/// A member: the own profile at `/profile/edit`; at `/u/{username}/edit` that
/// one, as far as its schema lets them.
#[server(prefix = "", endpoint = "/profile/edit", input = Post<FormBody>)]
pub async fn save_profile(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        backend::backend,
        profile::Patch,
        viewer::{Viewer, member},
    };

    let member = member()?;
    let backend = backend();
    let other = match use_context::<AddressedTo>() {
        None => None,
        Some(AddressedTo(username)) => {
            let profile = backend.profiles.find_profile(&username).await?;
            Some(profile.ok_or(AppError::NotFound)?.owner)
        }
    };
    let owner = other.as_ref().unwrap_or(&member);
    let about = form.one(Patch::OWNER)?;
    if about.is_some_and(|username| username != owner.username) {
        return Err(AppError::OtherUser);
    }
    let (owner, page) = match &other {
        Some(other) if other.id != member.id => (other.id, format!("/u/{}", other.username)),
        _ => (member.id, "/profile".to_owned()),
    };
    let mut patch = Patch::parse(&backend.schema, &form, backend.clock.today())?; // the rules the browser ran
    patch.check_phones(|phone| backend.phones.check(phone))?;
    let saved = backend
        .profiles
        .save(owner, Viewer::Member(member), patch)
        .await?;
    let merged = saved
        .since
        .map_or(String::new(), |since| format!("={since}-{}", saved.version));
    OwnPath::parse(&format!("{page}?saved{merged}")).ok_or(AppError::Internal)
}

/// A member, for a change in the history of the own profile.
#[server(prefix = "", endpoint = "/profile/history", input = Post<FormBody>)]
pub async fn undo_change(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        backend::backend,
        profile::{Patch, history},
        viewer::{Viewer, member},
    };

    let member = member()?;
    if form
        .one(Patch::OWNER)?
        .is_some_and(|owner| owner != member.username)
    {
        return Err(AppError::OtherUser);
    }
    let backend = backend();
    let id = form.number(history::CHANGE).ok_or(AppError::BadRequest)?;
    let version = form.number(Patch::VERSION).ok_or(AppError::BadRequest)?;
    let profile = backend.profiles.profile(member.id).await?;
    let profile = profile.ok_or(AppError::NotFound)?;
    let change = backend.profiles.change(member.id, id).await?;
    let change = change.ok_or(AppError::NotFound)?;
    let owner = profile.owner.id;
    let viewer = Viewer::Member(member);
    let mut patch = change
        .undo(&backend.schema, &profile, &viewer, backend.clock.today())
        .map_err(|violation| AppError::invalid(&change.name, violation))?;
    patch.version = Some(version);
    patch.check_phones(|phone| backend.phones.check(phone))?;
    backend.profiles.save(owner, viewer, patch).await?;
    Ok("/profile/history?undone".into())
}
