//! The server function for passkeys.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Adds a passkey, removes one, or removes the password.
///
/// Open to everyone who is logged in, newcomers included. Requires recent authentication
/// (`Demand::Second`).
#[server(prefix = "", endpoint = "/settings/passkeys", input = Post<FormBody>, output = Postcard)]
pub async fn change_passkeys(form: Form) -> Result<OwnPath, AppError> {
    use super::{
        again::{ask_again, check_again},
        second::{ACT, END_OTHERS, UNLOCK},
    };
    use crate::{
        account::types::second::{
            Demand, FactorAct, FactorOutcome, MAX_PASSKEY_NAME, PasskeyAnswer, SecondRule,
        },
        backend::backend,
        guard::{account, check_form_owner},
        profile::rules::{length::length, violation::Violation},
    };

    let user = account()?;
    check_form_owner(&user, &form).await?;
    let backend = backend();
    let factors = &backend.factors;
    let is_off = factors.rule() == SecondRule::Off || !factors.takes_passkeys();
    let (act, done) = match form.one(ACT)?.ok_or(AppError::BadRequest)? {
        UNLOCK => {
            ask_again(&user, &form, Demand::Second).await?;
            return Ok("/settings/passkeys".into());
        }
        ADD_PASSKEY => {
            if is_off {
                return Err(AppError::NotFound);
            }
            let name = form.one(NAME)?.unwrap_or_default().trim();
            if name.is_empty() {
                return Err(AppError::invalid(NAME, Violation::Required));
            }
            if let Some(control) = name.chars().find(|sign| sign.is_control()) {
                return Err(AppError::invalid(
                    NAME,
                    Violation::ControlCharacter(control),
                ));
            }
            if name.len() > 16 * MAX_PASSKEY_NAME {
                return Err(AppError::invalid(NAME, Violation::TooHeavy));
            }
            if length(name) > MAX_PASSKEY_NAME {
                let violation = Violation::TooLong(MAX_PASSKEY_NAME);
                return Err(AppError::invalid(NAME, violation));
            }
            let answer = PasskeyAnswer {
                answer: form.one(NEW_PASSKEY)?.unwrap_or_default().to_owned(),
                ceremony: form.one(NEW_CEREMONY)?.unwrap_or_default().to_owned(),
            };
            let name = name.to_owned();
            (
                FactorAct::AddPasskey { name, answer },
                "/settings/passkeys?added",
            )
        }
        REMOVE_PASSKEY => {
            let id = form.one(WHICH)?.and_then(|id| id.parse().ok());
            let id = id.ok_or(AppError::BadRequest)?;
            (FactorAct::RemovePasskey(id), "/settings/passkeys?removed")
        }
        REMOVE_PASSWORD if is_off => return Err(AppError::NotFound),
        REMOVE_PASSWORD => (FactorAct::RemovePassword, "/settings/passkeys?without"),
        _ => return Err(AppError::BadRequest),
    };
    let adds = matches!(act, FactorAct::AddPasskey { .. });
    // Adding a passkey proves possession of it, so the session is marked as authenticated once,
    // after that: it gets a new id each time.
    match adds {
        true => check_again(&user, &form, Demand::Second).await.map(drop)?,
        false => ask_again(&user, &form, Demand::Second).await?,
    }
    let end_others = form.one(END_OTHERS)?.is_some();
    let outcome = backend.factors.change(user.id, act, end_others).await?;
    if outcome == FactorOutcome::Wrong {
        return Err(AppError::invalid(NEW_PASSKEY, Violation::PasskeyRefused));
    }
    if adds {
        backend.sessions.reauthenticated(true).await?;
    }
    Ok(match outcome {
        FactorOutcome::MadeCodes => "/settings/second/codes".into(),
        _ => done.into(),
    })
}

/// Values of the control that selects the action.
pub(crate) const ADD_PASSKEY: &str = "add-passkey";
pub(crate) const REMOVE_PASSKEY: &str = "remove-passkey";
pub(crate) const REMOVE_PASSWORD: &str = "remove-password";

/// The name of the control for the name of a new passkey.
pub(crate) const NAME: &str = "passkey-name";

/// The name of the hidden control for the answer of a new passkey.
pub(crate) const NEW_PASSKEY: &str = "new-passkey";

/// The name of the hidden control with the challenge that it answers.
pub(crate) const NEW_CEREMONY: &str = "new-passkey-question";

/// The name of the control that selects a passkey.
pub(crate) const WHICH: &str = "which";
