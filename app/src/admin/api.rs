//! The server functions for managing users. Those for invitations are in a submodule.

pub mod invitations;

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    account::types::user::User,
    error::{AppError, Violations},
    form::{Form, FormBody},
    next::OwnPath,
    profile::rules::violation::Violation,
};

/// Performs an action on the user of `/admin/users/{username}`.
///
/// Open to members whose role allows the action. Requires recent authentication (`Demand::Second`),
/// and authentication with this form for an erasure. If the role does not open the list of users,
/// the page does not exist.
#[server(prefix = "", endpoint = "/admin/users", input = Post<FormBody>, output = Postcard)]
pub async fn manage_user(form: Form) -> Result<OwnPath, AppError> {
    use super::rules::{Area, can_open, read_act};
    use crate::{
        account::{
            api::again::{Demand, ask_again},
            types::managed::ManagementAct,
        },
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
    let erases = matches!(act, ManagementAct::Erase { .. });
    match erases {
        true => check_erasure(&member, &username, &form).await?,
        false => ask_again(&member, &form, Demand::Second).await?,
    }
    let decides = matches!(act, ManagementAct::Approve | ManagementAct::Refuse(_));
    let username = backend.management.act(&member, &username, act).await?;
    let page = if erases {
        "/admin/users?erased".to_owned()
    } else if decides {
        // Continues with the next user who waits for approval.
        format!("/admin/users?status=waiting&{done}")
    } else {
        format!("/admin/users/{username}?{done}")
    };
    OwnPath::parse(&page).ok_or(AppError::Internal)
}

/// Checks that a manager has confirmed an erasure: they have typed the username, and authenticated
/// with this form, however fresh the session is.
pub async fn check_erasure(member: &User, username: &str, form: &Form) -> Result<(), AppError> {
    use crate::account::{
        api::{
            again::{Demand, ask_again, missing},
            data::TYPED_USERNAME,
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
    if let Some(control) = missing(form, Demand::Now)? {
        violations.add(control, Violation::Required);
    }
    violations.or(())?;
    ask_again(member, form, Demand::Now).await
}

/// Performs an action on many users.
///
/// Open to members whose role opens the list of users. Requires recent authentication
/// (`Demand::Second`). A form that does not confirm a plan is rejected, and its page shows the
/// plan. If something was not done, the form is rejected as well, and its page shows what.
#[server(prefix = "", endpoint = "/admin/users/bulk", input = Post<FormBody>, output = Postcard)]
pub async fn manage_users(form: Form) -> Result<OwnPath, AppError> {
    use super::{
        bulk::{CONFIRM, REFUSED, missing, read_confirmed, read_many, word_of},
        rules::{Area, can_open},
    };
    use crate::{
        account::{
            api::again::{Demand, ask_again},
            types::bulk::NotDone,
        },
        backend::backend,
        guard::{check_form_owner, member},
    };

    let member = member()?;
    let backend = backend();
    if !can_open(&backend.schema, &member.role, Area::Users) {
        return Err(AppError::NotFound);
    }
    check_form_owner(&member, &form).await?;
    missing(&backend.schema, &form).or(())?;
    let act = read_many(&backend.schema, &form)?;
    let Some(rows) = read_confirmed(&form)? else {
        return Err(AppError::invalid(CONFIRM, Violation::Required));
    };
    ask_again(&member, &form, Demand::Second).await?;
    let done = backend.bulk.act(&member, &act, rows).await;
    let count = done.iter().filter(|row| row.result.is_ok()).count();
    let mut failed: Vec<_> = done
        .into_iter()
        .filter_map(|row| Some((row.username, row.result.err()?)))
        .collect();
    // The plan gave the reasons for these users. If a reason no longer applies, the user is
    // reported as changed: no one has agreed to the action on them.
    let refused: Vec<String> = form.all(REFUSED).map(str::to_owned).collect();
    for row in backend.bulk.plan(&member, &act, refused).await? {
        failed.push((row.username, row.plan.err().unwrap_or(NotDone::Changed)));
    }
    if failed.is_empty() {
        let path = format!("/admin/users/bulk?done={count}&act={}", word_of(&act));
        return OwnPath::parse(&path).ok_or(AppError::Internal);
    }
    Err(AppError::NotAllDone {
        done: count,
        failed,
    })
}
