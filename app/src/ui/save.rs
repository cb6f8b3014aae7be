//! The end of a form: its one button, and a way to leave without saving.

use leptos::prelude::*;

use crate::text;

/// The button of a form, with a link to leave it. The button is labelled with a verb and a noun,
/// and is never disabled.
#[component]
pub fn Save(
    words: &'static str,
    /// The page to go to without submitting the form.
    #[prop(into)]
    back: String,
    #[prop(default = text::cancel())] back_words: &'static str,
    /// `true` for an action that cannot be undone.
    #[prop(optional)]
    grave: bool,
) -> impl IntoView {
    let class = match grave {
        true => "button button-grave",
        false => "button",
    };
    view! {
        <div class="save">
            <button class=class>{words}</button>
            <a class="button button-quiet" href=back>{back_words}</a>
        </div>
    }
}
