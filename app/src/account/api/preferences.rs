//! The server functions of what an account prefers.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Anybody: how pages look in this browser. Each button of the foot sends one of
/// the two, the page both.
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

/// A member: whether search engines may list the own profile.
#[server(prefix = "", endpoint = "/settings/privacy", input = Post<FormBody>, output = Postcard)]
pub async fn save_privacy(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        backend::backend,
        guard::{check_form_owner, member},
    };

    let member = member()?;
    check_form_owner(&member, &form).await?;
    let listed = match form.one(LISTED)? {
        Some("yes") => true,
        Some("no") => false,
        _ => return Err(AppError::BadRequest),
    };
    backend().profiles.set_listed(member.id, listed).await?;
    Ok("/settings/privacy?saved".into())
}

/// The name of the control.
pub(crate) const LISTED: &str = "listed";
