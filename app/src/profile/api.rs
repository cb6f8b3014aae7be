//! The server functions of the profile.
//!
//! They are public endpoints, whichever page shows their form. Each one checks itself who may call
//! it.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use super::rules::{access::VisibleProfile, profile::Profile};
use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
    viewer::Viewer,
};

/// Saves a profile.
///
/// At `/profile/edit`, members and newcomers who are waiting for approval save their own. At
/// `/u/{username}/edit`, members save that user's, as far as the schema lets them.
#[server(prefix = "", endpoint = "/profile/edit", input = Post<FormBody>, output = Postcard)]
pub async fn save_profile(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::{access::visible_schema, patch::Patch};
    use crate::backend::backend;

    let (profile, viewer, visible) = profile_to_edit(&form).await?;
    let backend = backend();
    // The same rules that the browser applied, to the same fields.
    let schema = visible_schema(&backend.schema, &profile, &viewer);
    let mut patch = Patch::parse(&schema, &form, backend.clock.today())?;
    patch.check_phones(|phone| backend.phones.check(phone))?;
    let page = match visible.own {
        true => "/profile".to_owned(),
        false => format!("/u/{}", visible.owner.username),
    };
    let saved = backend
        .profiles
        .save(visible.owner.id, viewer, patch)
        .await?;
    let merged = saved
        .since
        .map_or(String::new(), |since| format!("={since}-{}", saved.version));
    OwnPath::parse(&format!("{page}?saved{merged}")).ok_or(AppError::Internal)
}

/// Removes the picture of a profile.
///
/// At `/profile/avatar/delete`, members and newcomers who are waiting for approval remove their
/// own. At `/u/{username}/avatar/delete`, members remove that user's, as far as the schema lets
/// them.
#[server(prefix = "", endpoint = "/profile/avatar/delete", input = Post<FormBody>, output = Postcard)]
pub async fn remove_picture(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::patch::{Change, Patch};
    use crate::{backend::backend, next::NEXT};

    let (_, viewer, visible) = profile_to_edit(&form).await?;
    let backend = backend();
    let field = backend.schema.picture_field().ok_or(AppError::NotFound)?;
    let patch = Patch::one(&field.key, Change::Clear);
    backend
        .profiles
        .save(visible.owner.id, viewer, patch)
        .await?;
    let page = match visible.own {
        true => "/profile?saved".to_owned(),
        false => format!("/u/{}?saved", visible.owner.username),
    };
    let asked = form.get(NEXT).and_then(OwnPath::parse);
    asked
        .or_else(|| OwnPath::parse(&page))
        .ok_or(AppError::Internal)
}

/// Returns the profile that a form is about, its sender, and the profile as the sender sees it, if
/// the sender may open its editor.
pub async fn profile_to_edit(form: &Form) -> Result<(Profile, Viewer, VisibleProfile), AppError> {
    use super::rules::access::{can_open_editor, visible_to};
    use crate::{
        backend::backend,
        form::AddressedTo,
        guard::{check_form_owner, member, owner},
    };

    let backend = backend();
    let (user, profile) = match use_context::<AddressedTo>() {
        None => {
            let user = owner()?;
            let profile = backend.profiles.profile_at_start(user.id).await?;
            (user, profile)
        }
        Some(AddressedTo(username)) => (member()?, backend.profiles.find_profile(&username).await?),
    };
    let profile = profile.ok_or(AppError::NotFound)?;
    let viewer = Viewer::Member(user);
    // Check this before reading the form: an error for any other reason would reveal that the
    // profile exists.
    let visible = visible_to(&backend.schema, &profile, &viewer).ok_or(AppError::NotFound)?;
    if !can_open_editor(&backend.schema, &profile, &viewer) {
        return Err(AppError::Forbidden);
    }
    check_form_owner(&visible.owner, form).await?;
    Ok((profile, viewer, visible))
}

/// Undoes a change in the history of the user's own profile. Open to members, and to newcomers who
/// are waiting for approval.
#[server(prefix = "", endpoint = "/profile/history", input = Post<FormBody>, output = Postcard)]
pub async fn undo_change(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::{history, patch::Patch};
    use crate::{
        backend::backend,
        guard::{check_form_owner, owner},
        viewer::Viewer,
    };

    let member = owner()?;
    check_form_owner(&member, &form).await?;
    let backend = backend();
    let id = form.number(history::CHANGE).ok_or(AppError::BadRequest)?;
    let version: u64 = form.number(Patch::VERSION).ok_or(AppError::BadRequest)?;
    let profile = backend.profiles.profile(member.id).await?;
    let profile = profile.ok_or(AppError::NotFound)?;
    let change = backend.profiles.change(member.id, id).await?;
    let change = change.ok_or(AppError::NotFound)?;
    let owner = profile.owner.id;
    let viewer = Viewer::Member(member);
    let mut patch = change
        .undo(&backend.schema, &profile, &viewer, backend.clock.today())
        .map_err(|violation| AppError::invalid(&change.name, violation))?;
    // A user who has seen the change has seen its version, even if the form names an earlier one.
    patch.version = Some(version.max(change.version));
    patch.check_phones(|phone| backend.phones.check(phone))?;
    backend.profiles.save(owner, viewer, patch).await?;
    Ok("/profile/history?undone".into())
}

/// Erases values from the history of the user's own profile. Open to members, and to newcomers who
/// are waiting for approval.
#[server(prefix = "", endpoint = "/profile/history/erase", input = Post<FormBody>, output = Postcard)]
pub async fn erase_values(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::{
        history::{CHANGE, ChangeSide, SIDE},
        violation::Violation,
    };
    use crate::{
        backend::backend,
        guard::{check_form_owner, owner},
    };

    let member = owner()?;
    check_form_owner(&member, &form).await?;
    let change = form.number(CHANGE).ok_or(AppError::BadRequest)?;
    let sides: Option<Vec<ChangeSide>> = form.all(SIDE).map(ChangeSide::parse).collect();
    let sides = sides.ok_or(AppError::BadRequest)?;
    if sides.is_empty() {
        return Err(AppError::invalid(SIDE, Violation::NotAChoice));
    }
    let profiles = backend().profiles.clone();
    profiles.erase_values(member.id, change, sides).await?;
    Ok("/profile/history?erased".into())
}
