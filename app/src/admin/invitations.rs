//! The page `/admin/invitations`: inviting people, and the list of invitations.

use leptos::prelude::*;

use super::{
    api::invitations::{END, INVITATION, INVITATION_ACT, RESEND},
    guard::{area_links, for_manager, place_in_query},
    rules::{Area, can_invite},
};
use crate::{
    account::{
        pages::{again::Again, form::AccountForm},
        types::{
            invitation::{
                DAYS, DEFAULT_DAYS, GIVEN_ROLE, Invitation, InvitationPage, InvitationState, USES,
            },
            second::Demand,
            sign_up_rule::SignUpMode,
            user::User,
        },
    },
    backend::{backend, response},
    form::Form,
    text,
    ui::{
        Badge, ErrorSummary, Input, Notice, Page, Select, Still, Timestamp, Width, load_page,
        query_notice,
    },
};

/// The number of invitations per page.
const SHOWN: u32 = 50;

/// The name of the query parameter for older invitations.
const BEFORE: &str = "before";

/// `/admin/invitations`. `fields` creates the controls for the fields that sign-up asks for.
#[component]
pub fn InvitationsPage(fields: fn() -> AnyView) -> impl IntoView {
    let before = place_in_query(BEFORE, "/admin/invitations");
    let notice = query_notice(&[
        ("sent", text::invitation_sent()),
        ("ended", text::invitation_ended()),
    ]);
    for_manager(Area::Invitations, "/admin/invitations", move |manager| {
        let link = response().take_link();
        load_page(async move {
            let invitations = backend().invitations.clone();
            let (before, unknown) = match before {
                Ok(before) => (before, None),
                Err(unknown) => (None, Some(unknown)),
            };
            let first = before.is_some();
            let list = invitations.list(&manager, before, SHOWN).await?;
            let form = AccountForm::of_this_page();
            let mut problems = form.problems_of(label);
            problems.extend(unknown);
            let refused = !problems.is_empty();
            let notice = notice.map(|words| view! { <Notice words/> });
            let link = link.map(|token| shown_link(&token));
            let invite = match backend().sign_up_rule.mode {
                SignUpMode::Closed => view! { <p>{text::invitations_closed()}</p> }.still(),
                _ => {
                    let again = Again::load(&manager, Demand::Second).await?;
                    invite_form(&manager, &form, again, fields)
                }
            };
            let areas = area_links(&manager, Area::Invitations);
            let list = entries(&manager, list, first);
            let content = view! {
                {areas}
                <h1>{text::invitations()}</h1>
                {notice}
                {link}
                <ErrorSummary problems/>
                {invite}
                {list}
            }
            .still();
            Ok(view! { <Page title=text::invitations() width=Width::Column refused=refused>{content}</Page> }.still())
        })
    })
}

/// Renders the link that was just created. It is shown only once.
fn shown_link(token: &str) -> AnyView {
    let link = format!("{}/join/{token}", backend().site.url);
    view! {
        <section class="card act" role="status">
            <h2>{text::invitation_link()}</h2>
            <p>{text::invitation_link_lead()}</p>
            <p dir="ltr"><code class="link-shown">{link}</code></p>
        </section>
    }
    .still()
}

fn invite_form(
    manager: &User,
    form: &AccountForm,
    again: Again,
    fields: fn() -> AnyView,
) -> AnyView {
    let again = again.view(form);
    let schema = backend().schema.clone();
    let asked = form.value(GIVEN_ROLE);
    let roles: Vec<_> = schema
        .roles
        .iter()
        .filter(|role| can_invite(&schema, &manager.role, &role.key))
        .map(|role| {
            let chosen = role.key == asked;
            view! { <option value=role.key.clone() selected=chosen>{role.label.clone()}</option> }
        })
        .collect();
    let line = |name: &str, label: &str, hint: &str, value: String, kind: &'static str| {
        let mut described = form.described(name, label, hint.to_owned());
        described.optional = true;
        let inputmode = match kind {
            "email" => "email",
            _ => "numeric",
        };
        view! { <Input described value kind inputmode autocomplete="off" spellcheck=false/> }
            .still()
    };
    let or = |name: &str, default: u32| match form.refused() {
        true => form.value(name),
        false => default.to_string(),
    };
    let email = form.value("email");
    let email_hint = text::invite_address_hint();
    let has_fields = schema.sign_up_fields().next().is_some();
    let given = has_fields.then(|| {
        view! {
            <details open=form.refused()>
                <summary>{text::fill_in_for_them()}</summary>
                <p class="hint">{text::fill_in_for_them_hint()}</p>
                {fields()}
            </details>
        }
    });
    view! {
        <form class="card act" method="post" action="/admin/invitations" novalidate>
            <h2>{text::invite()}</h2>
            <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
            {line("email", text::email(), email_hint, email, "email")}
            <Select described=form.described(GIVEN_ROLE, text::role(), String::new())>
                {roles}
            </Select>
            {line(DAYS, text::valid_for_days(), text::valid_for_days_hint(), or(DAYS, DEFAULT_DAYS), "text")}
            {line(USES, text::people_to_join(), text::people_to_join_hint(), or(USES, 1), "text")}
            {given}
            {again}
            <button class="button">{text::invite()}</button>
        </form>
    }
    .still()
}

