//! Several short texts side by side.

use leptos::prelude::*;

/// A list of tags, whose children are list items. They are not an [`Inner`](super::Inner), because
/// the preview of the editor uses them too.
#[component]
pub fn Tags(children: Children) -> impl IntoView {
    view! { <ul class="tags">{children()}</ul> }
}
