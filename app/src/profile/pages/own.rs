//! The page `/profile`: the user's own profile, and how others see it.

use leptos::prelude::*;

use super::{load::own_profile, public::card_of, saved::saved_notice};
use crate::{
    backend::backend,
    error::AppError,
    guard::for_owner,
    location::query_param,
    profile::{
        card::{view::ProfileView, view_as::ViewAs},
        rules::{
            access::{self, can_edit, field_audience},
            date::Date,
            profile::Profile,
            schema::{Field, Schema},
            view_as::{self, VIEW_AS, viewer_as},
        },
    },
    text,
    ui::{Page, Still, Width, control_id, load_page},
    viewer::{Viewer, waits_since},
};

/// `/profile`: the user's own profile, with a link to edit it, and with "view as".
#[component]
pub fn OwnProfilePage() -> impl IntoView {
    let viewed_as = query_param(VIEW_AS);
    for_owner("/profile", move |member| {
        load_page(async move {
            let backend = backend();
            let profile = own_profile(&backend, &member).await?;
            let schema = &*backend.schema;
            let viewed_as = viewed_as.unwrap_or_else(|| view_as::ME.to_owned());
            let viewer = viewer_as(schema, &viewed_as, &member).ok_or(AppError::NotFound)?;
            let saved = saved_notice(&backend, &profile, &viewer).await?;
            let own = Viewer::Member(member.clone());
            let still_empty = (viewer == own).then(|| still_empty(schema, &profile, &own));
            let as_others = viewer != own;
            let view_as = view! { <ViewAs schema=schema.clone() current=viewed_as/> };
            // The profile of a user who is waiting for approval has no public page yet.
            let address = waits_since().is_none().then(|| {
                let href = format!("/u/{}", member.username);
                view! { <a class="button button-quiet" href=href>{text::public_address()}</a> }
            });
            let card = match access::visible_to(schema, &profile, &viewer) {
                Some(visible) => card_of(ProfileView::of(schema, &visible)),
                None => view! { <h1>{text::your_profile()}</h1><p>{text::hidden_from_them()}</p> }
                    .still(),
            };
            let content = view! {
                {saved}
                {view_as}
                {as_others.then(|| view! { <p class="hint">{text::as_others()}</p> })}
                <div class="card card-profile">
                    {card}
                    {(!as_others).then(|| view! {
                        <p class="actions">
                            <a class="button" href="/profile/edit">{text::edit_profile()}</a>
                            <a class="button button-quiet" href="/profile/history">{text::history()}</a>
                            {address}
                        </p>
                        <p class="hint">{text::member_since(Date::at(profile.listing.created_at))}</p>
                    })}
                </div>
                {still_empty}
            }
            .still();
            Ok(
                view! { <Page title=text::your_profile() width=Width::Column>{content}</Page> }
                    .still(),
            )
        })
    })
}

/// Renders links to the controls of the fields that have no value yet; `None` if there are none.
fn still_empty(
    schema: &Schema,
    profile: &Profile,
    owner: &Viewer,
) -> Option<impl IntoView + use<>> {
    let editable = |field: &&Field| {
        let audience = field_audience(field, &profile.audiences);
        can_edit(schema, field, audience, owner, &profile.owner)
    };
    let empty: Vec<&Field> = schema
        .fields()
        .filter(editable)
        .filter(|field| !profile.values.contains_key(&field.key))
        .collect();
    let link = |field: &&Field| {
        let href = format!("/profile/edit#{}", control_id(&field.key));
        view! { <li><a href=href>{field.label.clone()}</a></li> }
    };
    let links: Vec<_> = empty.iter().map(link).collect();
    (!links.is_empty()).then(|| {
        view! {
            <aside class="still-empty">
                <h2>{text::still_empty()}</h2>
                <ul>{links}</ul>
            </aside>
        }
    })
}
