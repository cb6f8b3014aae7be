//! The page `/login`. Logging in needs no script with a password, and a few lines with a passkey.

use leptos::prelude::*;

use super::form::{AccountForm, hidden_next, settings_page};
use crate::{
    account::{
        api::again::{CEREMONY, PASSKEY},
        types::second::{Ceremony, SecondRule},
    },
    backend::{backend, response},
    next::{OwnPath, with_next},
    text,
    ui::{
        ErrorSummary, Input, Notice, Page, PasskeyButton, PasswordInput, Still, Width, load_page,
        query_notice,
    },
    viewer::{current_account, current_owner},
};

/// `/login`. A user who has already logged in, perhaps in another tab, is redirected.
#[component]
pub fn LogInPage() -> impl IntoView {
    let form = AccountForm::of_this_page();
    let next = form.next.clone();
    if !form.refused() {
        match current_account() {
            Some(_) if current_owner().is_none() => response().redirect(settings_page()),
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
    load_page(async move {
        let factors = backend().factors.clone();
        let asks = factors.rule() != SecondRule::Off && factors.takes_passkeys();
        let passkey = match asks {
            true => Some(passkey(factors.ask_passkey(None).await?, &form)),
            false => None,
        };
        let content = log_in_form(&form, notice, passkey);
        Ok(view! { <Page title=text::log_in() width=Width::Narrow refused=form.refused()>{content}</Page> }.still())
    })
}

/// Renders the button that logs in with a passkey.
fn passkey(ceremony: Ceremony, form: &AccountForm) -> AnyView {
    let error = form
        .described(PASSKEY, text::passkey(), String::new())
        .error;
    view! {
        <PasskeyButton options=ceremony.options words=text::log_in_by_passkey() name=PASSKEY error at_once=true/>
        <input type="hidden" name=CEREMONY value=ceremony.sealed/>
    }
    .still()
}

fn log_in_form(form: &AccountForm, notice: Option<String>, passkey: Option<AnyView>) -> AnyView {
    let next = form.next.clone();
    let username = match passkey {
        // Makes browsers offer passkeys where the username is typed.
        Some(_) => "username webauthn",
        None => "username",
    };
    view! {
            <form class="card" method="post" action="/login" novalidate>
                <h1>{text::log_in_title()}</h1>
                {next.is_some().then(|| view! { <p>{text::log_in_first()}</p> })}
                {notice.map(|words| view! { <Notice words=words/> })}
                <ErrorSummary problems=form.problems()/>
                {hidden_next(next.as_ref())}
                <Input
                    described=form.described("username", text::username_or_email(), String::new())
                    value=form.value("username")
                    autocomplete=username
                    spellcheck=false
                />
                <PasswordInput
                    described=form.described("password", text::password(), String::new())
                    autocomplete="current-password"
                />
                <button class="button">{text::log_in()}</button>
                {passkey}
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
    }
    .still()
}
