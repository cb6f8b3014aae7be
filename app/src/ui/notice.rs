//! The notice of what has just been done, shown once at the top of the next page.

use leptos::prelude::*;

use crate::location::query_param;

/// Read aloud when the page opens; nothing on it waits for an answer.
#[component]
pub fn Notice(#[prop(into)] words: String) -> impl IntoView {
    view! { <p class="notice" role="status">{words}</p> }
}

/// The words of the first of these names that is in the query of the page: a form that
/// was accepted leads to its page with such a name.
pub fn query_notice<W: Clone>(known: &[(&str, W)]) -> Option<W> {
    let mut known = known.iter();
    let told = known.find(|(name, _)| query_param(name).is_some());
    told.map(|(_, words)| words.clone())
}
