//! A form in the browser, for islands: read it, send it, and show what is wrong with it.
//!
//! Forms are plain HTML that no island hydrates. Hydrating them would make the wasm larger by a
//! third, only to change a few texts; these functions change them instead.

use leptos::{
    prelude::{Render, document, window},
    tachys::view::Mountable,
};
use server_fn::{ContentType, Decodes, codec::PostcardEncoding};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    Element, Event, EventTarget, FormData, HtmlElement, HtmlFormElement, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

use super::{
    error_summary::{ERROR_SUMMARY, Problem, problem_lines},
    field::{control_id, error_id, hint_id},
    refusal::Refusal,
};
use crate::{
    form::{Form, FormBody},
    next::OwnPath,
    text,
};

/// Reads the form with this id, in the order of its controls.
pub fn read_form(id: &str) -> Form {
    let Some(data) = form_element(id).and_then(|form| FormData::new_with_form(&form).ok()) else {
        return Form::default();
    };
    let pairs = data.entries().into_iter().flatten().filter_map(|entry| {
        let entry = js_sys::Array::from(&entry);
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    });
    pairs.collect()
}

/// Calls `handle` for these events of an element and its descendants, before the targets receive
/// them. One closure for all events takes less wasm than one for each.
pub fn listen(id: &str, events: &[&str], handle: impl FnMut(Event) + 'static) {
    if let Some(element) = element(id) {
        listen_on(&element, events, Box::new(handle));
    }
}

/// Calls `handle` for these events of the window.
pub fn listen_everywhere(events: &[&str], handle: impl FnMut(Event) + 'static) {
    listen_on(&window(), events, Box::new(handle));
}

fn listen_on(target: &EventTarget, events: &[&str], handle: Box<dyn FnMut(Event)>) {
    let handle = Closure::wrap(handle).into_js_value();
    for event in events {
        // Fails only if the listener is not a function.
        let _ =
            target.add_event_listener_with_callback_and_bool(event, handle.unchecked_ref(), true);
    }
}

/// Submits the form as the browser does without script.
pub fn submit(id: &str) {
    // Fails only for a form that no longer exists, which has nothing to send.
    let _ = form_element(id).map(|form| form.submit());
}

/// Sends a form to its action, and asks for a response for programs. The client of server functions
/// is not used, because it interprets any response with an error status as an error of this
/// program, even the page of a proxy.
pub fn post(id: &str, form: &Form, on_end: impl FnOnce(Result<OwnPath, Refusal>) + 'static) {
    let (Some(shown), Ok(request)) = (form_element(id), XmlHttpRequest::new()) else {
        return on_end(Err(unreachable()));
    };
    let body = form.encode();
    let (sent, size) = (request.clone(), body.len() as u64);
    let opened = request
        .open("POST", &shown.action())
        .and_then(|()| request.set_request_header("Accept", PostcardEncoding::CONTENT_TYPE))
        .and_then(|()| request.set_request_header("Content-Type", FormBody::CONTENT_TYPE));
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    let on_end = Closure::once_into_js(move || {
        on_end(read_response(&sent, size).unwrap_or_else(|| Err(unreachable())));
    });
    request.set_onloadend(Some(on_end.unchecked_ref()));
    // They fail only for an invalid header, URL or state, and none of these is.
    let _ = opened.and_then(|()| request.send_with_opt_str(Some(&body)));
}

/// Reads the server's response to a request of `bytes` bytes, or returns `None` if the request was
/// aborted. A response that is not in this program's encoding comes from a proxy, or from something
/// else on the way.
pub fn read_response(request: &XmlHttpRequest, bytes: u64) -> Option<Result<OwnPath, Refusal>> {
    let status = request.status().unwrap_or_default();
    let body = request.response().unwrap_or_default();
    if status == 0 || body.is_null() {
        // Aborted, by the user or by a failure.
        return None;
    }
    let kind = request.get_response_header("content-type").ok().flatten();
    if kind.as_deref() != Some(PostcardEncoding::CONTENT_TYPE) {
        return Some(Err(Refusal::unanswered(match status {
            413 => text::proxy_limit(bytes),
            _ => text::proxy_answer(status),
        })));
    }
    let body = js_sys::Uint8Array::new(&body).to_vec().into();
    Some(match status {
        200 => PostcardEncoding::decode(body).map_err(|_| unreachable()),
        _ => Err(PostcardEncoding::decode(body).unwrap_or_else(|_| unreachable())),
    })
}

