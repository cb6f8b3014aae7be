//! The server functions of the account. Public endpoints, whatever page shows
//! their form: each one decides itself who may call it.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use super::types::model::{PasswordRules, UserId};
use crate::{
    backend::backend,
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
    profile::rules::value::Value,
};

/// Anybody. Creates a user with a profile, and logs in. Whoever comes back to the
/// form that they have signed up with, and sends it again, is told so.
#[server(prefix = "", endpoint = "/signup", input = Post<FormBody>, output = Postcard)]
pub async fn sign_up(form: Form) -> Result<OwnPath, AppError> {
    use super::{
        pages::log_in::MADE,
        types::model::{NewUser, Username},
    };
    use crate::viewer::account_holder;

    let name = form.one("username")?.unwrap_or_default();
    let key = Username::parse(name).map(|name| name.key()).ok();
    let holder = account_holder().map(|user| user.username.to_ascii_lowercase());
    if holder.is_some() && holder == key {
        return OwnPath::parse(&format!("/signup?{MADE}")).ok_or(AppError::Internal);
    }
    let backend = backend();
    let asked = backend
        .schema
        .sign_up_fields()
        .map(|field| field.key.as_str());
    let said = ["username", "email"].into_iter().chain(asked);
    let said = said.filter_map(|name| form.get(name));
    let typed = form.one("password")?.unwrap_or_default();
    let rules = backend.password_rules(typed, said).await?;
    let today = backend.clock.today();
    let mut new_user = NewUser::parse(&form, &backend.schema, today, rules, backend.email_rule)?;
    let phones = &backend.phones;
    new_user.profile.check_phones(|phone| phones.check(phone))?;
    let (proof, occasion) = backend.users.create(new_user).await?; // the user and the profile, in one transaction
    match backend.sessions.begin(proof, occasion).await {
        Ok(begun) => Ok(begun.next(&form)),
        // The user is there all the same, and a refusal would say that it is not.
        Err(_) => Ok("/login".into()),
    }
}

/// Anybody. The refusal is the same for an unknown name and for a wrong password.
#[server(prefix = "", endpoint = "/login", input = Post<FormBody>, output = Postcard)]
pub async fn log_in(form: Form) -> Result<OwnPath, AppError> {
    use super::types::model::{Credentials, Occasion};

    let credentials = Credentials::parse(&form)?;
    let backend = backend();
    let proof = backend.users.verify(credentials).await?;
    let proof = proof.ok_or_else(Credentials::refused)?;
    let begun = backend.sessions.begin(proof, Occasion::LogIn).await?;
    Ok(begun.next(&form))
}

/// Anybody; a guest has no session to end.
#[server(prefix = "", endpoint = "/logout", input = Post<FormBody>, output = Postcard)]
pub async fn log_out(form: Form) -> Result<OwnPath, AppError> {
    let _ = form;
    backend().sessions.end().await?;
    Ok("/".into())
}

/// A member who knows the current password.
#[server(prefix = "", endpoint = "/settings/password", input = Post<FormBody>, output = Postcard)]
pub async fn change_password(form: Form) -> Result<OwnPath, AppError> {
    use super::types::model::{Occasion, PasswordChange};
    use crate::{
        profile::rules::violation::Violation,
        viewer::{member, opened_by},
    };

    let member = member()?;
    opened_by(&member, &form)?;
    let backend = backend();
    let typed = form.one("password")?.unwrap_or_default();
    let (names, rules) = rules_for(member.id, &member.username, typed).await?;
    let change = PasswordChange::parse(&form, &names, rules)?;
    let proof = backend.users.change_password(member.id, change).await?;
    let wrong = || AppError::invalid("current_password", Violation::WrongPassword);
    let proof = proof.ok_or_else(wrong)?;
    // This browser's session has ended with all the others.
    match backend.sessions.begin(proof, Occasion::NewPassword).await {
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

/// A member who has shown the password not long ago, for one or all others of the own
/// sessions (ASVS 5.0 V7.5.2).
#[server(prefix = "", endpoint = "/settings/sessions", input = Post<FormBody>, output = Postcard)]
pub async fn end_sessions(form: Form) -> Result<OwnPath, AppError> {
    use super::{
        email_api::ask_password,
        pages::settings::{OTHERS, SESSION},
    };
    use crate::viewer::{member, opened_by};

    let member = member()?;
    opened_by(&member, &form)?;
    let which = form.one(SESSION)?.ok_or(AppError::BadRequest)?;
    ask_password(&member, &form).await?;
    let sessions = backend().sessions;
    match which {
        OTHERS => sessions.end_others(member.id).await?,
        handle => sessions.end_one(member.id, handle).await?,
    }
    Ok("/settings/sessions?ended".into())
}

/// Anybody: how pages look in this browser. Each button of the foot sends one of
/// the two, the page both.
#[server(prefix = "", endpoint = "/settings/appearance", input = Post<FormBody>, output = Postcard)]
pub async fn save_appearance(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        backend::answer,
        look::{Choice, LANGUAGE, THEME, Theme},
        text::Language,
    };

    let choice = Choice {
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
    answer().remember(choice);
    Ok(OwnPath::of(&form, "/settings/appearance?saved"))
}

/// A member: whether search engines may list the own profile.
#[server(prefix = "", endpoint = "/settings/privacy", input = Post<FormBody>, output = Postcard)]
pub async fn save_privacy(form: Form) -> Result<OwnPath, AppError> {
    use super::pages::privacy::LISTED;
    use crate::viewer::{member, opened_by};

    let member = member()?;
    opened_by(&member, &form)?;
    let listed = match form.one(LISTED)? {
        Some("yes") => true,
        Some("no") => false,
        _ => return Err(AppError::BadRequest),
    };
    backend().profiles.set_listed(member.id, listed).await?;
    Ok("/settings/privacy?saved".into())
}
