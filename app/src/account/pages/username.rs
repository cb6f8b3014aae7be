//! The page `/settings/username`: changing the username, and the former ones.

use leptos::prelude::*;

use super::{again::Again, form::AccountForm};
use crate::{
    account::types::{
        names::{FormerName, OwnNames},
        second::Demand,
        user::User,
        username::{NEW_USERNAME, Username},
    },
    backend::backend,
    error::AppError,
    form::Form,
    guard::for_member,
    profile::rules::date::{DAY_MS, Date},
    text,
    ui::{ErrorSummary, Input, Notice, Page, Save, Still, Width, load_page, query_notice},
};

/// `/settings/username`
#[component]
pub fn UsernamePage() -> impl IntoView {
    let notice = query_notice(&[("changed", text::username_changed())]);
    for_member("/settings/username", move |user| {
        load_page(async move {
            let names = backend().names.names(user.id).await?;
            let again = Again::load(&user, Demand::Recent).await?;
            Ok::<_, AppError>(page(user, names, again, notice))
        })
    })
}

fn page(user: User, names: OwnNames, again: Again, notice: Option<&'static str>) -> AnyView {
    let form = AccountForm::of_this_page();
    let again = again.view(&form);
    let address = format!("{}/u/{}", backend().site.url, user.username);
    // The first whole day, so that no one comes back too early.
    let first_day = |at: i64| Date::at(at + DAY_MS - 1);
    let too_soon = names.next_at.map(|at| text::next_name_from(first_day(at)));
    let mut problems = form.problems_of(label);
    // Going back to a former name may exceed the rate limit, but is never too early, so that case
    // keeps its message.
    let typed = Username::key_of(&form.value(NEW_USERNAME));
    let is_new = names.former.iter().all(|former| former.name != typed)
        && typed != Username::key_of(&user.username);
    if let (true, Some(AppError::TooMany { .. }), Some(words), [first, ..]) =
        (is_new, form.failure(), &too_soon, &mut problems[..])
    {
        first.words.clone_from(words);
    }
    let present = text::present_name(&user.username, &address);
    let former = former(names.former);
    let hint = text::username_hint();
    let content = view! {
        <form class="card" method="post" action="/settings/username" novalidate>
            <h1>{text::change_username()}</h1>
            {notice.filter(|_| !form.refused()).map(|words| view! { <Notice words/> })}
            <ErrorSummary problems/>
            <p>{present}</p>
            <p>{text::change_username_lead()} " " {text::old_name_lead()}</p>
            {too_soon.map(|words| view! { <p>{words}</p> })}
            {former}
            <input type="hidden" name=Form::OWNER value=user.username/>
            <Input
                described=form.described(NEW_USERNAME, text::new_username(), hint)
                value=form.value(NEW_USERNAME)
                autocomplete="off"
                spellcheck=false
            />
            {again}
            <Save words=text::change_username() back="/settings" back_words=text::settings()/>
        </form>
    }
    .still();
    view! { <Page title=text::change_username() width=Width::Narrow refused=form.refused()>{content}</Page> }.still()
}

fn former(names: Vec<FormerName>) -> Option<impl IntoView> {
    let lines = names.into_iter().map(|FormerName { name, until }| {
        view! { <li>{text::kept_until(&name, Date::at(until))}</li> }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="shares">
                <h2>{text::former_names()}</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}

fn label(name: &str) -> Option<String> {
    (name == NEW_USERNAME).then(|| text::new_username().to_owned())
}
