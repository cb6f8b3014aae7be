//! The state of the crop, and its display.

use std::cell::RefCell;
use web_sys::{HtmlElement, XmlHttpRequest};

use super::dom::{ZOOM, images, input};
use crate::profile::rules::crop::{Crop, Nudge};

/// The state of the crop in progress.
#[derive(Default)]
pub struct Cropper {
    pub crop: Crop,
    /// The width and height of the upright picture in pixels; zero if there is no picture.
    pub size: (u32, u32),
    /// The object URL of the file for the images of this page, until it is revoked.
    pub url: Option<String>,
    /// The position of the pointer that drags the picture.
    pub dragged_from: Option<(i32, i32)>,
    pub upload: Option<XmlHttpRequest>,
    /// True if the user has cancelled the upload.
    pub is_cancelled: bool,
}

thread_local! {
    /// The cropper of this page. It is not in a signal: values of the browser's objects may not
    /// leave their thread, and a server, which renders the island too, drops signals on any thread.
    static CROPPER: RefCell<Cropper> = RefCell::default();
}

pub fn with_cropper<T>(how: impl FnOnce(&mut Cropper) -> T) -> T {
    CROPPER.with_borrow_mut(how)
}

pub fn change(how: impl FnOnce(Crop, (u32, u32)) -> Crop) {
    with_cropper(|cropper| {
        if cropper.size != (0, 0) {
            cropper.crop = how(cropper.crop, cropper.size);
            cropper.show();
        }
    });
}

pub fn nudge(nudge: Nudge) {
    change(|crop, size| crop.nudged(nudge, size));
}

pub fn reset() {
    if let Some(slider) = input(ZOOM) {
        slider.set_value("0");
    }
    change(|_, _| Crop::default());
}

/// Sets the zoom from the position of the slider.
pub fn zoom() {
    let zoom = input(ZOOM).map_or(0.0, |slider| slider.value_as_number());
    let range = f64::from(Crop::MAX_SIDE - Crop::MIN_SIDE);
    let side = Crop::MAX_SIDE - (range * zoom / 100.0) as i32;
    change(|crop, size| crop.zoomed(side, size));
}

/// Moves the slider by `by`, and zooms.
pub fn zoom_by(by: f64) {
    if let Some(slider) = input(ZOOM) {
        slider.set_value_as_number(slider.value_as_number() + by);
        zoom();
    }
}

impl Cropper {
    /// Positions the picture behind each view so that the selected square fills it.
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
            // Whole pixels: formatting a fraction takes five kilobytes of wasm.
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
                // Fails only for a computed style, which this is not.
                let _ = style.set_property(name, &value);
            }
        }
    }
}
