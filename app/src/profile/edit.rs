//! The editor of a profile: an island around a plain form.
//!
//! The server renders the controls, and the browser keeps what is typed into
//! them. The island only reads the form, on every input and once when it wakes
//! up, because somebody may have typed before that; from it follow the preview,
//! the counters and the errors. It checks by the rules that the server runs, on
//! submit first, and afterwards takes each error away the moment it is mended.
//! Where the island never arrives, the form is a form.

use leptos::{prelude::*, task::spawn_local};
use std::{sync::Arc, time::Duration};

use super::{
    Date, Patch, ProfileCard, ProfileView, Schema, Values,
    api::save_profile,
    control::{Control, hint},
    view::Place,
};
use crate::{
    error::{AppError, Violations},
    form::Form,
    text,
    ui::{ERROR_SUMMARY, ErrorSummary, Problem, live_form, problems},
};

/// Where the form stands.
#[derive(Debug, Clone, PartialEq)]
enum State {
    Editing,
    Saving,
    /// It was not saved, for a reason that is no rule of a field.
    Failed(AppError),
}

/// What the editor begins with.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Opening {
    /// The version that the profile had when the form was opened.
    pub version: u64,
    /// What the controls hold: the stored values, or what was typed into a form
    /// that was refused.
    pub form: Form,
    pub violations: Violations,
    /// Why the form was refused, if it was for no rule of a field.
    pub failure: Option<AppError>,
}

/// The form and its preview.
#[component]
pub fn ProfileEditor(
    schema: Schema,
    username: String,
    opening: Opening,
    today: Date,
) -> impl IntoView {
    let groups = schema
        .groups
        .iter()
        .filter(|group| !group.fields.is_empty());
    let controls = groups.cloned().map(|group| {
        let controls = group.fields.into_iter().map(|field| {
            let error = opening
                .violations
                .get(&field.key)
                .map(|broken| text::violation(&field.label, broken));
            view! { <Control field start=opening.form.clone() error/> }
        });
        view! {
            <section class="form-group">
                <h2>{group.label}</h2>
                {controls.collect_view()}
            </section>
        }
    });
    let controls = controls.collect_view();
    view! { <EditorIsland schema username opening today>{controls}</EditorIsland> }
}

/// What changes while somebody edits.
///
/// One signal and not five: each type of signal is some kilobytes of wasm.
#[derive(Debug, Clone)]
struct Editor {
    typed: Form,
    version: u64,
    violations: Violations,
    state: State,
}

/// The id of the form.
const FORM: &str = "profile-form";

/// What of the editor lives in the browser. Its children are the controls.
#[island]
fn EditorIsland(
    schema: Schema,
    username: String,
    opening: Opening,
    today: Date,
    children: Children,
) -> impl IntoView {
    let schema = Arc::new(schema);
    let editor = RwSignal::new(Editor {
        typed: opening.form,
        version: opening.version,
        violations: opening.violations,
        state: opening.failure.map_or(State::Editing, State::Failed),
    });
    let read = move || editor.update(|editor| editor.typed = live_form::read_form(FORM));
    Effect::new(move |before: Option<()>| {
        if before.is_none() {
            read();
        }
    });
    let fields = Arc::clone(&schema);
    Effect::new(move || editor.with(|editor| editor.show_notes(&fields)));

    let rules = Arc::clone(&schema);
    let on_input = move |_| {
        read();
        editor.update(|editor| editor.recheck(&rules, today));
    };
    let rules = Arc::clone(&schema);
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        read();
        if editor.with_untracked(|editor| editor.state == State::Saving) {
            return;
        }
        editor.update(|editor| editor.check(&rules, today));
        if editor.with_untracked(|editor| editor.state == State::Saving) {
            spawn_local(save(editor));
        } else {
            point_at_problems();
        }
    };
    let saving = move || editor.with(|editor| editor.state == State::Saving);
    let labels = Arc::clone(&schema);
    let problems = move || editor.with(|editor| editor.problems(&labels));
    let owner = username.clone();
    let preview = move || {
        let values = editor.with(|editor| valid_values(&schema, &editor.typed, today));
        let profile = ProfileView::of(&schema, &username, &values);
        view! { <ProfileCard profile place=Place::Preview/> }
    };

    view! {
        <div class="editor">
            <form
                id=FORM
                class="card"
                method="post"
                action="/profile/edit"
                novalidate
                on:input=on_input
                on:submit:capture=on_submit
            >
                <ErrorSummary problems/>
                <input type="hidden" name=Patch::OWNER value=owner/>
                <input
                    type="hidden"
                    name=Patch::VERSION
                    value=move || editor.with(|editor| editor.version.to_string())
                />
                {children()}
                <div class="save">
                    <button class="button">
                        {move || if saving() { text::SAVING } else { text::SAVE_PROFILE }}
                    </button>
                    <a class="button button-quiet" href="/profile">{text::CANCEL}</a>
                    <p class="visually-hidden" role="status">
                        {move || if saving() { text::SAVING } else { "" }}
                    </p>
                </div>
            </form>
            <aside class="preview" aria-labelledby="preview-title">
                <h2 id="preview-title">{text::PREVIEW}</h2>
                <p class="hint">{text::PREVIEW_HINT}</p>
                <div class="card">{preview}</div>
            </aside>
        </div>
    }
}

/// Sends the form, and goes on or tells why not.
async fn save(editor: RwSignal<Editor>) {
    let form = editor.with_untracked(|editor| editor.typed.clone());
    match save_profile(form).await {
        Ok(next) => {
            // It fails for a URL that does not parse; an `OwnPath` does.
            let _ = window().location().assign(next.as_str());
            // For a page that is left only seemingly: stopped, or shown again by
            // Back as it was.
            let again = move || editor.update(|editor| editor.state = State::Editing);
            set_timeout(again, Duration::from_secs(2));
        }
        Err(error) => {
            editor.update(|editor| editor.refuse(error));
            point_at_problems();
        }
    }
}

/// Brings somebody to what is wrong, once it is shown: what is hidden takes no focus.
fn point_at_problems() {
    document().set_title(&text::page_title(text::EDIT_PROFILE, true));
    request_animation_frame(|| live_form::focus(ERROR_SUMMARY));
}

impl Editor {
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
    fn refuse(&mut self, error: AppError) {
        if let AppError::Conflict { version } = error {
            self.version = version;
        }
        match error {
            AppError::Invalid(broken) => {
                self.violations = broken;
                self.state = State::Editing;
            }
            error => self.state = State::Failed(error),
        }
    }

    fn problems(&self, schema: &Schema) -> Vec<Problem> {
        let failure = match &self.state {
            State::Failed(error) => Some(error),
            State::Editing | State::Saving => None,
        };
        let label = |key: &str| schema.field(key).map(|field| field.label.clone());
        problems(failure, &self.violations, label)
    }

    /// Writes the counters and the errors beside their controls.
    fn show_notes(&self, schema: &Schema) {
        for field in schema.fields() {
            let broken = self.violations.get(&field.key);
            let error = broken.map(|broken| text::violation(&field.label, broken));
            live_form::show_error(&field.key, error.as_deref());
            live_form::show_hint(&field.key, &hint(field, Some(&self.typed)));
        }
    }
}

/// What of a form could be saved: the preview leaves out what breaks a rule.
fn valid_values(schema: &Schema, form: &Form, today: Date) -> Values {
    let valid = |field: &super::Field| Some((field.key.clone(), field.read(form, today).ok()???));
    schema.fields().filter_map(valid).collect()
}
