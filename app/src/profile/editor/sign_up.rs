//! The profile fields that sign-up asks for.

use leptos::prelude::*;

use super::control::Control;
use crate::{
    backend::backend, form::Form, profile::rules::schema::Field, rejected::RejectedForm, text,
    ui::Still,
};

/// The fields that sign-up asks for besides the account. Their audiences can be chosen later; until
/// then, the schema's defaults apply.
#[component]
pub fn SignUpFields() -> impl IntoView {
    sign_up_controls(Form::default())
}

/// Renders the controls of these fields, with initial values.
pub fn sign_up_controls(given: Form) -> AnyView {
    controls(given, Field::clone)
}

/// Renders the controls of these fields for a manager who fills them in for an invited user. None
/// is required, because the user can complete them.
pub fn given_controls() -> AnyView {
    controls(Form::default(), |field| Field {
        required: false,
        ..field.clone()
    })
}

/// Renders the controls, empty or with rejected input.
fn controls(given: Form, field: fn(&Field) -> Field) -> AnyView {
    let schema = backend().schema.clone();
    let refused = use_context::<RejectedForm>();
    let violations = refused
        .as_ref()
        .map(RejectedForm::violations)
        .unwrap_or_default();
    let form = refused.map_or(given, |refused| refused.form);
    let controls: Vec<_> = schema
        .sign_up_fields()
        .map(|asked| {
            let broken = violations.get(&asked.key);
            let error = broken.map(|broken| text::violation(&asked.label, broken));
            view! { <Control field=field(asked) start=form.clone() error/> }
        })
        .collect();
    controls.still()
}
