//! The page `/settings/sessions`.

use leptos::prelude::*;

use super::{
    again::Again,
    form::{AccountForm, OneButton, one_button},
};
use crate::{
    account::{
        api::session::{OTHERS, SESSION},
        types::{device::Device, second::Demand, session::Session},
    },
    backend::backend,
    error::AppError,
    form::Form,
    guard::for_owner,
    text,
    ui::{
        Badge, ErrorSummary, Notice, Page, Problem, Still, Timestamp, Width, load_page,
        query_notice,
    },
};

/// `/settings/sessions`
#[component]
pub fn SessionsPage() -> impl IntoView {
    let notice = query_notice(&[("ended", text::session_ended())]);
    for_owner("/settings/sessions", move |user| {
        let sessions = backend().sessions.clone();
        load_page(async move {
            let sessions = sessions.list(user.id).await?;
            let others = sessions.len() > 1;
            let name = user.username.clone();
            let form = AccountForm::of_this_page();
            let gone = form.failure() == Some(&AppError::NotFound);
            let asked = form.value(SESSION);
            let again = Again::load(&user, Demand::Recent).await?;
            let trusted = backend().factors.own(user.id).await?.trusted;
            let trusted = (!trusted.is_empty()).then(|| {
                view! { <p><a href="/settings/second">{text::trusted_browsers()}</a></p> }
            });
            let again = again.view(&form).filter(|_| !asked.is_empty() && !gone);
            let confirm = again.map(|again| confirm(again, &sessions, &name, asked));
            let rows: Vec<_> = sessions
                .into_iter()
                .map(|session| view_session(session, &name))
                .collect();
            let problems = form.problems_of(|_| None);
            let problems = match gone {
                true => vec![Problem {
                    words: text::session_gone().to_owned(),
                    href: None,
                    new_tab: false,
                }],
                false => problems,
            };
            let others = others.then(|| {
                let words = text::end_others();
                end(&name, OTHERS.to_owned(), words.to_owned(), words)
            });
            let content = view! {
                <h1>{text::sessions()}</h1>
                <ErrorSummary problems/>
                {confirm}
                <p class="lead">{text::sessions_lead()}</p>
                {notice.map(|words| view! { <Notice words=words/> })}
                <ul class="sessions">{rows}</ul>
                {trusted}
                <div class="actions">
                    {others}
                    <a class="button button-quiet" href="/settings">{text::settings()}</a>
                </div>
            }
            .still();
            Ok(view! { <Page title=text::sessions() width=Width::Column refused=form.refused()>{content}</Page> }.still())
        })
    })
}

/// Renders a form to send the rejected request again, with controls for authenticating again.
fn confirm(
    again: AnyView,
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
            <input type="hidden" name=Form::OWNER value=username.to_owned()/>
            <input type="hidden" name=SESSION value=asked/>
            {again}
            <button class="button">{words}</button>
        </form>
    }
}

fn view_session(session: Session, username: &str) -> AnyView {
    let end = (!session.current).then(|| {
        let device = text::device(Device::of(&session.user_agent));
        let name = text::end_session_on(&device);
        end(username, session.handle.clone(), name, text::end_session())
    });
    session_card(session, end)
}

/// Renders a session, with a control to end it if there is one.
pub(crate) fn session_card(session: Session, end: Option<AnyView>) -> AnyView {
    let device = text::device(Device::of(&session.user_agent));
    let current = session
        .current
        .then(|| view! { " "<Badge words=text::this_session()/> });
    view! {
        <li class="card">
            <div>
                <h2>{device} {current}</h2>
                <p class="hint">
                    {text::since()} " "
                    <Timestamp at=session.created_at/>
                </p>
                <p class="hint">
                    {text::last_seen()} " "
                    <Timestamp at=session.last_seen_at/>
                </p>
            </div>
            {end}
        </li>
    }
    .still()
}

fn end(username: &str, session: String, name: String, words: &'static str) -> AnyView {
    one_button(OneButton {
        action: "/settings/sessions".to_owned(),
        owner: username.to_owned(),
        hidden: vec![(SESSION, session)],
        words,
        name,
    })
}
