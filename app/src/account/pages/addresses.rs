//! Lines about email addresses.

use leptos::prelude::*;

use crate::{
    account::types::addresses::{Undelivered, WayBack},
    profile::rules::date::Date,
    text,
    ui::{Described, Input},
};

/// Renders a line for each address that can recover the account.
pub(super) fn ways(ways_back: &[WayBack]) -> impl IntoView + use<> {
    let line = |way: &WayBack| {
        let words = text::way_back(&way.address, Date::at(way.until));
        view! { <p>{words}</p> }
    };
    ways_back.iter().map(line).collect::<Vec<_>>()
}

/// Renders a line for each undelivered email, with what to do about it.
pub(crate) fn failures(undelivered: Vec<Undelivered>) -> impl IntoView + use<> {
    let line = |mail: Undelivered| {
        let words = text::undelivered(mail.why, &mail.address, Date::at(mail.since));
        view! { <p class="error">{words}</p> }
    };
    undelivered.into_iter().map(line).collect::<Vec<_>>()
}

#[component]
pub(super) fn EmailInput(described: Described, value: String) -> impl IntoView {
    view! {
        <Input described value kind="email" inputmode="email" autocomplete="email" spellcheck=false/>
    }
}
