//! The messages of the form: why a picture was rejected, and the progress of its upload.

use web_sys::{HtmlElement, HtmlInputElement};

use super::dom::{PICTURE_VALUE, element, input};
use crate::{
    error::Violations,
    profile::rules::{
        length::within,
        picture::{ALT, AVATAR, Picture},
        violation::Violation,
    },
    text,
    ui::{ERROR_SUMMARY, Refusal, control_id, live_form, problems},
};

/// Shows why the form was rejected: beside the control concerned and, on the page of the picture,
/// at its top. In the editor, the summary is that of the profile.
pub fn show(refusal: &Refusal) {
    let label = |name: &str| match name {
        ALT => text::alt(),
        _ => text::picture_file(),
    };
    let mut refused = control_id(AVATAR);
    for (name, violation) in refusal.violations.iter() {
        let words = text::violation(label(name), violation);
        live_form::show_error(name, Some(&words));
        refused = control_id(name);
    }
    if let Some(failure) = refusal.failure.first() {
        live_form::show_error(AVATAR, Some(&failure.words));
    }
    let broken = problems(None, &refusal.violations, |name| {
        Some(label(name).to_owned())
    });
    live_form::mark_title();
    if input(PICTURE_VALUE).is_some() {
        live_form::focus(&refused);
        return;
    }
    live_form::show_summary(&[broken, refusal.failure.clone()].concat());
    live_form::focus(ERROR_SUMMARY);
}

/// Removes an error as soon as it is corrected, and the summary together with the last one.
pub fn recheck() {
    let (Some(file), Some(alt)) = (input(&control_id(AVATAR)), input(&control_id(ALT))) else {
        return;
    };
    let is_refused = |input: &HtmlInputElement| input.has_attribute("aria-invalid");
    if !is_refused(&alt) || within(alt.value().trim(), Picture::MAX_ALT).is_err() {
        return;
    }
    match is_refused(&file) {
        true => live_form::show_error(ALT, None),
        false => clear_errors(),
    }
}

/// Removes all errors of the picture. The editor beside it may have errors of its own.
pub fn clear_errors() {
    live_form::show_error(AVATAR, None);
    live_form::show_error(ALT, None);
    if input(PICTURE_VALUE).is_none() {
        live_form::show_summary(&[]);
    }
    if element::<HtmlElement>(ERROR_SUMMARY).is_none_or(|summary| summary.hidden()) {
        live_form::unmark_title();
    }
}

pub fn reject(violation: &Violation) {
    show(&Refusal {
        violations: Violations::of(AVATAR, violation.clone()),
        ..Refusal::default()
    });
}

/// Shows the text in the status line, which screen readers announce.
pub fn announce(words: &str) {
    if let Some(status) = element::<HtmlElement>("crop-status") {
        status.set_text_content(Some(words));
    }
}
