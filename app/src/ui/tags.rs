//! Several short things side by side.

use leptos::prelude::*;

/// Its children are list items. They are no [`Inner`](super::Inner), for the preview of the editor
/// has them too.
#[component]
pub fn Tags(children: Children) -> impl IntoView {
    view! { <ul class="tags">{children()}</ul> }
}
