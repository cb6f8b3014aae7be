//! The page `/signup`.

use leptos::prelude::*;

use super::form::{AccountForm, hidden_next};
use crate::{
    account::{
        api::sign_up::MADE,
        types::{
            email::EmailRule,
            sign_up::IDEMPOTENCY_KEY,
            sign_up_rule::{SignUpMode, SignUpRule},
            user::User,
        },
    },
    backend::backend,
    next::{OwnPath, with_next},
    text,
    ui::{ErrorSummary, Inner, Input, Notice, Page, PasswordInput, Still, Width, query_notice},
    viewer::{current_account, current_owner},
};

/// `/signup`. Its children are the controls for the other fields that the schema asks for.
#[component]
pub fn SignUpPage(children: Inner) -> impl IntoView {
    let form = AccountForm::of_this_page();
    if let Some(user) = current_account().filter(|_| !form.refused()) {
        return view! { <LoggedIn user next=form.next/> }.still();
    }
    let backend = backend();
    if !backend.sign_up_rule.is_offered() {
        return view! { <Closed mode=backend.sign_up_rule.mode/> }.still();
    }
    let waits = backend.sign_up_rule.mode == SignUpMode::Approved;
    let next = form.next.clone();
    let hint = address_hint(&backend.sign_up_rule, text::email_hint());
    let own = NewAccount {
        action: "/signup".to_owned(),
        title: text::sign_up_title(),
        lead: waits.then(|| text::each_is_approved().to_owned()),
        email: email_input(&form, hint),
        fields: children.still(),
    };
    let refused = form.refused();
    let form = new_account_form(&form, own);
    let content = view! {
        {form}
        <p class="aside">
            {text::have_account()} " "
            <a href=with_next("/login", next.as_ref()).as_str().to_owned()>{text::log_in()}</a>
        </p>
    }
    .still();
    view! { <Page title=text::sign_up_title() width=Width::Narrow refused>{content}</Page> }.still()
}

/// The parts in which the forms for a new account differ.
pub(super) struct NewAccount {
    pub action: String,
    pub title: &'static str,
    pub lead: Option<String>,
    pub email: AnyView,
    pub fields: AnyView,
}

pub(super) fn new_account_form(form: &AccountForm, own: NewAccount) -> AnyView {
    let min = backend().passwords.min_length();
    // A rejected form keeps its key.
    let key = Some(form.value(IDEMPOTENCY_KEY)).filter(|key| !key.is_empty());
    let key = key.or_else(|| backend().users.new_idempotency_key());
    view! {
        <form class="card" method="post" action=own.action novalidate>
            <h1>{own.title}</h1>
            {own.lead.map(|words| view! { <p>{words}</p> })}
            <ErrorSummary problems=form.problems()/>
            {hidden_next(form.next.as_ref())}
            {key.map(|key| view! { <input type="hidden" name=IDEMPOTENCY_KEY value=key/> })}
            <Input
                described=form.described("username", text::username(), text::username_hint())
                value=form.value("username")
                autocomplete="username"
                spellcheck=false
            />
            {own.email}
            <PasswordInput
                described=form.described("password", text::password(), text::password_hint(min))
                autocomplete="new-password"
            />
            {own.fields}
            <button class="button">{text::create_account()}</button>
        </form>
    }
    .still()
}

/// Renders the control for the email address of a new account.
pub(super) fn email_input(form: &AccountForm, hint: String) -> AnyView {
    let mut described = form.described("email", text::email(), hint);
    described.optional = backend().email_rule == EmailRule::Optional;
    let value = form.value("email");
    view! { <Input described value kind="email" autocomplete="email" spellcheck=false/> }.still()
}

/// Returns the hint for an email address, with the allowed domains if they are limited.
pub(super) fn address_hint(rule: &SignUpRule, hint: &str) -> String {
    match rule.domains.as_slice() {
        [] => hint.to_owned(),
        domains => format!("{} {hint}", text::address_at(domains)),
    }
}

/// The page shown instead of the form if sign-up needs an invitation or is closed.
#[component]
fn Closed(mode: SignUpMode) -> impl IntoView {
    let words = match mode {
        SignUpMode::Invited => text::sign_up_invited(),
        _ => text::sign_up_closed(),
    };
    view! {
        <Page title=text::sign_up_closed_title() width=Width::Narrow>
            <h1>{text::sign_up_closed_title()}</h1>
            <p>{words}</p>
            <div class="actions"><a class="button" href="/login">{text::log_in()}</a></div>
        </Page>
    }
}

/// The page shown instead of the form to a user who is logged in.
#[component]
pub(super) fn LoggedIn(user: User, next: Option<OwnPath>) -> impl IntoView {
    let notice = query_notice(&[(MADE, text::account_made())]);
    let (href, words) = match (current_owner(), next) {
        (None, _) => ("/settings/email".to_owned(), text::change_email()),
        (Some(_), Some(next)) => (next.as_str().to_owned(), text::go_on()),
        (Some(_), None) => ("/profile".to_owned(), text::your_profile()),
    };
    view! {
        <Page title=text::sign_up() width=Width::Narrow>
            <h1>{text::logged_in_as(&user.username)}</h1>
            {notice.map(|words| view! { <Notice words=words/> })}
            <p>{text::another_account()}</p>
            <div class="actions">
                <a class="button" href=href>{words}</a>
                <form method="post" action="/logout">
                    <button class="button button-quiet">{text::log_out()}</button>
                </form>
            </div>
        </Page>
    }
}
