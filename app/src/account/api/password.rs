//! The server function of the password; and asking for it once more.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    account::types::{
        password::{Password, PasswordRules},
        user::{User, UserId},
    },
    backend::backend,
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
    profile::rules::{value::Value, violation::Violation},
};

/// A member who knows the current password.
#[server(prefix = "", endpoint = "/settings/password", input = Post<FormBody>, output = Postcard)]
pub async fn change_password(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        account::types::{log_in::LoginReason, password::PasswordChange},
        guard::{check_form_owner, member},
    };

    let member = member()?;
    check_form_owner(&member, &form)?;
    let backend = backend();
    let typed = form.one("password")?.unwrap_or_default();
    let (names, rules) = rules_for(member.id, &member.username, typed).await?;
    let change = PasswordChange::parse(&form, &names, rules)?;
    let proof = backend.users.change_password(member.id, change).await?;
    let wrong = || AppError::invalid("current_password", Violation::WrongPassword);
    let proof = proof.ok_or_else(wrong)?;
    // This browser's session has ended with all the others.
    match backend
        .sessions
        .begin(proof, LoginReason::NewPassword)
        .await
    {
        Ok(_) => Ok("/settings?password".into()),
        // The password is another one all the same; a refusal would say that it is not.
        Err(_) => Ok("/login".into()),
    }
}

/// The names of a user, and what a new password of theirs is judged by.
pub async fn rules_for(
    user: UserId,
    username: &str,
    typed: &str,
) -> Result<(Vec<String>, PasswordRules), AppError> {
    let backend = backend();
    let profile = backend.profiles.profile(user).await?;
    let addresses = backend.emails.addresses(user).await?;
    let said = profile.iter().flat_map(|profile| profile.values.values());
    let said: Vec<String> = said.map(Value::print).collect();
    let names = addresses.iter().chain([username]).map(str::to_owned);
    let names: Vec<String> = names.collect();
    let own = names.iter().chain(&said).map(String::as_str);
    let rules = backend.password_rules(typed, own).await?;
    Ok((names, rules))
}

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
    backend.sessions.reauthenticated().await
}

/// The name of the control of [`ask_password`].
pub(crate) const CURRENT_PASSWORD: &str = "current_password";
