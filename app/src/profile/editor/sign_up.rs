//! The fields of a profile that signing up asks for.

use leptos::prelude::*;

use super::control::Control;
use crate::{
    backend::backend, form::Form, profile::rules::schema::Field, rejected::RejectedForm, text,
    ui::Still,
};

/// The fields that sign-up asks for besides the account. Their audience can be chosen
/// later; until then the schema's default counts.
#[component]
pub fn SignUpFields() -> impl IntoView {
    sign_up_controls(Form::default())
}

/// The controls of these fields, with values to begin with.
pub fn sign_up_controls(given: Form) -> AnyView {
    controls(given, Field::clone)
}

/// The controls of these fields for who fills them in for somebody else, who can do the rest.
pub fn given_controls() -> AnyView {
    controls(Form::default(), |field| Field {
        required: false,
        ..field.clone()
    })
}

/// Controls, empty or as they were rejected.
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
