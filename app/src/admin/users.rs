//! The page `/admin/users`: the accounts of all users, to be searched.

use leptos::prelude::*;

use crate::{
    account::types::{
        managed::{AccountPage, AccountSearch, AccountState, ManagedAccount},
        user::User,
    },
    backend::backend,
    error::AppError,
    location::query_param,
    text,
    ui::{
        Badge, Described, ErrorSummary, Input, Notice, Page, Problem, Select, Timestamp, Width,
        load_page, query_notice,
    },
};

use super::{
    guard::{area_links, for_manager},
    rules::Area,
};

/// Accounts on one page.
const SHOWN: usize = 50;

/// The names of the controls and of the query.
const TEXT: &str = "q";
const ROLE: &str = "role";
const STATUS: &str = "status";
const AFTER: &str = "after";

/// `/admin/users`
#[component]
pub fn UsersPage() -> impl IntoView {
    for_manager(Area::Users, "/admin/users", |manager| {
        load_page(async move {
            let asked = Asked::of_this_page();
            let found = match asked.search() {
                Some(search) => backend().management.accounts(search, SHOWN).await?,
                None => AccountPage::default(),
            };
            Ok::<_, AppError>(page(&manager, asked, found))
        })
    })
}

/// The search as the address of the page has it.
struct Asked {
    text: String,
    role: String,
    status: String,
    after: String,
}

impl Asked {
    fn of_this_page() -> Asked {
        let part = |name| query_param(name).unwrap_or_default().trim().to_owned();
        Asked {
            text: part(TEXT),
            role: part(ROLE),
            status: part(STATUS),
            after: part(AFTER),
        }
    }

    /// `None` if it names a role or a status that is not there.
    fn search(&self) -> Option<AccountSearch> {
        let role = (!self.role.is_empty()).then(|| self.role.clone());
        let state = match self.status.as_str() {
            "" => None,
            word => Some(AccountState::parse(word)?),
        };
        if let Some(role) = &role {
            backend().schema.role(role)?;
        }
        Some(AccountSearch {
            text: self.text.clone(),
            role,
            state,
            after: self.after.to_lowercase(),
        })
    }

    /// The address of the same search from another account on.
    fn from(&self, after: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            (TEXT, self.text.as_str()),
            (ROLE, &self.role),
            (STATUS, &self.status),
            (AFTER, after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        match query.finish() {
            query if query.is_empty() => "/admin/users".to_owned(),
            query => format!("/admin/users?{query}"),
        }
    }
}

fn page(manager: &User, asked: Asked, found: AccountPage) -> AnyView {
    let unknown = asked.search().is_none();
    let problems = unknown.then(|| Problem {
        words: text::unknown_filter().to_owned(),
        href: None,
        new_tab: false,
    });
    let first = (!asked.after.is_empty()).then(|| asked.from(""));
    let first = first.map(|href| {
        view! { <a class="button button-quiet" href=href>{text::from_the_start()}</a> }
    });
    let words = match found.accounts.len() < SHOWN {
        true => text::search_further(),
        false => text::next_page(),
    };
    let next = found.next.map(|after| {
        let href = asked.from(&after);
        view! { <a class="button button-quiet" href=href rel="next">{words}</a> }
    });
    let areas = area_links(manager, Area::Users);
    let form = search_form(&asked);
    let none = found.accounts.is_empty() && !unknown;
    let rows: Vec<_> = found.accounts.into_iter().map(row).collect();
    view! {
        <Page title=text::users() width=Width::Column refused=unknown>
            {areas}
            <h1>{text::users()}</h1>
            {query_notice(&[("erased", text::user_erased())]).map(|words| view! { <Notice words/> })}
            <ErrorSummary problems=problems.into_iter().collect()/>
            {form}
            {none.then(|| view! { <p>{text::no_users()}</p> })}
            <ul class="sessions">{rows}</ul>
            <div class="actions">{next} {first}</div>
        </Page>
    }
    .into_any()
}

fn search_form(asked: &Asked) -> impl IntoView + use<> {
    let described = |name: &str, label: &str, hint: &str| Described {
        name: name.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        ..Described::default()
    };
    let text = Described {
        optional: true,
        ..described(TEXT, text::username_or_email(), text::search_hint())
    };
    let option = |value: String, label: String, chosen: &str| {
        let chosen = value == chosen;
        view! { <option value=value selected=chosen>{label}</option> }
    };
    let any = || (String::new(), text::any().to_owned());
    let roles = backend().schema.clone();
    let roles = roles
        .roles
        .iter()
        .map(|role| (role.key.clone(), role.label.clone()));
    let roles: Vec<_> = std::iter::once(any())
        .chain(roles)
        .map(|(value, label)| option(value, label, &asked.role))
        .collect();
    let states = AccountState::ALL.into_iter().map(|state| {
        (
            state.word().to_owned(),
            text::account_state(state).to_owned(),
        )
    });
    let states: Vec<_> = std::iter::once(any())
        .chain(states)
        .map(|(value, label)| option(value, label, &asked.status))
        .collect();
    view! {
        <form class="search" method="get" action="/admin/users" role="search">
            <Input described=text value=asked.text.clone() autocomplete="off" spellcheck=false/>
            <Select described=described(ROLE, text::role(), "")>{roles}</Select>
            <Select described=described(STATUS, text::status(), "")>{states}</Select>
            <button class="button">{text::search()}</button>
        </form>
    }
}

fn row(account: ManagedAccount) -> impl IntoView {
    let href = format!("/admin/users/{}", account.username);
    let state = (account.state != AccountState::Active)
        .then(|| view! { " "<Badge words=text::account_state(account.state)/> });
    let role = role_label(&account);
    let address = address(&account).map(|words| view! { <p class="hint"><bdi>{words}</bdi></p> });
    view! {
        <li class="card">
            <div>
                <h2><a href=href><bdi>{format!("@{}", account.username)}</bdi></a> {state}</h2>
                {address}
                <p class="hint">
                    {role} ". " {text::signed_up()} " " <Timestamp at=account.created_at/> ". "
                    {last_login(&account)}
                </p>
            </div>
        </li>
    }
}

/// The role that counts, in the words of the schema.
pub(super) fn role_label(account: &ManagedAccount) -> String {
    let schema = backend().schema.clone();
    let key = schema.effective_role(account.role.as_deref());
    schema.role(key).map_or(key, |role| &role.label).to_owned()
}

pub(super) fn address(account: &ManagedAccount) -> Option<String> {
    match (&account.email, &account.pending_email) {
        (Some(email), _) => Some(email.clone()),
        (None, Some(pending)) => Some(text::not_confirmed(pending)),
        (None, None) => None,
    }
}

fn last_login(account: &ManagedAccount) -> impl IntoView + use<> {
    match account.last_login_at {
        Some(at) => view! { {text::last_login()} " " <Timestamp at/> }.into_any(),
        None => text::never_logged_in().into_any(),
    }
}
