//! The pages `/forgot` and `/reset/{token}`.

use leptos::prelude::*;

use super::{
    addresses::{EmailInput, ways},
    form::{AccountForm, settings_page},
    links::with_link,
};
use crate::{
    account::types::token::TokenPurpose,
    backend::backend,
    text,
    ui::{ErrorSummary, Page, PasswordInput, Still, Width, query_notice},
    viewer::current_account,
};

/// `/forgot`
#[component]
pub fn ForgotPage() -> impl IntoView {
    if let Some(sent) = query_notice(&[("sent", text::link_sent())]) {
        let content = view! {
            <h1>{text::link_sent_title()}</h1>
            <p role="status">{sent}</p>
            <div class="actions">
                <a class="button button-quiet" href="/forgot">{text::ask_again()}</a>
                <a class="button button-quiet" href="/login">{text::log_in()}</a>
            </div>
        }
        .still();
        return view! { <Page title=text::link_sent_title() width=Width::Narrow>{content}</Page> }
            .still();
    }
    let form = AccountForm::of_this_page();
    // A user who is logged in may have forgotten the password too, and needs it to change it.
    let holder = current_account().map(|user| text::logged_in_as(&user.username));
    let (back, words) = match holder {
        Some(_) => (settings_page(), text::settings()),
        None => ("/login", text::log_in()),
    };
    let content = view! {
        <form class="card" method="post" action="/forgot" novalidate>
            <h1>{text::forgot()}</h1>
            {holder.map(|words| view! { <p>{words}</p> })}
            <p>{text::forgot_lead()}</p>
            <ErrorSummary problems=form.problems()/>
            <EmailInput described=form.described("email", text::email(), String::new()) value=form.value("email")/>
            <button class="button">{text::send_link()}</button>
        </form>
        <p class="aside"><a href=back>{words}</a></p>
    }.still();
    view! { <Page title=text::forgot() width=Width::Narrow refused=form.refused()>{content}</Page> }
        .still()
}

/// `/reset/{token}`
#[component]
pub fn ResetPage() -> impl IntoView {
    with_link(TokenPurpose::Reset, |link, token, ways_back| {
        let form = AccountForm::of_this_page();
        let min = backend().passwords.min_length();
        let content = view! {
                <form class="card" method="post" action=format!("/reset/{token}") novalidate>
                    <h1>{text::forgot_title()}</h1>
                    <p>{text::reset_for(&link.username)} " " {text::reset_lead()}</p>
                    {ways(&ways_back)}
                    <ErrorSummary problems=form.problems_of(new_password_label)/>
                    <input type="text" name="username" value=link.username autocomplete="username" hidden/>
                    <PasswordInput
                        described=form.described("password", text::new_password(), text::password_hint(min))
                        autocomplete="new-password"
                />
                    <button class="button">{text::save_password()}</button>
                </form>
            }.still();
        view! { <Page title=text::forgot_title() width=Width::Narrow refused=form.refused() private=true>{content}</Page> }.still()
    })
}

fn new_password_label(name: &str) -> Option<String> {
    (name == "password").then(|| text::new_password().to_owned())
}
