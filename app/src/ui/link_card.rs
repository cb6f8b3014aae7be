//! A card of links to pages on one subject.

use leptos::prelude::*;

use super::Inner;

/// A card of links. Its children are shown above them.
#[component]
pub fn LinkCard(
    title: &'static str,
    /// The path and the text of each link.
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
