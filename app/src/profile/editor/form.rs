//! The editor of a profile: an island around a plain form.
//!
//! The server renders the controls, and the browser keeps what is typed into
//! them. The island only reads the form, on every input and once when it wakes
//! up, because somebody may have typed before that; from it follow the preview,
//! the counters and the errors. It checks by the rules that the server runs, on
//! submit first, and afterwards takes each error away the moment it is mended.
//! Where the island never arrives, the form is a form.

use leptos::{either::Either, prelude::*};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use wasm_bindgen::JsCast;

use super::{
    control::{AudienceControl, Control, Fixed, WholeAudience, hint},
    picture_form::PictureValue,
};
use crate::{
    account::types::model::User,
    backend::backend,
    error::{AppError, Conflict, Refused, Violations},
    form::Form,
    profile::{
        card::view::{Place, ProfileCard, ProfileView},
        rules::{
            access::{self, Seen, can_choose_audience, can_choose_whole, can_edit, field_audience},
            audience::{Audience, Audiences, WHOLE, audience_of},
            date::Date,
            describe::item_label,
            kind::Kind,
            patch::{Patch, choice_name, choice_of},
            profile::{Listing, Profile, Values},
            schema::{Field, Schema},
            view_as::{self, ViewAs, viewer_as},
            violation::Violation,
        },
    },
    shell::{HeadSlot, Script},
    text,
    ui::{
        Anew, Described, ERROR_SUMMARY, ErrorSummary, Fieldset, Problem, live_form, opened_on,
        problems, read_start, write_start,
    },
    viewer::Viewer,
};

/// Where the form stands.
#[derive(Debug, Clone, PartialEq)]
enum State {
    Editing,
    Saving,
    /// It was not saved, for a reason that is no rule of a field.
    Failed(Vec<Problem>),
}

/// What the editor begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The version that the profile had when the form was opened.
    pub version: u64,
    /// What the controls hold: the stored values, or what was typed into a form
    /// that was refused.
    pub form: Form,
    pub violations: Violations,
    /// Why the form was refused, if it was for no rule of a field.
    pub failure: Option<AppError>,
    /// What was typed for what is not on the form any more: label and words.
    pub lost: Vec<(String, String)>,
    /// What is to be chosen, and the version whose conflicts these are.
    pub conflicts: Vec<Conflict>,
    pub seen: Option<u64>,
}

/// The form and its preview. `schema` has the fields that `viewer` sees.
#[component]
pub fn ProfileEditor(
    schema: Schema,
    viewer: Viewer,
    seen: Seen,
    opening: Opening,
    today: Date,
) -> impl IntoView {
    let groups = schema
        .groups
        .iter()
        .filter(|group| !group.fields.is_empty());
    let controls: Vec<_> = groups
        .map(|group| {
            let controls = group
                .fields
                .iter()
                .map(|field| control(&schema, field, &viewer, &seen, &opening));
            view! {
                <section class="form-group">
                    <h2>{group.label.clone()}</h2>
                    {controls.collect_view()}
                </section>
            }
        })
        .collect();
    let whole = can_choose_whole(&schema, &viewer, &seen.owner).then(|| {
        view! {
            <section class="form-group">
                <h2>{text::privacy()}</h2>
                <WholeAudience start=opening.form.clone()/>
            </section>
        }
    });
    let conflicts = opening
        .conflicts
        .into_iter()
        .map(|conflict| view_conflict(conflict, &viewer, &opening.form, &opening.violations));
    let conflicts = conflicts.collect::<Vec<_>>();
    let conflicts = (!conflicts.is_empty()).then(|| {
        view! {
            <section class="form-group">
                <h2>{text::conflict_title()}</h2>
                {conflicts}
            </section>
        }
    });
    let lost: Vec<_> = opening
        .lost
        .into_iter()
        .map(|(label, words)| {
            view! { <div><dt>{label}</dt><dd class="prose" dir="auto">{words}</dd></div> }
        })
        .collect();
    let lost = (!lost.is_empty()).then(|| {
        view! {
            <section class="form-group">
                <h2>{text::not_kept()}</h2>
                <p class="hint">{text::not_kept_hint()}</p>
                <dl class="sides">{lost}</dl>
            </section>
        }
    });
    let username = seen.owner.username.clone();
    let start = Start {
        beside: schema.fill(&seen.values, &seen.audiences),
        schema,
        viewer,
        owner: seen.owner,
        form: opening.form,
        violations: opening.violations,
        failure: failure(opening.failure.as_ref()),
        today,
    };
    let start = write_start(START, start);
    expect_context::<HeadSlot>().need(Script::Island);
    view! {
        <EditorIsland>
            {opened_on(&username, opening.version)}
            {start}
            {lost}
            {conflicts}
            <input type="hidden" name=Patch::OWNER value=username/>
            <input type="hidden" name=Patch::VERSION value=opening.version/>
            <input type="hidden" name=Patch::SEEN value=opening.seen/>
            {controls}
            {whole}
        </EditorIsland>
    }
}

