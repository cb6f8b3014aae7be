//! The lower part of `/admin/users/{username}`: what an account has besides its facts, with buttons
//! for the actions on it.

use leptos::prelude::*;

use super::rules::{ACT, HANDLE, Party, SESSION, VOID, can_act, can_read_history, can_see_as};
use crate::{
    account::{
        pages::{
            activity::view_event,
            form::{AccountForm, OneButton, one_button},
            sessions::session_card,
        },
        types::{
            details::{AccountDetails, SentLink},
            device::Device,
            log::{BEFORE, EventSearch, LogPage, Place},
            managed::{AccountState, ManagedAccount, ManagementAct},
            user::User,
        },
    },
    backend::backend,
    error::AppError,
    location::query_param,
    text,
    ui::{Problem, Still, Timestamp},
};

/// The number of events per page.
const SHOWN: u32 = 20;

/// The details and the history of an account.
pub(super) struct More {
    pub details: AccountDetails,
    /// `None` if the manager may not read it.
    history: Option<History>,
}

enum History {
    Page(LogPage),
    /// The URL contains an invalid place.
    Nowhere,
}

impl More {
    pub(super) async fn load(manager: &User, account: &ManagedAccount) -> Result<More, AppError> {
        let backend = backend();
        let details = backend.oversight.details(manager, account).await?;
        let history = match can_read_history(&backend.schema, &manager.role) {
            true => Some(history(manager, account).await?),
            false => None,
        };
        Ok(More { details, history })
    }

    /// Renders when, by whom and why the account was disabled.
    pub(super) fn disabled(&self) -> Option<AnyView> {
        let event = self.details.disabled.as_ref()?;
        let by = event.actor.as_ref().map(|name| text::by_actor(name));
        let reason = event.detail.clone();
        let reason = reason.map(|words| {
            view! { <dt>{text::reason()}</dt> <dd><bdi>{words}</bdi></dd> }
        });
        Some(
            view! {
                <dt>{text::disabled_on()}</dt>
                <dd><Timestamp at=event.at/> " " {by}</dd>
                {reason}
            }
            .still(),
        )
    }

    /// Renders the reason why the manager, who may send a link to choose a password, is not offered
    /// to do so.
    pub(super) fn no_link(&self, manager: &User, account: &ManagedAccount) -> Option<AnyView> {
        let address = account.email.as_ref().or(account.pending_email.as_ref())?;
        let is_missed = !self.details.takes_links
            && account.state != AccountState::Disabled
            && may(manager, account, &ManagementAct::SendLink);
        is_missed.then(|| view! { <p>{text::no_link_to(address)}</p> }.still())
    }
}

/// Renders links to other pages about the user.
pub(super) fn links_from(manager: &User, account: &ManagedAccount) -> AnyView {
    let schema = backend().schema.clone();
    let role = schema.effective_role(account.role.as_deref());
    let [looking, seen] = parties(manager, account, role);
    let sees = account.state == AccountState::Active && can_see_as(&schema, looking, seen, None);
    let name = &account.username;
    let sees = sees.then(|| {
        let href = format!("/admin/users/{name}/sees");
        view! { <a class="button button-quiet" href=href>{text::see_as(name)}</a> }
    });
    view! {
        <p class="actions">
            <a class="button button-quiet" href=format!("/u/{name}")>{text::profile()}</a>
            {sees}
            <a class="button button-quiet" href="/admin/users">{text::users()}</a>
        </p>
    }
    .still()
}

/// Returns the manager, and the user of an account with this role.
fn parties<'a>(manager: &'a User, account: &ManagedAccount, role: &'a str) -> [Party<'a>; 2] {
    [
        Party {
            id: manager.id,
            role: &manager.role,
        },
        Party {
            id: account.id,
            role,
        },
    ]
}

/// Returns whether a manager may perform an action on an account. A refused account allows none,
/// since it is about to be erased.
pub(super) fn may(manager: &User, account: &ManagedAccount, act: &ManagementAct) -> bool {
    let schema = backend().schema.clone();
    let role = schema.effective_role(account.role.as_deref());
    let [manager, target] = parties(manager, account, role);
    account.state != AccountState::Refused && can_act(&schema, manager, act, target)
}

/// Returns the problems of a form on the page. Its session or link may no longer exist.
pub(super) fn problems_of(form: &AccountForm, label: fn(&str) -> Option<String>) -> Vec<Problem> {
    if form.failure() != Some(&AppError::NotFound) {
        return form.problems_of(label);
    }
    let words = match form.value(ACT).as_str() {
        SESSION => text::session_gone(),
        _ => text::link_gone(),
    };
    vec![Problem {
        words: words.to_owned(),
        href: None,
        new_tab: false,
    }]
}

