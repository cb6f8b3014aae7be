//! Access to the pages of administration, and the links between its areas.

use leptos::prelude::*;

use super::rules::{Area, can_open, open_areas};
use crate::{
    account::types::user::User,
    backend::backend,
    error::AppError,
    guard::for_member,
    location::query_param,
    text,
    ui::{Problem, Still, load_page},
};

/// Renders a page of an area for members whose role opens it. For other members, the page does not
/// exist; a guest is redirected to log in, and then back to `here`.
pub(super) fn for_manager(area: Area, here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    for_member(here, |user| {
        match can_open(&backend().schema, &user.role, area) {
            true => page(user),
            false => load_page(async { Err(AppError::NotFound) }),
        }
    })
}

/// Renders links to the areas that the manager may open, if there are several.
pub(super) fn area_links(manager: &User, here: Area) -> Option<AnyView> {
    let schema = backend().schema.clone();
    let areas: Vec<_> = open_areas(&schema, &manager.role).collect();
    if areas.len() < 2 {
        return None;
    }
    let links: Vec<_> = areas
        .into_iter()
        .map(|area| {
            let current = (area == here).then_some("page");
            view! { <a href=area.path() aria-current=current>{text::area(area)}</a> }
        })
        .collect();
    Some(view! { <nav class="areas" aria-label=text::administration()>{links}</nav> }.still())
}

/// Returns the number before which a list continues, from the query parameter of this name.
///
/// # Errors
/// The problem to show if it is not a number, with a link to the start of the list.
pub(super) fn place_in_query(name: &str, list: &str) -> Result<Option<i64>, Problem> {
    let place = query_param(name).map(|place| place.parse());
    place.transpose().map_err(|_| Problem {
        words: text::unknown_place().to_owned(),
        href: Some(list.to_owned()),
        new_tab: false,
    })
}
