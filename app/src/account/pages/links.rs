//! Pages of links in mails.

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
        // Who made the account, and gave it an address of somebody else's, must not
        // take back what they have made of it without having been told.
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

/// A page for whoever has a link that works, with the earlier addresses that can
/// take the account back.
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

/// A page with a sentence, perhaps something more to read, and a button.
fn one_button(
    title: &'static str,
    lead: String,
    more: AnyView,
    action: String,
    words: &'static str,
) -> AnyView {
    let form = AccountForm::of_this_page();
    // The link works once: to the second of two clicks it would be dead.
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
