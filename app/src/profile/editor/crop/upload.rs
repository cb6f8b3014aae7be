//! Sending the form, and updating the page from the response.

use leptos::prelude::*;
use server_fn::{ContentType, codec::PostcardEncoding};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    Event, FormData, HtmlFormElement, HtmlProgressElement, ProgressEvent, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

use super::{
    cropper::with_cropper,
    dom::{
        BAR, CANCEL, CROP_FORM, PICTURE_VALUE, REMOVE, chosen_file, element, input, is_too_large,
        unhide,
    },
    file::close,
    notes::{announce, clear_errors, reject, show},
};
use crate::{
    next::OwnPath,
    profile::rules::{
        crop::CROP,
        picture::{ALT, AVATAR, Picture},
        violation::Violation,
    },
    text,
    ui::{control_id, live_form},
};

/// Sends the form, with the crop if there is one.
pub fn send() {
    if with_cropper(|cropper| cropper.upload.is_some()) {
        return;
    }
    if chosen_file().is_some_and(|file| is_too_large(&file)) {
        reject(&Violation::FileTooLarge(Picture::MAX_MIB));
        return;
    }
    let Some(form) = element::<HtmlFormElement>(CROP_FORM) else {
        return;
    };
    let (Ok(data), Ok(request)) = (FormData::new_with_form(&form), XmlHttpRequest::new()) else {
        return;
    };
    let (crop, size) = with_cropper(|cropper| (cropper.crop, cropper.size));
    let crop = match size {
        (0, 0) => Ok(()),
        _ => data.append_with_str(CROP, &crop.print()),
    };
    let opened = request.open("POST", &form.action());
    let accept = request.set_request_header("Accept", PostcardEncoding::CONTENT_TYPE);
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    let on_progress = Closure::<dyn Fn(ProgressEvent)>::new(|event: ProgressEvent| {
        if let Some(bar) = element::<HtmlProgressElement>(BAR) {
            bar.set_value(event.loaded() / event.total().max(1.0) * 100.0);
        }
    })
    .into_js_value();
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(on_progress.unchecked_ref()));
        // Once everything was sent, it may be stored despite cancelling.
        upload.set_onload(Some(Closure::once_into_js(hide_cancel).unchecked_ref()));
    }
    let alt = input(&control_id(ALT)).map_or(String::new(), |input| input.value());
    let size = chosen_file().map_or(0, |file| file.size() as u64);
    let sent = request.clone();
    let on_end = Closure::once_into_js(move || {
        let is_cancelled = with_cropper(|cropper| {
            cropper.upload = None;
            std::mem::take(&mut cropper.is_cancelled)
        });
        hide_cancel();
        unhide("crop-progress", false);
        announce("");
        match live_form::read_response(&sent, size) {
            Some(Ok(next)) => saved(&sent, alt, &next),
            Some(Err(refusal)) => show(&refusal),
            None if is_cancelled => announce(text::upload_cancelled()),
            None => show(&live_form::unreachable()),
        }
    });
    request.set_onloadend(Some(on_end.unchecked_ref()));
    // These fail only for an invalid header, URL or state, which none of ours are.
    if crop.and(opened).and(accept).is_ok() && request.send_with_opt_form_data(Some(&data)).is_ok()
    {
        clear_errors();
        announce(text::uploading());
        if let Some(bar) = element::<HtmlProgressElement>(BAR) {
            bar.set_value(0.0);
        }
        unhide(CANCEL, true);
        unhide("crop-progress", true);
        with_cropper(|cropper| cropper.upload = Some(request));
    }
}

/// Hides the cancel button. If it has the focus, the save button gets it.
pub fn hide_cancel() {
    if document()
        .active_element()
        .is_some_and(|it| it.id() == CANCEL)
    {
        live_form::focus("crop-save");
    }
    unhide(CANCEL, false);
}

/// Shows the new picture beside the input on the page of the editor; leaves the page of the picture
/// itself.
pub fn saved(request: &XmlHttpRequest, alt: String, next: &OwnPath) {
    let at = request
        .get_response_header("content-location")
        .ok()
        .flatten();
    let hash = at.as_deref().and_then(|path| path.split('/').nth(2));
    let value = hash.map(|hash| format!("{hash} {alt}"));
    let picture = value.and_then(|value| Picture::parse(&value).ok());
    close();
    if let Some(input) = input(&control_id(AVATAR)) {
        input.set_value("");
    }
    if let Some(alt) = input(&control_id(ALT)) {
        alt.set_default_value(&alt.value());
    }
    let (Some(value), Some(picture)) = (input(PICTURE_VALUE), picture) else {
        // Fails only for an invalid URL; an `OwnPath` is valid.
        let _ = window().location().assign(next.as_str());
        return;
    };
    value.set_value(&picture.print());
    if let Ok(event) = Event::new_with_event_init_dict("input", &bubbling()) {
        // Fails only for an event that is being dispatched.
        let _ = value.dispatch_event(&event);
    }
    let place = document().query_selector("[data-portrait]").ok().flatten();
    let image = document().create_element("img").ok();
    if let (Some(place), Some(image)) = (place, image) {
        for (name, value) in [
            ("class", "avatar"),
            ("src", &picture.src(256)),
            ("alt", &picture.alt),
        ] {
            // Fails only for an invalid name, which none of these is.
            let _ = image.set_attribute(name, value);
        }
        place.replace_children_with_node_1(&image);
    }
    unhide(REMOVE, true);
    announce(text::picture_saved());
}

pub fn bubbling() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init
}
