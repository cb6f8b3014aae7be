//! The controls for authenticating again, on a sensitive form.

use leptos::prelude::*;

use super::form::AccountForm;
use crate::{
    account::{
        api::again::{CEREMONY, CODE, CURRENT_PASSWORD, PASSKEY, RECOVERY},
        types::{
            second::{Ceremony, Demand, OwnFactors},
            user::{User, UserId},
        },
    },
    backend::backend,
    error::AppError,
    text,
    ui::{Input, PasskeyButton, PasswordInput, Still},
};

/// The controls that a form needs.
pub(crate) enum Again {
    /// None: what is demanded was verified in the last few minutes.
    Fresh,
    /// The control for the password, with a sentence about why if that is not obvious.
    Password { why: bool },
    Second {
        controls: SecondControls,
        or_password: bool,
    },
}

/// The controls for a second factor.
pub(crate) struct SecondControls {
    own: OwnFactors,
    ceremony: Option<Ceremony>,
}

impl SecondControls {
    pub(super) async fn load(user: UserId) -> Result<SecondControls, AppError> {
        let factors = backend().factors.clone();
        let own = factors.own(user).await?;
        let asks = !own.passkeys.is_empty() && factors.takes_passkeys();
        let ceremony = match asks {
            true => Some(factors.ask_passkey(Some(user)).await?),
            false => None,
        };
        Ok(SecondControls { own, ceremony })
    }

    pub(super) fn view(self, form: &AccountForm, optional: bool) -> AnyView {
        let app = self.own.app.is_some().then(|| {
            let hint = text::code_hint().to_owned();
            let mut described = form.described(CODE, text::code(), hint);
            described.optional = optional;
            view! {
                <Input described value=String::new() inputmode="numeric" autocomplete="one-time-code" spellcheck=false/>
            }
        });
        // An empty form is reported on `CODE`, so without an app, this is the name of the other
        // control for a code.
        let name = match app {
            Some(_) => RECOVERY,
            None => CODE,
        };
        let recovery = self.own.recovery.is_some().then(|| {
            let described = form.described(name, text::recovery_code(), String::new());
            let open = described.error.is_some() || app.is_none();
            view! {
                <details open=open>
                    <summary>{text::use_recovery_code()}</summary>
                    <Input described value=String::new() autocomplete="off" spellcheck=false/>
                </details>
            }
        });
        let passkey = self.ceremony.map(|ceremony| {
            let error = form.described(PASSKEY, "", String::new()).error;
            view! {
                <PasskeyButton options=ceremony.options words=text::use_passkey() name=PASSKEY error/>
                <input type="hidden" name=CEREMONY value=ceremony.sealed/>
                <noscript><p class="hint">{text::passkey_needs_script()}</p></noscript>
            }
        });
        view! { {app} {passkey} {recovery} }.still()
    }
}

impl Again {
    pub(crate) async fn load(user: &User, demand: Demand) -> Result<Again, AppError> {
        let sessions = backend().sessions.clone();
        if sessions.is_fresh(demand) {
            return Ok(Again::Fresh);
        }
        if !sessions.has_second() {
            return Ok(Again::Password {
                why: demand != Demand::Now,
            });
        }
        let controls = SecondControls::load(user.id).await?;
        Ok(Again::Second {
            or_password: demand == Demand::Recent && controls.own.has_password,
            controls,
        })
    }

    pub(crate) fn is_fresh(&self) -> bool {
        matches!(self, Again::Fresh)
    }

    pub(crate) fn view(self, form: &AccountForm) -> Option<AnyView> {
        let password = |why: bool| {
            let hint = match why {
                true => text::password_again_hint(),
                false => "",
            };
            let described =
                form.described(CURRENT_PASSWORD, text::password_again(), hint.to_owned());
            view! { <PasswordInput described autocomplete="current-password"/> }.still()
        };
        match self {
            Again::Fresh => None,
            Again::Password { why } => Some(password(why)),
            Again::Second {
                controls,
                or_password,
            } => {
                let password = or_password.then(|| password(true));
                let second = controls.view(form, or_password);
                Some(view! { {password} {second} }.still())
            }
        }
    }
}
