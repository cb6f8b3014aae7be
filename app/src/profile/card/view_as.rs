//! The links with which owners see their profile as others do.

use leptos::prelude::*;

use crate::{
    profile::rules::{
        schema::Schema,
        view_as::{ME, VIEW_AS, kinds},
    },
    text,
};

/// The links that switch between viewers. They work without JavaScript; in the editor, a click
/// switches the preview instead.
#[component]
pub fn ViewAs(
    schema: Schema,
    current: String,
    /// The target of the links, for use beside a form whose input would be lost by leaving the
    /// page.
    #[prop(optional)]
    target: Option<&'static str>,
) -> impl IntoView {
    let links: Vec<_> = kinds(&schema)
        .map(|(key, label)| {
            let here = (key == current).then_some("true");
            let href = match key {
                ME => "/profile".to_owned(),
                key => format!("/profile?{VIEW_AS}={key}"),
            };
            view! { <li><a href=href data-as=key.to_owned() target=target aria-current=here>{label}</a></li> }
        })
        .collect();
    view! {
        <nav class="view-as" aria-label=text::view_as()>
            <span aria-hidden="true">{text::view_as()}</span>
            <ul>{links}</ul>
        </nav>
    }
}
