//! The page `/settings/email`. No WebAssembly.

use leptos::prelude::*;

use super::{
    addresses::{EmailInput, failures, ways},
    again::Again,
    form::AccountForm,
    sign_up::address_hint,
};
use crate::{
    account::{
        api::email::CANCEL,
        types::{addresses::Addresses, email::EmailRule, second::Demand, user::User},
    },
    backend::backend,
    form::Form,
    guard::for_account,
    text,
    ui::{ErrorSummary, Notice, Page, Still, Width, load_page, opened_on, query_notice},
    viewer::current_owner,
};

/// `/settings/email`
#[component]
pub fn EmailPage() -> impl IntoView {
    for_account("/settings/email", email_of)
}

fn email_of(user: User) -> AnyView {
    let form = AccountForm::of_this_page();
    let notice = query_notice(&[
        ("sent", text::email_asked()),
        ("confirmed", text::address_confirmed()),
        ("cancelled", text::email_cancelled()),
    ]);
    let backend = backend();
    load_page(async move {
        let emails = &backend.emails;
        let Addresses { confirmed, pending } = emails.addresses(user.id).await?;
        let undelivered = emails.undelivered(user.id).await?;
        let ways_back = emails.ways_back(user.id).await?;
        let again = Again::load(&user, Demand::Second).await?.view(&form);
        let not_arrived = undelivered.is_empty().then(text::not_arrived);
        // An undelivered email is newer than what the notice says, and replaces it.
        let notice = notice.filter(|_| !form.refused() && undelivered.is_empty());
        let first = (backend.email_rule == EmailRule::Required && confirmed.is_none()).then(|| {
            let open = pending.is_some().then(text::open_the_link);
            view! { <p>{text::email_first()} " " {open}</p> }
        });
        let stands = match (&confirmed, &pending) {
            (Some(address), _) => Some(text::confirmed_address(address)),
            (None, Some(_)) => None,
            (None, None) => Some(text::no_email().to_owned()),
        };
        let forget = match confirmed {
            Some(_) => text::cancel_change(),
            None => text::forget_address(),
        };
        let value = match form.refused() {
            true => form.value("email"),
            false => pending.clone().unwrap_or_default(),
        };
        let username = user.username;
        let name = username.clone();
        let cancel = pending.is_some().then(|| {
            view! {
                <form class="aside" method="post" action="/settings/email">
                    <input type="hidden" name=Form::OWNER value=name/>
                    <button class="link" name=CANCEL value="1">{forget}</button>
                </form>
            }
        });
        // The settings are not available to a user who first needs an address.
        let settings = current_owner().is_some().then(|| {
            view! { <a class="button button-quiet" href="/settings">{text::settings()}</a> }
        });
        let content = view! {
                <form class="card" method="post" action="/settings/email" novalidate>
                    {opened_on(&username, "email")}
                    <h1>{text::change_email()}</h1>
                    {notice.map(|words| view! { <Notice words=words/> })}
                    {first}
                    {stands.map(|words| view! { <p>{words}</p> })}
                    {pending.map(|address| view! { <p>{text::waits_for(&address)} " " {not_arrived}</p> })}
                    {failures(undelivered)}
                    {ways(&ways_back)}
                    <ErrorSummary problems=form.problems_of(email_label)/>
                    <input type="hidden" name=Form::OWNER value=username/>
                    <EmailInput
                        described=form.described("email", text::new_email(), address_hint(&backend.sign_up_rule, text::new_email_hint()))
                        value=value
                    />
                    {again}
                    <div class="save">
                        <button class="button">{text::send_link()}</button>
                        {settings}
                    </div>
                </form>
                {cancel}
            }.still();
        Ok(view! { <Page title=text::change_email() width=Width::Narrow refused=form.refused()>{content}</Page> }.still())
    })
}

fn email_label(name: &str) -> Option<String> {
    (name == "email").then(|| text::new_email().to_owned())
}
