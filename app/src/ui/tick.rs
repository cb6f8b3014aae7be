//! A checkbox or a radio button, with its label around it.

use leptos::prelude::*;

#[component]
pub fn Tick(
    /// `checkbox` or `radio`.
    kind: &'static str,
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    ticked: bool,
    /// The language of the label, if it is not that of the page.
    #[prop(optional)]
    lang: Option<&'static str>,
) -> impl IntoView {
    view! {
        <label class="tick">
            <input type=kind name=name value=value checked=ticked/>
            <span lang=lang>{label}</span>
        </label>
    }
}
