//! The page `/profile/avatar`.

use leptos::prelude::*;

use super::load::own_profile;
use crate::{
    backend::backend,
    error::AppError,
    guard::for_owner,
    profile::{
        editor::picture_form::{Heading, avatar_form},
        rules::picture::AVATAR_PATH,
    },
    rejected::RejectedForm,
    text,
    ui::{Page, Still, Width, load_page},
    viewer::Viewer,
};

/// `/profile/avatar`
#[component]
pub fn AvatarPage() -> impl IntoView {
    for_owner(AVATAR_PATH, |member| {
        load_page(async move {
            let backend = backend();
            let profile = own_profile(&backend, &member).await?;
            let viewer = Viewer::Member(member);
            let schema = &backend.schema;
            let form = avatar_form(schema, &profile, &viewer, "/profile?saved", Heading::Page)
                .ok_or(AppError::NotFound)?;
            let refused = use_context::<RejectedForm>().is_some();
            Ok(view! {
                <Page title=text::change_picture() width=Width::Column refused>
                    {form}
                    <p class="actions">
                        <a class="button button-quiet" href="/profile">{text::your_profile()}</a>
                    </p>
                </Page>
            }
            .still())
        })
    })
}