/// Renders the list, with links to the rest of it.
fn entries(manager: &User, page: InvitationPage, has_before: bool) -> AnyView {
    let next = page.next.map(|before| {
        let href = format!("/admin/invitations?{BEFORE}={before}");
        view! { <a class="button button-quiet" href=href rel="next">{text::next_page()}</a> }
    });
    let first = has_before.then(|| {
        view! { <a class="button button-quiet" href="/admin/invitations">{text::from_the_start()}</a> }
    });
    let none = page.invitations.is_empty();
    let none = none.then(|| view! { <p>{text::no_invitations()}</p> });
    let rows: Vec<_> = page
        .invitations
        .into_iter()
        .map(|invitation| entry(manager, invitation))
        .collect();
    view! {
        {none}
        <ul class="sessions">{rows}</ul>
        <div class="actions">{next} {first}</div>
    }
    .still()
}

fn entry(manager: &User, invitation: Invitation) -> AnyView {
    let schema = backend().schema.clone();
    let role = match invitation.role.as_deref() {
        Some(key) if schema.role(key).is_none() => text::role_is_gone(key),
        key => {
            let key = schema.effective_role(key);
            schema.role(key).map_or(key, |role| &role.label).to_owned()
        }
    };
    let number = format!("#{}", invitation.id);
    let title = match &invitation.email {
        Some(address) => address.clone(),
        None => text::link_to_hand_out().to_owned(),
    };
    let left = invitation
        .email
        .is_none()
        .then(|| text::uses_left(invitation.uses_left, invitation.uses) + ". ");
    let by = match invitation.by.as_deref() {
        Some(name) if name == manager.username => String::new(),
        Some(name) => text::by_actor(name) + ". ",
        None => text::invited_by_operator().to_owned() + " ",
    };
    let undelivered = invitation
        .is_undelivered
        .then(|| view! { <p class="error">{text::invitation_undelivered()}</p> });
    let acts = acts(manager, &invitation, &title);
    view! {
        <li class="card">
            <div>
                <h2><bdi>{title}</bdi> " " <Badge words=text::invitation_state(invitation.state)/></h2>
                {undelivered}
                <p class="hint">{number} ". " {role} ". " {left} <bdi>{by}</bdi></p>
                <p class="hint">
                    {text::created()} " " <Timestamp at=invitation.created_at/> ". "
                    {text::holds_until()} " " <Timestamp at=invitation.expires_at/>
                </p>
            </div>
            {acts}
        </li>
    }
    .still()
}

/// Renders the buttons for the actions on an invitation that its state allows.
fn acts(manager: &User, invitation: &Invitation, title: &str) -> Option<AnyView> {
    let is_mailed = invitation.email.is_some();
    let can_send = is_mailed
        && matches!(
            invitation.state,
            InvitationState::Pending | InvitationState::Expired
        );
    let can_end = matches!(
        invitation.state,
        InvitationState::Pending | InvitationState::Void
    );
    if !invitation.is_in_reach || !(can_send || can_end) {
        return None;
    }
    let button = |act: &'static str, words: &'static str| {
        let name = format!("{words}: {title}");
        view! {
            <button class="button button-quiet" name=INVITATION_ACT value=act aria-label=name>
                {words}
            </button>
        }
    };
    let resend = can_send.then(|| button(RESEND, text::send_invitation_again()));
    let end = can_end.then(|| button(END, text::end_invitation()));
    Some(
        view! {
            <form class="actions" method="post" action="/admin/invitations">
                <input type="hidden" name=Form::OWNER value=manager.username.clone()/>
                <input type="hidden" name=INVITATION value=invitation.id.to_string()/>
                {resend}
                {end}
            </form>
        }
        .still(),
    )
}

fn label(name: &str) -> Option<String> {
    let label = match name {
        "email" => text::email(),
        GIVEN_ROLE => text::role(),
        DAYS => text::valid_for_days(),
        USES => text::people_to_join(),
        key => return backend().schema.field(key).map(|field| field.label.clone()),
    };
    Some(label.to_owned())
}
