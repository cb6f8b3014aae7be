//! A point in time, for people and for programs.

use leptos::prelude::*;

use crate::text;

#[component]
pub fn Timestamp(
    /// Milliseconds since 1970-01-01 UTC.
    at: i64,
) -> impl IntoView {
    view! { <time datetime=text::machine_time(at)>{text::moment(at)}</time> }
}
