//! The button that asks for a passkey.
//!
//! Only a script can do that. Its few lines are in the page itself, like those for passwords;
//! without them the button stays hidden, and the other ways remain.

use leptos::prelude::*;

use super::field::control_id;
use crate::{
    head::{HeadSlot, Script},
    text,
};

/// The button, and the hidden control for the response of the passkey, after which the form is
/// submitted.
#[component]
pub fn PasskeyButton(
    /// The options for the browser, as JSON.
    options: String,
    words: &'static str,
    /// The name of the hidden control.
    name: &'static str,
    /// The reason why the previous response was rejected.
    error: Option<String>,
    /// Offers passkeys as soon as the page is loaded, in the browser's autofill for the username.
    #[prop(optional)]
    at_once: bool,
) -> impl IntoView {
    expect_context::<HeadSlot>().need(Script::Passkey);
    view! {
        <div class="field passkey" id=control_id(name) hidden>
            <p class="error" role="status">{error}</p>
            <input type="hidden" name=name/>
            <button
                type="button"
                class="button button-quiet"
                data-passkey=options
                data-at-once=at_once.then_some("")
                data-failed=text::passkey_failed()
            >
                {words}
            </button>
        </div>
    }
}

/// The script of pages with a passkey, after that for passwords.
///
/// A page that the browser restores contains a response that has been used, so the response is
/// cleared. Enter submits a form that has no other button; the passkey is then asked for first. An
/// error is shown if the user started the request, but not if the same request is repeated.
/// Comments in the script would be sent with each page, so they are here.
pub const PASSKEY_SCRIPT: &str = concat!(include_str!("form.js"), include_str!("passkey.js"));
