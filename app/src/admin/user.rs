//! The page `/admin/users/{username}`: an account, and the actions on it.

use leptos::prelude::*;

use super::{
    details::{More, links_from, may, problems_of, sections},
    guard::for_manager,
    rules::{
        ACT, APPROVE, Area, DISABLE, ENABLE, HANDLE, KEEP_FACTORS, LINK, REASON, REFUSE, RENAME,
        RESET_FACTORS, ROLE, SESSION, SESSIONS, VOID, WORDS, seen_states,
    },
    users::{address, role_label},
};
use crate::{
    account::{
        pages::{addresses::failures, again::Again, form::AccountForm},
        types::{
            details::AccountDetails,
            managed::{AccountState, ManagedAccount, ManagementAct},
            second::Demand,
            user::User,
            username::{NEW_USERNAME, Username},
        },
    },
    backend::{backend, response},
    error::AppError,
    form::Form,
    location::{path_param, query_param},
    rejected::RejectedForm,
    text,
    ui::{
        Badge, ErrorSummary, Input, Notice, Page, Select, Still, Timestamp, Width, load_page,
        query_notice,
    },
};

/// `/admin/users/{username}`
#[component]
pub fn UserPage() -> impl IntoView {
    let username = path_param("username");
    let notice = query_notice(&[
        ("role", text::role_changed()),
        ("disabled", text::user_disabled()),
        ("enabled", text::user_enabled()),
        ("ended", text::user_logged_out()),
        ("sent", text::link_sent_to_user()),
        ("renamed", text::username_changed()),
        ("session", text::user_session_ended()),
        ("void", text::link_is_void()),
        ("reset", text::reset_asked()),
        ("kept", text::their_factors_kept()),
    ]);
    for_manager(
        Area::Users,
        &format!("/admin/users/{username}"),
        move |manager| {
            load_page(async move {
                let account = backend().management.account(&username).await?;
                let seen = seen_states(&backend().schema, &manager.role);
                let account = account.filter(|account| seen.contains(&account.state));
                let Some(account) = account else {
                    let words = too_late().ok_or(AppError::NotFound)?;
                    return Ok(nothing_left(&username, words));
                };
                if username != account.username {
                    response().redirect(&format!("/admin/users/{}", account.username));
                    return Ok(().still());
                }
                let more = More::load(&manager, &account).await?;
                let again = Again::load(&manager, Demand::Second).await?;
                Ok(page(&manager, account, more, again, notice))
            })
        },
    )
}

fn page(
    manager: &User,
    account: ManagedAccount,
    more: More,
    again: Again,
    notice: Option<&'static str>,
) -> AnyView {
    let form = AccountForm::of_this_page();
    let name = format!("@{}", account.username);
    let acts = acts(manager, &account, &more.details, &form);
    let none = acts.is_empty().then(|| {
        let words = match account.state {
            AccountState::Refused => text::refused_account(),
            _ if manager.id == account.id => text::own_account(),
            _ => text::out_of_reach(),
        };
        view! { <p>{words}</p> }
    });
    let acts: Vec<_> = acts
        .into_iter()
        .map(|act| act_form(manager, &account, act))
        .collect();
    let confirm = confirm(manager, &account, again.view(&form));
    let state = text::account_state(account.state);
    let mut problems = problems_of(&form, label);
    if let (Some(problem), Some(words)) = (problems.first_mut(), too_late()) {
        problem.words = words;
    }
    let waits = account.waits_since.map(|at| {
        view! { <dt>{text::waiting_since()}</dt> <dd><Timestamp at/></dd> }
    });
    let erased = account.erase_at.map(|at| {
        view! { <dt>{text::will_be_erased()}</dt> <dd><Timestamp at/></dd> }
    });
    let address = address(&account).map(|words| {
        view! { <dt>{text::email()}</dt> <dd><bdi>{words}</bdi></dd> }
    });
    let last_login = match account.last_login_at {
        Some(at) => view! { <Timestamp at/> }.still(),
        None => text::never_logged_in().still(),
    };
    let notice = match more.details.factor_reset_hours {
        0 if query_param("reset").is_some() => Some(text::factors_removed()),
        _ => notice,
    };
    let factors = factors_of(manager, &account, &more.details);
    let disabled = more.disabled();
    let no_link = more.no_link(manager, &account);
    let links = links_from(manager, &account);
    let failures = failures(more.details.undelivered.clone());
    let sections = sections(manager, &account, more);
    let content = view! {
        <h1><bdi>{name.clone()}</bdi> " " <Badge words=state/></h1>
        {notice.map(|words| view! { <Notice words/> })}
        <ErrorSummary problems/>
        {confirm}
        <dl class="facts">
            <dt>{text::role()}</dt>
            <dd>{role_label(&account)}</dd>
            {address}
            {waits}
            <dt>{text::signed_up()}</dt>
            <dd><Timestamp at=account.created_at/></dd>
            <dt>{text::last_login()}</dt>
            <dd>{last_login}</dd>
            {factors}
            {disabled}
            {erased}
        </dl>
        {failures}
        {links}
        {none}
        {no_link}
        {acts}
        {sections}
    }
    .still();
    view! { <Page title=name width=Width::Narrow refused=form.refused()>{content}</Page> }.still()
}

