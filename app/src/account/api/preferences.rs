//! The server functions for the preferences of an account.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Saves the theme and language of pages in this browser.
///
/// Open to everyone. Each button in the footer sends one of the two, the page sends both.
#[server(prefix = "", endpoint = "/settings/appearance", input = Post<FormBody>, output = Postcard)]
pub async fn save_appearance(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        backend::response,
        look::{LANGUAGE, LookChoice, THEME, Theme},
        text::Language,
    };

    let choice = LookChoice {
        theme: form.one(THEME)?.and_then(Theme::parse),
        language: form.one(LANGUAGE)?.and_then(Language::parse),
    };
    let told = [THEME, LANGUAGE]
        .iter()
        .filter(|name| form.get(name).is_some());
    let known = usize::from(choice.theme.is_some()) + usize::from(choice.language.is_some());
    if known == 0 || told.count() != known {
        return Err(AppError::BadRequest);
    }
    response().remember(choice);
    Ok(OwnPath::of(&form, "/settings/appearance?saved"))
}

/// Saves whether search engines and the directory of members may list the user's own profile.
///
/// Open to members, and to newcomers who wait for approval.
#[server(prefix = "", endpoint = "/settings/privacy", input = Post<FormBody>, output = Postcard)]
pub async fn save_privacy(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        backend::backend,
        guard::{check_form_owner, owner},
    };

    let member = owner()?;
    check_form_owner(&member, &form).await?;
    let answer = |name| match form.one(name)? {
        Some("yes") => Ok(Some(true)),
        Some("no") => Ok(Some(false)),
        None => Ok(None),
        Some(_) => Err(AppError::BadRequest),
    };
    let (listed, in_directory) = (answer(LISTED)?, answer(IN_DIRECTORY)?);
    if listed.is_none() && in_directory.is_none() {
        return Err(AppError::BadRequest);
    }
    let profiles = &backend().profiles;
    profiles
        .set_listing(member.id, listed, in_directory)
        .await?;
    Ok("/settings/privacy?saved".into())
}

/// The names of the controls.
pub(crate) const LISTED: &str = "listed";
pub(crate) const IN_DIRECTORY: &str = "in_directory";
