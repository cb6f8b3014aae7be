//! The server functions for second factors.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// Completes a login with a second factor.
///
/// Open to users who have taken the first step in this browser.
#[server(prefix = "", endpoint = "/login/second", input = Post<FormBody>, output = Postcard)]
pub async fn finish_log_in(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{CODE, read_proof, refused};
    use crate::{backend::backend, profile::rules::violation::Violation};

    let factors = backend().factors.clone();
    let proof = read_proof(&form)?;
    let proof = proof.ok_or_else(|| AppError::invalid(CODE, Violation::Required))?;
    let wrong = refused(&proof);
    let trust = form.one(TRUST)?.is_some();
    let outcome = factors.finish_log_in(proof, trust).await?;
    Ok(outcome.ok_or(wrong)?.next(&form))
}

/// Starts adding an authenticator app, removes it, renews the recovery codes, keeps factors that
/// were to be removed, or stops trusting a browser.
///
/// Open to everyone who is logged in, newcomers included. Requires recent authentication
/// (`Demand::Second`).
#[server(prefix = "", endpoint = "/settings/second", input = Post<FormBody>, output = Postcard)]
pub async fn change_second(form: Form) -> Result<OwnPath, AppError> {
    use super::again::ask_again;
    use crate::{
        account::types::second::{Demand, FactorAct, FactorOutcome, SecondRule},
        backend::backend,
        guard::{account, check_form_owner},
    };

    let user = account()?;
    check_form_owner(&user, &form).await?;
    let factors = backend().factors.clone();
    let (act, done) = match form.one(ACT)?.ok_or(AppError::BadRequest)? {
        UNLOCK => {
            ask_again(&user, &form, Demand::Second).await?;
            return Ok("/settings/second".into());
        }
        ADD_APP => (FactorAct::PrepareApp, "/settings/second/app"),
        REMOVE_APP => (FactorAct::RemoveApp, "/settings/second?removed"),
        RENEW_CODES => (FactorAct::RenewCodes, "/settings/second/codes"),
        KEEP => (FactorAct::Keep, "/settings/second?kept"),
        DISTRUST => {
            let handle = form.one(BROWSER)?.ok_or(AppError::BadRequest)?;
            (
                FactorAct::Distrust(handle.to_owned()),
                "/settings/second?distrusted",
            )
        }
        _ => return Err(AppError::BadRequest),
    };
    if factors.rule() == SecondRule::Off && act == FactorAct::PrepareApp {
        return Err(AppError::NotFound);
    }
    ask_again(&user, &form, Demand::Second).await?;
    let end_others = form.one(END_OTHERS)?.is_some();
    match factors.change(user.id, act, end_others).await? {
        FactorOutcome::MadeCodes => Ok("/settings/second/codes".into()),
        _ => Ok(done.into()),
    }
}

/// Adds an authenticator app, given its first code. From then on, the session counts as
/// authenticated with a second factor.
///
/// Open to everyone who is logged in, newcomers included, and has started to add an app. Requires
/// recent authentication (`Demand::Second`).
#[server(prefix = "", endpoint = "/settings/second/app", input = Post<FormBody>, output = Postcard)]
pub async fn confirm_app(form: Form) -> Result<OwnPath, AppError> {
    use super::again::{ask_again, check_again};
    use crate::{
        account::types::second::{Code, Demand, FactorAct, FactorOutcome},
        backend::backend,
        guard::{account, check_form_owner},
        profile::rules::violation::Violation,
    };

    let user = account()?;
    check_form_owner(&user, &form).await?;
    if form.one(ACT)? == Some(UNLOCK) {
        ask_again(&user, &form, Demand::Second).await?;
        return Ok("/settings/second/app".into());
    }
    let typed = form.one(APP_CODE)?.unwrap_or_default();
    if typed.trim().is_empty() {
        return Err(AppError::invalid(APP_CODE, Violation::Required));
    }
    let wrong = || AppError::invalid(APP_CODE, Violation::WrongCode);
    let code = Code::parse(typed).ok_or_else(wrong)?;
    let _ = check_again(&user, &form, Demand::Second).await?;
    let backend = backend();
    let end_others = form.one(END_OTHERS)?.is_some();
    let act = FactorAct::ConfirmApp(code);
    let outcome = backend.factors.change(user.id, act, end_others).await?;
    match outcome {
        FactorOutcome::Wrong => return Err(wrong()),
        FactorOutcome::ClockOff(minutes) => {
            let page = format!("/settings/second/app?ahead={minutes}");
            return OwnPath::parse(&page).ok_or(AppError::Internal);
        }
        FactorOutcome::Done | FactorOutcome::MadeCodes => {}
    }
    backend.sessions.reauthenticated(true).await?;
    Ok(match outcome {
        FactorOutcome::MadeCodes => "/settings/second/codes".into(),
        _ => "/settings/second?added".into(),
    })
}

/// The name of the control that selects the action, and its values.
pub(crate) const ACT: &str = "act";
/// Only authenticates again.
pub(crate) const UNLOCK: &str = "unlock";
pub(crate) const ADD_APP: &str = "add-app";
pub(crate) const REMOVE_APP: &str = "remove-app";
pub(crate) const RENEW_CODES: &str = "renew-codes";
pub(crate) const KEEP: &str = "keep";
pub(crate) const DISTRUST: &str = "distrust";

/// The name of the control that selects the browser to stop trusting.
pub(crate) const BROWSER: &str = "browser";

/// The name of the control for the first code of an authenticator app.
pub(crate) const APP_CODE: &str = "app-code";

/// The name of the checkbox that ends the sessions in other browsers.
pub(crate) const END_OTHERS: &str = "end-others";

/// The name of the checkbox that trusts a browser.
pub(crate) const TRUST: &str = "trust";
