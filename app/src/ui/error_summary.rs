//! The summary of a form's problems, at its top, each a link to its control.
//!
//! Modelled on the GOV.UK error summary. `autofocus` takes the reader of a page that
//! was rejected without script straight to the summary; an island focuses it by its
//! id.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::field::control_id;
use crate::{
    error::{AppError, Violations},
    text,
};

/// One line of the summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub words: String,
    /// The control it is about, or a page that helps.
    pub href: Option<String>,
    /// Opens that page in another tab, so that the form stays as it is.
    pub new_tab: bool,
}

/// The problems of a form that was refused: for a reason of its own (`failure`),
/// and for the rules that its fields break. `label` gives the label of a field,
/// `None` for one that has no control to link to.
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

/// The summary; hidden while there is no problem.
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

/// The lines of the summary.
pub fn problem_lines(problems: &[Problem]) -> impl IntoView + use<> {
    let line = |problem: &Problem| {
        let target = problem.new_tab.then_some("_blank");
        view! { <li><a href=problem.href.clone() target=target>{problem.words.clone()}</a></li> }
    };
    problems.iter().map(line).collect::<Vec<_>>()
}

/// The id of the summary.
pub const ERROR_SUMMARY: &str = "error-summary";
