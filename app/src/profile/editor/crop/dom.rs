//! The elements of the form, by their ids.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{
    DragEvent, Element, Event, File, HtmlElement, HtmlImageElement, HtmlInputElement, Node,
};

use crate::{
    profile::rules::picture::{AVATAR, Picture},
    ui::control_id,
};

/// The id of the form.
pub(crate) const CROP_FORM: &str = "avatar-form";

pub const ZOOM: &str = "crop-zoom";

pub const BAR: &str = "crop-bar";

pub const CANCEL: &str = "crop-cancel";

/// The view that can be dragged; the small ones beside it only show the result.
pub const VIEW: &str = "#crop > .crop-view";
/// The id of the link to remove the picture.
pub(crate) const REMOVE: &str = "avatar-remove";

/// The id of the hidden control that contains the picture, in the form of a profile.
pub(crate) const PICTURE_VALUE: &str = "picture-value";

/// Returns the file chosen in the form.
pub fn chosen_file() -> Option<File> {
    input(&control_id(AVATAR))?.files()?.get(0)
}

/// Returns whether a file is too large to be sent.
pub fn is_too_large(file: &File) -> bool {
    file.size() > (Picture::MAX_MIB * 1024 * 1024) as f64
}

pub fn has_files(event: &DragEvent) -> bool {
    let data = event.data_transfer();
    data.is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// Returns the image in each view, first that of the view that can be dragged. They are inserted
/// once there is a picture, because an image without a source is not valid HTML.
pub fn images() -> Vec<HtmlImageElement> {
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

pub fn view() -> Option<Element> {
    document().query_selector(VIEW).ok().flatten()
}

pub fn unhide(id: &str, shown: bool) {
    if let Some(element) = element::<HtmlElement>(id) {
        element.set_hidden(!shown);
    }
}

pub fn input(id: &str) -> Option<HtmlInputElement> {
    element(id)
}

pub fn element<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

pub fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

pub fn id_of(event: &Event) -> String {
    target(event).map_or(String::new(), |element| element.id())
}
