//! The island around the form of a profile.

use leptos::{either::Either, prelude::*};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use wasm_bindgen::JsCast;

use super::control::hint;
use crate::{
    account::types::user::User,
    error::{AppError, Violations},
    form::Form,
    profile::{
        card::{
            view::{HeadingLevel, ProfileCard, ProfileView},
            view_as::ViewAs,
        },
        rules::{
            access,
            audience::{Audience, Audiences, WHOLE, audience_of},
            choice::choice_name,
            date::Date,
            describe::item_label,
            kind::Kind,
            patch::Patch,
            profile::{Listing, Profile, Values},
            schema::{Field, Schema},
            view_as::{self, viewer_as},
            violation::Violation,
        },
    },
    text,
    ui::{Anew, ERROR_SUMMARY, ErrorSummary, Problem, live_form, problems, read_start},
    viewer::Viewer,
};

/// The values that the island begins with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct IslandProps {
    pub schema: Schema,
    pub viewer: Viewer,
    pub owner: User,
    /// The values of the controls.
    pub form: Form,
    /// All that the viewer sees, as if it were on the form: a form is what the
    /// browser can read anyway.
    pub saved_form: Form,
    pub violations: Violations,
    /// The reason why the form was rejected, in words, unless a rule of a field was
    /// broken.
    pub failure: Vec<Problem>,
    pub today: Date,
}

/// The id of what the island begins with.
pub(super) const START: &str = "profile-start";

/// The id of the form.
const FORM: &str = "profile-form";

/// The part of the editor that lives in the browser. Its children are the controls.
#[island]
pub fn EditorIsland(children: Children) -> impl IntoView {
    let IslandProps {
        schema,
        viewer,
        owner,
        form,
        saved_form,
        violations,
        failure,
        today,
    } = read_start(START);
    let schema = Arc::new(schema);
    let editor = RwSignal::new(Editor {
        typed: form,
        violations,
        state: if failure.is_empty() {
            State::Editing
        } else {
            State::Failed(failure)
        },
        view_as: view_as::ME.to_owned(),
        unsaved: false,
    });
    let own = viewer == Viewer::Member(owner.clone());
    let (action, page) = match own {
        true => ("/profile/edit".to_owned(), "/profile".to_owned()),
        false => {
            let page = format!("/u/{}", owner.username);
            (format!("{page}/edit"), page)
        }
    };
    let (saved_form, fields) = (Arc::new(saved_form), Arc::clone(&schema));
    let saved = Arc::clone(&saved_form);
    let read = move || editor.update(|editor| editor.read(&fields, &saved));
    let first_read = read.clone();
    Effect::new(move |before: Option<()>| {
        if before.is_none() {
            first_read();
        }
    });
    // Whoever leaves is asked by the browser, in its own words.
    window_event_listener(leptos::ev::beforeunload, move |event| {
        let keeps = |editor: &Editor| editor.unsaved && editor.state != State::Saving;
        if editor.with_untracked(keeps) {
            event.prevent_default();
        }
    });
    let fields = Arc::clone(&schema);
    Effect::new(move || editor.with(|editor| editor.show_notes(&fields)));

    let rules = Arc::clone(&schema);
    let read_again = read.clone();
    let on_input = move |_| {
        read_again();
        editor.update(|editor| editor.recheck(&rules, today));
        if editor
            .with_untracked(|editor| editor.state == State::Editing && editor.violations.is_empty())
        {
            live_form::unmark_title();
        }
    };
    let rules = Arc::clone(&schema);
    let target = action.clone();
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        read();
        if editor.with_untracked(|editor| editor.state == State::Saving) {
            return;
        }
        editor.update(|editor| editor.check(&rules, today));
        if editor.with_untracked(|editor| editor.state == State::Saving) {
            save(editor, &target);
        } else {
            point_at_problems();
        }
    };
    let saving = move || editor.with(|editor| editor.state == State::Saving);
    let unsaved = move || editor.with(|editor| editor.unsaved);
    let labels = Arc::clone(&schema);
    let problems = move || editor.with(|editor| editor.problems(&labels));
    let anew = Anew::default();
    let preview = move || {
        let (profile, view_as) = editor.with(|editor| {
            let profile = editor.profile(&schema, &owner, &saved_form, today);
            (profile, editor.view_as.clone())
        });
        let links = own.then(
            || view! { <ViewAs schema=(*schema).clone() current=view_as.clone() target="_blank"/> },
        );
        // Only the owner's own editor can show the profile as others see it.
        let other = viewer_as(&schema, &view_as, &owner).filter(|_| own);
        let viewer = other.as_ref().unwrap_or(&viewer);
        let card = match access::visible_to(&schema, &profile, viewer) {
            Some(visible) => {
                let profile = ProfileView::of(&schema, &visible);
                Either::Left(view! { <ProfileCard profile level=HeadingLevel::Preview/> })
            }
            None => Either::Right(text::hidden_from_them()),
        };
        // The links keep the focus: they are changed, and only the card is made anew.
        let card = anew.view(view! { <div class="card">{card}</div> });
        view! { {links} {card} }
    };
    let anew = Anew::default();
    let button = move || {
        let words = if saving() {
            text::saving()
        } else {
            text::save_profile()
        };
        anew.view(view! { <span>{words}</span> })
    };
    // One listener for all links: they are made anew with every preview.
    let on_click = move |event: leptos::ev::MouseEvent| {
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let view_as = link.and_then(|link| link.get_attribute("data-as"));
        if let Some(view_as) = view_as.filter(|_| !event.ctrl_key() && !event.meta_key()) {
            event.prevent_default();
            editor.update(|editor| editor.view_as = view_as);
        }
    };

    view! {
        <div class="editor">
            <form
                id=FORM
                class="card"
                class:unsaved=unsaved
                method="post"
                action=action
                novalidate
                on:input=on_input
                on:submit:capture=on_submit
            >
                <ErrorSummary problems/>
                {children()}
                <div class="save">
                    <button class="button">{button}</button>
                    <a class="button button-quiet" href=page>{text::cancel()}</a>
                    <p class="hint">
                        {move || unsaved().then(|| view! { <span>{text::unsaved()}</span> })}
                    </p>
                    <p class="visually-hidden" role="status">
                        {move || saving().then(|| view! { <span>{text::saving()}</span> })}
                    </p>
                </div>
            </form>
            <aside class="preview" aria-labelledby="preview-title" on:click=on_click>
                <h2 id="preview-title">{text::preview()}</h2>
                <p class="hint">{text::preview_hint()}</p>
                {preview}
            </aside>
        </div>
    }
}

