//! The button that asks for a passkey.
//!
//! Nothing but a script can ask for one. These few lines are in the page itself, as those of
//! passwords are; without them the button stays hidden, and the other ways are there.

use leptos::prelude::*;

use super::field::control_id;
use crate::{
    head::{HeadSlot, Script},
    text,
};

/// The button, and the hidden control for the answer. Once the passkey has answered, the
/// form is sent.
#[component]
pub fn PasskeyButton(
    /// The options for the browser, in JSON.
    options: String,
    words: &'static str,
    /// The name of the hidden control.
    name: &'static str,
    /// The reason why the answer before was refused.
    error: Option<String>,
    /// Offers passkeys as soon as the page is there, where the browser fills in the username.
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

/// The script of pages with a passkey, behind that of passwords.
///
/// A page that comes back has an answer that was used, so it is cleared. Enter sends a form that has
/// no other button, which asks first then. An error is told where somebody has asked, and not where
/// the same question is asked again. Comments would be sent with each page, so they are here.
pub const PASSKEY_SCRIPT: &str = concat!(include_str!("form.js"), include_str!("passkey.js"));
