//! A card of links to pages of one concern.

use leptos::prelude::*;

/// Its children stand above the links.
#[component]
pub fn LinkCard(
    title: &'static str,
    /// Path and words.
    links: Vec<(&'static str, &'static str)>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let link = |(href, words)| view! { <li><a href=href>{words}</a></li> };
    let links: Vec<_> = links.into_iter().map(link).collect();
    view! {
        <section class="card link-card">
            <h2>{title}</h2>
            {children.map(|children| children())}
            <ul>{links}</ul>
        </section>
    }
}
