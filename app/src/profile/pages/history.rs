//! The page `/profile/history`: past changes, their authors, and how to undo them.
//!
//! The content of a page is limited by the number of changes and by bytes, so that a long history
//! of long texts is as fast to show as a short one.

use leptos::prelude::*;

use super::change::{ERASE_PATH, HistoryContext, excerpt, is_shown, picture_of, view_value};
use crate::{
    backend::backend,
    error::AppError,
    form::Form,
    guard::for_owner,
    location::query_param,
    profile::rules::{
        describe::{item_label, side_text},
        history::{CHANGE, PastChange, ROLE, Side},
        patch::Patch,
        schema::Schema,
        violation::Violation,
    },
    rejected::RejectedForm,
    text,
    ui::{
        ErrorSummary, Notice, Page, Problem, Still, Timestamp, Width, load_page, problems,
        query_notice,
    },
    viewer::Viewer,
};

/// The maximum number of changes on one page.
const LIMIT: u32 = 50;

/// The maximum total size of the values on one page, in bytes. It is limited because each change is
/// checked for whether it can be undone.
const MOST_BYTES: u32 = 512 * 1024;

/// `/profile/history`: the changes, newest first.
///
/// With `?before=ID`, the page shows older ones; with `?change=ID`, a single one, with its values
/// in full.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let number = |name| -> Option<Result<i64, AppError>> {
        let text = query_param(name)?;
        Some(text.parse().map_err(|_| AppError::NotFound))
    };
    let (before, one) = (number("before"), number(CHANGE));
    let notice = query_notice(&[
        ("undone", text::undone()),
        ("erased", text::erased_notice()),
    ]);
    for_owner("/profile/history", move |member| {
        load_page(async move {
            let backend = backend();
            let profile = backend.profiles.profile(member.id).await?;
            let profile = profile.ok_or(AppError::NotFound)?;
            let kept = backend.profiles.pictures(member.id).await?;
            let mut book = HistoryContext {
                viewer: Viewer::Member(member.clone()),
                today: backend.clock.today(),
                whole: false,
                backend,
                profile,
                kept,
            };
            if let Some(id) = one.transpose()? {
                let change = book.backend.profiles.change(member.id, id).await?;
                let change = change.filter(|change| is_shown(&book, change));
                book.whole = true;
                return Ok(one_change(&book, &change.ok_or(AppError::NotFound)?));
            }
            let before = before.transpose()?;
            let profiles = &book.backend.profiles;
            let stretch = profiles
                .changes(member.id, before, LIMIT, MOST_BYTES)
                .await?;
            let last = stretch.changes.last().filter(|_| stretch.more);
            let older = last.map(|last| {
                let href = format!("/profile/history?before={}", last.id);
                view! { <p><a href=href>{text::older()}</a></p> }
            });
            let mut told = stretch.changes;
            told.retain(|change| is_shown(&book, change));
            let empty = told.is_empty();
            let saves: Vec<_> = told
                .chunk_by(|one, next| {
                    one.version == next.version && one.at == next.at && one.by == next.by
                })
                .map(|save| view_save(&book, save))
                .collect();
            let refused = use_context::<RejectedForm>();
            let problems = refused.as_ref().map_or(Vec::new(), |refused| {
                problems_of(&book.backend.schema, refused)
            });
            Ok(view! {
                <Page title=text::history() width=Width::Column refused=refused.is_some()>
                    <h1>{text::history()}</h1>
                    <p class="lead">{text::history_lead()}</p>
                    {notice.map(|words| view! { <Notice words=words/> })}
                    <ErrorSummary problems/>
                    {(empty && older.is_none()).then(|| view! { <p class="hint">{text::no_history()}</p> })}
                    <ol class="history">{saves}</ol>
                    {older}
                    <p class="actions"><a class="button button-quiet" href="/profile">{text::your_profile()}</a></p>
                </Page>
            }
            .still())
        })
    })
}

/// Renders the page of a single change, with its values in full.
fn one_change(book: &HistoryContext, change: &PastChange) -> AnyView {
    let save = view_save(book, std::slice::from_ref(change));
    view! {
        <Page title=text::history() width=Width::Column>
            <h1>{text::history()}</h1>
            <ol class="history history-whole">{save}</ol>
            <p class="actions"><a class="button button-quiet" href="/profile/history">{text::history()}</a></p>
        </Page>
    }
    .still()
}

