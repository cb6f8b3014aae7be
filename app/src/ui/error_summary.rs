//! What is wrong with a form, at its top: the summary of its errors, each a link
//! to its control, and the reason why it was not taken at all.
//!
//! After the GOV.UK error summary. `autofocus` brings a page that was refused
//! without script straight to it; an island focuses it by its id.

use leptos::prelude::*;

use super::control_id;
use crate::{
    error::{AppError, Violations},
    profile::Violation,
    text,
};

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

/// Why a form was not taken, where it is for no rule of a field, and what to do.
#[component]
pub fn Failure(#[prop(into)] error: Signal<Option<AppError>>) -> impl IntoView {
    let words = move || {
        error.get().map(|error| {
            let link = text::form_error_link(&error).map(|(href, words)| {
                view! { <p><a href=href target="_blank">{words}</a></p> }
            });
            view! {
                <p>{text::form_error(&error)}</p>
                {link}
            }
        })
    };
    view! {
        <div
            id=FAILURE
            class="error-summary"
            hidden=move || error.with(Option::is_none)
            role="alert"
            tabindex="-1"
            autofocus=move || error.with(Option::is_some)
        >
            {words}
        </div>
    }
}

/// The id of what [`Failure`] shows.
pub const FAILURE: &str = "failure";
/// The id of the summary.
pub const ERROR_SUMMARY: &str = "error-summary";
