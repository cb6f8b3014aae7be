//! Every page, a line each. Their forms post to the same path; the server
//! functions are in the `api` file of each feature.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use crate::{
    account::{
        ActivityPage, DeletePage, EmailPage, ExportPage, ForgotPage, LogInPage, PasswordPage,
        ResetPage, SessionsPage, SettingsPage, SignUpPage, UndoPage, VerifyPage,
    },
    error::AppError,
    profile::{
        AvatarPage, EditOtherPage, EditPage, HistoryPage, OwnProfilePage, PublicProfilePage,
        SignUpFields,
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
                <Route path=path!("/settings/export") view=ExportPage/>
                <Route path=path!("/settings/delete") view=DeletePage/>
                <Route path=path!("/profile") view=OwnProfilePage/>
                <Route path=path!("/profile/edit") view=EditPage/>
                <Route path=path!("/profile/history") view=HistoryPage/>
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
    let points = text::WELCOME_POINTS.map(|(title, words)| {
        view! {
            <li>
                <h2>{title}</h2>
                <p>{words}</p>
            </li>
        }
    });
    view! {
        <Page title=text::WELCOME_TITLE width=Width::Column>
            <div class="hero">
                <h1>{text::WELCOME_TITLE}</h1>
                <p class="lead">{text::WELCOME_LEAD}</p>
                <p class="actions">
                    <a class="button" href="/signup">{text::CREATE_ACCOUNT}</a>
                    <a class="button button-quiet" href="/login">{text::LOG_IN}</a>
                </p>
            </div>
            <ul class="points">{points.collect_view()}</ul>
        </Page>
    }
}
