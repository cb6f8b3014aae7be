//! The pages below `/settings`: one card a concern, no script.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::page::AccountForm;
use crate::{
    backend::backend,
    text,
    ui::{ErrorSummary, Input, Page, Width},
    viewer::for_member,
};

/// `/settings`
#[component]
pub fn SettingsPage() -> impl IntoView {
    let changed = use_query_map().with_untracked(|query| query.get("password").is_some());
    for_member("/settings", move |user| {
        view! {
            <Page title=text::SETTINGS width=Width::Narrow private=true>
                <h1>{text::SETTINGS}</h1>
                {changed.then(|| view! { <p class="notice" role="status">{text::PASSWORD_CHANGED}</p> })}
                <section class="card setting">
                    <h2>{text::ACCOUNT}</h2>
                    <p dir="ltr">{format!("@{}", user.username)}</p>
                    <p><a href="/settings/password">{text::CHANGE_PASSWORD}</a></p>
                </section>
            </Page>
        }
        .into_any()
    })
}

/// `/settings/password`
#[component]
pub fn PasswordPage() -> impl IntoView {
    for_member("/settings/password", |user| {
        let form = AccountForm::of_this_page();
        let min = backend().passwords.min_length();
        view! {
            <Page title=text::CHANGE_PASSWORD width=Width::Narrow refused=form.refused() private=true>
                <form class="card" method="post" action="/settings/password" novalidate>
                    <h1>{text::CHANGE_PASSWORD}</h1>
                    <p>{text::CHANGE_PASSWORD_LEAD}</p>
                    <ErrorSummary problems=form.problems()/>
                    // For password managers, and for the server: whose form it is.
                    <input type="text" name="username" value=user.username autocomplete="username" hidden/>
                    <Input
                        described=form.described("current_password", text::CURRENT_PASSWORD, String::new())
                        value=String::new()
                        kind="password"
                        autocomplete="current-password"
                        spellcheck=false
                    />
                    <Input
                        described=form.described("password", text::NEW_PASSWORD, text::password_hint(min))
                        value=String::new()
                        kind="password"
                        autocomplete="new-password"
                        spellcheck=false
                    />
                    <div class="save">
                        <button class="button">{text::CHANGE_PASSWORD}</button>
                        <a class="button button-quiet" href="/settings">{text::CANCEL}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any()
    })
}
