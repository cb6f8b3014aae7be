//! The page `/admin/users`: a list of all accounts, which can be searched, sorted, downloaded, and
//! selected from for an action on many.

use leptos::prelude::*;

use crate::{
    account::types::{
        managed::{
            AccountOrder, AccountPage, AccountState, LastLogin, ManagedAccount, ManagementAct,
        },
        user::User,
    },
    backend::backend,
    error::AppError,
    form::Form,
    location::Location,
    text,
    ui::{
        Badge, Described, ErrorSummary, Input, Notice, Page, Problem, Select, Still, Timestamp,
        Width, load_page, query_notice,
    },
};

use super::{
    bulk::{ALL, DO, LIST, LISTED, SCOPE, USER, acts_for, word_of},
    guard::{area_links, for_manager},
    rules::{Area, Party},
    search::{
        AFTER, Asked, AskedWrong, LAST_LOGIN, ORDER, ROLE, SHOW, SHOWN, STATUS, TEXT, states_for,
    },
};

/// The path of the list.
pub(super) const USERS: &str = "/admin/users";

/// `/admin/users`
#[component]
pub fn UsersPage() -> impl IntoView {
    for_manager(Area::Users, USERS, |manager| {
        load_page(async move {
            let query = with_context(|location: &Location| location.query.clone());
            let asked = Asked::of_query(&query.unwrap_or_default());
            let found = match asked.read(&backend().schema, &manager) {
                Ok((search, show)) => Ok(backend().management.accounts(search, show).await?),
                Err(wrong) => Err(wrong),
            };
            Ok::<_, AppError>(page(&manager, &asked, found))
        })
    })
}

fn page(manager: &User, asked: &Asked, found: Result<AccountPage, AskedWrong>) -> AnyView {
    let wrong = found.as_ref().err().copied();
    let problems = wrong.map(|wrong| Problem {
        words: match wrong {
            AskedWrong::Filter => text::unknown_filter(),
            AskedWrong::Place => text::unknown_place(),
        }
        .to_owned(),
        href: (wrong == AskedWrong::Place).then(|| asked.address(USERS, None)),
        new_tab: false,
    });
    let notice = query_notice(&[
        ("approved", text::user_approved()),
        ("refused", text::user_refused()),
        ("erased", text::user_erased()),
    ]);
    let shown = found.ok().map(|found| list(manager, asked, found));
    let areas = area_links(manager, Area::Users);
    let form = search_form(manager, asked);
    let content = view! {
        {areas}
        <h1>{text::users()}</h1>
        {notice.map(|words| view! { <Notice words/> })}
        <ErrorSummary problems=problems.into_iter().collect()/>
        {form}
        {shown}
    }
    .still();
    view! { <Page title=text::users() width=Width::Column refused=wrong.is_some()>{content}</Page> }
        .still()
}

/// Renders the accounts that were found, their number, and links to the rest.
fn list(manager: &User, asked: &Asked, found: AccountPage) -> AnyView {
    let link = |href: String, words: &'static str, rel: Option<&'static str>| {
        view! { <a class="button button-quiet" href=href rel=rel>{words}</a> }
    };
    let shown = found.accounts.len();
    let first = (!asked.after.is_empty())
        .then(|| link(asked.address(USERS, None), text::from_the_start(), None));
    let words = match SHOWN.contains(&shown) {
        true => text::next_page(),
        false => text::search_further(),
    };
    let next = found
        .next
        .as_ref()
        .map(|place| link(asked.address(USERS, Some(place)), words, Some("next")));
    let is_none = shown == 0 && found.next.is_none() && !found.narrowed;
    let file = (!is_none).then(|| {
        link(
            asked.address("/admin/users.csv", None),
            text::download_list(),
            None,
        )
    });
    let narrowed = found.narrowed.then(|| {
        view! { <p class="hint">{text::narrowed_list(&asked.text)}</p> }
    });
    let count = match is_none {
        true => text::no_users().to_owned(),
        false => text::users_found(found.count),
    };
    let acts = acts_for(
        &backend().schema,
        Party {
            id: manager.id,
            role: &manager.role,
        },
    );
    let has_ticks = !acts.is_empty();
    let rows: Vec<_> = found
        .accounts
        .iter()
        .map(|account| row(account, has_ticks))
        .collect();
    let rows = view! { <ul class="sessions">{rows}</ul> }.still();
    let rows = match has_ticks && shown > 0 {
        true => many_form(manager, asked, &found, &acts, rows),
        false => rows,
    };
    view! {
        <p role="status">{count}</p>
        {narrowed}
        {rows}
        <div class="actions">{next} {first} {file}</div>
    }
    .still()
}

/// Renders the rows, with the form for an action on the selected ones.
fn many_form(
    manager: &User,
    asked: &Asked,
    found: &AccountPage,
    acts: &[ManagementAct],
    rows: AnyView,
) -> AnyView {
    let hidden = |name: &'static str, value: String| {
        view! { <input type="hidden" name=name value=value/> }
    };
    let listed: Vec<_> = found
        .accounts
        .iter()
        .map(|account| hidden(LISTED, account.username.clone()))
        .collect();
    let mut here = asked.address(USERS, None);
    if !asked.after.is_empty() {
        let sign = if here.contains('?') { '&' } else { '?' };
        let mut after = form_urlencoded::Serializer::new(String::new());
        let after = after.append_pair(AFTER, &asked.after).finish();
        here = format!("{here}{sign}{after}");
    }
    view! {
        <form method="post" action="/admin/users/bulk" novalidate>
            {hidden(Form::OWNER, manager.username.clone())}
            {hidden(LIST, here)}
            {listed}
            {rows}
            <div class="card act">
                <h2>{text::many_at_once()}</h2>
                {act_select(acts, None, "")}
                <div class="actions">
                    <button class="button" name=SCOPE value="ticked">{text::go_on_with_ticked()}</button>
                    <button class="button button-quiet" name=SCOPE value=ALL>
                        {text::go_on_with_all(found.accounts.len())}
                    </button>
                </div>
            </div>
        </form>
    }
    .still()
}

