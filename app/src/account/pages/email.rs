//! The pages of e-mail addresses and of links in mails. No wasm.
//!
//! A link opens a page with a button. Looking at it changes nothing: programs
//! that read mail open links too.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::log_in::AccountForm;
use crate::{
    account::{
        email_api::{CANCEL, CURRENT_PASSWORD},
        types::{
            model::{Addresses, EmailRule, Link, Purpose, Undelivered, User, WayBack},
            token::read_token,
        },
    },
    backend::backend,
    error::AppError,
    profile::rules::date::Date,
    shell::{HeadSlot, Script},
    text,
    ui::{
        Described, ErrorPage, ErrorSummary, Input, Notice, Page, PasswordInput, Width, opened_on,
    },
    viewer::{Viewer, account_holder, for_holder, viewer},
};

/// `/forgot`
#[component]
pub fn ForgotPage() -> impl IntoView {
    let sent = use_query_map().with_untracked(|query| query.get("sent").is_some());
    if sent {
        return view! {
            <Page title=text::link_sent_title() width=Width::Narrow>
                <h1>{text::link_sent_title()}</h1>
                <p role="status">{text::link_sent()}</p>
                <div class="actions">
                    <a class="button button-quiet" href="/forgot">{text::ask_again()}</a>
                    <a class="button button-quiet" href="/login">{text::log_in()}</a>
                </div>
            </Page>
        }
        .into_any();
    }
    let form = AccountForm::of_this_page();
    // Who is logged in may have forgotten it all the same: changing it asks for it.
    let holder = account_holder().map(|user| text::logged_in_as(&user.username));
    let (back, words) = match holder {
        Some(_) => (settings_page(), text::settings()),
        None => ("/login", text::log_in()),
    };
    view! {
        <Page title=text::forgot() width=Width::Narrow refused=form.refused()>
            <form class="card" method="post" action="/forgot" novalidate>
                <h1>{text::forgot()}</h1>
                {holder.map(|words| view! { <p>{words}</p> })}
                <p>{text::forgot_lead()}</p>
                <ErrorSummary problems=form.problems()/>
                <EmailInput described=form.described("email", text::email(), String::new()) value=form.value("email")/>
                <button class="button">{text::send_link()}</button>
            </form>
            <p class="aside"><a href=back>{words}</a></p>
        </Page>
    }
    .into_any()
}

/// `/reset/{token}`
#[component]
pub fn ResetPage() -> impl IntoView {
    with_link(Purpose::Reset, |link, token, ways_back| {
        let form = AccountForm::of_this_page();
        let min = backend().passwords.min_length();
        view! {
            <Page title=text::forgot_title() width=Width::Narrow refused=form.refused() private=true>
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
            </Page>
        }
        .into_any()
    })
}

/// `/verify/{token}`
#[component]
pub fn VerifyPage() -> impl IntoView {
    with_link(Purpose::Confirm, |link, token, mut ways_back| {
        let lead = text::confirm_lead(&link.email, &link.username);
        let action = format!("/verify/{token}");
        // Who made the account, and gave it an address of somebody else's, must not
        // take back what they have made of it without having been told.
        ways_back.extend(link.before);
        let warned = (!ways_back.is_empty()).then(|| view! { <p>{text::confirm_only_yours()}</p> });
        let more = view! { {ways(&ways_back)} {warned} }.into_any();
        one_button(
            text::confirm_title(),
            lead,
            more,
            action,
            text::confirm_address(),
        )
    })
}

/// `/undo/{token}`
#[component]
pub fn UndoPage() -> impl IntoView {
    with_link(Purpose::Undo, |link, token, _| {
        let lead = text::undo_lead(&link.email, &link.username);
        let action = format!("/undo/{token}");
        let more = ().into_any();
        one_button(text::undo_title(), lead, more, action, text::take_back())
    })
}

fn day_of(ms: i64) -> Date {
    Date::from_days(ms.div_euclid(24 * 60 * 60 * 1000))
}

/// A line for each address that can take the account back.
fn ways(ways_back: &[WayBack]) -> impl IntoView + use<> {
    let line = |way: &WayBack| {
        let words = text::way_back(&way.address, day_of(way.until));
        view! { <p>{words}</p> }
    };
    ways_back.iter().map(line).collect::<Vec<_>>()
}

/// A line for each mail that did not reach the user, with what to do.
pub(crate) fn failures(undelivered: Vec<Undelivered>) -> impl IntoView + use<> {
    let line = |mail: Undelivered| {
        let words = text::undelivered(mail.why, &mail.address, day_of(mail.since));
        view! { <p class="error">{words}</p> }
    };
    undelivered.into_iter().map(line).collect::<Vec<_>>()
}

