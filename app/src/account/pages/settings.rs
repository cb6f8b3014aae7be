//! The page `/settings`: a card for each concern. No script.

use leptos::prelude::*;

use super::{addresses::failures, second::is_offered};
use crate::{
    account::types::{addresses::Undelivered, user::User},
    backend::backend,
    guard::for_owner,
    text,
    ui::{LinkCard, Notice, Page, Still, Width, load_page, query_notice},
    viewer::waits_since,
};

/// `/settings`
#[component]
pub fn SettingsPage() -> impl IntoView {
    let notice = query_notice(&[
        ("password", text::password_changed()),
        ("stayed", text::stayed()),
    ]);
    for_owner("/settings", move |user| {
        load_page(async move {
            // A failed read is ignored here; the page of the email address has the list too.
            let emails = backend().emails.clone();
            let undelivered = emails.undelivered(user.id).await.unwrap_or_default();
            Ok(settings_of(user, notice, undelivered))
        })
    })
}

fn settings_of(user: User, notice: Option<&'static str>, undelivered: Vec<Undelivered>) -> AnyView {
    let has_picture = backend().schema.picture_field().is_some();
    let mut account = vec![
        ("/settings/email", text::change_email()),
        ("/settings/password", text::change_password()),
        ("/settings/sessions", text::sessions()),
        ("/settings/activity", text::activity()),
    ];
    if is_offered() {
        account.insert(2, ("/settings/second", text::second_factors()));
    }
    // A user who waits for approval cannot be found by a username, and cannot change it.
    if waits_since().is_none() {
        account.insert(0, ("/settings/username", text::username()));
    }
    let mut profile = vec![
        ("/profile/edit", text::edit_profile()),
        ("/profile/history", text::history()),
        ("/settings/privacy", text::privacy()),
    ];
    if has_picture {
        profile.insert(1, ("/profile/avatar", text::change_picture()));
    }
    let appearance = vec![("/settings/appearance", text::colours_and_language())];
    let data = vec![
        ("/settings/export", text::export()),
        ("/settings/delete", text::delete_account()),
    ];
    let content = view! {
        <h1>{text::settings()}</h1>
        {notice.map(|words| view! { <Notice words=words/> })}
        <LinkCard title=text::account() links=account>
            <p class="hint"><bdi>{format!("@{}", user.username)}</bdi></p>
                {failures(undelivered)}
        </LinkCard>
        <LinkCard title=text::your_profile() links=profile/>
        <LinkCard title=text::appearance() links=appearance/>
        <LinkCard title=text::your_data() links=data/>
    }
    .still();
    view! { <Page title=text::settings() width=Width::Narrow>{content}</Page> }.still()
}
