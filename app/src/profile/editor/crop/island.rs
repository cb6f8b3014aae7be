//! The crop of a picture in the browser: an island around the plain form.
//!
//! The controls are HTML that the server has rendered, hidden until there is a
//! picture to crop. Whatever way a file comes (chosen, dropped, pasted), it is put
//! into the form's own control, so that the form holds what is shown. What is sent
//! is the file and the crop; the server does the cutting, and nothing is drawn here
//! that a browser could refuse to hand out.

use leptos::{
    ev::{ClipboardEvent, KeyboardEvent, PointerEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, HtmlElement};

use super::{
    cropper::{change, nudge, reset, with_cropper, zoom, zoom_by},
    dom::{CROP_FORM, VIEW, ZOOM, chosen_file, has_files, id_of, target, unhide, view},
    file::{is_unsent, open, take},
    notes::recheck,
    upload::send,
};
use crate::{
    profile::rules::{
        crop::{Crop, Nudge},
        picture::{ALT, AVATAR},
    },
    ui::{control_id, live_form},
};

/// The part of the form that lives in the browser. Its children are the form.
#[island]
pub fn CropIsland(children: Children) -> impl IntoView {
    if is_browser() {
        wake();
    }
    children()
}

/// The events of the form that it takes.
const EVENTS: [&str; 11] = [
    "change",
    "input",
    "click",
    "keydown",
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "dragover",
    "drop",
    "submit",
];

fn wake() {
    unhide("crop-ways", true);
    live_form::listen(CROP_FORM, &EVENTS, on_event);
    live_form::listen_everywhere(&["paste", "beforeunload", "resize"], on_window_event);
    // Somebody may have chosen one before.
    if chosen_file().is_some() {
        open();
    }
}

fn on_window_event(event: Event) {
    match event.type_().as_str() {
        // Whoever pastes a picture need not be in its control.
        "paste" => {
            let data = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
            // Text that comes with a picture of itself is text.
            let text = data
                .as_ref()
                .and_then(|data| data.get_data("text/plain").ok());
            if text.is_none_or(|text| text.is_empty()) {
                take(data.and_then(|data| data.files()));
            }
        }
        // Whoever leaves is asked by the browser, in its own words.
        "beforeunload" if is_unsent() => event.prevent_default(),
        // The views have other sizes then.
        "resize" => change(|crop, _| crop),
        _ => {}
    }
}

fn on_event(event: Event) {
    match event.type_().as_str() {
        "change" if id_of(&event) == control_id(AVATAR) => open(),
        "input" if id_of(&event) == ZOOM => zoom(),
        "input" if id_of(&event) == control_id(ALT) => recheck(),
        "click" => on_click(&event),
        "keydown" => on_keydown(event.unchecked_ref()),
        "pointerdown" => start_drag(event.unchecked_ref()),
        "pointermove" => drag(event.unchecked_ref()),
        "pointerup" | "pointercancel" => with_cropper(|cropper| cropper.dragged_from = None),
        // What is no file goes where it is dropped.
        "dragover" if has_files(event.unchecked_ref()) => event.prevent_default(),
        "drop" if has_files(event.unchecked_ref()) => {
            event.prevent_default();
            let data = event.unchecked_ref::<DragEvent>().data_transfer();
            take(data.and_then(|data| data.files()));
        }
        "submit" => {
            event.prevent_default();
            send();
        }
        _ => {}
    }
}

fn on_click(event: &Event) {
    let button = target(event).and_then(|element| element.closest("[data-crop]").ok()?);
    match button
        .and_then(|button| button.get_attribute("data-crop"))
        .as_deref()
    {
        Some("left") => nudge(Nudge::Left),
        Some("right") => nudge(Nudge::Right),
        Some("up") => nudge(Nudge::Up),
        Some("down") => nudge(Nudge::Down),
        Some("turn") => change(Crop::turned),
        Some("reset") => reset(),
        Some("cancel") => {
            // What follows happens at once, and needs the cropper.
            let upload = with_cropper(|cropper| {
                cropper.is_cancelled = true;
                cropper.upload.clone()
            });
            // It fails for one that is over, which is as good.
            let _ = upload.map(|upload| upload.abort());
        }
        _ => {}
    }
}

fn on_keydown(event: &KeyboardEvent) {
    let on_view = target(event).is_some_and(|element| element.matches(VIEW).unwrap_or_default());
    // With one of these it is the browser's.
    if !on_view || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    // The square moves over the picture, and so the picture the other way.
    match event.key().as_str() {
        "ArrowLeft" => nudge(Nudge::Left),
        "ArrowRight" => nudge(Nudge::Right),
        "ArrowUp" => nudge(Nudge::Up),
        "ArrowDown" => nudge(Nudge::Down),
        "+" => zoom_by(5.0),
        "-" => zoom_by(-5.0),
        _ => return,
    }
    event.prevent_default();
}

fn start_drag(event: &PointerEvent) {
    let Some(view) = target(event).and_then(|element| element.closest(VIEW).ok()?) else {
        return;
    };
    if !event.is_primary() || event.button() != 0 {
        return;
    }
    event.prevent_default();
    if let Some(view) = view.dyn_ref::<HtmlElement>() {
        // It fails for an element that is gone, which needs no focus.
        let _ = view.focus();
    }
    // It fails for a pointer that is gone already.
    let _ = view.set_pointer_capture(event.pointer_id());
    let at = (event.client_x(), event.client_y());
    with_cropper(|cropper| cropper.dragged_from = Some(at));
}

fn drag(event: &PointerEvent) {
    let from = with_cropper(|cropper| cropper.dragged_from);
    let Some(from) = from.filter(|_| event.is_primary()) else {
        return;
    };
    let at = (event.client_x(), event.client_y());
    with_cropper(|cropper| cropper.dragged_from = Some(at));
    let width = f64::from(view().map_or(1, |view| view.client_width()).max(1));
    let by = |from: i32, to: i32| f64::from(from - to) / width;
    change(|crop, size| crop.moved(by(from.0, at.0), by(from.1, at.1), size));
}
