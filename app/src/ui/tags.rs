//! Several short things side by side.

use leptos::prelude::*;

/// Its children are list items.
#[component]
pub fn Tags(children: Children) -> impl IntoView {
    view! { <ul class="tags">{children()}</ul> }
}