/// What signing up asks for beside the account. Who sees it can be chosen later;
/// until then the schema's default counts.
#[component]
pub fn SignUpFields() -> impl IntoView {
    let schema = backend().schema;
    let refused = use_context::<Refused>();
    let violations = refused
        .as_ref()
        .map(Refused::violations)
        .unwrap_or_default();
    let form = refused.map(|refused| refused.form).unwrap_or_default();
    let controls: Vec<_> = schema
        .sign_up_fields()
        .map(|field| {
            let broken = violations.get(&field.key);
            let error = broken.map(|broken| text::violation(&field.label, broken));
            view! { <Control field=field.clone() start=form.clone() error/> }
        })
        .collect();
    controls
}

/// A field of the form: its control or its value, and who sees it.
fn control(
    schema: &Schema,
    field: &Field,
    viewer: &Viewer,
    seen: &Seen,
    opening: &Opening,
) -> AnyView {
    let audience = field_audience(field, &seen.audiences);
    let editable = can_edit(schema, field, audience, viewer, &seen.owner);
    let value = if editable && field.kind == Kind::Picture {
        let value = opening.form.get(&field.key).unwrap_or_default().to_owned();
        view! { <PictureValue label=field.label.clone() value own=seen.own/> }.into_any()
    } else if editable {
        let broken = opening.violations.get(&field.key);
        let error = broken.map(|broken| text::violation(&field.label, broken));
        view! { <Control field=field.clone() start=opening.form.clone() error/> }.into_any()
    } else {
        let value = seen.values.get(&field.key).cloned();
        view! { <Fixed field=field.clone() value own=seen.own/> }.into_any()
    };
    // Only the owner is told who sees what.
    let audience = seen.own.then(|| {
        let fixed = !can_choose_audience(field, viewer, &seen.owner);
        view! { <AudienceControl schema=schema.clone() field=field.clone() start=opening.form.clone() fixed/> }
    });
    view! { <div class="item">{value}{audience}</div> }.into_any()
}

/// Both sides of a conflict, and what was before, to choose from.
fn view_conflict(
    conflict: Conflict,
    viewer: &Viewer,
    form: &Form,
    violations: &Violations,
) -> impl IntoView + use<> {
    // Two windows of one person are what this is most often about.
    let own =
        matches!(viewer, Viewer::Member(member) if conflict.by.as_ref() == Some(&member.username));
    let theirs = match own {
        true => text::yours_elsewhere().to_owned(),
        false => text::theirs(conflict.by.as_deref()),
    };
    let control = choice_of(&conflict.name);
    let broken = violations.get(&control);
    let described = Described {
        name: control.clone(),
        error: broken.map(|broken| text::violation(&conflict.label, broken)),
        label: conflict.label,
        ..Described::default()
    };
    let chosen = form
        .all(&control)
        .find(|side| !side.is_empty())
        .map(str::to_owned);
    let side = |key: &'static str, who: String, words: String| {
        let checked = chosen.as_deref() == Some(key);
        view! {
            <label class="tick side">
                <input type="radio" name=control.clone() value=key checked=checked/>
                <span>
                    <b>{who}</b>
                    <span class="quote" dir="auto">{words}</span>
                </span>
            </label>
        }
    };
    let sides = [
        side(Patch::MINE, text::yours().to_owned(), conflict.mine),
        side(Patch::THEIRS, theirs, conflict.theirs),
    ];
    view! {
        <div class="conflict">
            <Fieldset described>
                <p class="hint">{text::before()} ": " <span class="quote" dir="auto">{conflict.before}</span></p>
                // To have chosen neither is something else than not to have been asked.
                <input type="hidden" name=control value=""/>
                {sides.into_iter().collect_view()}
            </Fieldset>
        </div>
    }
}

