//! The page `/profile/history/erase`: permanently erases a value that was saved by mistake from the
//! history, after showing what will be erased.

use leptos::prelude::*;

use super::change::{ERASE_PATH, HistoryContext, is_shown, view_value};
use crate::{
    backend::backend,
    error::{AppError, Violations},
    form::Form,
    guard::for_owner,
    location::query_param,
    profile::rules::{
        describe::{item_label, side_text},
        history::{CHANGE, ChangeSide, PastChange, SIDE, Side},
        profile::Profile,
    },
    rejected::RejectedForm,
    text,
    ui::{Described, ErrorSummary, Fieldset, Page, Save, Still, Width, load_page, problems},
    viewer::Viewer,
};

/// `/profile/history/erase?change=ID`
#[component]
pub fn EraseValuePage() -> impl IntoView {
    let refused = use_context::<RejectedForm>();
    let asked = query_param(CHANGE).and_then(|id| id.parse().ok());
    let sent = refused
        .as_ref()
        .and_then(|refused| refused.form.number(CHANGE));
    let id: Option<i64> = sent.or(asked);
    let here = id.map_or(ERASE_PATH.to_owned(), |id| {
        format!("{ERASE_PATH}?{CHANGE}={id}")
    });
    for_owner(&here, move |member| {
        load_page(async move {
            let id = id.ok_or(AppError::NotFound)?;
            let backend = backend();
            let profile = backend.profiles.profile(member.id).await?;
            let change = backend.profiles.change(member.id, id).await?;
            let places = backend.profiles.places(member.id, id).await?;
            let book = HistoryContext {
                profile: profile.ok_or(AppError::NotFound)?,
                kept: backend.profiles.pictures(member.id).await?,
                today: backend.clock.today(),
                viewer: Viewer::Member(member),
                whole: false,
                backend,
            };
            let change = change.filter(|change| is_shown(&book, change) && change.is_said());
            form(
                &book,
                &change.ok_or(AppError::NotFound)?,
                places,
                refused.as_ref(),
            )
        })
    })
}

fn form(
    book: &HistoryContext,
    change: &PastChange,
    places: [u64; 2],
    refused: Option<&RejectedForm>,
) -> Result<AnyView, AppError> {
    let label = item_label(&book.backend.schema, &change.name).ok_or(AppError::NotFound)?;
    let mut sides = vec![
        (ChangeSide::Old, text::before(), places[0]),
        (ChangeSide::New, text::after(), places[1]),
    ];
    sides.retain(|(which, ..)| change.side(*which).value().is_some());
    let Some((first, ..)) = sides.first() else {
        // No value is left to erase.
        return Err(AppError::NotFound);
    };
    // Select the earlier value by default: usually, it is no longer on the profile, and the one to
    // erase.
    let ticked: Vec<ChangeSide> = match refused {
        Some(refused) => refused
            .form
            .all(SIDE)
            .filter_map(ChangeSide::parse)
            .collect(),
        None => vec![*first],
    };
    let ticks: Vec<_> = sides
        .into_iter()
        .map(|(which, word, places)| {
            let side = change.side(which);
            let words = side_text(&book.backend.schema, &change.name, side);
            let value = view_value(book, &change.name, side, words);
            let still = is_said_now(&book.profile, &change.name, side).then(|| {
                view! { <span class="hint">{text::erase_still()}</span> }
            });
            view! {
                <label class="tick side">
                    <input type="checkbox" name=SIDE value=which.key() checked=ticked.contains(&which)/>
                    <span>
                        <b>{word}</b>
                        <span class="quote" dir="auto">{value}</span>
                        <span class="hint">{text::places(places)}</span>
                        {still}
                    </span>
                </label>
            }
        })
        .collect();
    let violations = refused.map_or(Violations::default(), RejectedForm::violations);
    let asked = Described {
        name: SIDE.to_owned(),
        label: text::erase_which().to_owned(),
        error: violations
            .get(SIDE)
            .map(|broken| text::violation(text::erase_which(), broken)),
        ..Described::default()
    };
    let problems = refused.map_or(Vec::new(), |refused| {
        problems(refused.failure().as_ref(), &violations, |name| {
            (name == SIDE).then(|| text::erase_which().to_owned())
        })
    });
    let username = book.profile.owner.username.clone();
    let id = change.id;
    Ok(view! {
        <Page title=text::erase_value() width=Width::Narrow refused=refused.is_some()>
            <form class="card" method="post" action=ERASE_PATH novalidate>
                <h1>{text::erase_what(&label)}</h1>
                <ErrorSummary problems/>
                <p>{text::erase_lead()}</p>
                <input type="hidden" name=Form::OWNER value=username/>
                <input type="hidden" name=CHANGE value=id/>
                <div class="conflict">
                    <Fieldset described=asked>{ticks}</Fieldset>
                </div>
                <Save words=text::erase_value() back="/profile/history" grave=true/>
            </form>
        </Page>
    }
    .still())
}

/// Returns whether the value of a side is the current value on the profile.
fn is_said_now(profile: &Profile, name: &str, side: &Side) -> bool {
    let now = profile
        .values
        .get(name)
        .map(crate::profile::rules::value::Value::to_json);
    now.as_ref() == side.value()
}
