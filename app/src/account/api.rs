//! The server functions of the account. Public endpoints, whatever page shows
//! their form: each one decides itself who may call it.

use leptos::prelude::*;
use server_fn::codec::Post;

use super::OwnPath;
use crate::{
    error::AppError,
    form::{Form, FormBody},
};

/// Anybody. Creates a user with a profile, and logs in.
#[server(prefix = "", endpoint = "/signup", input = Post<FormBody>)]
pub async fn sign_up(form: Form) -> Result<OwnPath, AppError> {
    use crate::{account::NewUser, backend::backend};

    let backend = backend();
    let mut new_user = NewUser::parse(
        &form,
        &backend.schema,
        backend.clock.today(),
        &*backend.passwords,
    )?;
    let phones = &backend.phones;
    new_user.profile.check_phones(|phone| phones.check(phone))?;
    let user = backend.users.create(new_user).await?; // the user and the profile, in one transaction
    match backend.sessions.begin(user).await {
        Ok(()) => Ok(OwnPath::of(&form, "/profile")),
        // The user is there all the same, and a refusal would say that it is not.
        Err(_) => Ok("/login".into()),
    }
}

/// Anybody. The refusal is the same for an unknown name and for a wrong password.
#[server(prefix = "", endpoint = "/login", input = Post<FormBody>)]
pub async fn log_in(form: Form) -> Result<OwnPath, AppError> {
    use crate::{account::Credentials, backend::backend};

    let credentials = Credentials::parse(&form)?;
    let backend = backend();
    let user = backend
        .users
        .verify(credentials)
        .await?
        .ok_or_else(Credentials::refused)?;
    backend.sessions.begin(user).await?;
    Ok(OwnPath::of(&form, "/profile"))
}

/// Anybody; a guest has no session to end.
#[server(prefix = "", endpoint = "/logout", input = Post<FormBody>)]
pub async fn log_out(form: Form) -> Result<OwnPath, AppError> {
    let _ = form;
    crate::backend::backend().sessions.end().await?;
    Ok("/".into())
}

/// A member who knows the current password.
#[server(prefix = "", endpoint = "/settings/password", input = Post<FormBody>)]
pub async fn change_password(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        account::{PasswordChange, own_words},
        backend::backend,
        profile::Violation,
        viewer::member,
    };

    let member = member()?;
    let asked = form.one("username")?;
    if asked.is_some_and(|username| username != member.username) {
        return Err(AppError::OtherUser);
    }
    let backend = backend();
    let profile = backend.profiles.profile(member.id).await?;
    let said = profile.iter().flat_map(|profile| profile.values.values());
    let mut known: Vec<String> = said.map(crate::profile::Value::print).collect();
    known.extend(backend.users.email(member.id).await?);
    known.push(member.username);
    let words: Vec<&str> = known.iter().flat_map(|text| own_words(text)).collect();
    let change = PasswordChange::parse(&form, &words, &*backend.passwords)?;
    if !backend.users.change_password(member.id, change).await? {
        return Err(AppError::invalid(
            "current_password",
            Violation::WrongPassword,
        ));
    }
    // This browser's session has ended with all the others.
    backend.sessions.begin(member.id).await?;
    Ok("/settings?password".into())
}

/// A member, for one or all others of the own sessions.
#[server(prefix = "", endpoint = "/settings/sessions", input = Post<FormBody>)]
pub async fn end_sessions(form: Form) -> Result<OwnPath, AppError> {
    use crate::{
        account::settings::{OTHERS, SESSION},
        backend::backend,
        viewer::member,
    };

    let member = member()?;
    let sessions = backend().sessions;
    match form.one(SESSION)? {
        None => return Err(AppError::BadRequest),
        Some(OTHERS) => sessions.end_others(member.id).await?,
        Some(handle) => sessions.end_one(member.id, handle).await?,
    }
    Ok("/settings/sessions?ended".into())
}
