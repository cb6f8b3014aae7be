//! The pages for exporting one's data and for deleting the account, with a list of what is deleted.
//! No script.

use leptos::prelude::*;

use super::{
    again::Again,
    form::{AccountForm, settings_page},
};
use crate::{
    account::{
        api::data::{OUTLINE, TYPED_USERNAME},
        types::{
            erasure::{Effect, ErasurePlan},
            second::Demand,
            user::User,
        },
    },
    backend::backend,
    form::Form,
    guard::for_account,
    text,
    ui::{ErrorSummary, Input, Page, Save, Still, Width, load_page},
};

/// `/settings/export`
#[component]
pub fn ExportPage() -> impl IntoView {
    for_account("/settings/export", |user| {
        load_page(async move {
            let again = Again::load(&user, Demand::Recent).await?;
            let form = AccountForm::of_this_page();
            let again = again.view(&form);
            let content = view! {
                <form class="card" method="post" action="/settings/export" novalidate>
                    <h1>{text::export()}</h1>
                    <p>{text::export_lead()}</p>
                    <ErrorSummary problems=form.problems_of(leaving_label)/>
                    <input type="hidden" name=Form::OWNER value=user.username/>
                    {again}
                    <Save words=text::download() back=settings_page() back_words=text::settings()/>
                </form>
            }
            .still();
            Ok(view! { <Page title=text::export() width=Width::Narrow refused=form.refused()>{content}</Page> }.still())
        })
    })
}

/// `/settings/delete`
#[component]
pub fn DeletePage() -> impl IntoView {
    for_account("/settings/delete", |user| {
        let deletion = backend().deletion.clone();
        load_page(async move {
            let plan = deletion.plan(user.id).await?;
            let again = Again::load(&user, Demand::Now).await?;
            Ok(view! { <DeleteForm user plan again/> }.still())
        })
    })
}

#[component]
fn DeleteForm(user: User, plan: ErasurePlan, again: Again) -> impl IntoView {
    let form = AccountForm::of_this_page();
    let again = again.view(&form);
    let days = backend().deletion.grace_days();
    let goes = shares(&plan, Effect::Goes, text::goes(), "");
    let stays = shares(&plan, Effect::Nameless, text::stays_nameless(), "");
    let forbids = shares(
        &plan,
        Effect::Forbids,
        text::forbids(),
        text::forbids_hint(),
    );
    let confirm = (!plan.is_forbidden()).then(|| {
        view! {
            <input type="hidden" name=Form::OWNER value=user.username.clone()/>
            <input type="hidden" name=OUTLINE value=plan.outline()/>
            <Input
                described=form.described(TYPED_USERNAME, text::type_username(), text::type_username_hint(&user.username))
                value=form.value(TYPED_USERNAME)
                autocomplete="off"
                spellcheck=false
            />
            {again}
        }
    });
    let button = (!plan.is_forbidden())
        .then(|| view! { <button class="button button-grave">{text::delete_account()}</button> });
    view! {
        <Page title=text::delete_account() width=Width::Narrow refused=form.refused()>
            <form class="card" method="post" action="/settings/delete" novalidate>
                <h1>{text::delete_account()}</h1>
                <ErrorSummary problems=form.problems_of(leaving_label)/>
                <p>{text::delete_lead(days)}</p>
                {forbids} {goes} {stays}
                <p><a href="/settings/export">{text::export_first()}</a></p>
                {confirm}
                <div class="save">
                    {button}
                    <a class="button button-quiet" href=settings_page()>{text::cancel()}</a>
                </div>
            </form>
        </Page>
    }
}

fn shares(
    plan: &ErasurePlan,
    fate: Effect,
    title: &'static str,
    hint: &'static str,
) -> Option<AnyView> {
    let lines = plan
        .with(fate)
        .map(|share| text::rows_of(&share.table, fate, share.rows));
    // The plan lists the rows that refer to the account, but not the account itself.
    let account = (fate == Effect::Goes).then(|| text::your_account().to_owned());
    share_list(title, hint, account.into_iter().chain(lines).collect())
}

/// Renders the effects of an erasure as a list. `None` if it is empty.
pub(crate) fn share_list(
    title: &'static str,
    hint: &'static str,
    lines: Vec<String>,
) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let lines: Vec<_> = lines
        .into_iter()
        .map(|words| view! { <li>{words}</li> })
        .collect();
    Some(
        view! {
            <section class="shares">
                <h2>{title}</h2>
                {(!hint.is_empty()).then(|| view! { <p>{hint}</p> })}
                <ul>{lines}</ul>
            </section>
        }
        .still(),
    )
}

fn leaving_label(name: &str) -> Option<String> {
    (name == TYPED_USERNAME).then(|| text::type_username().to_owned())
}
