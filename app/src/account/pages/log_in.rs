//! The pages `/signup` and `/login`: one task each, no script.

use leptos::prelude::*;

use super::form::{AccountForm, hidden_next};
use crate::{
    backend::{backend, response},
    next::{OwnPath, with_next},
    text,
    ui::{ErrorSummary, Input, Notice, Page, PasswordInput, Width, query_notice},
    viewer::{account_holder, householder},
};

/// `/login`. A member who comes here has already logged in, perhaps in another
/// tab, and goes on.
#[component]
pub fn LogInPage() -> impl IntoView {
    let form = AccountForm::of_this_page();
    let next = form.next.clone();
    if !form.refused() {
        match account_holder() {
            Some(_) if householder().is_none() => response().redirect("/settings/email"),
            Some(_) => response().redirect(next.as_ref().map_or("/profile", OwnPath::as_str)),
            None => {}
        }
    }
    let notice = query_notice(&[
        ("reset", text::password_reset().to_owned()),
        ("confirmed", text::address_confirmed().to_owned()),
        ("left", text::left(backend().deletion.grace_days())),
    ]);
    let notice = notice.filter(|_| !form.refused());
    view! {
        <Page title=text::log_in() width=Width::Narrow refused=form.refused()>
            <form class="card" method="post" action="/login" novalidate>
                <h1>{text::log_in_title()}</h1>
                {next.is_some().then(|| view! { <p>{text::log_in_first()}</p> })}
                {notice.map(|words| view! { <Notice words=words/> })}
                <ErrorSummary problems=form.problems()/>
                {hidden_next(next.as_ref())}
                <Input
                    described=form.described("username", text::username_or_email(), String::new())
                    value=form.value("username")
                    autocomplete="username"
                    spellcheck=false
                />
                <PasswordInput
                    described=form.described("password", text::password(), String::new())
                    autocomplete="current-password"
                />
                <button class="button">{text::log_in()}</button>
            </form>
            <p class="aside">
                <a href="/forgot">{text::forgot()}</a>
            </p>
            {backend().sign_up_rule.is_offered().then(|| view! {
                <p class="aside">
                    {text::no_account()} " "
                    <a href=with_next("/signup", next.as_ref()).as_str().to_owned()>{text::create_account()}</a>
                </p>
            })}
        </Page>
    }
}
