//! The control for a password, with a button that shows what was typed.
//!
//! The button, the note about Caps Lock, and taking a double click for one form need
//! a script. That of an island would be a hundred times as large as these few lines,
//! so the page carries them itself (`form.js`), and without them the button stays
//! hidden.

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

/// The script that shows a password on a page without an island. It is hidden again before the form
/// is sent, so that no browser remembers it as a text. A double click is one form; some seconds later
/// it may be another try.
pub const FORM_SCRIPT: &str = include_str!("form.js");
