//! A mark that keeps a browser from restoring older input into a newer form.
//!
//! After Back, on a reload, and in a tab that is restored or duplicated, a browser requests the
//! page again, and then fills in what was typed into the form before. Hidden controls keep their
//! values from the new page, including the version that the form was opened with. Older input would
//! then stand beside a newer version, and a save would overwrite newer values, without a conflict.
//!
//! Browsers recognise a form by its address and the names of its first controls (`FormController`
//! of Blink and WebKit). This mark is the first control of a form, and its name contains what the
//! form was opened with: as long as that is the same, the input is restored; once it differs, the
//! form is a new one, and shows what is stored. Firefox restores nothing on a page that is
//! `no-store`, as these are. `autocomplete="off"` would lose the input in every case, and a version
//! in the address would cause conflicts with one's own last save.

use leptos::prelude::*;
use std::fmt::Display;

use crate::form::Form;

/// The first control of a form, with its user and what it was opened with. It is disabled, and so
/// never sent.
///
/// The user is part of it, because after another user has logged in, Back would otherwise fill the
/// input of the previous user into their form.
pub fn opened_on<S: Display>(username: &str, state: S) -> impl IntoView + use<S> {
    view! { <input type="hidden" name=format!("{}{username}-{state}", Form::OPENED) disabled/> }
}
