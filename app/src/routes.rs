//! Every page, a line each. Their forms post to the same path; the server
//! functions are in the `api` file of each feature.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    account::pages::{
        activity::ActivityPage,
        appearance::AppearancePage,
        data::{DeletePage, ExportPage},
        email::EmailPage,
        links::{UndoPage, VerifyPage},
        log_in::LogInPage,
        password::PasswordPage,
        privacy::PrivacyPage,
        reset::{ForgotPage, ResetPage},
        sessions::SessionsPage,
        settings::SettingsPage,
        sign_up::SignUpPage,
    },
    backend::backend,
    design::DesignPage,
    error::AppError,
    head::LinkPreview,
    profile::{
        editor::sign_up::SignUpFields,
        pages::{
            edit::{EditOtherPage, EditPage},
            erase::EraseValuePage,
            history::HistoryPage,
            own::OwnProfilePage,
            picture::AvatarPage,
            public::PublicProfilePage,
        },
    },
    text,
    ui::{ErrorPage, Page, Width},
    viewer::{Viewer, viewer},
};

/// The page of the requested path; the error page where the server put an
/// [`AppError`] into the context.
#[component]
pub fn App() -> impl IntoView {
    if let Some(error) = use_context::<AppError>() {
        return view! { <ErrorPage error/> }.into_any();
    }
    view! {
        <Router>
            <Routes fallback=|| view! { <ErrorPage error=AppError::NotFound/> }>
                <Route path=path!("/") view=HomePage/>
                <Route path=path!("/signup") view=|| view! { <SignUpPage><SignUpFields/></SignUpPage> }/>
                <Route path=path!("/login") view=LogInPage/>
                <Route path=path!("/forgot") view=ForgotPage/>
                <Route path=path!("/reset/:token?") view=ResetPage/>
                <Route path=path!("/verify/:token?") view=VerifyPage/>
                <Route path=path!("/undo/:token?") view=UndoPage/>
                <Route path=path!("/settings") view=SettingsPage/>
                <Route path=path!("/settings/email") view=EmailPage/>
                <Route path=path!("/settings/password") view=PasswordPage/>
                <Route path=path!("/settings/sessions") view=SessionsPage/>
                <Route path=path!("/settings/activity") view=ActivityPage/>
                <Route path=path!("/settings/appearance") view=AppearancePage/>
                <Route path=path!("/settings/privacy") view=PrivacyPage/>
                <Route path=path!("/settings/export") view=ExportPage/>
                <Route path=path!("/settings/delete") view=DeletePage/>
                <Route path=path!("/design") view=DesignPage/>
                <Route path=path!("/profile") view=OwnProfilePage/>
                <Route path=path!("/profile/edit") view=EditPage/>
                <Route path=path!("/profile/history") view=HistoryPage/>
                <Route path=path!("/profile/history/erase") view=EraseValuePage/>
                <Route path=path!("/profile/avatar") view=AvatarPage/>
                <Route path=path!("/profile/avatar/delete") view=AvatarPage/>
                <Route path=path!("/u/:username") view=PublicProfilePage/>
                <Route path=path!("/u/:username/edit") view=EditOtherPage/>
                <Route path=path!("/u/:username/avatar/delete") view=EditOtherPage/>
            </Routes>
        </Router>
    }
    .into_any()
}

/// A welcome for a guest, the own profile for a member.
#[component]
fn HomePage() -> impl IntoView {
    match viewer() {
        Viewer::Member(_) => view! { <OwnProfilePage/> }.into_any(),
        Viewer::Guest => view! { <WelcomePage/> }.into_any(),
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
    let site = backend().site;
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
        <Page title=title.clone() width=Width::Column share>
            <div class="hero">
                <h1 dir="auto">{title}</h1>
                <p class="lead">{text::welcome_lead()}</p>
                <p class="actions">
                    <a class="button" href="/signup">{text::create_account()}</a>
                    <a class="button button-quiet" href="/login">{text::log_in()}</a>
                </p>
            </div>
            <ul class="points">{points.collect_view()}</ul>
        </Page>
    }
}
