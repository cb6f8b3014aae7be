//! The end of a form: its one button, and the way out without it.

use leptos::prelude::*;

use crate::text;

/// The button says what it does, verb and noun, and is never disabled.
#[component]
pub fn Save(
    words: &'static str,
    /// The page for somebody who decides against it.
    #[prop(into)]
    back: String,
    #[prop(default = text::cancel())] back_words: &'static str,
    /// Marks an action that cannot be undone.
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