/// Returns the problems because of which an undo was rejected.
fn problems_of(schema: &Schema, refused: &RejectedForm) -> Vec<Problem> {
    let label = |name: &str| item_label(schema, name);
    let mut problems = problems(refused.failure().as_ref(), &refused.violations(), label);
    for problem in &mut problems {
        // This page has no control to link to.
        problem.href = None;
        if let AppError::Conflict { .. } = refused.error {
            text::undo_conflict().clone_into(&mut problem.words);
        }
    }
    problems
}

/// Renders the changes of one save: their time and author, and a row for each.
fn view_save(book: &HistoryContext, save: &[PastChange]) -> AnyView {
    let by = text::author(&save[0].by, &book.profile.owner.username);
    // In the order of the profile.
    let mut items: Vec<_> = save.iter().collect();
    items.sort_by_key(|change| book.backend.schema.place_of(&change.name));
    let rows: Vec<_> = items
        .into_iter()
        .filter_map(|change| row(book, change))
        .collect();
    view! {
        <li class="card">
            <h2>
                <Timestamp at=save[0].at/> {text::comma()} {by}
            </h2>
            {rows}
        </li>
    }
    .still()
}

fn row(book: &HistoryContext, change: &PastChange) -> Option<AnyView> {
    let label = item_label(&book.backend.schema, &change.name)?;
    let sides = [(text::before(), &change.old), (text::after(), &change.new)];
    let words = sides.map(|(_, side)| side_text(&book.backend.schema, &change.name, side));
    let is_cut = !book.whole && words.iter().any(|words| excerpt(words) != words);
    let sides: Vec<_> = sides
        .into_iter()
        .zip(words)
        .map(|((word, side), words)| {
            let value = view_value(book, &change.name, side, words);
            // Distinguish the words for a missing value from a value that someone has typed.
            let class = match side.value() {
                Some(_) => "prose",
                None => "prose hint",
            };
            view! { <div><dt>{word}</dt><dd class=class dir="auto">{value}</dd></div> }
        })
        .collect();
    let whole = is_cut.then(|| {
        let href = format!("/profile/history?{CHANGE}={}", change.id);
        view! { <p><a href=href>{text::whole_value(&label)}</a></p> }
    });
    let (undo, why_not) = match undo(book, change) {
        None => (None, None),
        Some(Ok(())) => (Some(undo_form(book, change, &label)), None),
        Some(Err(violation)) => {
            let why = text::violation(&label, &violation);
            let why = view! { <p class="hint">{text::cannot_undo()} " " {why}</p> };
            (None, Some(why))
        }
    };
    let has_value = change.old.value().or(change.new.value()).is_some();
    let erase = (change.is_said() && has_value).then(|| {
        let href = format!("{ERASE_PATH}?{CHANGE}={}", change.id);
        let name = text::erase_what(&label);
        view! { <a class="button button-quiet button-small" href=href aria-label=name>{text::erase_value()}</a> }
    });
    let actions = (undo.is_some() || erase.is_some())
        .then(|| view! { <div class="change-actions">{undo} {erase}</div> });
    let row = view! {
        <section class="change">
            <h3>{label}</h3>
            <dl class="sides">{sides}</dl>
            {whole}
            {actions}
            {why_not}
        </section>
    };
    Some(row.still())
}

/// Returns whether a change can be undone, or why not; `None` if the page does not mention it.
fn undo(book: &HistoryContext, change: &PastChange) -> Option<Result<(), Violation>> {
    let schema = &book.backend.schema;
    let earlier = change.old.value();
    let earlier = earlier.and_then(|json| picture_of(schema, &change.name, json));
    let is_erased = earlier.is_some_and(|earlier| !book.has_pixels(&earlier));
    if change.name == ROLE || is_erased || matches!(change.old, Side::Gone(_)) {
        return None;
    }
    let undone = change.undo(schema, &book.profile, &book.viewer, book.today);
    Some(undone.map(drop))
}

fn undo_form(book: &HistoryContext, change: &PastChange, label: &str) -> impl IntoView + use<> {
    view! {
        <form method="post" action="/profile/history">
            <input type="hidden" name=Form::OWNER value=book.profile.owner.username.clone()/>
            <input type="hidden" name=CHANGE value=change.id/>
            <input type="hidden" name=Patch::VERSION value=book.profile.version/>
            <button class="button button-quiet button-small" aria-label=text::undo_what(label)>{text::undo()}</button>
        </form>
    }
}
