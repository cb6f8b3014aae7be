//! The server function of managing users.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    error::AppError,
    form::{Form, FormBody},
    next::OwnPath,
};

/// A member whose role may do that to the user of `/admin/users/{username}`, and who has shown
/// the password not long ago. For everybody else there is no such page.
#[server(prefix = "", endpoint = "/admin/users", input = Post<FormBody>, output = Postcard)]
pub async fn manage_user(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::{Area, can_open, read_act};
    use crate::{
        account::api::password::ask_password,
        backend::backend,
        form::AddressedTo,
        guard::{check_form_owner, member},
    };

    let member = member()?;
    let backend = backend();
    if !can_open(&backend.schema, &member.role, Area::Users) {
        return Err(AppError::NotFound);
    }
    let AddressedTo(username) = use_context().ok_or(AppError::NotFound)?;
    check_form_owner(&member, &form).await?;
    let (act, done) = read_act(&backend.schema, &form)?;
    ask_password(&member, &form).await?;
    let username = backend.management.act(&member, &username, act).await?;
    OwnPath::parse(&format!("/admin/users/{username}?{done}")).ok_or(AppError::Internal)
}
