//! The pages `/profile`, `/profile/edit` and `/u/{username}`.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::sync::Arc;

use super::{
    Field, Patch, Profile, ProfileCard, ProfileEditor, ProfileView, Schema, Values, edit::Opening,
    view::Place,
};
use crate::{
    backend::{answer, backend},
    error::{AppError, Refused},
    text,
    ui::{ErrorPage, Page, Width, control_id},
    viewer::{Member, Viewer, viewer},
};

/// `/profile`: one's own, with the way to change it.
#[component]
pub fn OwnProfilePage() -> impl IntoView {
    let saved = use_query_map().with_untracked(|query| query.get("saved").is_some());
    for_member("/login?next=/profile", move |member| {
        with_profile(member, move |schema, profile| {
            let card = ProfileView::of(&schema, &profile.username, &profile.values);
            let still_empty = still_empty(&schema, &profile.values);
            let empty = card.sections.is_empty();
            let public = format!("/u/{}", profile.username);
            view! {
                <Page title=text::YOUR_PROFILE width=Width::Column private=true>
                    {saved.then(|| view! { <p class="notice" role="status">{text::SAVED}</p> })}
                    <div class="card card-profile">
                        <ProfileCard profile=card place=Place::Page/>
                        {empty.then(|| view! { <p class="hint">{text::NOTHING_YET}</p> })}
                        <p class="actions">
                            <a class="button" href="/profile/edit">{text::EDIT_PROFILE}</a>
                            <a class="button button-quiet" href=public>{text::SEE_AS_OTHERS}</a>
                        </p>
                    </div>
                    {still_empty}
                </Page>
            }
            .into_any()
        })
    })
}

/// `/profile/edit`
#[component]
pub fn EditPage() -> impl IntoView {
    for_member("/login?next=/profile/edit", |member| {
        let refused = use_context::<Refused>();
        let today = backend().clock.today();
        with_profile(member, move |schema, profile| {
            let opening = Opening::of(&schema, &profile, refused);
            let refused = opening.failure.is_some() || !opening.violations.is_empty();
            view! {
                <Page title=text::EDIT_PROFILE width=Width::Wide refused private=true island=true>
                    <h1>{text::EDIT_PROFILE}</h1>
                    <ProfileEditor
                        schema=(*schema).clone()
                        username=profile.username
                        opening
                        today
                    />
                </Page>
            }
            .into_any()
        })
    })
}

/// `/u/{username}`: what others see.
#[component]
pub fn PublicProfilePage() -> impl IntoView {
    let username = use_params_map()
        .with_untracked(|params| params.get("username"))
        .unwrap_or_default();
    let backend = backend();
    Suspend::new(async move {
        match backend.profiles.find_profile(&username).await {
            Ok(Some(profile)) => {
                let card = ProfileView::of(&backend.schema, &profile.username, &profile.values);
                let empty = card.sections.is_empty();
                view! {
                    <Page title=text::profile_of(&card.name) width=Width::Column>
                        <div class="card card-profile">
                            <ProfileCard profile=card place=Place::Page/>
                            {empty.then(|| view! { <p class="hint">{text::NOTHING_YET}</p> })}
                        </div>
                    </Page>
                }
                .into_any()
            }
            Ok(None) => view! { <ErrorPage error=AppError::NotFound/> }.into_any(),
            Err(error) => view! { <ErrorPage error/> }.into_any(),
        }
    })
}

impl Opening {
    /// The editor on the stored profile, or on a form that was refused.
    fn of(schema: &Schema, profile: &Profile, refused: Option<Refused>) -> Opening {
        let Some(refused) = refused else {
            return Opening {
                version: profile.version,
                form: schema.fill(&profile.values),
                violations: Default::default(),
                failure: None,
            };
        };
        // A refused form still speaks of the version it was opened with; only
        // somebody who has been told of a newer one may save over it.
        let opened = refused
            .form
            .get(Patch::VERSION)
            .and_then(|text| text.parse().ok());
        let version = match refused.error {
            AppError::Conflict { version } => version,
            _ => opened.unwrap_or(profile.version),
        };
        Opening {
            version,
            violations: refused.violations(),
            failure: refused.failure(),
            form: refused.form,
        }
    }
}

/// A page for members; a guest is sent to log in, and back.
fn for_member<V: IntoView + 'static>(log_in: &str, page: impl FnOnce(Member) -> V) -> AnyView {
    match viewer() {
        Viewer::Member(member) => page(member).into_any(),
        Viewer::Guest => {
            answer().redirect(log_in);
            ().into_any()
        }
    }
}

/// A page about the member's own profile.
fn with_profile(
    member: Member,
    page: impl FnOnce(Arc<Schema>, Profile) -> AnyView + Send + 'static,
) -> impl IntoView {
    let backend = backend();
    Suspend::new(async move {
        match backend.profiles.profile(member.id).await {
            Ok(Some(profile)) => page(backend.schema, profile),
            Ok(None) => view! { <ErrorPage error=AppError::NotFound/> }.into_any(),
            Err(error) => view! { <ErrorPage error/> }.into_any(),
        }
    })
}

/// The fields that have no value yet, each a link to its control.
fn still_empty(schema: &Schema, values: &Values) -> Option<impl IntoView + use<>> {
    let empty: Vec<&Field> = schema
        .fields()
        .filter(|field| !values.contains_key(&field.key))
        .collect();
    let link = |field: &&Field| {
        let href = format!("/profile/edit#{}", control_id(&field.key));
        view! { <li><a href=href>{field.label.clone()}</a></li> }
    };
    (!empty.is_empty()).then(|| {
        view! {
            <aside class="still-empty">
                <h2>{text::STILL_EMPTY}</h2>
                <ul class="tags">{empty.iter().map(link).collect_view()}</ul>
            </aside>
        }
    })
}
