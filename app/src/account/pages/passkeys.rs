//! The page `/settings/passkeys`. Adding a passkey needs a few lines of script; everything else
//! works without.

use leptos::prelude::*;

use super::{
    again::Again,
    form::{AccountForm, settings_page},
    second::{end_others, unlock_form},
};
use crate::{
    account::{
        api::{
            passkeys::{
                ADD_PASSKEY, NAME, NEW_CEREMONY, NEW_PASSKEY, REMOVE_PASSKEY, REMOVE_PASSWORD,
                WHICH,
            },
            second::ACT,
        },
        types::{
            device::Device,
            second::{Ceremony, Demand, OwnFactors, Passkey, SecondRule},
            user::User,
        },
    },
    backend::{backend, response},
    error::AppError,
    form::Form,
    guard::for_account,
    text,
    ui::{
        ErrorSummary, Input, Notice, Page, PasskeyButton, Still, Timestamp, Width, load_page,
        query_notice,
    },
};

const HERE: &str = "/settings/passkeys";

/// `/settings/passkeys`
#[component]
pub fn PasskeysPage() -> impl IntoView {
    let notice = query_notice(&[
        ("added", text::passkey_added()),
        ("removed", text::passkey_removed()),
        ("without", text::password_removed()),
    ]);
    let browser = response().user_agent().unwrap_or_default();
    for_account(HERE, move |user| {
        load_page(async move {
            let factors = backend().factors.clone();
            let own = factors.own(user.id).await?;
            let is_off = factors.rule() == SecondRule::Off || !factors.takes_passkeys();
            if is_off && own.passkeys.is_empty() {
                return Err(AppError::NotFound);
            }
            let again = Again::load(&user, Demand::Second).await?;
            let ceremony = match again.is_fresh() && !is_off {
                true => Some(factors.ask_new_passkey(&user).await?),
                false => None,
            };
            let addresses = backend().emails.addresses(user.id).await?;
            let has_address = addresses.confirmed.is_some() && !is_off;
            Ok(page(
                &user,
                own,
                has_address,
                again,
                ceremony,
                &browser,
                notice,
            ))
        })
    })
}

fn page(
    user: &User,
    own: OwnFactors,
    has_address: bool,
    again: Again,
    ceremony: Option<Ceremony>,
    browser: &str,
    notice: Option<&'static str>,
) -> AnyView {
    let form = AccountForm::of_this_page();
    let fresh = again.is_fresh();
    let unlock = unlock_form(HERE, user, again, &form);
    let add = ceremony.map(|ceremony| add_form(user, ceremony, browser, &form));
    let rows: Vec<_> = own
        .passkeys
        .iter()
        .map(|passkey| row(user, passkey, fresh && own.may_remove(passkey.id)))
        .collect();
    let none = rows
        .is_empty()
        .then(|| view! { <p>{text::no_passkeys()}</p> });
    let last = (!own.has_password && !own.passkeys.is_empty())
        .then(|| view! { <p>{text::last_way_in()}</p> });
    let can_remove = fresh && own.has_password && own.can_do_without_password() && has_address;
    let password = can_remove.then(|| {
        view! {
            <form class="card act" method="post" action=HERE>
                <h2>{text::remove_password()}</h2>
                <p>{text::remove_password_lead()}</p>
                <input type="hidden" name=Form::OWNER value=user.username.clone()/>
                <input type="hidden" name=ACT value=REMOVE_PASSWORD/>
                <div class="field">{end_others()}</div>
                <button class="button button-grave">{text::remove_password()}</button>
            </form>
        }
    });
    let notice = notice.filter(|_| !form.refused());
    let content = view! {
        <h1>{text::passkeys()}</h1>
        {notice.map(|words| view! { <Notice words/> })}
        <ErrorSummary problems=form.problems_of(label)/>
        <p class="lead">{text::passkeys_lead()}</p>
        {unlock}
        {add}
        {none}
        {last}
        <ul class="sessions">{rows}</ul>
        {password}
        <p class="actions">
            <a class="button button-quiet" href="/settings/second">{text::second_factors()}</a>
            <a class="button button-quiet" href=settings_page()>{text::settings()}</a>
        </p>
    }
    .still();
    view! { <Page title=text::passkeys() width=Width::Narrow refused=form.refused()>{content}</Page> }.still()
}

fn add_form(user: &User, ceremony: Ceremony, browser: &str, form: &AccountForm) -> AnyView {
    let described = form.described(
        NAME,
        text::passkey_name(),
        text::passkey_name_hint().to_owned(),
    );
    let error = form
        .described(NEW_PASSKEY, text::passkey(), String::new())
        .error;
    let value = match form.refused() {
        true => form.value(NAME),
        false => text::device(Device::of(browser)),
    };
    view! {
        <form class="card act" method="post" action=HERE novalidate>
            <h2>{text::add_passkey()}</h2>
            <input type="hidden" name=Form::OWNER value=user.username.clone()/>
            <input type="hidden" name=ACT value=ADD_PASSKEY/>
            <input type="hidden" name=NEW_CEREMONY value=ceremony.sealed/>
            <Input described value autocomplete="off" spellcheck=false/>
            <div class="field">{end_others()}</div>
            <PasskeyButton options=ceremony.options words=text::add_passkey() name=NEW_PASSKEY error/>
            <noscript><p>{text::passkey_needs_script()}</p></noscript>
        </form>
    }
    .still()
}

fn row(user: &User, passkey: &Passkey, can_remove: bool) -> AnyView {
    let used = passkey.last_used_at.map(|at| {
        view! { <p class="hint">{text::last_used()} " " <Timestamp at/></p> }
    });
    let second_only =
        (!passkey.verifies).then(|| view! { <p class="hint">{text::second_only()}</p> });
    let remove = can_remove.then(|| {
        view! {
            <form method="post" action=HERE>
                <input type="hidden" name=Form::OWNER value=user.username.clone()/>
                <input type="hidden" name=ACT value=REMOVE_PASSKEY/>
                <input type="hidden" name=WHICH value=passkey.id/>
                <div class="field">{end_others()}</div>
                <button
                    class="button button-quiet"
                    aria-label=format!("{}: {}", text::remove_passkey(), passkey.name)
                >
                    {text::remove_passkey()}
                </button>
            </form>
        }
    });
    view! {
        <li class="card">
            <div>
                <h2><bdi>{passkey.name.clone()}</bdi></h2>
                <p class="hint">{text::added_on()} " " <Timestamp at=passkey.added_at/></p>
                {used}
                {second_only}
            </div>
            {remove}
        </li>
    }
    .still()
}

fn label(name: &str) -> Option<String> {
    let label = match name {
        NAME => text::passkey_name(),
        NEW_PASSKEY => text::passkey(),
        _ => return None,
    };
    Some(label.to_owned())
}
