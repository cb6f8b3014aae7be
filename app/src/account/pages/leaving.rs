//! Leaving: the plan of what goes, and the pages for taking one's data along and
//! for deleting the account. No script.

use leptos::prelude::*;

use super::{
    email::{password_again, settings_page},
    log_in::AccountForm,
};
use crate::{
    account::{email_api::CURRENT_PASSWORD, types::model::User},
    backend::backend,
    text,
    ui::{ErrorPage, ErrorSummary, Input, Page, PasswordInput, Save, Width},
    viewer::for_holder,
};

/// What becomes of the rows of one table when a user is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// They go with the user.
    Goes,
    /// They stay, and no longer say whose they are.
    Nameless,
    /// As long as they are there, the user stays.
    Forbids,
}

/// What erasing a user does: the rows of a table that share a fate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    pub fate: Fate,
    pub table: String,
    pub rows: u64,
}

/// What erasing a user does, read off the foreign keys of the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan(Vec<Share>);

impl Plan {
    pub fn new(shares: impl IntoIterator<Item = Share>) -> Plan {
        let mut shares: Vec<Share> = shares.into_iter().filter(|share| share.rows > 0).collect();
        shares.sort();
        Plan(shares)
    }

    pub fn with(&self, fate: Fate) -> impl Iterator<Item = &Share> {
        self.0.iter().filter(move |share| share.fate == fate)
    }

    pub fn is_forbidden(&self) -> bool {
        self.with(Fate::Forbids).next().is_some()
    }

    /// What the plan says, without its numbers, which every page view changes:
    /// whoever has agreed to it has agreed to no other kind of loss.
    pub fn outline(&self) -> String {
        let lines = self.0.iter().map(|share| {
            let fate = match share.fate {
                Fate::Goes => "goes",
                Fate::Nameless => "nameless",
                Fate::Forbids => "forbids",
            };
            format!("{fate} {}", share.table)
        });
        lines.collect::<Vec<_>>().join("; ")
    }
}

/// The name of the hidden control with the outline that was read.
pub const OUTLINE: &str = "outline";
/// The name of the control for the username, typed.
pub const TYPED_USERNAME: &str = "typed_username";

/// `/settings/export`
#[component]
pub fn ExportPage() -> impl IntoView {
    for_holder("/settings/export", |user| {
        let form = AccountForm::of_this_page();
        view! {
            <Page title=text::export() width=Width::Narrow refused=form.refused()>
                <form class="card" method="post" action="/settings/export" novalidate>
                    <h1>{text::export()}</h1>
                    <p>{text::export_lead()}</p>
                    <ErrorSummary problems=form.problems_of(leaving_label)/>
                    <input type="hidden" name="username" value=user.username/>
                    {password_again(&form)}
                    <Save words=text::download() back=settings_page() back_words=text::settings()/>
                </form>
            </Page>
        }
        .into_any()
    })
}

/// `/settings/delete`
#[component]
pub fn DeletePage() -> impl IntoView {
    for_holder("/settings/delete", |user| {
        let leaving = backend().leaving;
        Suspend::new(async move {
            match leaving.plan(user.id).await {
                Ok(plan) => view! { <DeleteForm user plan/> }.into_any(),
                Err(error) => view! { <ErrorPage error/> }.into_any(),
            }
        })
        .into_any()
    })
}

#[component]
fn DeleteForm(user: User, plan: Plan) -> impl IntoView {
    let form = AccountForm::of_this_page();
    let days = backend().leaving.grace_days();
    let goes = shares(&plan, Fate::Goes, text::goes(), "");
    let stays = shares(&plan, Fate::Nameless, text::stays_nameless(), "");
    let forbids = shares(&plan, Fate::Forbids, text::forbids(), text::forbids_hint());
    let confirm = (!plan.is_forbidden()).then(|| {
        view! {
            <input type="hidden" name="username" value=user.username.clone()/>
            <input type="hidden" name=OUTLINE value=plan.outline()/>
            <Input
                described=form.described(TYPED_USERNAME, text::type_username(), text::type_username_hint(&user.username))
                value=form.value(TYPED_USERNAME)
                autocomplete="off"
                spellcheck=false
            />
            <PasswordInput
                described=form.described(CURRENT_PASSWORD, text::password_again(), String::new())
                autocomplete="current-password"
                />
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
    plan: &Plan,
    fate: Fate,
    title: &'static str,
    hint: &'static str,
) -> Option<impl IntoView + use<>> {
    let lines = plan.with(fate).map(|share| {
        let words = text::rows_of(&share.table, fate, share.rows);
        view! { <li>{words}</li> }
    });
    // The row that all of it hangs on is no share of the plan.
    let account =
        (fate == Fate::Goes).then(|| view! { <li>{text::your_account().to_owned()}</li> });
    let lines: Vec<_> = account.into_iter().chain(lines).collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="shares">
                <h2>{title}</h2>
                {(!hint.is_empty()).then(|| view! { <p>{hint}</p> })}
                <ul>{lines}</ul>
            </section>
        }
    })
}

fn leaving_label(name: &str) -> Option<String> {
    let label = match name {
        TYPED_USERNAME => text::type_username(),
        CURRENT_PASSWORD => text::password_again(),
        _ => return None,
    };
    Some(label.to_owned())
}