/// Renders the control that selects the action.
pub(super) fn act_select(acts: &[ManagementAct], error: Option<String>, chosen: &str) -> AnyView {
    let described = Described {
        name: DO.to_owned(),
        label: text::what_to_do().to_owned(),
        error,
        ..Described::default()
    };
    let acts = acts.iter().map(|act| (word_of(act), act_label(act)));
    let options = options(
        std::iter::once((String::new(), text::choose().to_owned())).chain(acts),
        chosen,
    );
    view! { <Select described>{options}</Select> }.still()
}

/// Returns the label of an action on many accounts.
pub(super) fn act_label(act: &ManagementAct) -> String {
    match act {
        ManagementAct::SetRole(role) => {
            let schema = backend().schema.clone();
            let label = schema.role(role).map_or(role.as_str(), |role| &role.label);
            text::give_role(label)
        }
        ManagementAct::Disable(_) => text::disable_accounts().to_owned(),
        ManagementAct::Enable => text::enable_accounts().to_owned(),
        ManagementAct::SendLink => text::send_links().to_owned(),
        ManagementAct::Erase { .. } => text::delete_accounts().to_owned(),
        // Not available for many accounts.
        _ => String::new(),
    }
}

fn options(values: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<AnyView> {
    let option = |(value, label): (String, String)| {
        let chosen = value == chosen;
        view! { <option value=value selected=chosen>{label}</option> }.still()
    };
    values.map(option).collect()
}

fn search_form(manager: &User, asked: &Asked) -> AnyView {
    let described = |name: &str, label: &str| Described {
        name: name.to_owned(),
        label: label.to_owned(),
        ..Described::default()
    };
    let text = Described {
        optional: true,
        hint: text::search_hint().to_owned(),
        ..described(TEXT, text::name_or_email())
    };
    let schema = backend().schema.clone();
    let any = (String::new(), text::any().to_owned());
    let roles = schema
        .roles
        .iter()
        .map(|role| (role.key.clone(), role.label.clone()));
    let states = states_for(&schema, manager).iter().map(|state| {
        let label = text::account_state(*state).to_owned();
        (state.word().to_owned(), label)
    });
    let logins = LastLogin::ALL.into_iter().map(|last| {
        let label = text::last_login_is(last).to_owned();
        (last.word().to_owned(), label)
    });
    let orders = AccountOrder::ALL.into_iter().map(|order| {
        let label = text::account_order(order).to_owned();
        (order.word().to_owned(), label)
    });
    let numbers = SHOWN
        .into_iter()
        .map(|show| (show.to_string(), text::number(show)));
    let selects: Vec<_> = [
        (
            ROLE,
            text::role(),
            &asked.role,
            once(&any).chain(roles).collect::<Vec<_>>(),
        ),
        (
            STATUS,
            text::status(),
            &asked.status,
            once(&any).chain(states).collect(),
        ),
        (
            LAST_LOGIN,
            text::last_login(),
            &asked.last_login,
            once(&any).chain(logins).collect(),
        ),
        (ORDER, text::order(), &asked.order, orders.collect()),
        (SHOW, text::users_per_page(), &asked.show, numbers.collect()),
    ]
    .into_iter()
    .map(|(name, label, chosen, values)| {
        let options = options(values.into_iter(), chosen);
        view! { <Select described=described(name, label)>{options}</Select> }.still()
    })
    .collect();
    view! {
        <form class="search" method="get" action=USERS role="search">
            <Input described=text value=asked.text.clone() autocomplete="off" spellcheck=false/>
            {selects}
            <button class="button">{text::search()}</button>
        </form>
    }
    .still()
}

fn once(one: &(String, String)) -> std::iter::Once<(String, String)> {
    std::iter::once(one.clone())
}

fn row(account: &ManagedAccount, has_tick: bool) -> AnyView {
    let href = format!("/admin/users/{}", account.username);
    let name = format!("@{}", account.username);
    let state = (account.state != AccountState::Active)
        .then(|| view! { " "<Badge words=text::account_state(account.state)/> });
    let role = role_label(account);
    let waits = (account.state == AccountState::Waiting).then_some(account.waits_since);
    let waits = waits.flatten().map(|at| {
        view! { {text::waiting_since()} " " <Timestamp at/> ". " }
    });
    let address = address(account).map(|words| view! { <p class="hint"><bdi>{words}</bdi></p> });
    let tick = has_tick.then(|| {
        let value = account.username.clone();
        view! { <label class="tick"><input type="checkbox" name=USER value=value/><span class="visually-hidden">{text::tick_user(&name)}</span></label> }
    });
    let found_name = account.found_name.clone();
    let found_name = found_name.map(|found| view! { " " <bdi>{found}</bdi> });
    view! {
        <li class="card">
            {tick}
            <div class="grows">
                <h2><a href=href><bdi>{name}</bdi></a> {found_name} {state}</h2>
                {address}
                <p class="hint">
                    {role} ". " {waits} {text::signed_up()} " " <Timestamp at=account.created_at/> ". "
                    {last_login(account)}
                </p>
            </div>
        </li>
    }
    .still()
}

/// Returns the label of the effective role.
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
        Some(at) => view! { {text::last_login()} " " <Timestamp at/> }.still(),
        None => text::never_logged_in().still(),
    }
}
