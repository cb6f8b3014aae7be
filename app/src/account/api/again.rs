//! Authenticating again before a sensitive change.

use crate::{
    account::types::{
        password::Password,
        second::{Code, PasskeyAnswer, Proof},
        user::User,
    },
    backend::backend,
    error::AppError,
    form::Form,
    profile::rules::violation::Violation,
};

pub use crate::account::types::second::Demand;

/// The name of the control for the current password.
pub(crate) const CURRENT_PASSWORD: &str = "current_password";

/// The name of the control for a code of an authenticator app.
pub(crate) const CODE: &str = "second-code";

/// The name of the control for a recovery code.
pub(crate) const RECOVERY: &str = "recovery-code";

/// The name of the hidden control for the answer of a passkey, which a script fills in.
pub(crate) const PASSKEY: &str = "passkey-answer";

/// The name of the hidden control with the challenge that it answers.
pub(crate) const CEREMONY: &str = "passkey-question";

/// Asks a user to authenticate again, unless they have done what is demanded in the last few
/// minutes (ASVS 5.0 V7.5.1). The form comes back with controls for it, and is otherwise unchanged.
///
/// # Errors
/// `Required`, `WrongPassword`, `WrongCode` or `PasskeyRefused` on one of the controls;
/// [`AppError::TooMany`] after too many failed attempts.
pub async fn ask_again(user: &User, form: &Form, demand: Demand) -> Result<(), AppError> {
    let shown = check_again(user, form, demand).await?;
    match shown {
        // Authentication for `Demand::Now` counts only for this form, which closes this account or
        // erases another one.
        Some(by_second) if demand != Demand::Now => {
            backend().sessions.reauthenticated(by_second).await
        }
        _ => Ok(()),
    }
}

/// Does the same as [`ask_again`], but leaves the session unchanged. Returns whether a second
/// factor was verified now, or `None` if nothing was demanded.
pub async fn check_again(
    user: &User,
    form: &Form,
    demand: Demand,
) -> Result<Option<bool>, AppError> {
    let sessions = backend().sessions.clone();
    if sessions.is_fresh(demand) {
        return Ok(None);
    }
    if let Some(control) = missing(form, demand)? {
        return Err(AppError::invalid(control, Violation::Required));
    }
    match read_proof(form)?.filter(|_| sessions.has_second()) {
        Some(proof) => check_proof(user, proof).await.map(|()| Some(true)),
        None => {
            let typed = form.one(CURRENT_PASSWORD)?.unwrap_or_default();
            let checked = check_current_password(user, typed).await;
            checked.map(|()| Some(false))
        }
    }
}

/// Returns the control that is empty, of those needed to authenticate again.
pub fn missing(form: &Form, demand: Demand) -> Result<Option<&'static str>, AppError> {
    let sessions = backend().sessions.clone();
    let has_second = sessions.has_second();
    if sessions.is_fresh(demand) || has_second && read_proof(form)?.is_some() {
        return Ok(None);
    }
    if has_second && demand != Demand::Recent {
        return Ok(Some(CODE));
    }
    let typed = form.one(CURRENT_PASSWORD)?.unwrap_or_default();
    Ok(typed.is_empty().then_some(CURRENT_PASSWORD))
}

/// Returns the proof in a form, or `None` if its controls are empty.
///
/// # Errors
/// `WrongCode` for text that cannot be a code.
pub fn read_proof(form: &Form) -> Result<Option<Proof>, AppError> {
    let answer = form.one(PASSKEY)?.unwrap_or_default();
    if !answer.is_empty() {
        return Ok(Some(Proof::Passkey(PasskeyAnswer {
            answer: answer.to_owned(),
            ceremony: form.one(CEREMONY)?.unwrap_or_default().to_owned(),
        })));
    }
    for control in [CODE, RECOVERY] {
        let typed = form.one(control)?.unwrap_or_default();
        if !typed.trim().is_empty() {
            let wrong = || AppError::invalid(control, Violation::WrongCode);
            return Code::parse(typed)
                .map(Proof::Code)
                .map(Some)
                .ok_or_else(wrong);
        }
    }
    Ok(None)
}

/// Checks a proof against the second factors of a user.
async fn check_proof(user: &User, proof: Proof) -> Result<(), AppError> {
    let refused = refused(&proof);
    match backend().factors.check(user.id, proof).await? {
        true => Ok(()),
        false => Err(refused),
    }
}

/// Returns the error for a proof that was rejected.
pub fn refused(proof: &Proof) -> AppError {
    match proof {
        Proof::Passkey(_) => AppError::invalid(PASSKEY, Violation::PasskeyRefused),
        Proof::Code(Code::App(_)) => AppError::invalid(CODE, Violation::WrongCode),
        Proof::Code(Code::Recovery(..)) => AppError::invalid(RECOVERY, Violation::WrongCode),
    }
}

/// Checks the text of the control for the current password.
///
/// # Errors
/// `WrongPassword` on that control; [`AppError::TooMany`] after too many failed attempts.
async fn check_current_password(user: &User, typed: &str) -> Result<(), AppError> {
    let right = match Password::given(typed) {
        Some(password) => backend().users.check_password(user.id, password).await?,
        None => false,
    };
    right.then_some(()).ok_or_else(wrong_password)
}

/// Returns the error for a wrong current password.
pub fn wrong_password() -> AppError {
    AppError::invalid(CURRENT_PASSWORD, Violation::WrongPassword)
}