/// A page for whoever has a link that works, with the earlier addresses that can
/// take the account back.
fn with_link(
    purpose: Purpose,
    page: impl FnOnce(Link, String, Vec<WayBack>) -> AnyView + Send + 'static,
) -> AnyView {
    let token = use_params_map().with_untracked(|params| params.get("token"));
    let token = match read_token(&token.unwrap_or_default()) {
        Ok(token) => token,
        Err(error) => return view! { <ErrorPage error/> }.into_any(),
    };
    let emails = backend().emails;
    Suspend::new(async move {
        let found = async {
            let link = emails.find_link(purpose, &token).await?;
            let ways_back = emails.ways_back(link.user).await?;
            Ok::<_, AppError>((link, ways_back))
        };
        match found.await {
            Ok((link, ways_back)) => page(link, token, ways_back),
            Err(error) => view! { <ErrorPage error/> }.into_any(),
        }
    })
    .into_any()
}

/// A page with a sentence, perhaps something more to read, and a button.
fn one_button(
    title: &'static str,
    lead: String,
    more: AnyView,
    action: String,
    words: &'static str,
) -> AnyView {
    let form = AccountForm::of_this_page();
    // The link works once: to the second of two clicks it would be dead.
    expect_context::<HeadSlot>().need(Script::Reveal);
    view! {
        <Page title=title width=Width::Narrow refused=form.refused() private=true>
            <form class="card" method="post" action=action>
                <h1>{title}</h1>
                <ErrorSummary problems=form.problems()/>
                <p>{lead}</p>
                {more}
                <button class="button">{words}</button>
            </form>
        </Page>
    }
    .into_any()
}

/// `/settings/email`
#[component]
pub fn EmailPage() -> impl IntoView {
    for_holder("/settings/email", |user| {
        view! { <EmailOf user/> }.into_any()
    })
}

#[component]
fn EmailOf(user: User) -> impl IntoView {
    let form = AccountForm::of_this_page();
    let notice = use_query_map().with_untracked(|query| {
        let has = |name| query.get(name).is_some();
        match () {
            () if has("sent") => Some(text::email_asked()),
            () if has("confirmed") => Some(text::address_confirmed()),
            () if has("cancelled") => Some(text::email_cancelled()),
            () => None,
        }
    });
    let backend = backend();
    Suspend::new(async move {
        let emails = &backend.emails;
        let asked = async {
            let addresses = emails.addresses(user.id).await?;
            let undelivered = emails.undelivered(user.id).await?;
            let ways_back = emails.ways_back(user.id).await?;
            Ok::<_, AppError>((addresses, undelivered, ways_back))
        };
        let (addresses, undelivered, ways_back) = match asked.await {
            Ok(found) => found,
            Err(error) => return view! { <ErrorPage error/> }.into_any(),
        };
        let Addresses { confirmed, pending } = addresses;
        let not_arrived = undelivered.is_empty().then(text::not_arrived);
        // The newest of what there is to say of a mail.
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
                    <input type="hidden" name="username" value=name/>
                    <button class="link" name=CANCEL value="1">{forget}</button>
                </form>
            }
        });
        // Without an address, where one is needed first, there is nothing else yet.
        let settings = matches!(viewer(), Viewer::Member(_)).then(|| {
            view! { <a class="button button-quiet" href="/settings">{text::settings()}</a> }
        });
        view! {
            <Page title=text::change_email() width=Width::Narrow refused=form.refused()>
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
                    <input type="hidden" name="username" value=username/>
                    <EmailInput
                        described=form.described("email", text::new_email(), text::new_email_hint().to_owned())
                        value=value
                    />
                    {password_again(&form)}
                    <div class="save">
                        <button class="button">{text::send_link()}</button>
                        {settings}
                    </div>
                </form>
                {cancel}
            </Page>
        }
        .into_any()
    })
}

#[component]
fn EmailInput(described: Described, value: String) -> impl IntoView {
    view! {
        <Input described value kind="email" inputmode="email" autocomplete="email" spellcheck=false/>
    }
}

/// The page that pages of the account lead back to. Whoever has yet to confirm an
/// address has only the one for that.
pub(crate) fn settings_page() -> &'static str {
    match viewer() {
        Viewer::Member(_) => "/settings",
        Viewer::Guest => "/settings/email",
    }
}

/// The control for the password, on a form that asks for it once more; nothing
/// where it was shown a few minutes ago.
pub(crate) fn password_again(form: &AccountForm) -> Option<impl IntoView + use<>> {
    let asked = !backend().sessions.is_fresh();
    let hint = text::password_again_hint().to_owned();
    let described = form.described(CURRENT_PASSWORD, text::password_again(), hint);
    asked.then(|| {
        view! {
            <PasswordInput described autocomplete="current-password"/>
        }
    })
}

fn email_label(name: &str) -> Option<String> {
    let label = match name {
        "email" => text::new_email(),
        CURRENT_PASSWORD => text::password_again(),
        _ => return None,
    };
    Some(label.to_owned())
}

fn new_password_label(name: &str) -> Option<String> {
    (name == "password").then(|| text::new_password().to_owned())
}
