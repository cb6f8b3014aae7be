//! The editor of a profile: an island around a plain form.
//!
//! The server renders the controls, and the browser keeps what is typed into
//! them. The island only reads the form, on every input and once when it wakes
//! up, because somebody may have typed before that; from it follow the preview,
//! the counters and the errors. It checks by the rules that the server runs, on
//! submit first, and afterwards takes each error away the moment it is mended.
//! Where the island never arrives, the form is a form.

use leptos::{html, prelude::*, task::spawn_local};
use std::time::Duration;

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
    ui::{ERROR_SUMMARY, ErrorSummary, FAILURE, Failure, live_form},
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

/// What of the editor lives in the browser. Its children are the controls.
#[island]
fn EditorIsland(
    schema: Schema,
    username: String,
    opening: Opening,
    today: Date,
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<html::Form>::new();
    let schema = StoredValue::new(schema);
    let typed = RwSignal::new(opening.form);
    let version = RwSignal::new(opening.version);
    let violations = RwSignal::new(opening.violations);
    let state = RwSignal::new(opening.failure.map_or(State::Editing, State::Failed));
    let owner = username.clone();

    let label = move |key: &str| {
        schema.with_value(|schema| schema.field(key).map(|field| field.label.clone()))
    };
    let read = move || {
        if let Some(element) = element.get_untracked() {
            typed.set(live_form::read_form(&element));
        }
    };
    Effect::new(read);
    Effect::new(move || {
        let show = |schema: &Schema| typed.with(|typed| show_room(schema, typed));
        schema.with_value(show);
    });
    Effect::new(move || {
        let show = |schema: &Schema| violations.with(|violations| show_errors(schema, violations));
        schema.with_value(show);
    });

    let parse = move || {
        typed.with_untracked(|form| schema.with_value(|schema| Patch::parse(schema, form, today)))
    };
    // Brings somebody to what is wrong, once it is shown; what is hidden takes no focus.
    let point_at = |id: &'static str| {
        document().set_title(&text::page_title(text::EDIT_PROFILE, true));
        request_animation_frame(move || live_form::focus(id));
    };
    let refuse = move |broken: Violations| {
        violations.set(broken);
        state.set(State::Editing);
        point_at(ERROR_SUMMARY);
    };
    let on_input = move |_| {
        read();
        if violations.with_untracked(|violations| !violations.is_empty()) {
            let still = parse().err().unwrap_or_default();
            violations.update(|violations| violations.keep_only(&still));
        }
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        read();
        if state.with_untracked(|state| *state == State::Saving) {
            return;
        }
        if let Err(broken) = parse() {
            return refuse(broken);
        }
        violations.set(Violations::default());
        state.set(State::Saving);
        spawn_local(async move {
            match save_profile(typed.get_untracked()).await {
                Ok(next) => {
                    // It fails for a URL that does not parse; an `OwnPath` does.
                    let _ = window().location().assign(next.as_str());
                    // For a page that is left only seemingly: stopped, or shown
                    // again by Back as it was.
                    set_timeout(move || state.set(State::Editing), Duration::from_secs(2));
                }
                Err(AppError::Invalid(broken)) => refuse(broken),
                Err(error) => {
                    if let AppError::Conflict { version: newer } = error {
                        version.set(newer);
                    }
                    state.set(State::Failed(error));
                    point_at(FAILURE);
                }
            }
        });
    };
    let saving = Signal::derive(move || state.with(|state| *state == State::Saving));
    let failure = Signal::derive(move || {
        state.with(|state| match state {
            State::Failed(error) => Some(error.clone()),
            _ => None,
        })
    });
    let profile = move || {
        schema.with_value(|schema| {
            let values = typed.with(|form| valid_values(schema, form, today));
            ProfileView::of(schema, &username, &values)
        })
    };

    view! {
        <div class="editor">
            <form
                node_ref=element
                class="card"
                method="post"
                action="/profile/edit"
                novalidate
                on:input=on_input
                on:submit:capture=on_submit
            >
                <Failure error=failure/>
                <ErrorSummary violations label/>
                <input type="hidden" name=Patch::OWNER value=owner/>
                <input type="hidden" name=Patch::VERSION value=move || version.get()/>
                {children()}
                <div class="save">
                    <button class="button">
                        {move || if saving.get() { text::SAVING } else { text::SAVE_PROFILE }}
                    </button>
                    <a class="button button-quiet" href="/profile">{text::CANCEL}</a>
                    <p class="visually-hidden" role="status">{move || saving.get().then_some(text::SAVING)}</p>
                </div>
            </form>
            <aside class="preview" aria-labelledby="preview-title">
                <h2 id="preview-title">{text::PREVIEW}</h2>
                <p class="hint">{text::PREVIEW_HINT}</p>
                <div class="card">{move || view! { <ProfileCard profile=profile() place=Place::Preview/> }}</div>
            </aside>
        </div>
    }
}

/// What of a form could be saved: the preview leaves out what breaks a rule.
fn valid_values(schema: &Schema, form: &Form, today: Date) -> Values {
    let valid = |field: &super::Field| Some((field.key.clone(), field.read(form, today).ok()???));
    schema.fields().filter_map(valid).collect()
}

fn show_room(schema: &Schema, typed: &Form) {
    for field in schema.fields() {
        live_form::show_hint(&field.key, &hint(field, Some(typed)));
    }
}

fn show_errors(schema: &Schema, violations: &Violations) {
    for field in schema.fields() {
        let error = violations
            .get(&field.key)
            .map(|broken| text::violation(&field.label, broken));
        live_form::show_error(&field.key, error.as_deref());
    }
}
