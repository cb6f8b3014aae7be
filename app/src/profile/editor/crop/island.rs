//! The crop of a picture in the browser: an island around the plain form.
//!
//! The controls are HTML that the server has rendered, hidden until there is a
//! picture to crop. Whatever way a file comes (chosen, dropped, pasted), it is put
//! into the form's own control, so that the form holds what is shown. What is sent
//! is the file and the crop; the server does the cutting, and nothing is drawn here
//! that a browser could refuse to hand out.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, HtmlElement};

use super::{
    cropper::{change, nudge, reset, with_cropper, zoom, zoom_by},
    dom::{VIEW, ZOOM, chosen_file, has_files, id_of, target, unhide, view},
    file::{is_unsent, open, take},
    notes::recheck,
    upload::send,
};
use crate::{
    profile::rules::{
        crop::{Crop, Nudge},
        picture::{ALT, AVATAR},
    },
    ui::control_id,
};

/// The part of the form that lives in the browser. Its children are the form.
#[island]
pub fn CropIsland(children: Children) -> impl IntoView {
    Effect::new(move || {
        unhide("crop-ways", true);
        // Whoever pastes a picture need not be in its control.
        let _ = window_event_listener(leptos::ev::paste, move |event| {
            let data = event.clipboard_data();
            // Text that comes with a picture of itself is text.
            let text = data
                .as_ref()
                .and_then(|data| data.get_data("text/plain").ok());
            if text.is_none_or(|text| text.is_empty()) {
                take(data.and_then(|data| data.files()));
            }
        });
        // Whoever leaves is asked by the browser, in its own words.
        let _ = window_event_listener(leptos::ev::beforeunload, |event| {
            if is_unsent() {
                event.prevent_default();
            }
        });
        // The views have other sizes then.
        let _ = window_event_listener(leptos::ev::resize, move |_| change(|crop, _| crop));
        // Somebody may have chosen one before.
        if chosen_file().is_some() {
            open();
        }
    });
    let on_change = move |event: Event| {
        if id_of(&event) == control_id(AVATAR) {
            open();
        }
    };
    let on_input = move |event: Event| {
        if id_of(&event) == ZOOM {
            zoom();
        } else if id_of(&event) == control_id(ALT) {
            recheck();
        }
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        let button = target(&event).and_then(|element| element.closest("[data-crop]").ok()?);
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
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        let on_view =
            target(&event).is_some_and(|element| element.matches(VIEW).unwrap_or_default());
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
    };
    let on_pointerdown = move |event: leptos::ev::PointerEvent| {
        let Some(view) = target(&event).and_then(|element| element.closest(VIEW).ok()?) else {
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
    };
    let on_pointermove = move |event: leptos::ev::PointerEvent| {
        let from = with_cropper(|cropper| cropper.dragged_from);
        let Some(from) = from.filter(|_| event.is_primary()) else {
            return;
        };
        let at = (event.client_x(), event.client_y());
        with_cropper(|cropper| cropper.dragged_from = Some(at));
        let width = f64::from(view().map_or(1, |view| view.client_width()).max(1));
        let by = |from: i32, to: i32| f64::from(from - to) / width;
        change(|crop, size| crop.moved(by(from.0, at.0), by(from.1, at.1), size));
    };
    let on_pointerup = move |_| with_cropper(|cropper| cropper.dragged_from = None);
    // What is no file goes where it is dropped.
    let on_dragover = |event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
        }
    };
    let on_drop = move |event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
            take(event.data_transfer().and_then(|data| data.files()));
        }
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <div
            class="avatar-form"
            on:change=on_change
            on:input=on_input
            on:click=on_click
            on:keydown=on_keydown
            on:pointerdown=on_pointerdown
            on:pointermove=on_pointermove
            on:pointerup=on_pointerup
            on:pointercancel=on_pointerup
            on:dragover=on_dragover
            on:drop=on_drop
            on:submit:capture=on_submit
        >
            {children()}
        </div>
    }
}
