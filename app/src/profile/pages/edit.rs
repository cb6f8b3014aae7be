//! The pages `/profile/edit` and `/u/{username}/edit`.

use leptos::prelude::*;
use std::sync::Arc;

use super::{
    load::{leads_on, own_profile, username_in_path},
    saved::saved_notice,
};
use crate::{
    account::types::user::User,
    backend::{Backend, backend},
    error::AppError,
    guard::{for_member, for_owner},
    profile::{
        card::view::ProfileView,
        editor::{
            form::ProfileEditor,
            picture_form::{Heading, avatar_form, others_picture},
            state::FormState,
        },
        rules::{
            access::{self, can_open_editor, visible_schema},
            patch::Patch,
            profile::Profile,
        },
    },
    rejected::RejectedForm,
    text,
    ui::{Page, Still, Width, load_page},
    viewer::Viewer,
};

/// `/profile/edit`
#[component]
pub fn EditPage() -> impl IntoView {
    for_owner("/profile/edit", |member| {
        load_page(async move {
            let backend = backend();
            let profile = own_profile(&backend, &member).await?;
            editor(backend, profile, member).await
        })
    })
}

/// `/u/{username}/edit`: the editor of another user's profile, for roles that may edit it.
#[component]
pub fn EditOtherPage() -> impl IntoView {
    let username = username_in_path();
    let here = format!("/u/{username}/edit");
    for_member(&here, move |member| {
        load_page(async move {
            let backend = backend();
            let profile = backend.profiles.find_profile(&username).await?;
            let profile = profile.ok_or(AppError::NotFound)?;
            let viewer = Viewer::Member(member.clone());
            let visible = access::visible_to(&backend.schema, &profile, &viewer);
            let visible = visible.ok_or(AppError::NotFound)?;
            // Show a rejected form even if it was sent to a former name: a redirect would lose it.
            let is_refused = use_context::<RejectedForm>().is_some();
            if !is_refused && leads_on(&username, &visible, "/edit") {
                return Ok(().still());
            }
            editor(backend, profile, member).await
        })
    })
}

/// Renders the editor of a profile, if the viewer may open it.
async fn editor(
    backend: Arc<Backend>,
    profile: Profile,
    member: User,
) -> Result<AnyView, AppError> {
    let schema = &backend.schema;
    let viewer = Viewer::Member(member);
    let visible = access::visible_to(schema, &profile, &viewer).ok_or(AppError::NotFound)?;
    if !can_open_editor(schema, &profile, &viewer) {
        return Err(AppError::Forbidden);
    }
    let state = match use_context::<RejectedForm>() {
        None => FormState::of(schema, &visible, &viewer),
        Some(refused) => {
            let version = refused.form.number(Patch::VERSION);
            let version = version.unwrap_or(profile.version);
            let snapshot = backend.profiles.snapshot(profile.owner.id, version).await?;
            let snapshot = snapshot.ok_or(AppError::NotFound)?;
            let now = FormState::of(schema, &visible, &viewer).form;
            FormState::refused(schema, &viewer, &snapshot, version, refused, &now)
        }
    };
    let refused = state.failure.is_some() || !state.violations.is_empty();
    let title = match visible.own {
        true => text::edit_profile().to_owned(),
        false => text::edit_profile_of(&ProfileView::of(schema, &visible).name),
    };
    let picture = match visible.own {
        true => avatar_form(
            schema,
            &profile,
            &viewer,
            "/profile/edit?saved",
            Heading::Section,
        ),
        false => others_picture(schema, &profile, &viewer, &visible),
    };
    let saved = saved_notice(&backend, &profile, &viewer).await?;
    let schema = visible_schema(schema, &profile, &viewer);
    let today = backend.clock.today();
    Ok(view! {
        <Page title=title.clone() width=Width::Wide refused>
            {saved}
            <h1>{title}</h1>
            {picture}
            <ProfileEditor schema viewer visible state today/>
        </Page>
    }
    .still())
}