/// Returns the refusal of a form that did not reach the server, or whose response was lost.
pub fn unreachable() -> Refusal {
    Refusal::unanswered(text::unreachable().to_owned())
}

/// Shows the error of a control, or removes it if it is `None`.
pub fn show_error(name: &str, error: Option<&str>) {
    let id = control_id(name);
    set_text(&error_id(&id), error.unwrap_or_default());
    // A date has three controls.
    for part in ["", "-day", "-month", "-year"] {
        let control = element(&format!("{id}{part}"));
        let Some(control) = control.filter(|control| control.tag_name() != "FIELDSET") else {
            continue;
        };
        // They fail only for an invalid name.
        let _ = match error {
            Some(_) => control.set_attribute("aria-invalid", "true"),
            None => control.remove_attribute("aria-invalid"),
        };
    }
}

/// Fills the summary, and hides it if there are no problems.
pub fn show_summary(problems: &[Problem]) {
    let summary = element(ERROR_SUMMARY).and_then(|summary| summary.dyn_into::<HtmlElement>().ok());
    let Some(summary) = summary else { return };
    summary.set_hidden(problems.is_empty());
    let Ok(Some(list)) = summary.query_selector("ul") else {
        return;
    };
    replace(&list, problem_lines(problems));
}

/// Changes a control's hint.
pub fn show_hint(name: &str, hint: &str) {
    set_text(&hint_id(&control_id(name)), hint);
}

/// Marks the title of the page as that of a rejected form.
pub fn mark_title() {
    let title = document().title();
    if !title.starts_with(text::error_prefix()) {
        document().set_title(&(text::error_prefix().to_owned() + &title));
    }
}

/// Removes the mark of a rejected form from the title of the page.
pub fn unmark_title() {
    if let Some(title) = document().title().strip_prefix(text::error_prefix()) {
        document().set_title(title);
    }
}

/// Moves the focus to an element.
pub fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Fails only for an element that no longer exists, which needs no focus.
        let _ = element.focus();
    }
}

/// Marks the element whose `attribute` has this value as the current one among those with the
/// attribute.
pub fn mark_current(attribute: &str, value: &str) {
    let Ok(all) = document().query_selector_all(&format!("[{attribute}]")) else {
        return;
    };
    for index in 0..all.length() {
        let element = all
            .get(index)
            .and_then(|one| one.dyn_into::<Element>().ok());
        let Some(element) = element else { continue };
        // They fail only for an invalid name.
        let _ = match element.get_attribute(attribute).as_deref() == Some(value) {
            true => element.set_attribute("aria-current", "true"),
            false => element.remove_attribute("aria-current"),
        };
    }
}

/// Replaces the classes of an element.
pub fn set_class(id: &str, class: &str) {
    // Fails only for an invalid name.
    let _ = element(id).map(|element| element.set_attribute("class", class));
}

/// Replaces the content of an element with a view. Elements are replaced as a whole, together with
/// the changes that a browser has made to their text when translating the page.
pub fn show_view(id: &str, view: impl Render) {
    if let Some(element) = element(id) {
        replace(&element, view);
    }
}

fn replace(element: &Element, view: impl Render) {
    element.set_text_content(None);
    view.build().mount(element, None);
}

/// Changes the text of an element, if it differs.
pub fn set_text(id: &str, text: &str) {
    if let Some(element) = element(id)
        && element.text_content().as_deref() != Some(text)
    {
        element.set_text_content(Some(text));
    }
}

fn form_element(id: &str) -> Option<HtmlFormElement> {
    element(id)?.dyn_into().ok()
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}
