//! The notice about what has just been done, shown once at the top of the next page.

use leptos::prelude::*;

use crate::location::query_param;

/// A notice that is read aloud when the page opens, and that needs no response.
#[component]
pub fn Notice(#[prop(into)] words: String) -> impl IntoView {
    view! { <p class="notice" role="status">{words}</p> }
}

/// Returns the words for the first of these names that is in the query of the page. An accepted
/// form leads to its page with such a name.
pub fn query_notice<W: Clone>(known: &[(&str, W)]) -> Option<W> {
    let mut known = known.iter();
    let told = known.find(|(name, _)| query_param(name).is_some());
    told.map(|(_, words)| words.clone())
}
