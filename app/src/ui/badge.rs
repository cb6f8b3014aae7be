//! A word beside a heading or a label.

use leptos::prelude::*;

#[component]
pub fn Badge(words: &'static str) -> impl IntoView {
    view! { <span class="badge">{words}</span> }
}