/// The state of the form.
#[derive(Debug, Clone, PartialEq)]
enum State {
    Editing,
    Saving,
    /// The form was not saved, for a reason that is not a rule of a field.
    Failed(Vec<Problem>),
}

/// The part of the editor's state that changes while somebody edits.
///
/// One signal instead of five: each type of signal is some kilobytes of wasm.
#[derive(Debug, Clone)]
struct Editor {
    typed: Form,
    violations: Violations,
    state: State,
    /// The kind of viewer for whom the preview is shown: a key of `view_as`.
    view_as: String,
    /// Something is typed that is not saved.
    unsaved: bool,
}

impl Editor {
    /// Reads the form; `saved_form` holds what is saved.
    fn read(&mut self, schema: &Schema, saved_form: &Form) {
        self.typed = live_form::read_form(FORM);
        let picture = schema.picture_field().map(|field| field.key.as_str());
        let differs = |name: &str| {
            let said = |form: &Form| -> Vec<String> {
                let values = form.all(name).filter(|value| !value.is_empty());
                values.map(str::to_owned).collect()
            };
            // The picture is saved by its own form.
            schema.owns(name)
                && choice_name(name).is_none()
                && Some(name) != picture
                && said(&self.typed) != said(saved_form)
        };
        self.unsaved = self.typed.names().any(differs);
    }

    /// On submit: saving, or the rules that are broken.
    fn check(&mut self, schema: &Schema, today: Date) {
        let broken = Patch::parse(schema, &self.typed, today).err();
        self.state = if broken.is_none() {
            State::Saving
        } else {
            State::Editing
        };
        self.violations = broken.unwrap_or_default();
    }

    /// While correcting: only what is still broken of what was.
    fn recheck(&mut self, schema: &Schema, today: Date) {
        if !self.violations.is_empty() {
            let still = Patch::parse(schema, &self.typed, today).err();
            self.violations.keep_only(&still.unwrap_or_default());
        }
    }

    /// The server refused.
    fn reject(&mut self, error: AppError) {
        match error {
            AppError::Invalid(broken) => {
                self.violations = broken;
                self.state = State::Editing;
            }
            error => self.state = State::Failed(failure(Some(&error))),
        }
    }