async fn history(manager: &User, account: &ManagedAccount) -> Result<History, AppError> {
    let before = match query_param(BEFORE) {
        Some(text) => match Place::parse(&text) {
            Some(place) => Some(place),
            None => return Ok(History::Nowhere),
        },
        None => None,
    };
    let search = EventSearch {
        user: Some(account.username.clone()),
        before,
        ..EventSearch::default()
    };
    let page = backend().oversight.log(manager, search, SHOWN).await?;
    Ok(History::Page(page.unwrap_or_default()))
}

/// Renders the sessions, the links, the history and the link to the erasure of the account, as far
/// as the manager may see and do that.
pub(super) fn sections(manager: &User, account: &ManagedAccount, more: More) -> Vec<AnyView> {
    let More { details, history } = more;
    let may = |act: ManagementAct| may(manager, account, &act);
    let mut parts = Vec::new();
    if may(ManagementAct::EndSession(String::new())) {
        let cards: Vec<_> = details
            .sessions
            .into_iter()
            .map(|session| {
                let device = text::device(Device::of(&session.user_agent));
                let end = Button {
                    act: SESSION,
                    handle: session.handle.clone(),
                    words: text::end_session(),
                    name: text::end_session_on(&device),
                };
                session_card(session, Some(button(manager, account, end)))
            })
            .collect();
        parts.push(list(text::user_sessions(), text::no_sessions(), cards));
    }
    if may(ManagementAct::VoidLink(String::new())) {
        let cards: Vec<_> = details
            .links
            .into_iter()
            .map(|link| link_card(manager, account, link))
            .collect();
        parts.push(list(text::user_links(), text::no_links(), cards));
    }
    parts.extend(history.map(|history| history_of(account, history)));
    if may(ManagementAct::Erase {
        outline: String::new(),
    }) {
        let href = format!("/admin/users/{}/erase", account.username);
        let body = view! {
            <p>{text::erase_user_hint()}</p>
            <p class="actions"><a class="button button-quiet" href=href>{text::erase_user()}</a></p>
        };
        parts.push(part(text::erase_user(), body.still()));
    }
    parts
}

fn part(title: &'static str, body: AnyView) -> AnyView {
    view! { <section class="part"><h2>{title}</h2> {body}</section> }.still()
}

/// Renders cards below a heading, or a sentence if there are none.
fn list(title: &'static str, none: &'static str, cards: Vec<AnyView>) -> AnyView {
    let body = match cards.is_empty() {
        true => view! { <p>{none}</p> }.still(),
        false => view! { <ul class="sessions">{cards}</ul> }.still(),
    };
    part(title, body)
}

/// A button for an action on a session or a link.
struct Button {
    act: &'static str,
    handle: String,
    words: &'static str,
    name: String,
}

fn button(manager: &User, account: &ManagedAccount, button: Button) -> AnyView {
    one_button(OneButton {
        action: format!("/admin/users/{}", account.username),
        owner: manager.username.clone(),
        hidden: vec![(ACT, button.act.to_owned()), (HANDLE, button.handle)],
        words: button.words,
        name: button.name,
    })
}

fn link_card(manager: &User, account: &ManagedAccount, link: SentLink) -> AnyView {
    let end = match link.can_be_voided() {
        true => button(
            manager,
            account,
            Button {
                act: VOID,
                handle: link.handle.clone(),
                words: text::void_link(),
                name: text::void_link_to(link.purpose, &text::moment(link.created_at)),
            },
        ),
        false => view! { <p class="hint">{text::way_back_stays()}</p> }.still(),
    };
    let sent = match &link.address {
        Some(_) => text::sent_on(),
        None => text::handed_out(),
    };
    let address = link
        .address
        .map(|to| view! { <p class="hint"><bdi>{to}</bdi></p> });
    view! {
        <li class="card">
            <div>
                <h3>{text::link_to(link.purpose)}</h3>
                {address}
                <p class="hint">{sent} " " <Timestamp at=link.created_at/></p>
                <p class="hint">{text::valid_until()} " " <Timestamp at=link.expires_at/></p>
            </div>
            {end}
        </li>
    }
    .still()
}

fn history_of(account: &ManagedAccount, history: History) -> AnyView {
    let body = match history {
        History::Nowhere => view! { <p class="error">{text::page_from_elsewhere()}</p> }.still(),
        History::Page(page) => {
            let older = page.next.map(|place| {
                let href = format!(
                    "/admin/users/{}?{BEFORE}={}#history",
                    account.username,
                    place.print()
                );
                view! { <p class="actions"><a class="button button-quiet" href=href rel="next">{text::older_events()}</a></p> }
            });
            let lines: Vec<_> = page
                .events
                .into_iter()
                .map(|event| view_event(event, &account.username))
                .collect();
            view! { <ol class="events">{lines}</ol> {older} }.still()
        }
    };
    view! { <div id="history">{part(text::account_history(), body)}</div> }.still()
}
