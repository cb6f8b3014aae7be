//! A form in the browser, for islands: read it, and say what is wrong with it.
//!
//! The controls are plain HTML that no island hydrates. Hydrating them would
//! make the wasm larger by a quarter, to change two texts; here those are changed.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, FormData, HtmlElement, HtmlFormElement};

use super::{
    error_summary::{ERROR_SUMMARY, Problem},
    field::{control_id, error_id, hint_id},
};
use crate::{form::Form, text};

/// What the form with that id holds, in the order of its controls.
pub fn read_form(id: &str) -> Form {
    let form = element(id).and_then(|element| element.dyn_into::<HtmlFormElement>().ok());
    let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else {
        return Form::default();
    };
    let pairs = data.entries().into_iter().flatten().filter_map(|entry| {
        let entry = js_sys::Array::from(&entry);
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    });
    pairs.collect()
}

/// Submits the form as the browser does without script.
pub fn submit(id: &str) {
    let form = element(id).and_then(|element| element.dyn_into::<HtmlFormElement>().ok());
    // It fails for a form that is gone, which has nothing to send.
    let _ = form.map(|form| form.submit());
}

/// Shows what is wrong with a control; nothing for `None`.
pub fn show_error(name: &str, error: Option<&str>) {
    let id = control_id(name);
    set_text(&error_id(&id), error.unwrap_or_default());
    // A date has three.
    for part in ["", "-day", "-month", "-year"] {
        let control = element(&format!("{id}{part}"));
        let Some(control) = control.filter(|control| control.tag_name() != "FIELDSET") else {
            continue;
        };
        // They fail for an invalid name, which this is not.
        let _ = match error {
            Some(_) => control.set_attribute("aria-invalid", "true"),
            None => control.remove_attribute("aria-invalid"),
        };
    }
}

/// Fills a summary that no island hydrates; without problems it is hidden.
pub fn show_summary(problems: &[Problem]) {
    let summary = element(ERROR_SUMMARY).and_then(|summary| summary.dyn_into::<HtmlElement>().ok());
    let Some(summary) = summary else { return };
    summary.set_hidden(problems.is_empty());
    let Ok(Some(list)) = summary.query_selector("ul") else {
        return;
    };
    list.set_text_content(None);
    for problem in problems {
        // They fail for an invalid name and for a place inside itself, which none is.
        let _ = line(problem).and_then(|line| list.append_child(&line).map(drop));
    }
}

fn line(problem: &Problem) -> Result<Element, JsValue> {
    let (line, link) = (
        document().create_element("li")?,
        document().create_element("a")?,
    );
    link.set_text_content(Some(&problem.words));
    if let Some(href) = &problem.href {
        link.set_attribute("href", href)?;
    }
    if problem.new_tab {
        link.set_attribute("target", "_blank")?;
    }
    line.append_child(&link)?;
    Ok(line)
}

/// Changes a control's hint.
pub fn show_hint(name: &str, hint: &str) {
    set_text(&hint_id(&control_id(name)), hint);
}

/// Says in the title of the page that a form was refused.
pub fn mark_title() {
    let title = document().title();
    if !title.starts_with(text::error_prefix()) {
        document().set_title(&(text::error_prefix().to_owned() + &title));
    }
}

/// Takes that back.
pub fn unmark_title() {
    if let Some(title) = document().title().strip_prefix(text::error_prefix()) {
        document().set_title(title);
    }
}

/// Brings somebody to an element.
pub fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // It fails for an element that is gone, which needs no focus.
        let _ = element.focus();
    }
}

fn set_text(id: &str, text: &str) {
    if let Some(element) = element(id)
        && element.text_content().as_deref() != Some(text)
    {
        element.set_text_content(Some(text));
    }
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}
