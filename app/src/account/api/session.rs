//! The server functions for sessions.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Logs in with a name and password, or with a passkey.
///
/// Open to everyone. The error is the same for an unknown name and for a wrong password. A user who
/// has a second factor is redirected to the page that asks for it.
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

/// Logs out. Open to everyone; a guest has no session to end.
#[server(prefix = "", endpoint = "/logout", input = Post<FormBody>, output = Postcard)]
pub async fn log_out(form: Form) -> Result<OwnPath, AppError> {
    use crate::backend::backend;

    let _ = form;
    backend().sessions.end().await?;
    Ok("/".into())
}

/// Ends one of the user's own sessions, or all but this one (ASVS 5.0 V7.5.2).
///
/// Open to members, and to newcomers who wait for approval. Requires recent authentication
/// (`Demand::Recent`).
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

/// The name of the control that selects the session to end.
pub(crate) const SESSION: &str = "session";

/// The value for all sessions but this one. Handles of sessions are longer.
pub(crate) const OTHERS: &str = "others";
