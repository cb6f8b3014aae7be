//! The fields of a profile that signing up asks for.

use leptos::prelude::*;

use super::control::Control;
use crate::{backend::backend, rejected::RejectedForm, text};

/// The fields that sign-up asks for besides the account. Their audience can be chosen
/// later; until then the schema's default counts.
#[component]
pub fn SignUpFields() -> impl IntoView {
    let schema = backend().schema.clone();
    let refused = use_context::<RejectedForm>();
    let violations = refused
        .as_ref()
        .map(RejectedForm::violations)
        .unwrap_or_default();
    let form = refused.map(|refused| refused.form).unwrap_or_default();
    let controls: Vec<_> = schema
        .sign_up_fields()
        .map(|field| {
            let broken = violations.get(&field.key);
            let error = broken.map(|broken| text::violation(&field.label, broken));
            view! { <Control field=field.clone() start=form.clone() error/> }
        })
        .collect();
    controls
}
