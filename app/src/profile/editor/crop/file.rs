//! Choosing a file: puts it into the form, checks it, and shows it to be cropped.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{DataTransfer, File, FileList, FileReader, Url};

use super::{
    cropper::{reset, with_cropper},
    dom::{chosen_file, images, input, is_too_large, unhide},
    notes::{announce, clear_errors, reject},
};
use crate::{
    profile::rules::{
        picture::{ALT, AVATAR, Picture},
        violation::Violation,
    },
    ui::control_id,
};

/// Puts dropped or pasted files into the form.
pub fn take(files: Option<FileList>) {
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

/// Returns whether leaving the page would lose a chosen file or input.
pub fn is_unsent() -> bool {
    let alt = input(&control_id(ALT));
    chosen_file().is_some() || alt.is_some_and(|alt| alt.value() != alt.default_value())
}

/// Checks the chosen file, and shows it to be cropped if it may be sent.
///
/// The browser derives its type from its name. So its first bytes are read: no one should crop a
/// picture that their browser shows and the server rejects.
/// their browser shows and the server refuses.
pub fn open() {
    clear_errors();
    announce("");
    close();
    let Some(file) = chosen_file() else { return };
    if is_too_large(&file) {
        reject(&Violation::FileTooLarge(Picture::MAX_MIB));
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
        if chosen_file().as_ref() != Some(&file) {
            // Another file was chosen in the meantime.
            return;
        }
        let head = read.result().unwrap_or_default();
        match Picture::has_head(&js_sys::Uint8Array::new(&head).to_vec()) {
            true => show_to_crop(&file),
            false => reject(&Violation::NotAPicture),
        }
    });
    reader.set_onload(Some(on_load.unchecked_ref()));
    // Fails only while the reader is busy, which this is not. A file that cannot be read, for
    // instance because it was deleted, is not shown; sending it reports the error.
    let _ = reader.read_as_array_buffer(&head);
}

pub fn show_to_crop(file: &File) {
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
    // The server decides in the end, and reports a file that it cannot read.
    let on_error = Closure::once_into_js(move || reject(&Violation::DamagedPicture));
    first.set_onload(Some(on_load.unchecked_ref()));
    first.set_onerror(Some(on_error.unchecked_ref()));
    for image in &images {
        image.set_src(&url);
    }
    with_cropper(|cropper| cropper.url = Some(url));
}

/// Hides the crop, and revokes the object URL.
pub fn close() {
    unhide("crop", false);
    let url = with_cropper(|cropper| {
        cropper.size = (0, 0);
        cropper.url.take()
    });
    if let Some(url) = url {
        // Fails for a URL that was already revoked.
        let _ = Url::revoke_object_url(&url);
    }
}