/// What the island begins with.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Start {
    schema: Schema,
    viewer: Viewer,
    owner: User,
    /// What the controls hold.
    form: Form,
    /// All that the viewer sees, as if it were on the form: a form is what the
    /// browser can read anyway.
    beside: Form,
    violations: Violations,
    /// Why the form was refused, if it was for no rule of a field, in words.
    failure: Vec<Problem>,
    today: Date,
}

/// What changes while somebody edits.
///
/// One signal and not five: each type of signal is some kilobytes of wasm.
#[derive(Debug, Clone)]
struct Editor {
    typed: Form,
    violations: Violations,
    state: State,
    /// Whose eyes the preview has: a key of `view_as`.
    eyes: String,
    /// Something is typed that is not saved.
    unsaved: bool,
}

/// The id of what the island begins with.
const START: &str = "profile-start";

/// The id of the form.
const FORM: &str = "profile-form";

/// What of the editor lives in the browser. Its children are the controls.
#[island]
fn EditorIsland(children: Children) -> impl IntoView {
    let Start {
        schema,
        viewer,
        owner,
        form,
        beside,
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
        eyes: view_as::ME.to_owned(),
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
    let (beside, fields) = (Arc::new(beside), Arc::clone(&schema));
    let saved = Arc::clone(&beside);
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
        let (profile, eyes) = editor.with(|editor| {
            let profile = editor.profile(&schema, &owner, &beside, today);
            (profile, editor.eyes.clone())
        });
        let links = own.then(
            || view! { <ViewAs schema=(*schema).clone() current=eyes.clone() target="_blank"/> },
        );
        // Who edits somebody else's profile has no eyes but their own.
        let other = viewer_as(&schema, &eyes, &owner).filter(|_| own);
        let viewer = other.as_ref().unwrap_or(&viewer);
        let card = match access::seen(&schema, &profile, viewer) {
            Some(seen) => {
                let profile = ProfileView::of(&schema, &seen);
                Either::Left(view! { <ProfileCard profile place=Place::Preview/> })
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
        let eyes = link.and_then(|link| link.get_attribute("data-as"));
        if let Some(eyes) = eyes.filter(|_| !event.ctrl_key() && !event.meta_key()) {
            event.prevent_default();
            editor.update(|editor| editor.eyes = eyes);
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
            editor.update(|editor| editor.refuse(error));
            point_at_problems();
        }
    });
}

/// Whether only another form can mend it: this one has other fields than the
/// profile has by now, or both changed the same.
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
fn failure(error: Option<&AppError>) -> Vec<Problem> {
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

impl Editor {
    /// Reads the form. What is saved is `beside`.
    fn read(&mut self, schema: &Schema, beside: &Form) {
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
                && said(&self.typed) != said(beside)
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
    fn refuse(&mut self, error: AppError) {
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

    /// The profile as it would be saved: what is not on the form as it was
    /// (`beside`), and without what breaks a rule.
    fn profile(&self, schema: &Schema, owner: &User, beside: &Form, today: Date) -> Profile {
        let value = |field: &Field| {
            let typed = field.read(&self.typed, today).ok()?;
            let value = typed.or_else(|| field.read(beside, today).ok()?)?;
            Some((field.key.clone(), value?))
        };
        let audience = |key: &str| {
            let name = audience_of(key);
            let chosen = self.typed.get(&name).or(beside.get(&name))?;
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
