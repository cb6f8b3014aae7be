//! The server functions of email addresses and of links in mails.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    account::types::token::read_token,
    error::AppError,
    form::{AddressedTo, Form, FormBody},
    next::OwnPath,
};

/// Anybody. The answer is the same whether somebody has the address or not.
#[server(prefix = "", endpoint = "/forgot", input = Post<FormBody>, output = Postcard)]
pub async fn ask_reset(form: Form) -> Result<OwnPath, AppError> {
    use crate::{account::types::email::Email, backend::backend};

    let typed = form.one("email")?.unwrap_or_default();
    let email = Email::parse(typed).map_err(|violation| AppError::invalid("email", violation))?;
    backend().emails.ask_reset(email).await?;
    Ok("/forgot?sent".into())
}

/// Sets a new password, for anybody who has the link.
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

/// Confirms an email address, for anybody who has the link.
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

/// Restores the previous email address, for anybody who has the link.
#[server(prefix = "", endpoint = "/undo", input = Post<FormBody>, output = Postcard)]
pub async fn undo_email(form: Form) -> Result<OwnPath, AppError> {
    use crate::backend::backend;

    let _ = form;
    let reset = backend().emails.undo_email(&token()?).await?;
    OwnPath::parse(&format!("/reset/{reset}")).ok_or(AppError::Internal)
}

/// Changes the email address, or cancels a change. For everybody who is logged in,
/// confirmed or not, and knows the password.
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

/// The name of the button that forgets the address that waits.
pub(crate) const CANCEL: &str = "cancel";

/// The token that the path names.
pub fn token() -> Result<String, AppError> {
    match use_context::<AddressedTo>() {
        Some(AddressedTo(token)) => read_token(&token),
        None => Err(AppError::DeadLink),
    }
}
