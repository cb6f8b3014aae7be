//! The page `/settings/activity`: the user's own events in the audit log.

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

/// The number of events per page.
const SHOWN: u32 = 50;

/// The name of the query parameter for older events.
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

/// Renders an event for `reader`, whose own name is left out.
pub(crate) fn view_event(event: PastEvent, reader: &str) -> AnyView {
    let other = |name: &Option<String>| name.clone().filter(|name| name != reader);
    let (actor, subject) = (other(&event.actor), other(&event.subject));
    event_line(event, actor, subject)
}

/// Renders an event, with the names of its actor and subject if they are given.
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

/// Returns the label of a field, or its key if the schema no longer has it.
fn field_label(key: &str) -> String {
    let schema = backend().schema.clone();
    schema
        .field(key)
        .map_or(key, |field| &field.label)
        .to_owned()
}

/// Formats the usernames in the detail of an event, such as "ann → bea".
fn usernames(detail: &str) -> String {
    match detail.split_once(" → ") {
        Some((old, new)) => text::from_to(&format!("@{old}"), &format!("@{new}")),
        None => detail.to_owned(),
    }
}

/// Formats the roles in the detail of an event, such as "reader → editor", with their labels. A
/// role that the schema no longer has keeps its key.
fn roles(detail: &str) -> String {
    let schema = backend().schema.clone();
    let label = |key: &str| schema.role(key).map_or(key, |role| &role.label).to_owned();
    match detail.split_once(" → ") {
        Some((old, new)) => text::from_to(&label(old), &label(new)),
        None => detail.to_owned(),
    }
}