    fn problems(&self, schema: &Schema) -> Vec<Problem> {
        let label = |name: &str| problem_label(schema, name);
        let mut all = match &self.state {
            State::Failed(problems) => problems.clone(),
            State::Editing | State::Saving => Vec::new(),
        };
        all.extend(problems(None, &self.violations, label));
        all
    }

    /// Writes the counters and the errors beside their controls.
    fn show_notes(&self, schema: &Schema) {
        // The picture has a form and an island of its own.
        let fields = schema.fields().filter(|field| field.kind != Kind::Picture);
        for field in fields {
            let broken = self.violations.get(&field.key);
            let error = broken.map(|broken| text::violation(&field.label, broken));
            live_form::show_error(&field.key, error.as_deref());
            live_form::show_hint(&field.key, &hint(field, Some(&self.typed)));
        }
        for control in self
            .typed
            .names()
            .filter(|name| choice_name(name).is_some())
        {
            let broken = self.violations.get(control);
            let label = problem_label(schema, control).unwrap_or_default();
            let error = broken.map(|broken| text::violation(&label, broken));
            live_form::show_error(control, error.as_deref());
        }
    }

    /// The profile as it would be saved: items that are not on the form are taken from
    /// `saved_form`, and values that break a rule are left out.
    fn profile(&self, schema: &Schema, owner: &User, saved_form: &Form, today: Date) -> Profile {
        let value = |field: &Field| {
            let typed = field.read(&self.typed, today).ok()?;
            let value = typed.or_else(|| field.read(saved_form, today).ok()?)?;
            Some((field.key.clone(), value?))
        };
        let audience = |key: &str| {
            let name = audience_of(key);
            let chosen = self.typed.get(&name).or(saved_form.get(&name))?;
            Some((key.to_owned(), Audience::parse(chosen)?))
        };
        let keys = schema.fields().map(|field| field.key.as_str());
        // One by one: `collect` sorts first, which is two kilobytes of wasm each.
        let (mut values, mut audiences) = (Values::new(), Audiences::new());
        values.extend(schema.fields().filter_map(value));
        audiences.extend(keys.chain([WHOLE]).filter_map(audience));
        Profile {
            owner: owner.clone(),
            version: 0,
            values,
            audiences,
            listing: Listing::default(),
        }
    }
}

/// Sends the form, and goes on or tells why not.
fn save(editor: RwSignal<Editor>, action: &str) {
    let form = editor.with_untracked(|editor| editor.typed.clone());
    // For a page that is left only seemingly: stopped, or shown again by Back as
    // it was.
    let again = move || editor.update(|editor| editor.state = State::Editing);
    live_form::post(action, &form, move |saved| match saved {
        Ok(next) => {
            // It fails for a URL that does not parse; an `OwnPath` does.
            let _ = window().location().assign(next.as_str());
            set_timeout(again, Duration::from_secs(2));
        }
        // The server has a page for it, with what is to be chosen, without what is
        // no longer on the form, and with all that was typed; the browser asks for
        // it as it would without script.
        Err(error) if needs_the_page(&error) => {
            live_form::submit(FORM);
            set_timeout(again, Duration::from_secs(2));
        }
        Err(error) => {
            editor.update(|editor| editor.reject(error));
            point_at_problems();
        }
    });
}

/// Returns whether only a new form can mend the error: this one has other fields than
/// the profile has by now, or both sides changed the same item.
fn needs_the_page(error: &AppError) -> bool {
    let another = |violation: &Violation| {
        matches!(
            violation,
            Violation::UnknownField | Violation::NotYours | Violation::NoSuchVersion
        )
    };
    match error {
        AppError::Conflict { .. } => true,
        AppError::Invalid(violations) => violations.iter().any(|(_, violation)| another(violation)),
        _ => false,
    }
}

/// The problem of a form that was refused for no rule of a field.
pub(super) fn failure(error: Option<&AppError>) -> Vec<Problem> {
    problems(error, &Violations::default(), |_| None)
}

/// The label of a control, or of what it chooses a side of.
fn problem_label(schema: &Schema, control: &str) -> Option<String> {
    item_label(schema, choice_name(control).unwrap_or(control))
}

/// Brings somebody to what is wrong, once it is shown: what is hidden takes no focus.
fn point_at_problems() {
    live_form::mark_title();
    request_animation_frame(|| live_form::focus(ERROR_SUMMARY));
}
