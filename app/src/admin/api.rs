//! The server functions of managing users.

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
    check_form_owner(&member, &form)?;
    let (act, done) = read_act(&backend.schema, &form)?;
    ask_password(&member, &form).await?;
    let username = backend.management.act(&member, &username, act).await?;
    OwnPath::parse(&format!("/admin/users/{username}?{done}")).ok_or(AppError::Internal)
}

/// A member whose role opens the list of users, and who has shown the password not long ago. A
/// form that confirms no plan is refused, and its page shows one; so is one of which something was
/// not done, and its page says what.
#[server(prefix = "", endpoint = "/admin/users/bulk", input = Post<FormBody>, output = Postcard)]
pub async fn manage_users(form: Form) -> Result<OwnPath, AppError> {
    use super::{
        bulk::{CONFIRM, REFUSED, missing, read_confirmed, read_many, word_of},
        many::not_done,
        rules::{Area, can_open},
    };
    use crate::{
        account::{api::password::ask_password, types::bulk::NotDone},
        backend::backend,
        guard::{check_form_owner, member},
        profile::rules::violation::Violation,
    };

    let member = member()?;
    let backend = backend();
    if !can_open(&backend.schema, &member.role, Area::Users) {
        return Err(AppError::NotFound);
    }
    check_form_owner(&member, &form)?;
    missing(&backend.schema, &form).or(())?;
    let act = read_many(&backend.schema, &form)?;
    let Some(rows) = read_confirmed(&form)? else {
        return Err(AppError::invalid(CONFIRM, Violation::Required));
    };
    ask_password(&member, &form).await?;
    let done = backend.bulk.act(&member, &act, rows).await;
    let count = done.iter().filter(|row| row.result.is_ok()).count();
    let mut failed: Vec<_> = done
        .into_iter()
        .filter_map(|row| Some((row.username, row.result.err()?)))
        .collect();
    // The plan has said why; should that be no longer so, nobody has agreed to it.
    let refused: Vec<String> = form.all(REFUSED).map(str::to_owned).collect();
    for row in backend.bulk.plan(&member, &act, refused).await? {
        failed.push((row.username, row.plan.err().unwrap_or(NotDone::Changed)));
    }
    if failed.is_empty() {
        let path = format!("/admin/users/bulk?done={count}&act={}", word_of(&act));
        return OwnPath::parse(&path).ok_or(AppError::Internal);
    }
    Err(not_done(count, failed))
}
