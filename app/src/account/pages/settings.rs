//! The pages below `/settings`: one card a concern, no script.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    email::{failures, password_again},
    log_in::AccountForm,
};
use crate::{
    account::{
        email_api::CURRENT_PASSWORD,
        types::{
            device::Device,
            model::{Undelivered, User},
        },
    },
    backend::{Session, backend},
    error::AppError,
    text,
    ui::{
        Badge, ErrorPage, ErrorSummary, LinkCard, Moment, Notice, Page, PasswordInput, Problem,
        Save, Width,
    },
    viewer::for_member,
};

/// `/settings`
#[component]
pub fn SettingsPage() -> impl IntoView {
    let notice = use_query_map().with_untracked(|query| match () {
        () if query.get("password").is_some() => Some(text::password_changed()),
        () if query.get("stayed").is_some() => Some(text::stayed()),
        () => None,
    });
    for_member("/settings", move |user| {
        Suspend::new(async move {
            // What cannot be read here is read on the page of the address.
            let emails = backend().emails;
            let undelivered = emails.undelivered(user.id).await.unwrap_or_default();
            settings_of(user, notice, undelivered)
        })
        .into_any()
    })
}

fn settings_of(
    user: User,
    notice: Option<&'static str>,
    undelivered: Vec<Undelivered>,
) -> impl IntoView {
    let has_picture = backend().schema.picture_field().is_some();
    let account = vec![
        ("/settings/email", text::change_email()),
        ("/settings/password", text::change_password()),
        ("/settings/sessions", text::sessions()),
        ("/settings/activity", text::activity()),
    ];
    let mut profile = vec![
        ("/profile/edit", text::edit_profile()),
        ("/profile/history", text::history()),
        ("/settings/privacy", text::privacy()),
    ];
    if has_picture {
        profile.insert(1, ("/profile/avatar", text::change_picture()));
    }
    let appearance = vec![("/settings/appearance", text::colours_and_language())];
    let data = vec![
        ("/settings/export", text::export()),
        ("/settings/delete", text::delete_account()),
    ];
    view! {
        <Page title=text::settings() width=Width::Narrow>
            <h1>{text::settings()}</h1>
            {notice.map(|words| view! { <Notice words=words/> })}
            <LinkCard title=text::account() links=account>
                <p class="hint"><bdi>{format!("@{}", user.username)}</bdi></p>
                    {failures(undelivered)}
            </LinkCard>
            <LinkCard title=text::your_profile() links=profile/>
            <LinkCard title=text::appearance() links=appearance/>
            <LinkCard title=text::your_data() links=data/>
        </Page>
    }
}

/// `/settings/password`
#[component]
pub fn PasswordPage() -> impl IntoView {
    for_member("/settings/password", |user| {
        let form = AccountForm::of_this_page();
        let min = backend().passwords.min_length();
        view! {
            <Page title=text::change_password() width=Width::Narrow refused=form.refused()>
                <form class="card" method="post" action="/settings/password" novalidate>
                    <h1>{text::change_password()}</h1>
                    <p>{text::change_password_lead()}</p>
                    <ErrorSummary problems=form.problems_of(password_label)/>
                    // For password managers, and for the server: whose form it is.
                    <input type="text" name="username" value=user.username autocomplete="username" hidden/>
                    <PasswordInput
                        described=form.described("current_password", text::current_password(), String::new())
                        autocomplete="current-password"
                />
                    <PasswordInput
                        described=form.described("password", text::new_password(), text::password_hint(min))
                        autocomplete="new-password"
                />
                    <Save words=text::change_password() back="/settings"/>
                </form>
            </Page>
        }
        .into_any()
    })
}

fn password_label(name: &str) -> Option<String> {
    let label = match name {
        "current_password" => text::current_password(),
        "password" => text::new_password(),
        _ => return None,
    };
    Some(label.to_owned())
}

/// The name of the control that says which session is to end.
pub(crate) const SESSION: &str = "session";
/// Its value for all but this one. No session's handle is that short.
pub(crate) const OTHERS: &str = "others";

