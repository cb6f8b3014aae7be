//! A form of an account, as it is shown: empty, or as it was rejected.

use leptos::prelude::*;

use crate::{
    account::api::again::{CODE, CURRENT_PASSWORD, PASSKEY, RECOVERY},
    backend::backend,
    error::{AppError, Violations},
    form::Form,
    guard::home_of,
    location::query_param,
    next::{NEXT, OwnPath},
    rejected::RejectedForm,
    text,
    ui::{Described, Problem, Still, control_id, problems},
    viewer::{Newcomer, current_owner},
};

/// The state of a form on an account page: empty, or as it was rejected.
pub(crate) struct AccountForm {
    form: Form,
    violations: Violations,
    failure: Option<AppError>,
    pub(super) next: Option<OwnPath>,
}

impl AccountForm {
    pub(crate) fn of_this_page() -> AccountForm {
        let refused = use_context::<RejectedForm>();
        let violations = refused
            .as_ref()
            .map(RejectedForm::violations)
            .unwrap_or_default();
        let failure = refused.as_ref().and_then(RejectedForm::failure);
        let form = refused.map(|refused| refused.form).unwrap_or_default();
        let asked = query_param(NEXT);
        let next = asked.as_deref().or(form.get(NEXT)).and_then(OwnPath::parse);
        AccountForm {
            form,
            violations,
            failure,
            next,
        }
    }

    /// Returns the reason why the form was rejected, unless it is a violation of a field.
    pub(crate) fn failure(&self) -> Option<&AppError> {
        self.failure.as_ref()
    }

    pub(crate) fn refused(&self) -> bool {
        self.failure.is_some() || !self.violations.is_empty()
    }

    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.problems_of(label)
    }

    /// Returns the problems of the form. `label` returns the label of a control on this page.
    pub(crate) fn problems_of(&self, label: fn(&str) -> Option<String>) -> Vec<Problem> {
        let label = |name: &str| label(name).or_else(|| label_again(name));
        let mut problems = problems(self.failure.as_ref(), &self.violations, label);
        // Passwords are not filled in again.
        if self.failure.is_some() {
            let again = |name| {
                Some(Problem {
                    words: text::enter_again(&label(name)?),
                    href: Some(format!("#{}", control_id(name))),
                    new_tab: false,
                })
            };
            problems.extend(self.form.secrets().filter_map(again));
        }
        problems
    }

    pub(crate) fn described(&self, name: &str, label: &str, hint: String) -> Described {
        let error = self
            .violations
            .get(name)
            .map(|violation| text::violation(label, violation));
        Described {
            name: name.to_owned(),
            label: label.to_owned(),
            hint,
            error,
            optional: false,
        }
    }

    pub(crate) fn value(&self, name: &str) -> String {
        self.form.get(name).unwrap_or_default().to_owned()
    }
}

fn label(name: &str) -> Option<String> {
    let label = match name {
        "username" => text::username(),
        "email" => text::email(),
        "password" => text::password(),
        key => return backend().schema.field(key).map(|field| field.label.clone()),
    };
    Some(label.to_owned())
}

/// Returns the label of a control for authenticating again.
fn label_again(name: &str) -> Option<String> {
    let label = match name {
        CURRENT_PASSWORD => text::password_again(),
        CODE => text::code(),
        RECOVERY => text::recovery_code(),
        PASSKEY => text::passkey(),
        _ => return None,
    };
    Some(label.to_owned())
}

pub(super) fn hidden_next(next: Option<&OwnPath>) -> impl IntoView + use<> {
    next.map(|next| view! { <input type="hidden" name=NEXT value=next.as_str().to_owned()/> })
}

/// Returns the page that account pages link back to. For a newcomer who cannot open the settings
/// yet, it is the page that says what they lack.
pub(crate) fn settings_page() -> &'static str {
    match use_context::<Newcomer>() {
        Some(newcomer) if current_owner().is_none() => home_of(&newcomer),
        _ => "/settings",
    }
}

/// A form that consists of one button.
pub(crate) struct OneButton {
    pub action: String,
    /// The username of the user who sends it.
    pub owner: String,
    /// The names and values of hidden controls.
    pub hidden: Vec<(&'static str, String)>,
    pub words: &'static str,
    /// The accessible name, which tells the button from others with the same words.
    pub name: String,
}

pub(crate) fn one_button(button: OneButton) -> AnyView {
    let hidden: Vec<_> = button
        .hidden
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect();
    view! {
        <form method="post" action=button.action>
            <input type="hidden" name=Form::OWNER value=button.owner/>
            {hidden}
            <button class="button button-quiet" aria-label=button.name>{button.words}</button>
        </form>
    }
    .still()
}