/// Renders the second factors of the account, for those who may remove them.
fn factors_of(
    manager: &User,
    account: &ManagedAccount,
    details: &AccountDetails,
) -> Option<AnyView> {
    let own = &details.factors;
    may(manager, account, &ManagementAct::ResetFactors).then_some(())?;
    let codes = own.recovery.as_ref().map_or(0, |set| set.left);
    let words = match own.has_second() {
        true => text::factors_of_user(own.app.is_some(), own.passkeys.len(), codes),
        false => text::no_second_factor().to_owned(),
    };
    let ends = own.end_at.map(|at| {
        view! { <dt>{text::removed_at()}</dt> <dd><Timestamp at/></dd> }
    });
    Some(view! { <dt>{text::second_factors()}</dt> <dd>{words}</dd> {ends} }.still())
}

/// Returns the message about a decision that came too late, on the page of its form.
fn too_late() -> Option<String> {
    let AppError::AlreadyDecided { state, by } = use_context::<RejectedForm>()?.error else {
        return None;
    };
    Some(text::decided_meanwhile(state, by.as_deref()))
}

/// Renders the page of a user who has already been decided about, for a manager who may no longer
/// see them.
fn nothing_left(username: &str, words: String) -> AnyView {
    let name = format!("@{username}");
    let content = view! {
        <h1><bdi>{name.clone()}</bdi></h1>
        <Notice words/>
        <p class="actions"><a class="button" href="/admin/users">{text::users()}</a></p>
    }
    .still();
    view! { <Page title=name width=Width::Narrow refused=true>{content}</Page> }.still()
}

/// A form for an action on the account.
struct Act {
    name: &'static str,
    title: &'static str,
    lead: String,
    controls: AnyView,
    grave: bool,
}

