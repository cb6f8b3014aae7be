//! The frame around every page: title, skip link, navigation, main content, footer.

use leptos::prelude::*;

use super::{Inner, Still, footer::Footer};
use crate::{
    backend::{backend, response},
    head::{Head, HeadSlot, LinkPreview},
    next::with_next,
    text,
    viewer::{Viewer, current_account, current_owner, viewer, waits_since},
};

/// The width of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// A single form.
    Narrow,
    /// Text to read.
    Column,
    /// A form beside its preview.
    Wide,
}

#[component]
pub fn Page(
    #[prop(into)] title: String,
    width: Width,
    /// `true` if its form was rejected.
    #[prop(optional)]
    refused: bool,
    /// `true` to keep the page out of search engines. Pages behind a login do not need it.
    #[prop(optional)]
    private: bool,
    #[prop(optional)] share: Option<LinkPreview>,
    children: Inner,
) -> impl IntoView {
    let site = backend().site.clone();
    let prefix = if refused { text::error_prefix() } else { "" };
    expect_context::<HeadSlot>().put(Head {
        title: format!("{prefix}{title} · {}", site.name),
        noindex: private,
        share,
    });
    let class = match width {
        Width::Narrow => "page page-narrow",
        Width::Column => "page page-column",
        Width::Wide => "page page-wide",
    };
    let waiting = waits_since().map(|since| {
        let words = text::waits_for_approval(&text::moment(since));
        view! { <p class="notice">{words}</p> }
    });
    let header = view! {
        <a class="skip" href="#content">{text::skip_to_content()}</a>
        <header class="site-header">
            <a class="site-name" href="/" dir="auto">{site.name.clone()}</a>
            <nav aria-label=text::main_navigation()>{navigation(viewer())}</nav>
        </header>
    }
    .still();
    view! {
        {header}
        <main id="content" class=class tabindex="-1">{waiting} {children.still()}</main>
        <Footer/>
    }
    .still()
}

fn navigation(viewer: Viewer) -> impl IntoView {
    let is_newcomer = viewer == Viewer::Guest && current_account().is_some();
    let may_open = backend().directory.rule().admits(&viewer) && !is_newcomer;
    let members = may_open.then(|| view! { <a href="/members">{text::members()}</a> });
    match viewer {
        Viewer::Guest if current_owner().is_some() => view! {
            <a href="/profile">{text::profile()}</a>
            <a href="/settings">{text::settings()}</a>
            <form method="post" action="/logout">
                <button class="link">{text::log_out()}</button>
            </form>
        }
        .still(),
        Viewer::Guest if current_account().is_some() => view! {
            <a href="/settings/email">{text::change_email()}</a>
            <a href="/settings/delete">{text::delete_account()}</a>
            <form method="post" action="/logout">
                <button class="link">{text::log_out()}</button>
            </form>
        }
        .still(),
        Viewer::Guest => {
            let next = response().path().to_come_back_to();
            let to = |page| with_next(page, next.as_ref()).as_str().to_owned();
            let sign_up = backend().sign_up_rule.is_offered().then(|| {
                view! { <a class="button button-small" href=to("/signup")>{text::sign_up()}</a> }
            });
            view! {
                {members}
                <a href=to("/login")>{text::log_in()}</a>
                {sign_up}
            }
            .still()
        }
        Viewer::Member(member) => {
            let first = backend().administration(&member);
            let administration = first.map(|area| {
                view! { <a href=area.path()>{text::administration()}</a> }
            });
            view! {
            <a href="/profile">{text::profile()} " " <bdi class="wide-only">{format!("@{}", member.username)}</bdi></a>
            {members}
            {administration}
            <a href="/settings">{text::settings()}</a>
            <form method="post" action="/logout">
                <button class="link">{text::log_out()}</button>
            </form>
        }
        .still()
        }
    }
}
