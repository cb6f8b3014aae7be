//! The page `/settings/activity`: the own entries of the audit log.

use leptos::prelude::*;

use crate::{
    account::types::{
        device::Device,
        event::{EventKind, PastEvent},
    },
    backend::backend,
    guard::for_owner,
    location::query_param,
    text,
    ui::{Page, Still, Timestamp, Width, load_page},
};

/// Entries on one page.
const SHOWN: u32 = 50;

/// The name of the query parameter that asks for older ones.
const BEFORE: &str = "before";

/// `/settings/activity`
#[component]
pub fn ActivityPage() -> impl IntoView {
    let before = query_param(BEFORE).and_then(|id| id.parse().ok());
    for_owner("/settings/activity", move |user| {
        let events = backend().events.clone();
        load_page(async move {
            let mut events = events.events(user.id, before, SHOWN + 1).await?;
            let more = events.len() > SHOWN as usize;
            events.truncate(SHOWN as usize);
            let older = events.last().filter(|_| more).map(|last| {
                let href = format!("/settings/activity?{BEFORE}={}", last.id);
                view! { <a class="button button-quiet" href=href>{text::older_activity()}</a> }
            });
            let rows: Vec<_> = events
                .into_iter()
                .map(|event| view_event(event, &user.username))
                .collect();
            let content = view! {
                <h1>{text::activity()}</h1>
                <p class="lead">{text::activity_lead()}</p>
                <ol class="events">{rows}</ol>
                <div class="actions">
                    {older}
                    <a class="button button-quiet" href="/settings">{text::settings()}</a>
                </div>
            }
            .still();
            Ok(view! { <Page title=text::activity() width=Width::Column>{content}</Page> }.still())
        })
    })
}

/// An event, for whom it says more of than of others.
pub(crate) fn view_event(event: PastEvent, reader: &str) -> AnyView {
    let other = |name: &Option<String>| name.clone().filter(|name| name != reader);
    let (actor, subject) = (other(&event.actor), other(&event.subject));
    event_line(event, actor, subject)
}

/// An event, with those of whom it tells.
pub(crate) fn event_line(
    event: PastEvent,
    actor: Option<String>,
    subject: Option<String>,
) -> AnyView {
    let actor = actor.map(|name| text::by_actor(&name));
    let subject = subject.map(|name| text::to_subject(&name));
    let device = event.user_agent.map(|said| text::device(Device::of(&said)));
    let detail = match event.kind {
        Some(EventKind::RoleChanged) => event.detail.map(|detail| roles(&detail)),
        Some(EventKind::Renamed) => event.detail.map(|detail| usernames(&detail)),
        Some(EventKind::HistoryErased) => event.detail.map(|key| field_label(&key)),
        _ => event.detail,
    };
    let more = [subject, detail, actor, device, event.address];
    let more: Vec<_> = more
        .into_iter()
        .flatten()
        .map(|words| view! { <bdi>{words}</bdi> })
        .collect();
    view! {
        <li>
            <strong>{text::event(event.kind)}</strong>
            <span class="hint"><Timestamp at=event.at/></span>
            <p class="hint">{more}</p>
        </li>
    }
    .still()
}

/// A field as the schema calls it, and its key if it has it no more.
fn field_label(key: &str) -> String {
    let schema = backend().schema.clone();
    schema
        .field(key)
        .map_or(key, |field| &field.label)
        .to_owned()
}

/// The names of "ann → bea".
fn usernames(detail: &str) -> String {
    match detail.split_once(" → ") {
        Some((old, new)) => text::from_to(&format!("@{old}"), &format!("@{new}")),
        None => detail.to_owned(),
    }
}

/// The roles of "reader → editor" as the schema calls them, and as they stand if it
/// has them no more.
fn roles(detail: &str) -> String {
    let schema = backend().schema.clone();
    let label = |key: &str| schema.role(key).map_or(key, |role| &role.label).to_owned();
    match detail.split_once(" → ") {
        Some((old, new)) => text::from_to(&label(old), &label(new)),
        None => detail.to_owned(),
    }
}
