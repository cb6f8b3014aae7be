//! The server function for changing the password.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    account::types::{password::PasswordRules, user::UserId},
    backend::backend,
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
    profile::rules::value::Value,
};

/// Changes the password.
///
/// Open to members, and to newcomers who wait for approval. Requires the current password, and
/// recent authentication with the second factor if there is one.
#[server(prefix = "", endpoint = "/settings/password", input = Post<FormBody>, output = Postcard)]
pub async fn change_password(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{ask_again, wrong_password};
    use crate::{
        account::types::{log_in::LoginReason, password::PasswordChange, second::Demand},
        guard::{check_form_owner, owner},
    };

    let member = owner()?;
    check_form_owner(&member, &form).await?;
    let backend = backend();
    let typed = form.one("password")?.unwrap_or_default();
    let (names, rules) = rules_for(member.id, &member.username, typed).await?;
    let change = PasswordChange::parse(&form, &names, rules)?;
    if backend.sessions.has_second() {
        ask_again(&member, &form, Demand::Second).await?;
    }
    let authenticated = backend.users.change_password(member.id, change).await?;
    let authenticated = authenticated.ok_or_else(wrong_password)?;
    // The session of this browser has ended with all the others.
    match backend
        .sessions
        .begin(authenticated, LoginReason::NewPassword)
        .await
    {
        Ok(_) => Ok("/settings?password".into()),
        // The password has been changed anyway; an error would suggest otherwise.
        Err(_) => Ok("/login".into()),
    }
}

/// Returns the names and addresses of a user, and the rules for a new password of theirs.
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
    let former = backend.names.names(user).await?.former;
    let former = former.iter().map(|former| former.name.as_str());
    let names = addresses.iter().chain([username]).chain(former);
    let names: Vec<String> = names.map(str::to_owned).collect();
    let own = names.iter().chain(&said).map(String::as_str);
    let rules = backend.password_rules(typed, own).await?;
    Ok((names, rules))
}
