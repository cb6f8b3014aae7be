//! The server functions of sessions.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Anybody, by name and password or by a passkey. The refusal is the same for an unknown name and
/// for a wrong password. Whoever has a second factor is led to the page that asks for it.
#[server(prefix = "", endpoint = "/login", input = Post<FormBody>, output = Postcard)]
pub async fn log_in(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{read_proof, refused};
    use crate::{
        account::types::{
            log_in::{Credentials, LoginReason},
            second::Proof,
        },
        backend::backend,
    };

    let backend = backend();
    if let Some(Proof::Passkey(answer)) = read_proof(&form)? {
        let wrong = refused(&Proof::Passkey(answer.clone()));
        let outcome = backend.factors.log_in_by_passkey(answer).await?;
        return Ok(outcome.ok_or(wrong)?.next(&form));
    }
    let credentials = Credentials::parse(&form)?;
    let authenticated = backend.users.verify(credentials).await?;
    let authenticated = authenticated.ok_or_else(Credentials::refused)?;
    let outcome = backend
        .sessions
        .begin(authenticated, LoginReason::LogIn)
        .await?;
    Ok(outcome.next(&form))
}

/// Anybody; a guest has no session to end.
#[server(prefix = "", endpoint = "/logout", input = Post<FormBody>, output = Postcard)]
pub async fn log_out(form: Form) -> Result<OwnPath, AppError> {
    use crate::backend::backend;

    let _ = form;
    backend().sessions.end().await?;
    Ok("/".into())
}

/// A member, or who waits to become one, who has shown the password not long ago, for one or all
/// others of the own sessions (ASVS 5.0 V7.5.2).
#[server(prefix = "", endpoint = "/settings/sessions", input = Post<FormBody>, output = Postcard)]
pub async fn end_sessions(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{Demand, ask_again};
    use crate::{
        backend::backend,
        guard::{check_form_owner, owner},
    };

    let member = owner()?;
    check_form_owner(&member, &form).await?;
    let which = form.one(SESSION)?.ok_or(AppError::BadRequest)?;
    ask_again(&member, &form, Demand::Recent).await?;
    let sessions = backend().sessions.clone();
    match which {
        OTHERS => sessions.end_others(member.id).await?,
        handle => sessions.end_one(member.id, handle).await?,
    }
    Ok("/settings/sessions?ended".into())
}

/// The name of the control that says which session is to end.
pub(crate) const SESSION: &str = "session";

/// Its value for all but this one. No session's handle is that short.
pub(crate) const OTHERS: &str = "others";
