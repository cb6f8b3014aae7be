//! The first line of a page of administration.

use leptos::prelude::*;

use crate::{
    account::types::user::User, backend::backend, error::AppError, guard::for_member, ui::load_page,
};

/// A page for those who manage or help users. For other members there is no such page; a guest
/// is sent to log in, and back `here`.
pub(super) fn for_manager(here: &str, page: impl FnOnce(User) -> AnyView) -> AnyView {
    for_member(here, |user| match backend().has_administration(&user) {
        true => page(user),
        false => load_page(async { Err(AppError::NotFound) }),
    })
}
