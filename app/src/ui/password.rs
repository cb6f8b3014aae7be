//! The control for a password, with a button that reveals it.
//!
//! The button, the note about Caps Lock, and the prevention of double submits need a script. That
//! of an island would be a hundred times as large as these few lines, so the page contains them
//! inline (`form.js`), and without them the button stays hidden.

use leptos::prelude::*;

use super::field::{Described, Field};
use crate::{
    head::{HeadSlot, Script},
    text,
};

#[component]
pub fn PasswordInput(
    described: Described,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
) -> impl IntoView {
    expect_context::<HeadSlot>().need(Script::Form);
    let control = described.attributes();
    let caps = format!("{}-caps", control.id);
    view! {
        <Field described>
            <div class="password">
                <input
                    id=control.id.clone()
                    name=control.name
                    type="password"
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    dir="auto"
                    required
                    aria-describedby=format!("{} {caps}", control.described_by)
                    aria-invalid=control.invalid
                />
                <button type="button" class="reveal" aria-controls=control.id aria-pressed="false" hidden>
                    {text::show_password()}
                </button>
            </div>
            <p class="hint caps" id=caps data-words=text::caps_lock() aria-live="polite"></p>
        </Field>
    }
}

/// The script that reveals a password on a page without an island. The password is hidden again
/// before the form is submitted, so that no browser remembers it as text. A double click submits
/// the form once; some seconds later, a click may be another attempt.
pub const FORM_SCRIPT: &str = include_str!("form.js");
