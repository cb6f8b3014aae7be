//! A control with its label, its hint and its error, as plain HTML that is never hydrated.
//!
//! `value` is only the initial attribute; the browser keeps what is typed. The paragraphs for hint
//! and error are always present, and may be empty, so that `ui/live_form.rs` only has to change
//! their text.

use leptos::prelude::*;

use super::Inner;
use crate::text;

/// The name and the texts that every control has.
#[derive(Debug, Clone, Default)]
pub struct Described {
    /// The name under which the value is sent.
    pub name: String,
    pub label: String,
    /// May be empty.
    pub hint: String,
    /// Advice on how to correct the value that was sent.
    pub error: Option<String>,
    /// Marks the control as optional beside its label. Required ones, which are the rule, are not
    /// marked.
    pub optional: bool,
}

/// A control with a single line. `kind` is HTML's input type.
#[component]
pub fn Input(
    described: Described,
    value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional, into)] autocomplete: String,
    /// `false` for values that are in no dictionary: names, addresses, numbers.
    #[prop(default = true)]
    spellcheck: bool,
) -> impl IntoView {
    let control = described.attributes();
    let required = !described.optional;
    let capitals = match spellcheck {
        true => None,
        // Phones then capitalise each word of a name.
        false if autocomplete.ends_with("-name") || autocomplete == "name" => Some("words"),
        false => Some("none"),
    };
    view! {
        <Field described>
            <input
                id=control.id
                name=control.name
                type=kind
                value=value
                dir="auto"
                autocomplete=(!autocomplete.is_empty()).then_some(autocomplete)
                inputmode=inputmode
                required=required
                autocapitalize=capitals
                spellcheck=(!spellcheck).then_some("false")
                aria-describedby=control.described_by
                aria-invalid=control.invalid
            />
        </Field>
    }
}

/// A control for a file. `accept` is that of HTML: a hint to the browser, not a rule.
#[component]
pub fn FileInput(described: Described, accept: &'static str) -> impl IntoView {
    let control = described.attributes();
    view! {
        <Field described>
            <input
                id=control.id
                name=control.name
                type="file"
                accept=accept
                aria-describedby=control.described_by
                aria-invalid=control.invalid
            />
        </Field>
    }
}

/// A control to choose one of several options, which are its children.
#[component]
pub fn Select(described: Described, children: Inner) -> impl IntoView {
    let control = described.attributes();
    view! {
        <Field described>
            <select id=control.id name=control.name aria-describedby=control.described_by aria-invalid=control.invalid>
                {children.still()}
            </select>
        </Field>
    }
}

/// A group of controls that answer one question.
#[component]
pub fn Fieldset(described: Described, children: Inner) -> impl IntoView {
    let control = described.attributes();
    view! {
        // The error summary links here, so this has to be focusable.
        <fieldset id=control.id.clone() class="field" tabindex="-1" aria-describedby=control.described_by>
            <legend>{label_text(&described)}</legend>
            {notes(&control.id, described)}
            {children.still()}
        </fieldset>
    }
}

/// A label with its notes, and a control as its child.
#[component]
pub fn Field(described: Described, children: Inner) -> impl IntoView {
    let id = control_id(&described.name);
    view! {
        <div class="field">
            <label for=id.clone()>{label_text(&described)}</label>
            {notes(&id, described)}
            {children.still()}
        </div>
    }
}

/// Returns the id of a control, for labels and links. It is not the bare name: an element with the
/// id `submit` or `name` shadows a property of its form.
pub fn control_id(name: &str) -> String {
    format!("f-{}", name.replace('.', "-"))
}

/// Returns the id of the paragraph with a control's hint.
pub(super) fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

/// Returns the id of the paragraph with a control's error.
pub(super) fn error_id(id: &str) -> String {
    format!("{id}-error")
}

/// The attributes that connect a control with its texts (WCAG 1.3.1, 3.3.1).
pub(super) struct Attributes {
    pub id: String,
    pub name: String,
    pub described_by: String,
    pub invalid: Option<&'static str>,
}

impl Described {
    pub(super) fn attributes(&self) -> Attributes {
        let id = control_id(&self.name);
        Attributes {
            described_by: format!("{} {}", hint_id(&id), error_id(&id)),
            name: self.name.clone(),
            invalid: self.error.is_some().then_some("true"),
            id,
        }
    }
}

fn label_text(described: &Described) -> impl IntoView + use<> {
    let optional = described
        .optional
        .then(|| view! { " "<span class="optional">{text::optional()}</span> });
    (described.label.clone(), optional)
}

fn notes(id: &str, described: Described) -> impl IntoView + use<> {
    view! {
        <p class="hint" id=hint_id(id)>{(!described.hint.is_empty()).then_some(described.hint)}</p>
        <p class="error" id=error_id(id)>{described.error}</p>
    }
}
