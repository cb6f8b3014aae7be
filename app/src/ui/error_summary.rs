//! The summary of a form's problems, at its top, with links to the controls.
//!
//! Modelled on the GOV.UK error summary. On a page that was rejected without script, `autofocus`
//! moves the focus to the summary; an island focuses it by its id.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::field::control_id;
use crate::{
    error::{AppError, Violations},
    text,
};

/// A line of the summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub words: String,
    /// The control that it is about, or a page that helps.
    pub href: Option<String>,
    /// `true` to open that page in a new tab, so that the form stays as it is.
    pub new_tab: bool,
}

/// Returns the problems of a rejected form: the reason in `failure`, and the rules that its fields
/// break. `label` returns the label of a field, or `None` for a field without a control to link to.
pub fn problems(
    failure: Option<&AppError>,
    violations: &Violations,
    label: impl Fn(&str) -> Option<String>,
) -> Vec<Problem> {
    let line = |words: &str, href: Option<&str>| Problem {
        words: words.to_owned(),
        href: href.map(str::to_owned),
        new_tab: href.is_some(),
    };
    let mut problems = Vec::new();
    if let Some(error) = failure {
        problems.push(line(&text::form_error(error), None));
        if matches!(error, AppError::NotLoggedIn | AppError::FormOwnerChanged) {
            problems.push(line(text::log_in_new_tab(), Some("/login")));
        }
    }
    problems.extend(violations.iter().map(|(field, violation)| {
        let label = label(field);
        Problem {
            words: text::violation(label.as_deref().unwrap_or(field), violation),
            href: label.map(|_| format!("#{}", control_id(field))),
            new_tab: false,
        }
    }));
    problems
}

/// The summary, which is hidden while there are no problems.
#[component]
pub fn ErrorSummary(problems: Vec<Problem>) -> impl IntoView {
    let none = problems.is_empty();
    view! {
        <div
            id=ERROR_SUMMARY
            class="error-summary"
            hidden=none
            role="alert"
            tabindex="-1"
            autofocus=!none
            aria-labelledby="error-summary-title"
        >
            <h2 id="error-summary-title">{text::problem()}</h2>
            <ul>{problem_lines(&problems)}</ul>
        </div>
    }
}

/// Renders the lines of the summary.
pub fn problem_lines(problems: &[Problem]) -> impl IntoView + use<> {
    let line = |problem: &Problem| {
        let target = problem.new_tab.then_some("_blank");
        view! { <li><a href=problem.href.clone() target=target>{problem.words.clone()}</a></li> }
    };
    problems.iter().map(line).collect::<Vec<_>>()
}

/// The id of the summary.
pub const ERROR_SUMMARY: &str = "error-summary";
