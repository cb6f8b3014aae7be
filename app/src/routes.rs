//! All pages, one line each. Their forms post to the same path; the server functions are in the
//! `api` file of each feature.

use leptos::prelude::*;

use crate::{
    account::pages::{
        activity::ActivityPage,
        appearance::AppearancePage,
        data::{DeletePage, ExportPage},
        email::EmailPage,
        join::JoinPage,
        links::{UndoPage, VerifyPage},
        log_in::LogInPage,
        passkeys::PasskeysPage,
        password::PasswordPage,
        privacy::PrivacyPage,
        reset::{ForgotPage, ResetPage},
        second::{AppPage, CodesPage, SecondPage, SecondStepPage},
        sessions::SessionsPage,
        settings::SettingsPage,
        sign_up::SignUpPage,
        username::UsernamePage,
    },
    admin::{
        erase::EraseUserPage, events::EventsPage, import::ImportPage, invitations::InvitationsPage,
        many::ManyUsersPage, revision::RevisionPage, schema::SchemaPage, sees::SeesPage,
        user::UserPage, users::UsersPage,
    },
    backend::backend,
    design::DesignPage,
    head::LinkPreview,
    profile::{
        editor::sign_up::{SignUpFields, given_controls, sign_up_controls},
        pages::{
            edit::{EditOtherPage, EditPage},
            erase::EraseValuePage,
            history::HistoryPage,
            members::MembersPage,
            own::OwnProfilePage,
            picture::AvatarPage,
            public::PublicProfilePage,
        },
    },
    text,
    ui::{self, Width},
    viewer::current_owner,
};

/// A function that renders a page.
pub type Page = fn() -> AnyView;

/// All pages: their paths, with parameters in braces, and the functions that render them.
pub const PAGES: &[(&str, Page)] = &[
    ("/", || view! { <HomePage/> }.into_any()),
    ("/signup", || {
        view! { <SignUpPage><SignUpFields/></SignUpPage> }.into_any()
    }),
    ("/join", || {
        view! { <JoinPage fields=sign_up_controls/> }.into_any()
    }),
    ("/join/{token}", || {
        view! { <JoinPage fields=sign_up_controls/> }.into_any()
    }),
    ("/login", || view! { <LogInPage/> }.into_any()),
    ("/login/second", || view! { <SecondStepPage/> }.into_any()),
    ("/forgot", || view! { <ForgotPage/> }.into_any()),
    ("/reset", || view! { <ResetPage/> }.into_any()),
    ("/reset/{token}", || view! { <ResetPage/> }.into_any()),
    ("/verify", || view! { <VerifyPage/> }.into_any()),
    ("/verify/{token}", || view! { <VerifyPage/> }.into_any()),
    ("/undo", || view! { <UndoPage/> }.into_any()),
    ("/undo/{token}", || view! { <UndoPage/> }.into_any()),
    ("/settings", || view! { <SettingsPage/> }.into_any()),
    ("/settings/email", || view! { <EmailPage/> }.into_any()),
    ("/settings/username", || {
        view! { <UsernamePage/> }.into_any()
    }),
    ("/settings/password", || {
        view! { <PasswordPage/> }.into_any()
    }),
    ("/settings/second", || view! { <SecondPage/> }.into_any()),
    ("/settings/second/app", || view! { <AppPage/> }.into_any()),
    ("/settings/second/codes", || {
        view! { <CodesPage/> }.into_any()
    }),
    ("/settings/passkeys", || {
        view! { <PasskeysPage/> }.into_any()
    }),
    ("/settings/sessions", || {
        view! { <SessionsPage/> }.into_any()
    }),
    ("/settings/activity", || {
        view! { <ActivityPage/> }.into_any()
    }),
    ("/settings/appearance", || {
        view! { <AppearancePage/> }.into_any()
    }),
    ("/settings/privacy", || view! { <PrivacyPage/> }.into_any()),
    ("/settings/export", || view! { <ExportPage/> }.into_any()),
    ("/settings/delete", || view! { <DeletePage/> }.into_any()),
    ("/admin/users", || view! { <UsersPage/> }.into_any()),
    ("/admin/users/bulk", || {
        view! { <ManyUsersPage/> }.into_any()
    }),
    ("/admin/users/{username}", || {
        view! { <UserPage/> }.into_any()
    }),
    ("/admin/schema", || view! { <SchemaPage/> }.into_any()),
    ("/admin/schema/{revision}", || {
        view! { <RevisionPage/> }.into_any()
    }),
    ("/admin/users/{username}/erase", || {
        view! { <EraseUserPage/> }.into_any()
    }),
    ("/admin/users/{username}/sees", || {
        view! { <SeesPage/> }.into_any()
    }),
    ("/admin/import", || view! { <ImportPage/> }.into_any()),
    ("/admin/events", || view! { <EventsPage/> }.into_any()),
    ("/admin/invitations", || {
        view! { <InvitationsPage fields=given_controls/> }.into_any()
    }),
    ("/design", || view! { <DesignPage/> }.into_any()),
    ("/profile", || view! { <OwnProfilePage/> }.into_any()),
    ("/profile/edit", || view! { <EditPage/> }.into_any()),
    ("/profile/history", || view! { <HistoryPage/> }.into_any()),
    ("/profile/history/erase", || {
        view! { <EraseValuePage/> }.into_any()
    }),
    ("/profile/avatar", || view! { <AvatarPage/> }.into_any()),
    ("/profile/avatar/delete", || {
        view! { <AvatarPage/> }.into_any()
    }),
    ("/members", || view! { <MembersPage/> }.into_any()),
    ("/u/{username}", || {
        view! { <PublicProfilePage/> }.into_any()
    }),
    ("/u/{username}/edit", || {
        view! { <EditOtherPage/> }.into_any()
    }),
    ("/u/{username}/avatar/delete", || {
        view! { <EditOtherPage/> }.into_any()
    }),
];

/// Renders a welcome page for guests, and their own profile for users who can manage it.
#[component]
fn HomePage() -> impl IntoView {
    match current_owner() {
        Some(_) => view! { <OwnProfilePage/> }.into_any(),
        None => view! { <WelcomePage/> }.into_any(),
    }
}

#[component]
fn WelcomePage() -> impl IntoView {
    let points = text::welcome_points().map(|(title, words)| {
        view! {
            <li>
                <h2>{title}</h2>
                <p>{words}</p>
            </li>
        }
    });
    let offered = backend().sign_up_rule.is_offered();
    let log_in = match offered {
        true => "button button-quiet",
        false => "button",
    };
    let site = backend().site.clone();
    let title = site.tagline.clone();
    let title = title.unwrap_or_else(|| text::welcome_title().to_owned());
    let share = LinkPreview {
        url: format!("{}/", site.url),
        kind: "website",
        title: site.name.clone(),
        description: title.clone(),
        ..LinkPreview::default()
    };
    view! {
        <ui::Page title=title.clone() width=Width::Column share>
            <div class="hero">
                <h1 dir="auto">{title}</h1>
                <p class="lead">{text::welcome_lead()}</p>
                <p class="actions">
                    {offered.then(|| view! { <a class="button" href="/signup">{text::create_account()}</a> })}
                    <a class=log_in href="/login">{text::log_in()}</a>
                </p>
            </div>
            <ul class="points">{points.collect_view()}</ul>
        </ui::Page>
    }
}
