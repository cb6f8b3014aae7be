//! The crop of a picture in the browser: an island around the plain form.
//!
//! The controls are HTML that the server has rendered, hidden until there is a
//! picture to crop. Whatever way a file comes (chosen, dropped, pasted), it is put
//! into the form's own control, so that the form holds what is shown. What is sent
//! is the file and the crop; the server does the cutting, and nothing is drawn here
//! that a browser could refuse to hand out.

use std::cell::RefCell;

use leptos::prelude::*;
use server_fn::{ContentType, codec::PostcardEncoding};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    DataTransfer, DragEvent, Element, Event, File, FileList, FileReader, FormData, HtmlElement,
    HtmlFormElement, HtmlImageElement, HtmlInputElement, HtmlProgressElement, Node, ProgressEvent,
    Url, XmlHttpRequest, XmlHttpRequestResponseType,
};

use super::picture_form::{PICTURE_VALUE, REMOVE};
use crate::{
    error::{AppError, Violations},
    next::OwnPath,
    profile::rules::{
        kind::within,
        picture::{ALT, AVATAR, CROP, Crop, Nudge, Picture},
        violation::Violation,
    },
    text,
    ui::{ERROR_SUMMARY, control_id, live_form, problems},
};

/// The id of the form.
pub(crate) const CROP_FORM: &str = "avatar-form";

/// What is being done.
#[derive(Default)]
struct Cropper {
    crop: Crop,
    /// Of the picture, upright; none without pixels while there is no picture.
    size: (u32, u32),
    /// Names the file for the images of this page, until it is given back.
    url: Option<String>,
    /// Where the pointer is that drags the picture.
    dragged_from: Option<(i32, i32)>,
    upload: Option<XmlHttpRequest>,
    /// Somebody has called it off.
    is_cancelled: bool,
}

thread_local! {
    /// That of the page. A value of the reactive system it cannot be: one that holds
    /// what is the browser's may only go where it was made, and a server, which
    /// renders the island, drops what it made on any thread.
    static CROPPER: RefCell<Cropper> = RefCell::default();
}

fn with_cropper<T>(how: impl FnOnce(&mut Cropper) -> T) -> T {
    CROPPER.with_borrow_mut(how)
}

