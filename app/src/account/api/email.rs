//! The server functions for email addresses and emailed links.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    account::types::token::read_token,
    error::AppError,
    form::{AddressedTo, Form, FormBody},
    next::OwnPath,
};

/// Sends a link to choose a new password.
///
/// Open to everyone. The response does not reveal whether the address belongs to an account.
#[server(prefix = "", endpoint = "/forgot", input = Post<FormBody>, output = Postcard)]
pub async fn ask_reset(form: Form) -> Result<OwnPath, AppError> {
    use crate::{account::types::email::Email, backend::backend};

    let typed = form.one("email")?.unwrap_or_default();
    let email = Email::parse(typed).map_err(|violation| AppError::invalid("email", violation))?;
    backend().emails.ask_reset(email).await?;
    Ok("/forgot?sent".into())
}

/// Sets a new password. Open to everyone who has the link.
#[server(prefix = "", endpoint = "/reset", input = Post<FormBody>, output = Postcard)]
pub async fn reset_password(form: Form) -> Result<OwnPath, AppError> {
    use super::password::rules_for;
    use crate::{
        account::types::{password::Password, token::TokenPurpose},
        backend::backend,
    };

    let token = token()?;
    let backend = backend();
    let emails = &backend.emails;
    let link = emails.find_token(TokenPurpose::Reset, &token).await?;
    let typed = form.one("password")?.unwrap_or_default();
    let (names, rules) = rules_for(link.user, &link.username, typed).await?;
    let password = Password::parse(typed, &names, rules);
    let password = password.map_err(|violation| AppError::invalid("password", violation))?;
    let user = emails.reset_password(&token, password).await?;
    backend.sessions.know_browser(user).await?;
    Ok("/login?reset".into())
}

/// Confirms an email address. Open to everyone who has the link.
#[server(prefix = "", endpoint = "/verify", input = Post<FormBody>, output = Postcard)]
pub async fn confirm_email(form: Form) -> Result<OwnPath, AppError> {
    use crate::{backend::backend, viewer::current_account};

    let _ = form;
    backend().emails.confirm_email(&token()?).await?;
    Ok(match current_account() {
        Some(_) => "/settings/email?confirmed".into(),
        None => "/login?confirmed".into(),
    })
}

/// Restores an earlier email address. Open to everyone who has the link.
#[server(prefix = "", endpoint = "/undo", input = Post<FormBody>, output = Postcard)]
pub async fn undo_email(form: Form) -> Result<OwnPath, AppError> {
    use crate::backend::backend;

    let _ = form;
    let reset = backend().emails.undo_email(&token()?).await?;
    OwnPath::parse(&format!("/reset/{reset}")).ok_or(AppError::Internal)
}

/// Changes the email address, or cancels a change.
///
/// Open to everyone who is logged in, newcomers included. A change requires recent authentication
/// (`Demand::Second`).
#[server(prefix = "", endpoint = "/settings/email", input = Post<FormBody>, output = Postcard)]
pub async fn change_email(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{Demand, ask_again};
    use crate::{
        account::types::email::Email,
        backend::backend,
        guard::{account, check_form_owner},
    };

    let user = account()?;
    check_form_owner(&user, &form).await?;
    let emails = backend().emails.clone();
    if form.one(CANCEL)?.is_some() {
        emails.cancel_email(user.id).await?;
        return Ok("/settings/email?cancelled".into());
    }
    let typed = form.one("email")?.unwrap_or_default();
    let email = Email::parse(typed).map_err(|violation| AppError::invalid("email", violation))?;
    ask_again(&user, &form, Demand::Second).await?;
    emails.change_email(user.id, email).await?;
    Ok("/settings/email?sent".into())
}

/// The name of the button that discards the address to be confirmed.
pub(crate) const CANCEL: &str = "cancel";

/// Returns the token in the path of the request.
pub fn token() -> Result<String, AppError> {
    match use_context::<AddressedTo>() {
        Some(AddressedTo(token)) => read_token(&token),
        None => Err(AppError::DeadLink),
    }
}