/// Returns the forms for the actions that this manager may perform on this account in its state.
fn acts(
    manager: &User,
    account: &ManagedAccount,
    details: &AccountDetails,
    form: &AccountForm,
) -> Vec<Act> {
    let schema = backend().schema.clone();
    let target = schema.effective_role(account.role.as_deref());
    let may = |act: &ManagementAct| may(manager, account, act);
    let mut acts = Vec::new();
    let mut add = |name, title, lead: String, controls: AnyView, grave| {
        acts.push(Act {
            name,
            title,
            lead,
            controls,
            grave,
        });
    };
    if account.state == AccountState::Waiting && may(&ManagementAct::Approve) {
        let nobody = account.email.is_none() && account.pending_email.is_none();
        let told = |lead: &str| match nobody {
            true => format!("{lead} {}", text::nobody_is_told()),
            false => lead.to_owned(),
        };
        let lead = told(text::approve_lead());
        add(APPROVE, text::approve_user(), lead, ().still(), false);
        let hint = text::refusal_words_hint().to_owned();
        let mut described = form.described(WORDS, text::refusal_words(), hint);
        described.optional = true;
        let value = form.value(WORDS);
        let controls = view! { <Input described value autocomplete="off"/> }.still();
        let lead = told(text::refuse_lead());
        add(REFUSE, text::refuse_user(), lead, controls, true);
    }
    let given: Vec<_> = schema
        .roles
        .iter()
        .filter(|role| may(&ManagementAct::SetRole(role.key.clone())))
        .map(|role| {
            let chosen = role.key == target;
            view! { <option value=role.key.clone() selected=chosen>{role.label.clone()}</option> }
        })
        .collect();
    if !given.is_empty() {
        let described = form.described(ROLE, text::role(), String::new());
        let controls = view! { <Select described>{given}</Select> }.still();
        add(ROLE, text::change_role(), String::new(), controls, false);
    }
    // A username that was written with plain SQL may be invalid, which is a reason to change it.
    let name = Username::parse(&account.username).or_else(|_| Username::parse("any-name"));
    if name.is_ok_and(|name| may(&ManagementAct::Rename(name))) {
        let described = form.described(NEW_USERNAME, text::new_username(), text::username_hint());
        let value = form.value(NEW_USERNAME);
        let controls = view! { <Input described value autocomplete="off" spellcheck=false/> };
        let lead = text::rename_user_lead().to_owned();
        let title = text::change_username();
        add(RENAME, title, lead, controls.still(), false);
    }
    let address = account.email.as_ref().or(account.pending_email.as_ref());
    if let Some(address) =
        address.filter(|_| details.takes_links && account.state != AccountState::Disabled)
        && may(&ManagementAct::SendLink)
    {
        let lead = text::send_link_lead(address);
        add(LINK, text::send_link(), lead, ().still(), false);
    }
    let logs_in = matches!(account.state, AccountState::Active | AccountState::Waiting);
    if logs_in && may(&ManagementAct::EndSessions) {
        let lead = text::log_out_user_lead().to_owned();
        add(SESSIONS, text::log_out_user(), lead, ().still(), false);
    }
    let factors = &details.factors;
    if factors.end_at.is_some() && may(&ManagementAct::KeepFactors) {
        let title = text::keep_their_factors();
        add(KEEP_FACTORS, title, String::new(), ().still(), false);
    } else if factors.has_second() && may(&ManagementAct::ResetFactors) {
        let lead = text::reset_factors_lead(details.factor_reset_hours);
        add(RESET_FACTORS, text::reset_factors(), lead, ().still(), true);
    }
    if account.state == AccountState::Disabled && may(&ManagementAct::Enable) {
        let lead = text::enable_lead().to_owned();
        add(ENABLE, text::enable_user(), lead, ().still(), false);
    }
    if account.state != AccountState::Disabled && may(&ManagementAct::Disable(None)) {
        let mut described = form.described(REASON, text::reason(), text::reason_hint().to_owned());
        described.optional = true;
        let value = form.value(REASON);
        let controls = view! { <Input described value autocomplete="off"/> }.still();
        let lead = text::disable_lead().to_owned();
        add(DISABLE, text::disable_user(), lead, controls, true);
    }
    acts
}

fn act_form(manager: &User, account: &ManagedAccount, act: Act) -> impl IntoView + use<> {
    let class = match act.grave {
        true => "button button-grave",
        false => "button button-quiet",
    };
    let lead = (!act.lead.is_empty()).then(|| view! { <p>{act.lead}</p> });
    view! {
        <form class="card act" method="post" action=format!("/admin/users/{}", account.username) novalidate>
            <h2>{act.title}</h2>
            {lead}
            <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
            <input type="hidden" name=ACT value=act.name/>
            {act.controls}
            <button class=class>{act.title}</button>
        </form>
    }
}

/// Renders a form to send the rejected request again, with controls for authenticating again.
fn confirm(
    manager: &User,
    account: &ManagedAccount,
    again: Option<AnyView>,
) -> Option<impl IntoView + use<>> {
    let (sent, again) = (use_context::<RejectedForm>()?.form, again?);
    let act = sent.get(ACT)?;
    let words = match act {
        ROLE => text::change_role(),
        LINK => text::send_link(),
        SESSIONS => text::log_out_user(),
        ENABLE => text::enable_user(),
        DISABLE => text::disable_user(),
        APPROVE => text::approve_user(),
        REFUSE => text::refuse_user(),
        RENAME => text::change_username(),
        SESSION => text::end_session(),
        VOID => text::void_link(),
        RESET_FACTORS => text::reset_factors(),
        KEEP_FACTORS => text::keep_their_factors(),
        _ => return None,
    };
    let kept: Vec<_> = [ACT, ROLE, REASON, WORDS, NEW_USERNAME, HANDLE]
        .into_iter()
        .filter_map(|name| Some((name, sent.get(name)?.to_owned())))
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect();
    Some(view! {
        <form class="card act" method="post" action=format!("/admin/users/{}", account.username) novalidate>
            <h2>{words}</h2>
            <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
            {kept}
            {again}
            <button class="button">{words}</button>
        </form>
    })
}

fn label(name: &str) -> Option<String> {
    let label = match name {
        ROLE => text::role(),
        REASON => text::reason(),
        WORDS => text::refusal_words(),
        NEW_USERNAME => text::new_username(),
        _ => return None,
    };
    Some(label.to_owned())
}
