//! The server function of managing users.

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    account::types::user::User,
    error::{AppError, Violations},
    form::{Form, FormBody},
    next::OwnPath,
    profile::rules::violation::Violation,
};

/// A member whose role may do that to the user of `/admin/users/{username}`, and who has shown
/// the password not long ago. For everybody else there is no such page.
#[server(prefix = "", endpoint = "/admin/users", input = Post<FormBody>, output = Postcard)]
pub async fn manage_user(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::{Area, can_open, read_act};
    use crate::{
        account::{api::password::ask_password, types::managed::ManagementAct},
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
    check_form_owner(&member, &form)?;
    let (act, done) = read_act(&backend.schema, &form)?;
    let erases = matches!(act, ManagementAct::Erase { .. });
    match erases {
        true => check_erasure(&member, &username, &form).await?,
        false => ask_password(&member, &form).await?,
    }
    let username = backend.management.act(&member, &username, act).await?;
    if erases {
        return Ok("/admin/users?erased".into());
    }
    OwnPath::parse(&format!("/admin/users/{username}?{done}")).ok_or(AppError::Internal)
}

/// Checks that a manager means it: the username is typed, and the password, however fresh the
/// session.
pub async fn check_erasure(member: &User, username: &str, form: &Form) -> Result<(), AppError> {
    use crate::account::{
        api::{
            data::TYPED_USERNAME,
            password::{CURRENT_PASSWORD, check_current_password},
        },
        types::username::Username,
    };

    let mut violations = Violations::default();
    let typed = Username::key_of(form.one(TYPED_USERNAME)?.unwrap_or_default());
    let is_typed = typed.trim_start_matches('@') == Username::key_of(username);
    match (typed.as_str(), is_typed) {
        ("", _) => violations.add(TYPED_USERNAME, Violation::Required),
        (_, false) => violations.add(TYPED_USERNAME, Violation::NotYourUsername),
        (_, true) => {}
    }
    let password = form.one(CURRENT_PASSWORD)?.unwrap_or_default();
    if password.is_empty() {
        violations.add(CURRENT_PASSWORD, Violation::Required);
    }
    violations.or(())?;
    check_current_password(member, password).await
}
