//! A form in the browser, for islands: read it, send it, and say what is wrong with it.
//!
//! The controls are plain HTML that no island hydrates. Hydrating them would
//! make the wasm larger by a quarter, to change two texts; here those are changed.

use leptos::prelude::document;
use server_fn::{ContentType, Decodes, codec::PostcardEncoding, error::FromServerFnError};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    Element, FormData, HtmlElement, HtmlFormElement, XmlHttpRequest, XmlHttpRequestResponseType,
};

use super::{
    error_summary::{ERROR_SUMMARY, Problem},
    field::{control_id, error_id, hint_id},
};
use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
    text,
};

/// Reads the form with the given id, in the order of its controls.
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

/// Sends a form to where the browser would send it, and has it answered for code. The
/// client of server functions is not used: it reads whatever comes with a status of
/// an error as an error of ours, the page of a proxy too.
pub fn post(address: &str, form: &Form, on_end: impl FnOnce(Result<OwnPath, AppError>) + 'static) {
    let Ok(request) = XmlHttpRequest::new() else {
        return on_end(Err(AppError::Unreachable));
    };
    let body = form.encode();
    let (sent, size) = (request.clone(), body.len() as u64);
    let opened = request
        .open("POST", address)
        .and_then(|()| request.set_request_header("Accept", PostcardEncoding::CONTENT_TYPE))
        .and_then(|()| request.set_request_header("Content-Type", FormBody::CONTENT_TYPE));
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    let on_end = Closure::once_into_js(move || {
        on_end(read_response(&sent, size).unwrap_or(Err(AppError::Unreachable)));
    });
    request.set_onloadend(Some(on_end.unchecked_ref()));
    // They fail for a header, an address or a state that none of ours is.
    let _ = opened.and_then(|()| request.send_with_opt_str(Some(&body)));
}

/// Reads the server's answer to a request of `bytes` bytes; `None` if the request was
/// broken off. An answer that is not in our own encoding comes from a proxy, or from
/// something else on the way.
pub fn read_response(request: &XmlHttpRequest, bytes: u64) -> Option<Result<OwnPath, AppError>> {
    let status = request.status().unwrap_or_default();
    let body = request.response().unwrap_or_default();
    if status == 0 || body.is_null() {
        // Broken off, by somebody or something.
        return None;
    }
    let kind = request.get_response_header("content-type").ok().flatten();
    if kind.as_deref() != Some(PostcardEncoding::CONTENT_TYPE) {
        return Some(Err(match status {
            413 => AppError::ProxyLimit { bytes },
            _ => AppError::Proxy { status },
        }));
    }
    let body = js_sys::Uint8Array::new(&body).to_vec().into();
    Some(match status {
        200 => PostcardEncoding::decode(body).map_err(|_| AppError::Unreachable),
        _ => Err(AppError::de(body)),
    })
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
