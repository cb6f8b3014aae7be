//! The page `/profile/history`: what was changed, by whom, and the way back.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;
use serde_json::Value as Json;

use super::{
    PastChange, Patch, Picture, Profile, Schema, Value,
    access::has,
    audience_key,
    describe::{item_label, item_text},
    history::{CHANGE, ROLE},
    page::page,
};
use crate::{
    backend::backend,
    error::{AppError, Refused},
    text,
    ui::{ErrorSummary, Moment, Notice, Page, Width, problems},
    viewer::{Viewer, for_member},
};

/// Changes on one page.
const LIMIT: u32 = 50;

/// `/profile/history`, the newest first; `?before=ID` for the older ones.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let query = use_query_map();
    let before = query.with_untracked(|query| query.get("before"));
    let undone = query.with_untracked(|query| query.get("undone").is_some());
    for_member("/profile/history", move |member| {
        page(async move {
            let backend = backend();
            let before = before.map(|id| id.parse().map_err(|_| AppError::NotFound));
            let before = before.transpose()?;
            let profile = backend.profiles.profile(member.id).await?;
            let profile = profile.ok_or(AppError::NotFound)?;
            let changes = backend.profiles.changes(member.id, before, LIMIT).await?;
            let older =
                (changes.len() == LIMIT as usize).then(|| changes.last().map(|last| last.id));
            let older = older.flatten().map(|id| {
                view! { <p><a href=format!("/profile/history?before={id}")>{text::older()}</a></p> }
            });
            let kept = backend.profiles.pictures(member.id).await?;
            let schema = &backend.schema;
            let today = backend.clock.today();
            let viewer = Viewer::Member(member);
            let told: Vec<PastChange> = changes
                .into_iter()
                .filter(|change| is_shown(schema, &profile, change))
                .collect();
            let empty = told.is_empty();
            let saves: Vec<_> = told
                .chunk_by(|one, next| {
                    one.version == next.version && one.at == next.at && one.by == next.by
                })
                .map(|save| {
                    // As they stand on the profile.
                    let mut items: Vec<_> = save.iter().collect();
                    items.sort_by_key(|change| schema.place_of(&change.name));
                    let rows: Vec<_> = items
                        .into_iter()
                        .filter_map(|change| row(schema, &profile, &viewer, change, today, &kept))
                        .collect();
                    view_save(&profile, &save[0], rows)
                })
                .collect();
            let refused = use_context::<Refused>();
            let problems = refused.as_ref().map_or(Vec::new(), |refused| {
                let label = |name: &str| item_label(schema, name);
                let mut problems =
                    problems(refused.failure().as_ref(), &refused.violations(), label);
                for problem in &mut problems {
                    // There is no control on this page to lead to.
                    problem.href = None;
                    if let AppError::Conflict { .. } = refused.error {
                        text::undo_conflict().clone_into(&mut problem.words);
                    }
                }
                problems
            });
            Ok(view! {
            <Page title=text::history() width=Width::Column refused=refused.is_some()>
                <h1>{text::history()}</h1>
                <p class="lead">{text::history_lead()}</p>
                {undone.then(|| view! { <Notice words=text::undone()/> })}
                <ErrorSummary problems=move || problems.clone()/>
                {(empty && older.is_none()).then(|| view! { <p class="hint">{text::no_history()}</p> })}
                <ol class="history">{saves}</ol>
                {older}
                <p class="actions"><a class="button button-quiet" href="/profile">{text::your_profile()}</a></p>
            </Page>
        }
        .into_any())
        })
    })
}

/// Not shown is what the schema does not have, or not for this owner's role, and
/// that an audience was put down with a first value.
fn is_shown(schema: &Schema, profile: &Profile, change: &PastChange) -> bool {
    let field = schema.field(audience_key(&change.name).unwrap_or(&change.name));
    let known = item_label(schema, &change.name).is_some();
    known && !change.is_pin() && field.is_none_or(|field| has(field, &profile.owner))
}

fn row(
    schema: &Schema,
    profile: &Profile,
    viewer: &Viewer,
    change: &PastChange,
    today: super::Date,
    kept: &[String],
) -> Option<AnyView> {
    let label = item_label(schema, &change.name)?;
    let side = |word, json: Option<&Json>| {
        let words = item_text(schema, &change.name, json);
        let picture = picture_of(schema, &change.name, json);
        let picture = picture.map(|picture| match kept.iter().any(|hash| hash == picture.hash()) {
            true => Either::Left(
                view! { <img class="avatar avatar-small" src=picture.src(64) width="64" height="64" alt=""/> },
            ),
            false => Either::Right(view! { <p class="hint">{text::picture_erased()}</p> }),
        });
        // That there was nothing is no value that somebody typed.
        let class = if json.is_some() {
            "prose"
        } else {
            "prose hint"
        };
        view! { <div><dt>{word}</dt><dd class=class dir="auto">{picture}{words}</dd></div> }
    };
    let earlier = picture_of(schema, &change.name, change.old.as_ref());
    let is_erased = earlier.is_some_and(|earlier| kept.iter().all(|hash| hash != earlier.hash()));
    let undo = match change.undo(schema, profile, viewer, today) {
        _ if change.name == ROLE || is_erased => None,
        Ok(_) => {
            let name = text::undo_what(&label);
            Some(
                view! {
                    <form method="post" action="/profile/history">
                        <input type="hidden" name=Patch::OWNER value=profile.owner.username.clone()/>
                        <input type="hidden" name=CHANGE value=change.id/>
                        <input type="hidden" name=Patch::VERSION value=profile.version/>
                        <button class="button button-quiet button-small" aria-label=name>{text::undo()}</button>
                    </form>
                }
                .into_any(),
            )
        }
        Err(violation) => {
            let why = text::violation(&label, &violation);
            Some(view! { <p class="hint">{text::cannot_undo()} " " {why}</p> }.into_any())
        }
    };
    let row = view! {
        <section class="change">
            <h3>{label}</h3>
            <dl class="sides">
                {side(text::before(), change.old.as_ref())}
                {side(text::after(), change.new.as_ref())}
            </dl>
            {undo}
        </section>
    };
    Some(row.into_any())
}

/// The picture that an item is, if it is one.
fn picture_of(schema: &Schema, name: &str, json: Option<&Json>) -> Option<Picture> {
    let field = schema.picture_field().filter(|field| field.key == name)?;
    match Value::from_json(&field.kind, json?)? {
        Value::Picture(picture) => Some(picture),
        _ => None,
    }
}

/// What was changed at once: when and by whom, and each change as a row.
fn view_save(profile: &Profile, change: &PastChange, rows: Vec<AnyView>) -> AnyView {
    let by = text::author(&change.by, &profile.owner.username);
    view! {
        <li class="card">
            <h2>
                <Moment at=change.at/> {text::comma()} {by}
            </h2>
            {rows}
        </li>
    }
    .into_any()
}
