//! The server functions of e-mail addresses and of links in mails. Public
//! endpoints: each one decides itself who may call it.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use super::types::{
    model::{Password, User},
    token::read_token,
};
use crate::{
    backend::backend,
    error::AppError,
    form::{AddressedTo, Form, FormBody},
    next::OwnPath,
    profile::rules::violation::Violation,
};

/// Anybody. The answer is the same whether somebody has the address or not.
#[server(prefix = "", endpoint = "/forgot", input = Post<FormBody>, output = Postcard)]
pub async fn ask_reset(form: Form) -> Result<OwnPath, AppError> {
    use super::types::model::Email;

    let typed = form.one("email")?.unwrap_or_default();
    let email = Email::parse(typed).map_err(|violation| AppError::invalid("email", violation))?;
    backend().emails.ask_reset(email).await?;
    Ok("/forgot?sent".into())
}

/// Whoever has the link.
#[server(prefix = "", endpoint = "/reset", input = Post<FormBody>, output = Postcard)]
pub async fn reset_password(form: Form) -> Result<OwnPath, AppError> {
    use super::{api::rules_for, types::model::Purpose};

    let token = token()?;
    let backend = backend();
    let emails = &backend.emails;
    let link = emails.find_link(Purpose::Reset, &token).await?;
    let typed = form.one("password")?.unwrap_or_default();
    let (names, rules) = rules_for(link.user, &link.username, typed).await?;
    let password = Password::parse(typed, &names, rules);
    let password = password.map_err(|violation| AppError::invalid("password", violation))?;
    let user = emails.reset_password(&token, password).await?;
    backend.sessions.know_browser(user).await?;
    Ok("/login?reset".into())
}

/// Whoever has the link.
#[server(prefix = "", endpoint = "/verify", input = Post<FormBody>, output = Postcard)]
pub async fn confirm_email(form: Form) -> Result<OwnPath, AppError> {
    use crate::viewer::account_holder;

    let _ = form;
    backend().emails.confirm_email(&token()?).await?;
    Ok(match account_holder() {
        Some(_) => "/settings/email?confirmed".into(),
        None => "/login?confirmed".into(),
    })
}

/// Whoever has the link.
#[server(prefix = "", endpoint = "/undo", input = Post<FormBody>, output = Postcard)]
pub async fn undo_email(form: Form) -> Result<OwnPath, AppError> {
    let _ = form;
    let reset = backend().emails.undo_email(&token()?).await?;
    OwnPath::parse(&format!("/reset/{reset}")).ok_or(AppError::Internal)
}

/// Whoever is logged in, confirmed or not, and knows the password.
#[server(prefix = "", endpoint = "/settings/email", input = Post<FormBody>, output = Postcard)]
pub async fn change_email(form: Form) -> Result<OwnPath, AppError> {
    use super::types::model::Email;
    use crate::viewer::{holder, opened_by};

    let user = holder()?;
    opened_by(&user, &form)?;
    let emails = backend().emails;
    if form.one(CANCEL)?.is_some() {
        emails.cancel_email(user.id).await?;
        return Ok("/settings/email?cancelled".into());
    }
    let typed = form.one("email")?.unwrap_or_default();
    let email = Email::parse(typed).map_err(|violation| AppError::invalid("email", violation))?;
    ask_password(&user, &form).await?;
    emails.change_email(user.id, email).await?;
    Ok("/settings/email?sent".into())
}

/// The name of the button that forgets the address that waits.
pub(crate) const CANCEL: &str = "cancel";

/// The name of the control of [`ask_password`].
pub(crate) const CURRENT_PASSWORD: &str = "current_password";

/// Asks for the password once more before something delicate, unless it was
/// shown a few minutes ago (ASVS 5.0 V7.5.1). The form comes back with a control
/// for it, and everything else as it was.
pub async fn ask_password(user: &User, form: &Form) -> Result<(), AppError> {
    let backend = backend();
    if backend.sessions.is_fresh() {
        return Ok(());
    }
    let refused = |violation| Err(AppError::invalid(CURRENT_PASSWORD, violation));
    let typed = match form.one(CURRENT_PASSWORD)? {
        None | Some("") => return refused(Violation::Required),
        Some(typed) => Password::given(typed),
    };
    let right = match typed {
        Some(password) => backend.users.check_password(user.id, password).await?,
        None => false,
    };
    if !right {
        return refused(Violation::WrongPassword);
    }
    backend.sessions.freshen().await
}

/// The token that the path names.
pub fn token() -> Result<String, AppError> {
    match use_context::<AddressedTo>() {
        Some(AddressedTo(token)) => read_token(&token),
        None => Err(AppError::DeadLink),
    }
}
