//! The island around the form of a profile.
//!
//! The form and its preview are HTML rendered by the server. The island reads the form, and updates
//! the card, the counters and the errors.

use leptos::{ev::MouseEvent, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{
    control::hint,
    draft::{Draft, State, view_preview},
};
use crate::{
    profile::{
        card::view::ProfileView,
        rules::{choice::choice_name, kind::Kind},
    },
    text,
    ui::{ERROR_SUMMARY, Problem, live_form, read_start},
};

/// The id of the element with the initial values of the island.
pub(super) const START: &str = "profile-start";

/// The ids of the form, and of the elements of its page that change.
pub(super) const FORM: &str = "profile-form";
pub(super) const SAVE: &str = "profile-save";
pub(super) const UNSAVED: &str = "profile-unsaved";
pub(super) const STATUS: &str = "profile-status";
pub(super) const PREVIEW: &str = "profile-preview";
pub(super) const VIEWS: &str = "profile-views";

/// The interactive part of the editor. Its children are the form and the preview.
#[island]
pub fn EditorIsland(children: Children) -> impl IntoView {
    if is_browser() {
        wake();
    }
    children()
}

/// Makes the page follow the form.
fn wake() {
    // One signal: each type of signal takes some kilobytes of wasm.
    let draft = RwSignal::new(read());
    Effect::new(move |before: Option<Shown>| draft.with(|draft| show(draft, before)));
    let is_saving = move || draft.with_untracked(|draft| draft.state == State::Saving);
    live_form::listen(FORM, &["input", "submit"], move |event| {
        if event.type_() == "input" {
            draft.update(|draft| {
                draft.read(live_form::read_form(FORM));
                draft.recheck();
            });
            if draft.with_untracked(Draft::is_clean) {
                live_form::unmark_title();
            }
            return;
        }
        event.prevent_default();
        if is_saving() {
            return;
        }
        draft.update(|draft| {
            draft.read(live_form::read_form(FORM));
            draft.check();
        });
        if is_saving() {
            save(draft);
        } else {
            point_at_problems();
        }
    });
    // The links of "view as".
    live_form::listen(VIEWS, &["click"], move |event| {
        let link = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let view_as = link.and_then(|link| link.get_attribute("data-as"));
        let click = event.unchecked_ref::<MouseEvent>();
        if let Some(view_as) = view_as.filter(|_| !click.ctrl_key() && !click.meta_key()) {
            event.prevent_default();
            draft.update(|draft| draft.view_as = view_as);
        }
    });
    // The browser asks for confirmation before leaving, in its own words.
    live_form::listen_everywhere(&["beforeunload"], move |event| {
        if draft.with_untracked(|draft| draft.unsaved && draft.state != State::Saving) {
            event.prevent_default();
        }
    });
}

/// Returns the draft of the form on the page. The user may have typed before the island started.
fn read() -> Draft {
    let typed = live_form::read_form(FORM);
    let mut draft = Draft::of(read_start(START), typed.clone());
    draft.read(typed);
    draft
}

/// The parts of the page that are replaced as a whole, and so only if they change: a screen reader
/// announces a summary again if it is written again.
struct Shown {
    problems: Vec<Problem>,
    card: Option<ProfileView>,
}

/// Shows the draft on the page.
fn show(draft: &Draft, before: Option<Shown>) -> Shown {
    show_notes(draft);
    let shown = Shown {
        problems: draft.problems(),
        card: draft.card(),
    };
    // The server has rendered the first ones.
    if before
        .as_ref()
        .is_some_and(|before| before.problems != shown.problems)
    {
        live_form::show_summary(&shown.problems);
    }
    if before.is_none_or(|before| before.card != shown.card) {
        live_form::show_view(PREVIEW, view_preview(shown.card.clone()));
    }
    live_form::mark_current("data-as", &draft.view_as);
    let saving = draft.state == State::Saving;
    let (button, status) = match saving {
        true => (text::saving(), text::saving()),
        false => (text::save_profile(), ""),
    };
    live_form::set_text(SAVE, button);
    live_form::set_text(STATUS, status);
    let (class, note) = match draft.unsaved {
        true => ("card unsaved", text::unsaved()),
        false => ("card", ""),
    };
    live_form::set_class(FORM, class);
    live_form::set_text(UNSAVED, note);
    shown
}

/// Updates the counters and the errors beside their controls.
fn show_notes(draft: &Draft) {
    // The picture has a form and an island of its own.
    let fields = draft
        .schema
        .fields()
        .filter(|field| field.kind != Kind::Picture);
    for field in fields {
        let broken = draft.violations.get(&field.key);
        let error = broken.map(|broken| text::violation(&field.label, broken));
        live_form::show_error(&field.key, error.as_deref());
        live_form::show_hint(&field.key, &hint(field, Some(&draft.typed)));
    }
    for control in draft
        .typed
        .names()
        .filter(|name| choice_name(name).is_some())
    {
        let broken = draft.violations.get(control);
        let label = draft.label(control).unwrap_or_default();
        let error = broken.map(|broken| text::violation(&label, broken));
        live_form::show_error(control, error.as_deref());
    }
}

/// Sends the form, and continues to the next page or shows the errors.
fn save(draft: RwSignal<Draft>) {
    let form = draft.with_untracked(|draft| draft.typed.clone());
    // If the page stays after all: loading was stopped, or Back shows it as it was.
    let again = move || draft.update(|draft| draft.state = State::Editing);
    live_form::post(FORM, &form, move |saved| match saved {
        Ok(next) => {
            // Fails only for an invalid URL; an `OwnPath` is valid.
            let _ = window().location().assign(next.as_str());
            set_timeout(again, Duration::from_secs(2));
        }
        // The server has a page for this error, with the choices to make, the current controls, and
        // everything that was typed. The browser requests it as it would without script.
        Err(refusal) if refusal.needs_page => {
            live_form::submit(FORM);
            set_timeout(again, Duration::from_secs(2));
        }
        Err(refusal) => {
            draft.update(|draft| draft.reject(refusal));
            point_at_problems();
        }
    });
}

/// Moves the focus to the errors once they are visible: a hidden element cannot have it.
fn point_at_problems() {
    live_form::mark_title();
    request_animation_frame(|| live_form::focus(ERROR_SUMMARY));
}
