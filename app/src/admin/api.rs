//! The server functions of managing users; those of other parts of administration, in a folder.

pub mod invitations;

use leptos::prelude::*;
use server_fn::codec::{Post, Postcard};

use crate::{
    account::types::{bulk::NotDone, user::User},
    error::{AppError, Conflict, Violations},
    form::{Form, FormBody},
    next::OwnPath,
    profile::rules::violation::Violation,
    text,
};

/// A member whose role may do that to the user of `/admin/users/{username}`, and who has shown
/// the password not long ago. For everybody else there is no such page.
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
        // On to the next who waits.
        format!("/admin/users?status=waiting&{done}")
    } else {
        format!("/admin/users/{username}?{done}")
    };
    OwnPath::parse(&page).ok_or(AppError::Internal)
}

/// Checks that a manager means it: the username is typed, and the password, however fresh the
/// session.
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

/// A member whose role opens the list of users, and who has shown the password not long ago. A
/// form that confirms no plan is refused, and its page shows one; so is one of which something was
/// not done, and its page says what.
#[server(prefix = "", endpoint = "/admin/users/bulk", input = Post<FormBody>, output = Postcard)]
pub async fn manage_users(form: Form) -> Result<OwnPath, AppError> {
    use super::{
        bulk::{CONFIRM, REFUSED, missing, read_confirmed, read_many, word_of},
        rules::{Area, can_open},
    };
    use crate::{
        account::api::again::{Demand, ask_again},
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

/// The answer to a plan of which something was not done: each name with its reason.
pub fn not_done(done: usize, failed: Vec<(String, NotDone)>) -> AppError {
    let conflicts = failed.into_iter().map(|(name, reason)| Conflict {
        name,
        label: text::not_done(reason).to_owned(),
        mine: reason.word().to_owned(),
        theirs: String::new(),
        before: String::new(),
        by: None,
    });
    AppError::Conflict {
        version: done as u64,
        conflicts: conflicts.collect(),
    }
}