/// What of the form lives in the browser. Its children are the form.
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
        if file().is_some() {
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

const ZOOM: &str = "crop-zoom";
const BAR: &str = "crop-bar";
const CANCEL: &str = "crop-cancel";
/// The view that is dragged; the small ones beside it only show.
const VIEW: &str = "#crop > .crop-view";

/// Puts files that were dropped or pasted into the form.
fn take(files: Option<FileList>) {
    let first = files.and_then(|files| files.get(0));
    let one = first.and_then(|file| {
        let data = DataTransfer::new().ok()?;
        data.items().add_with_file(&file).ok()?;
        data.files()
    });
    if let (Some(input), Some(one)) = (input(&control_id(AVATAR)), one) {
        input.set_files(Some(&one));
        open();
    }
}

fn has_files(event: &DragEvent) -> bool {
    let data = event.data_transfer();
    data.is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// Whether it is too large to be worth sending.
fn is_too_large(file: &File) -> bool {
    file.size() > (Picture::MAX_MIB * 1024 * 1024) as f64
}

/// The file that the form holds.
fn file() -> Option<File> {
    input(&control_id(AVATAR))?.files()?.get(0)
}

/// Whether something is chosen or typed that leaving would lose.
fn is_unsent() -> bool {
    let alt = input(&control_id(ALT));
    file().is_some() || alt.is_some_and(|alt| alt.value() != alt.default_value())
}

/// Looks at the file that was chosen, and shows it to be cropped if it may be sent.
///
/// Its type is what its name says; so its first bytes are read, and nobody crops what
/// their browser shows and the server refuses.
fn open() {
    forgive();
    say("");
    close();
    let Some(file) = file() else { return };
    if is_too_large(&file) {
        refuse(&Violation::FileTooLarge(Picture::MAX_MIB));
        return;
    }
    let (Ok(reader), Ok(head)) = (
        FileReader::new(),
        file.slice_with_i32_and_i32(0, Picture::HEAD as i32),
    ) else {
        return;
    };
    let read = reader.clone();
    let on_load = Closure::once_into_js(move || {
        if self::file().as_ref() != Some(&file) {
            // Another was chosen meanwhile.
            return;
        }
        let head = read.result().unwrap_or_default();
        match Picture::has_head(&js_sys::Uint8Array::new(&head).to_vec()) {
            true => show_to_crop(&file),
            false => refuse(&Violation::NotAPicture),
        }
    });
    reader.set_onload(Some(on_load.unchecked_ref()));
    // It fails for a reader that is at work, which this is not. A file that cannot be
    // read, such as one that is gone, is not shown; sending it says so.
    let _ = reader.read_as_array_buffer(&head);
}

fn show_to_crop(file: &File) {
    let Ok(url) = Url::create_object_url_with_blob(file) else {
        return;
    };
    let images = images();
    let Some(first) = images.first().cloned() else {
        return;
    };
    let shown = first.clone();
    let on_load = Closure::once_into_js(move || {
        let size = (shown.natural_width(), shown.natural_height());
        with_cropper(|cropper| cropper.size = size);
        unhide("crop", true);
        reset();
    });
    // The server may know better; what it cannot read it says.
    let on_error = Closure::once_into_js(move || refuse(&Violation::DamagedPicture));
    first.set_onload(Some(on_load.unchecked_ref()));
    first.set_onerror(Some(on_error.unchecked_ref()));
    for image in &images {
        image.set_src(&url);
    }
    with_cropper(|cropper| cropper.url = Some(url));
}

/// Hides the crop, and gives the file back.
fn close() {
    unhide("crop", false);
    let url = with_cropper(|cropper| {
        cropper.size = (0, 0);
        cropper.url.take()
    });
    if let Some(url) = url {
        // It fails for a URL that was given back already.
        let _ = Url::revoke_object_url(&url);
    }
}

fn change(how: impl FnOnce(Crop, (u32, u32)) -> Crop) {
    with_cropper(|cropper| {
        if cropper.size != (0, 0) {
            cropper.crop = how(cropper.crop, cropper.size);
            cropper.show();
        }
    });
}

fn nudge(nudge: Nudge) {
    change(|crop, size| crop.nudged(nudge, size));
}

fn reset() {
    if let Some(slider) = input(ZOOM) {
        slider.set_value("0");
    }
    change(|_, _| Crop::default());
}

/// As the slider says.
fn zoom() {
    let zoom = input(ZOOM).map_or(0.0, |slider| slider.value_as_number());
    let range = f64::from(Crop::MAX_SIDE - Crop::MIN_SIDE);
    let side = Crop::MAX_SIDE - (range * zoom / 100.0) as i32;
    change(|crop, size| crop.zoomed(side, size));
}

/// As if the slider were moved.
fn zoom_by(by: f64) {
    if let Some(slider) = input(ZOOM) {
        slider.set_value_as_number(slider.value_as_number() + by);
        zoom();
    }
}

impl Cropper {
    /// Puts the picture behind each view so that the square fills it.
    fn show(&self) {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let (x, y) = self.crop.centre();
        for image in images() {
            let view = image.parent_element();
            let pixels = f64::from(view.map_or(0, |view| view.client_width()));
            let side = f64::from(self.crop.side()) / f64::from(Crop::MAX_SIDE);
            let scale = pixels / (side * width.min(height));
            let (wide, high) = (width * scale, height * scale);
            let (across, down) = match self.crop.turns() % 2 {
                0 => (wide, high),
                _ => (high, wide),
            };
            // Whole pixels: to print a number with a fraction takes the browser
            // five kilobytes of code.
            let (right, down) = (((0.5 - x) * across) as i32, ((0.5 - y) * down) as i32);
            let (wide, high) = (wide.ceil() as i32, high.ceil() as i32);
            let turn = i32::from(self.crop.turns()) * 90;
            let style = HtmlElement::style(&image);
            for (name, value) in [
                ("width", format!("{wide}px")),
                ("height", format!("{high}px")),
                (
                    "transform",
                    format!(
                        "translate(-50%, -50%) translate({right}px, {down}px) rotate({turn}deg)"
                    ),
                ),
            ] {
                // It fails for a style that is computed, which this is not.
                let _ = style.set_property(name, &value);
            }
        }
    }
}

/// Sends the form, with the crop if there is one.
fn send() {
    if with_cropper(|cropper| cropper.upload.is_some()) {
        return;
    }
    if file().is_some_and(|file| is_too_large(&file)) {
        refuse(&Violation::FileTooLarge(Picture::MAX_MIB));
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
        // Once all of it is there, it may be stored before it is called off.
        upload.set_onload(Some(
            Closure::once_into_js(end_of_calling_off).unchecked_ref(),
        ));
    }
    let alt = input(&control_id(ALT)).map_or(String::new(), |input| input.value());
    let size = file().map_or(0, |file| file.size() as u64);
    let sent = request.clone();
    let on_end = Closure::once_into_js(move || {
        let is_cancelled = with_cropper(|cropper| {
            cropper.upload = None;
            std::mem::take(&mut cropper.is_cancelled)
        });
        end_of_calling_off();
        unhide("crop-progress", false);
        say("");
        match live_form::answer(&sent, size) {
            Some(Ok(next)) => saved(&sent, alt, &next),
            Some(Err(error)) => show(&error),
            None if is_cancelled => say(text::upload_cancelled()),
            None => show(&AppError::Unreachable),
        }
    });
    request.set_onloadend(Some(on_end.unchecked_ref()));
    // They fail for a header, an address or a state that none of ours is.
    if crop.and(opened).and(accept).is_ok() && request.send_with_opt_form_data(Some(&data)).is_ok()
    {
        forgive();
        say(text::uploading());
        if let Some(bar) = element::<HtmlProgressElement>(BAR) {
            bar.set_value(0.0);
        }
        unhide(CANCEL, true);
        unhide("crop-progress", true);
        with_cropper(|cropper| cropper.upload = Some(request));
    }
}

/// The button to call it off goes, and its focus where it came from.
fn end_of_calling_off() {
    if document()
        .active_element()
        .is_some_and(|it| it.id() == CANCEL)
    {
        live_form::focus("crop-save");
    }
    unhide(CANCEL, false);
}

/// On the page of the editor the new picture takes its place beside what is typed;
/// the page of the picture itself is done.
fn saved(request: &XmlHttpRequest, alt: String, next: &OwnPath) {
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
        // It fails for a URL that does not parse; an `OwnPath` does.
        let _ = window().location().assign(next.as_str());
        return;
    };
    value.set_value(&picture.print());
    if let Ok(event) = Event::new_with_event_init_dict("input", &bubbling()) {
        // It fails for an event that is under way.
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
            // It fails for an invalid name, which none of these is.
            let _ = image.set_attribute(name, value);
        }
        place.replace_children_with_node_1(&image);
    }
    unhide(REMOVE, true);
    say(text::picture_saved());
}

