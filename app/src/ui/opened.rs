//! A mark that keeps a browser from filling earlier words into a newer form.
//!
//! After Back, on a reload, and in a tab that is restored or duplicated, a browser
//! asks for the page anew and then fills in what was typed into the form before.
//! Hidden controls it takes from the new page, and with them the version that the
//! form says it was opened on. Words of one time would stand beside the version of
//! another, and a save would put them over newer ones, with no conflict to tell.
//!
//! Browsers know a form again by its address and the names of its first controls
//! (Blink's and WebKit's `FormController`). This is the first control of a form, and
//! its name says what the form was opened on: as long as that is the same, what was
//! typed comes back; once it is another, the form is a new one, and shows what is
//! stored. Firefox fills in nothing on a page that is `no-store`, as these are.
//! `autocomplete="off"` would lose what was typed in every case, and a version in
//! the address would ask about one's own last save.

use leptos::prelude::*;
use std::fmt::Display;

use crate::form::Form;

/// The first control of a form: whose it is, and what it was opened on. It is
/// disabled, and so never sent.
///
/// The user is part of it: after somebody else has logged in, Back would fill what
/// the one before them had typed into their form.
pub fn opened_on<S: Display>(username: &str, state: S) -> impl IntoView + use<S> {
    view! { <input type="hidden" name=format!("{}{username}-{state}", Form::OPENED) disabled/> }
}
