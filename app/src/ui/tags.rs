//! Several short things side by side.

use leptos::prelude::*;

use super::Inner;

/// Its children are list items.
#[component]
pub fn Tags(children: Inner) -> impl IntoView {
    view! { <ul class="tags">{children.still()}</ul> }
}
