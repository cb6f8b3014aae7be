//! A card of links to pages of one concern.

use leptos::prelude::*;

use super::Inner;

/// Its children stand above the links.
#[component]
pub fn LinkCard(
    title: &'static str,
    /// Path and words.
    links: Vec<(&'static str, &'static str)>,
    #[prop(optional)] children: Option<Inner>,
) -> impl IntoView {
    let link = |(href, words)| view! { <li><a href=href>{words}</a></li> };
    let links: Vec<_> = links.into_iter().map(link).collect();
    view! {
        <section class="card link-card">
            <h2>{title}</h2>
            {children.map(Inner::still)}
            <ul>{links}</ul>
        </section>
    }
}
