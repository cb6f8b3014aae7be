//! The pages of emailed links.
//!
//! A link opens a page with a button. Opening it changes nothing, because programs that scan emails
//! open links too.

use leptos::prelude::*;

use super::{addresses::ways, form::AccountForm};
use crate::{
    account::types::{
        addresses::WayBack,
        token::{EmailToken, TokenPurpose, read_token},
    },
    backend::backend,
    head::{HeadSlot, Script},
    location::path_param,
    text,
    ui::{ErrorPage, ErrorSummary, Page, Still, Width, load_page},
};

/// `/verify/{token}`
#[component]
pub fn VerifyPage() -> impl IntoView {
    with_link(TokenPurpose::Confirm, |link, token, mut ways_back| {
        let lead = text::confirm_lead(&link.email, &link.username);
        let action = format!("/verify/{token}");
        // The account may have been created by someone else, who entered this address, and who
        // could recover it with an earlier one after its new owner has put it to use. The page
        // warns of that.
        ways_back.extend(link.before);
        let warned = (!ways_back.is_empty()).then(|| view! { <p>{text::confirm_only_yours()}</p> });
        let more = view! { {ways(&ways_back)} {warned} }.still();
        one_button(
            text::confirm_title(),
            lead,
            more,
            action,
            text::confirm_address(),
        )
    })
}

/// `/undo/{token}`
#[component]
pub fn UndoPage() -> impl IntoView {
    with_link(TokenPurpose::Undo, |link, token, _| {
        let lead = text::undo_lead(&link.email, &link.username);
        let action = format!("/undo/{token}");
        let more = ().still();
        one_button(text::undo_title(), lead, more, action, text::take_back())
    })
}

/// Renders a page for a valid link, with the earlier addresses that can recover the account.
pub(super) fn with_link(
    purpose: TokenPurpose,
    page: impl FnOnce(EmailToken, String, Vec<WayBack>) -> AnyView + Send + 'static,
) -> AnyView {
    let token = match read_token(&path_param("token")) {
        Ok(token) => token,
        Err(error) => return view! { <ErrorPage error/> }.still(),
    };
    let emails = backend().emails.clone();
    load_page(async move {
        let link = emails.find_token(purpose, &token).await?;
        let ways_back = emails.ways_back(link.user).await?;
        Ok(page(link, token, ways_back))
    })
}

/// Renders a page with a sentence, optional further content, and a button.
fn one_button(
    title: &'static str,
    lead: String,
    more: AnyView,
    action: String,
    words: &'static str,
) -> AnyView {
    let form = AccountForm::of_this_page();
    // The link works only once, so the second click of a double click would fail.
    expect_context::<HeadSlot>().need(Script::Form);
    let content = view! {
        <form class="card" method="post" action=action>
            <h1>{title}</h1>
            <ErrorSummary problems=form.problems()/>
            <p>{lead}</p>
            {more}
            <button class="button">{words}</button>
        </form>
    }
    .still();
    view! { <Page title=title width=Width::Narrow refused=form.refused() private=true>{content}</Page> }.still()
}
