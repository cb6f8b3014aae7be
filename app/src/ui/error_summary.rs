//! What is wrong with a form, at its top, each item a link to its control.
//!
//! After the GOV.UK error summary. `autofocus` brings a page that was refused
//! without script straight to it; an island focuses it by its id.

use leptos::prelude::*;

use super::control_id;
use crate::{error::Violations, profile::Violation, text};

#[component]
pub fn ErrorSummary(
    #[prop(into)] violations: Signal<Violations>,
    /// The label of a field; `None` for one that has no control to link to.
    label: impl Fn(&str) -> Option<String> + Send + Sync + Clone + 'static,
) -> impl IntoView {
    let items = move || {
        let item = |(field, violation): (&str, &Violation)| {
            let label = label(field);
            let href = label.is_some().then(|| format!("#{}", control_id(field)));
            let sentence = text::violation(label.as_deref().unwrap_or(field), violation);
            view! { <li><a href=href>{sentence}</a></li> }
        };
        violations.with(|violations| violations.iter().map(item).collect_view())
    };
    view! {
        <div
            id=ERROR_SUMMARY
            class="error-summary"
            hidden=move || violations.with(Violations::is_empty)
            role="alert"
            tabindex="-1"
            autofocus=move || violations.with(|violations| !violations.is_empty())
            aria-labelledby="error-summary-title"
        >
            <h2 id="error-summary-title">{text::PROBLEM}</h2>
            <ul>{items}</ul>
        </div>
    }
}

/// The id of the summary.
pub const ERROR_SUMMARY: &str = "error-summary";
