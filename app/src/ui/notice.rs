//! The notice of what has just been done, shown once at the top of the next page.

use leptos::prelude::*;

/// Read aloud when the page opens; nothing on it waits for an answer.
#[component]
pub fn Notice(#[prop(into)] words: String) -> impl IntoView {
    view! { <p class="notice" role="status">{words}</p> }
}
