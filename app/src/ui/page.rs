//! The frame around every page: title, skip link, navigation, main.

use leptos::prelude::*;

use crate::{
    shell::{Head, HeadSlot},
    text,
    viewer::{Viewer, account_holder, viewer},
};

/// How much of the screen a page wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// One form.
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
    /// The form on it came back with errors.
    #[prop(optional)]
    refused: bool,
    /// Not for search engines.
    #[prop(optional)]
    private: bool,
    /// It has an island.
    #[prop(optional)]
    island: bool,
    children: Children,
) -> impl IntoView {
    expect_context::<HeadSlot>().put(Head {
        title: text::page_title(&title, refused),
        noindex: private,
        island,
    });
    let class = match width {
        Width::Narrow => "page page-narrow",
        Width::Column => "page page-column",
        Width::Wide => "page page-wide",
    };
    view! {
        <a class="skip" href="#content">{text::SKIP_TO_CONTENT}</a>
        <header class="site-header">
            <a class="site-name" href="/">{text::SITE}</a>
            <nav aria-label=text::MAIN_NAVIGATION>{navigation(viewer())}</nav>
        </header>
        <main id="content" class=class tabindex="-1">{children()}</main>
    }
}

fn navigation(viewer: Viewer) -> impl IntoView {
    match viewer {
        Viewer::Guest if account_holder().is_some() => view! {
            <a href="/settings/email">{text::CHANGE_EMAIL}</a>
            <a href="/settings/delete">{text::DELETE_ACCOUNT}</a>
            <form method="post" action="/logout">
                <button class="link">{text::LOG_OUT}</button>
            </form>
        }
        .into_any(),
        Viewer::Guest => view! {
            <a href="/login">{text::LOG_IN}</a>
            <a class="button button-small" href="/signup">{text::SIGN_UP}</a>
        }
        .into_any(),
        Viewer::Member(member) => view! {
            <a href="/profile">{text::PROFILE}<span class="wide-only">{format!(" @{}", member.username)}</span></a>
            <a href="/settings">{text::SETTINGS}</a>
            <form method="post" action="/logout">
                <button class="link">{text::LOG_OUT}</button>
            </form>
        }
        .into_any(),
    }
}
