//! The editor of a profile: an island around a plain form.
//!
//! The server renders the controls, and the browser keeps what is typed into
//! them. The island only reads the form, on every input and once when it wakes
//! up, because somebody may have typed before that; from it follow the preview,
//! the counters and the errors. It checks by the rules that the server runs, on
//! submit first, and afterwards takes each error away the moment it is mended.
//! Where the island never arrives, the form is a form.

use leptos::prelude::*;

use super::{
    conflict::view_conflict,
    control::{AudienceControl, Control, Fixed, WholeAudience},
    island::{EditorIsland, IslandProps, START, failure},
    picture_form::PictureValue,
    state::FormState,
};
use crate::{
    form::Form,
    head::{HeadSlot, Script},
    profile::rules::{
        access::{VisibleProfile, can_choose_audience, can_choose_whole, can_edit, field_audience},
        date::Date,
        kind::Kind,
        patch::Patch,
        schema::{Field, Schema},
    },
    text,
    ui::{opened_on, write_start},
    viewer::Viewer,
};

/// The form and its preview. `schema` has the fields that `viewer` sees.
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
    let start = IslandProps {
        saved_form: schema.fill(&visible.values, &visible.audiences),
        schema,
        viewer,
        owner: visible.owner,
        form: state.form,
        violations: state.violations,
        failure: failure(state.failure.as_ref()),
        today,
    };
    let start = write_start(START, start);
    expect_context::<HeadSlot>().need(Script::Island);
    view! {
        <EditorIsland>
            {opened_on(&username, state.version)}
            {start}
            {lost}
            {conflicts}
            <input type="hidden" name=Form::OWNER value=username/>
            <input type="hidden" name=Patch::VERSION value=state.version/>
            <input type="hidden" name=Patch::ACKNOWLEDGED value=state.acknowledged/>
            {controls}
            {whole}
        </EditorIsland>
    }
}

/// A field of the form: its control or its value, and who sees it.
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
        view! { <PictureValue label=field.label.clone() value own=visible.own/> }.into_any()
    } else if editable {
        let broken = state.violations.get(&field.key);
        let error = broken.map(|broken| text::violation(&field.label, broken));
        view! { <Control field=field.clone() start=state.form.clone() error/> }.into_any()
    } else {
        let value = visible.values.get(&field.key).cloned();
        view! { <Fixed field=field.clone() value own=visible.own/> }.into_any()
    };
    // Only the owner is told who sees what.
    let audience = visible.own.then(|| {
        let fixed = !can_choose_audience(field, viewer, &visible.owner);
        view! { <AudienceControl schema=schema.clone() field=field.clone() start=state.form.clone() fixed/> }
    });
    view! { <div class="item">{value}{audience}</div> }.into_any()
}