/// `/settings/sessions`
#[component]
pub fn SessionsPage() -> impl IntoView {
    let ended = use_query_map().with_untracked(|query| query.get("ended").is_some());
    for_member("/settings/sessions", move |user| {
        let sessions = backend().sessions;
        Suspend::new(async move {
            let sessions = match sessions.list(user.id).await {
                Ok(sessions) => sessions,
                Err(error) => return view! { <ErrorPage error/> }.into_any(),
            };
            let others = sessions.len() > 1;
            let name = user.username;
            let form = AccountForm::of_this_page();
            let gone = form.failure() == Some(&AppError::NotFound);
            let asked = form.value(SESSION);
            let confirm = (!asked.is_empty() && !gone && !backend().sessions.is_fresh())
                .then(|| confirm(&form, &sessions, &name, asked));
            let rows: Vec<_> = sessions
                .into_iter()
                .map(|session| view_session(session, &name))
                .collect();
            let problems = form.problems_of(sessions_label);
            let problems = move || match gone {
                true => vec![Problem {
                    words: text::session_gone().to_owned(),
                    href: None,
                    new_tab: false,
                }],
                false => problems(),
            };
            let others = others.then(|| {
                let words = text::end_others();
                end(&name, OTHERS.to_owned(), words.to_owned(), words)
            });
            view! {
                <Page title=text::sessions() width=Width::Column refused=form.refused()>
                    <h1>{text::sessions()}</h1>
                    <ErrorSummary problems/>
                    {confirm}
                    <p class="lead">{text::sessions_lead()}</p>
                    {ended.then(|| view! { <Notice words=text::session_ended()/> })}
                    <ul class="sessions">{rows}</ul>
                    <div class="actions">
                        {others}
                        <a class="button button-quiet" href="/settings">{text::settings()}</a>
                    </div>
                </Page>
            }
            .into_any()
        })
        .into_any()
    })
}

/// The form that was refused for want of a password, to be sent again with it.
fn confirm(
    form: &AccountForm,
    sessions: &[Session],
    username: &str,
    asked: String,
) -> impl IntoView + use<> {
    let mut named = sessions.iter().filter(|session| session.handle == asked);
    let words = match named.next() {
        Some(session) => {
            let device = text::device(Device::of(&session.user_agent));
            text::end_session_on(&device)
        }
        None if asked == OTHERS => text::end_others().to_owned(),
        None => text::end_session().to_owned(),
    };
    view! {
        <form class="card" method="post" action="/settings/sessions" novalidate>
            <input type="hidden" name="username" value=username.to_owned()/>
            <input type="hidden" name=SESSION value=asked/>
            {password_again(form)}
            <button class="button">{words}</button>
        </form>
    }
}

fn sessions_label(name: &str) -> Option<String> {
    (name == CURRENT_PASSWORD).then(|| text::password_again().to_owned())
}

fn view_session(session: Session, username: &str) -> impl IntoView + use<> {
    let device = text::device(Device::of(&session.user_agent));
    let end = (!session.current).then(|| {
        let name = text::end_session_on(&device);
        end(username, session.handle, name, text::end_session())
    });
    let current = session
        .current
        .then(|| view! { " "<Badge words=text::this_session()/> });
    view! {
        <li class="card">
            <div>
                <h2>{device} {current}</h2>
                <p class="hint">
                    {text::since()} " "
                    <Moment at=session.created_at/>
                </p>
                <p class="hint">
                    {text::last_seen()} " "
                    <Moment at=session.last_seen_at/>
                </p>
            </div>
            {end}
        </li>
    }
}

fn end(
    username: &str,
    session: String,
    name: String,
    words: &'static str,
) -> impl IntoView + use<> {
    view! {
        <form method="post" action="/settings/sessions">
            <input type="hidden" name="username" value=username.to_owned()/>
            <input type="hidden" name=SESSION value=session/>
            <button class="button button-quiet" aria-label=name>{words}</button>
        </form>
    }
}
