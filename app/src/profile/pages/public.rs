//! The page `/u/{username}`.

use leptos::prelude::*;

use super::{
    load::{leads_on, username_in_path},
    saved::saved_notice,
};
use crate::{
    backend::backend,
    error::AppError,
    profile::{
        card::{
            addresses::{card_path, qr_path},
            link_preview::link_preview,
            view::{HeadingLevel, ProfileCard, ProfileView},
        },
        rules::access::{self, can_open_editor},
    },
    text,
    ui::{Page, Still, Width, load_page},
    viewer::viewer,
};

/// `/u/{username}`: the part of a profile that the viewer may see.
#[component]
pub fn PublicProfilePage() -> impl IntoView {
    let username = username_in_path();
    load_page(async move {
        let backend = backend();
        let viewer = viewer();
        let profile = backend.profiles.find_profile(&username).await?;
        let visible = profile.as_ref().and_then(|profile| {
            Some((
                profile,
                access::visible_to(&backend.schema, profile, &viewer)?,
            ))
        });
        let (profile, visible) = visible.ok_or(AppError::NotFound)?;
        if leads_on(&username, &visible, "") {
            return Ok(().still());
        }
        let saved = saved_notice(&backend, profile, &viewer).await?;
        let edit = match visible.own {
            true => Some("/profile/edit".to_owned()),
            false => can_open_editor(&backend.schema, profile, &viewer)
                .then(|| format!("/u/{}/edit", visible.owner.username)),
        };
        let edit = edit.map(|href| {
            view! { <a class="button" href=href>{text::edit_profile()}</a> }
        });
        let view = ProfileView::of(&backend.schema, &visible);
        let share = link_preview(&backend.schema, &visible, &view, &backend.site);
        let contact = card_path(&visible.owner.username);
        let qr = qr_path(&visible.owner.username);
        let described = text::qr_code_of(&share.url);
        let title = text::profile_of(&share.title);
        let private = !profile.listing.listed;
        let content = view! {
            {saved}
            <div class="card card-profile">
                {card_of(view)}
                <p class="actions">
                    {edit}
                    <a class="button button-quiet" href=contact download="">{text::save_contact()}</a>
                </p>
                <details class="qr">
                    <summary>{text::qr_code()}</summary>
                    <img src=qr alt=described width="256" height="256" loading="lazy"/>
                </details>
            </div>
        }
        .still();
        Ok(view! { <Page title=title width=Width::Column private=private share=share>{content}</Page> }.still())
    })
}

/// Renders the profile as the viewer sees it, with a hint if there is nothing to show yet.
pub(super) fn card_of(profile: ProfileView) -> AnyView {
    let empty = profile.sections.is_empty();
    view! {
        <ProfileCard profile level=HeadingLevel::Page/>
        {empty.then(|| view! { <p class="hint">{text::nothing_yet()}</p> })}
    }
    .still()
}
