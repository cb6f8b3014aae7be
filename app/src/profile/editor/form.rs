//! The editor of a profile: an island around a plain form.
//!
//! The server renders the controls, and the browser keeps their input. The island only reads the
//! form: on every input, and once when it starts, because the user may have typed before that. It
//! derives the preview, the counters and the errors. It checks the same rules as the server, first
//! on submit; after that, each error disappears as soon as it is corrected. If the island never
//! loads, the form works as a plain form.

use leptos::prelude::*;

use super::{
    conflict::view_conflict,
    control::{AudienceControl, Control, Fixed, WholeAudience},
    draft::{Draft, Start, view_preview},
    island::{EditorIsland, FORM, PREVIEW, SAVE, START, STATUS, UNSAVED, VIEWS},
    picture_form::PictureValue,
    state::FormState,
};
use crate::{
    form::Form,
    head::{HeadSlot, Script},
    profile::{
        card::view_as::ViewAs,
        rules::{
            access::{
                VisibleProfile, can_choose_audience, can_choose_whole, can_edit, field_audience,
            },
            date::Date,
            kind::Kind,
            patch::Patch,
            schema::{Field, Schema},
            view_as::ME,
        },
    },
    text,
    ui::{ErrorSummary, Refusal, Still, opened_on, write_start},
    viewer::Viewer,
};

/// The form and its preview. `schema` contains the fields that `viewer` sees.
#[component]
pub fn ProfileEditor(
    schema: Schema,
    viewer: Viewer,
    visible: VisibleProfile,
    state: FormState,
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
                .map(|field| control(&schema, field, &viewer, &visible, &state));
            view! {
                <section class="form-group">
                    <h2>{group.label.clone()}</h2>
                    {controls.collect_view()}
                </section>
            }
        })
        .collect();
    let whole = can_choose_whole(&schema, &viewer, &visible.owner).then(|| {
        view! {
            <section class="form-group">
                <h2>{text::privacy()}</h2>
                <WholeAudience start=state.form.clone()/>
            </section>
        }
    });
    let conflicts = state
        .conflicts
        .into_iter()
        .map(|conflict| view_conflict(conflict, &viewer, &state.form, &state.violations));
    let conflicts = conflicts.collect::<Vec<_>>();
    let conflicts = (!conflicts.is_empty()).then(|| {
        view! {
            <section class="form-group">
                <h2>{text::conflict_title()}</h2>
                {conflicts}
            </section>
        }
    });
    let lost: Vec<_> = state
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
    let username = visible.owner.username.clone();
    let (action, page) = match visible.own {
        true => ("/profile/edit".to_owned(), "/profile".to_owned()),
        false => (format!("/u/{username}/edit"), format!("/u/{username}")),
    };
    let view_as = visible.own.then(|| {
        let schema = schema.clone();
        view! { <ViewAs schema current=ME.to_owned() target="_blank"/> }
    });
    let refusal = Refusal {
        violations: state.violations,
        ..state
            .failure
            .as_ref()
            .map(Refusal::from)
            .unwrap_or_default()
    };
    let start = Start {
        saved_form: schema.fill(&visible.values, &visible.audiences),
        schema,
        viewer,
        owner: visible.owner,
        refusal,
        today,
    };
    let for_island = write_start(START, &start);
    let draft = Draft::of(start, state.form);
    expect_context::<HeadSlot>().need(Script::Island);
    let editor = view! {
        <div class="editor">
            <form id=FORM class="card" method="post" action=action novalidate>
                <ErrorSummary problems=draft.problems()/>
                {opened_on(&username, state.version)}
                {for_island}
                {lost}
                {conflicts}
                <input type="hidden" name=Form::OWNER value=username/>
                <input type="hidden" name=Patch::VERSION value=state.version/>
                <input type="hidden" name=Patch::ACKNOWLEDGED value=state.acknowledged/>
                {controls}
                {whole}
                <div class="save">
                    <button id=SAVE class="button">{text::save_profile()}</button>
                    <a class="button button-quiet" href=page>{text::cancel()}</a>
                    <p id=UNSAVED class="hint"></p>
                    <p id=STATUS class="visually-hidden" role="status"></p>
                </div>
            </form>
            <aside id=VIEWS class="preview" aria-labelledby="preview-title">
                <h2 id="preview-title">{text::preview()}</h2>
                <p class="hint">{text::preview_hint()}</p>
                {view_as}
                <div id=PREVIEW class="card">{view_preview(draft.card())}</div>
            </aside>
        </div>
    }
    .still();
    view! { <EditorIsland>{editor}</EditorIsland> }
}

/// Renders a field of the form: its control or its value, and its audience.
fn control(
    schema: &Schema,
    field: &Field,
    viewer: &Viewer,
    visible: &VisibleProfile,
    state: &FormState,
) -> AnyView {
    let audience = field_audience(field, &visible.audiences);
    let editable = can_edit(schema, field, audience, viewer, &visible.owner);
    let value = if editable && field.kind == Kind::Picture {
        let value = state.form.get(&field.key).unwrap_or_default().to_owned();
        view! { <PictureValue label=field.label.clone() value own=visible.own/> }.still()
    } else if editable {
        let broken = state.violations.get(&field.key);
        let error = broken.map(|broken| text::violation(&field.label, broken));
        view! { <Control field=field.clone() start=state.form.clone() error/> }.still()
    } else {
        let value = visible.values.get(&field.key).cloned();
        view! { <Fixed field=field.clone() value own=visible.own/> }.still()
    };
    // Only the owner sees who can see what.
    let audience = visible.own.then(|| {
        let fixed = !can_choose_audience(field, viewer, &visible.owner);
        view! { <AudienceControl schema=schema.clone() field=field.clone() start=state.form.clone() fixed/> }
    });
    view! { <div class="item">{value}{audience}</div> }.still()
}