fn bubbling() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init
}

/// Says why it was refused, beside the control it is about, and on a page of its own
/// at its top. In the editor the summary is that of the profile.
fn show(error: &AppError) {
    let label = |name: &str| match name {
        ALT => text::alt(),
        _ => text::picture_file(),
    };
    let mut refused = control_id(AVATAR);
    let told = match error {
        AppError::Invalid(violations) => {
            for (name, violation) in violations.iter() {
                let words = text::violation(label(name), violation);
                live_form::show_error(name, Some(&words));
                refused = control_id(name);
            }
            problems(None, violations, |name| Some(label(name).to_owned()))
        }
        other => {
            live_form::show_error(AVATAR, Some(&text::form_error(other)));
            problems(Some(other), &Violations::default(), |_| None)
        }
    };
    live_form::mark_title();
    if input(PICTURE_VALUE).is_some() {
        live_form::focus(&refused);
        return;
    }
    live_form::show_summary(&told);
    live_form::focus(ERROR_SUMMARY);
}

/// While somebody corrects what the picture shows: its error goes once it is mended,
/// and with the last one all that tells of them.
fn recheck() {
    let (Some(file), Some(alt)) = (input(&control_id(AVATAR)), input(&control_id(ALT))) else {
        return;
    };
    let is_refused = |input: &HtmlInputElement| input.has_attribute("aria-invalid");
    if !is_refused(&alt) || within(alt.value().trim(), Picture::MAX_ALT).is_err() {
        return;
    }
    match is_refused(&file) {
        true => live_form::show_error(ALT, None),
        false => forgive(),
    }
}

/// Takes back what was said to be wrong. The editor beside it may have errors of
/// its own.
fn forgive() {
    live_form::show_error(AVATAR, None);
    live_form::show_error(ALT, None);
    if input(PICTURE_VALUE).is_none() {
        live_form::show_summary(&[]);
    }
    if element::<HtmlElement>(ERROR_SUMMARY).is_none_or(|summary| summary.hidden()) {
        live_form::unmark_title();
    }
}

fn refuse(violation: &Violation) {
    show(&AppError::invalid(AVATAR, violation.clone()));
}

/// To who cannot see it as well.
fn say(words: &str) {
    if let Some(status) = element::<HtmlElement>("crop-status") {
        status.set_text_content(Some(words));
    }
}

/// The image in each view, the one that is dragged first. They are put there when
/// there is a picture: an image without one is not valid HTML.
fn images() -> Vec<HtmlImageElement> {
    let Ok(views) = document().query_selector_all("#crop .crop-view") else {
        return Vec::new();
    };
    let image = |view: Node| {
        let image = view.first_child().or_else(|| {
            let image = document().create_element("img").ok()?;
            image.set_attribute("alt", "").ok()?;
            view.append_child(&image).ok()
        })?;
        image.dyn_into().ok()
    };
    (0..views.length())
        .filter_map(|index| image(views.get(index)?))
        .collect()
}

fn view() -> Option<Element> {
    document().query_selector(VIEW).ok().flatten()
}

fn unhide(id: &str, shown: bool) {
    if let Some(element) = element::<HtmlElement>(id) {
        element.set_hidden(!shown);
    }
}

fn input(id: &str) -> Option<HtmlInputElement> {
    element(id)
}

fn element<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn id_of(event: &Event) -> String {
    target(event).map_or(String::new(), |element| element.id())
}
