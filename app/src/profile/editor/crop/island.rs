//! The crop of a picture in the browser: an island around the plain form.
//!
//! The controls are HTML rendered by the server, hidden until there is a picture to crop. However a
//! file arrives (chosen, dropped or pasted), it is put into the form's own control, so that the
//! form contains what is shown. The file and the crop are sent; the server crops the picture.
//! Nothing is drawn on a canvas, which a browser may refuse to read.

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

/// The interactive part of the form. Its children are the form.
#[island]
pub fn CropIsland(children: Children) -> impl IntoView {
    if is_browser() {
        wake();
    }
    children()
}

/// The events of the form that the island handles.
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
    // The user may have chosen a file before the island started.
    if chosen_file().is_some() {
        open();
    }
}

fn on_window_event(event: Event) {
    match event.type_().as_str() {
        // A picture can be pasted anywhere on the page.
        "paste" => {
            let data = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
            // Text that comes with a picture of itself counts as text.
            let text = data
                .as_ref()
                .and_then(|data| data.get_data("text/plain").ok());
            if text.is_none_or(|text| text.is_empty()) {
                take(data.and_then(|data| data.files()));
            }
        }
        // The browser asks for confirmation before leaving, in its own words.
        "beforeunload" if is_unsent() => event.prevent_default(),
        // The sizes of the views may have changed.
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
        // Anything other than a file is dropped as usual.
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
            // Aborted below: that runs the handlers at once, and they need the cropper.
            let upload = with_cropper(|cropper| {
                cropper.is_cancelled = true;
                cropper.upload.clone()
            });
            // Fails for an upload that has ended, which is fine.
            let _ = upload.map(|upload| upload.abort());
        }
        _ => {}
    }
}

fn on_keydown(event: &KeyboardEvent) {
    let on_view = target(event).is_some_and(|element| element.matches(VIEW).unwrap_or_default());
    // Shortcuts with these keys belong to the browser.
    if !on_view || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    // The keys move the square over the picture, so the picture moves in the opposite direction.
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
        // Fails for an element that was removed, which needs no focus.
        let _ = view.focus();
    }
    // Fails for a pointer that is no longer active.
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
