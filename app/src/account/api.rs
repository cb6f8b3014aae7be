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
    let mut new_user = NewUser::parse(&form, &backend.schema, backend.clock.today())?;
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
