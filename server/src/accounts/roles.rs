//! Roles, and disabling of accounts. The last manager keeps that right.

use app::{
    account::types::{event::EventKind, user::UserId, username::Username},
    error::AppError,
    profile::rules::{
        history::ROLE,
        schema::{Right, Schema},
    },
    text::mail::MailKind,
};

use super::{notices::tell, requester::Author};
use crate::profiles::directory::reindex;
use store::{
    Store,
    changes::NewChange,
    failure::Result as Done,
    tables::Tables,
    users::{Status, UserRow},
};

/// Assigns a role to a user, for a command. Returns the previous role; `None` if there is no such
/// user.
///
/// # Errors
/// [`AppError::LastManager`] if no one would be left who can manage users.
pub async fn set_role(
    store: &Store,
    username: &str,
    role: &str,
    schema: &Schema,
    now: i64,
) -> Result<Option<String>, AppError> {
    let input = (Username::key_of(username), role.to_owned(), schema.clone());
    store
        .write(input, move |tx, (key, role, schema)| {
            Box::pin(async move {
                let Some(user) = tx.find_user(key).await? else {
                    return Ok(None);
                };
                let was = give_role(tx, &user, role, &Author::Operator, schema, now);
                was.await.map(Some)
            })
        })
        .await
}

/// Assigns a role to a user, in the transaction that has checked the right to do so. Returns the
/// previous role.
///
/// # Errors
/// [`AppError::LastManager`] if no one would be left who can manage users.
pub(super) async fn give_role(
    tx: &mut dyn Tables,
    user: &UserRow,
    role: &str,
    by: &Author,
    schema: &Schema,
    now: i64,
) -> Done<String> {
    let was = schema.effective_role(user.role.as_deref()).to_owned();
    if !schema.may(role, Right::ManageUsers) {
        keep_a_manager(tx, user.id, schema).await?;
    }
    tx.set_role(user.id, role).await?;
    // Some fields exist only for certain roles.
    reindex(tx, user.id, schema).await?;
    if was != role {
        tx.add_change(NewChange {
            owner: user.id,
            version: user.version,
            item: ROLE,
            old: Some(serde_json::Value::from(was.as_str()).to_string()),
            new: Some(serde_json::Value::from(role).to_string()),
            by: by.of_change(),
            now,
        })
        .await?;
        // A change of rights needs a new session id (ASVS 5.0 V7.2.4).
        tx.rotate_sessions_of(user.id).await?;
        let detail = Some(format!("{was} → {role}"));
        tell(tx, user.id, MailKind::RoleChanged, detail.as_deref(), now).await?;
        let event = by.event(EventKind::RoleChanged, user.id, detail);
        tx.note(&event, now).await?;
    }
    Ok(was)
}

/// Disables or enables a user, for a command. A disabled user has no sessions, and looks to others
/// like a user who does not exist. Returns whether they were disabled; `None` if there is no such
/// user.
///
/// # Errors
/// [`AppError::LastManager`] if no one would be left who can manage users.
pub async fn set_disabled(
    store: &Store,
    username: &str,
    disabled: bool,
    reason: Option<String>,
    schema: &Schema,
    now: i64,
) -> Result<Option<bool>, AppError> {
    let input = (Username::key_of(username), reason, schema.clone());
    store
        .write(input, move |tx, (key, reason, schema)| {
            Box::pin(async move {
                let Some(user) = tx.find_user(key).await? else {
                    return Ok(None);
                };
                let by = Author::Operator;
                let was = match disabled {
                    true => disable(tx, &user, reason.clone(), &by, schema, now).await?,
                    false => enable(tx, &user, reason.clone(), &by, now).await?,
                };
                Ok(Some(was))
            })
        })
        .await
}

/// Disables a user, in the transaction that has checked the right to do so. Returns whether they
/// were disabled.
///
/// # Errors
/// [`AppError::LastManager`] if no one would be left who can manage users.
pub(super) async fn disable(
    tx: &mut dyn Tables,
    user: &UserRow,
    reason: Option<String>,
    by: &Author,
    schema: &Schema,
    now: i64,
) -> Done<bool> {
    if user.status == Status::Disabled {
        return Ok(true);
    }
    keep_a_manager(tx, user.id, schema).await?;
    // This also reopens a closed account: a disabled user could not log in to keep it.
    tx.set_status(user.id, Status::Disabled).await?;
    tx.log_out_everywhere(user.id).await?;
    tx.void_links(user.id, 0).await?;
    tell(tx, user.id, MailKind::Disabled, reason.as_deref(), now).await?;
    let event = by.event(EventKind::Disabled, user.id, reason);
    tx.note(&event, now).await?;
    Ok(false)
}

/// Enables a user, in the transaction that has checked the right to do so. Returns whether they
/// were disabled.
pub(super) async fn enable(
    tx: &mut dyn Tables,
    user: &UserRow,
    reason: Option<String>,
    by: &Author,
    now: i64,
) -> Done<bool> {
    if user.status == Status::Active {
        return Ok(false);
    }
    tx.set_status(user.id, Status::Active).await?;
    // Emails that have not been sent yet are no longer true. A user who was refused waits again.
    for kind in [MailKind::Disabled, MailKind::Refused] {
        tx.drop_mails(user.id, kind).await?;
    }
    tell(tx, user.id, MailKind::Enabled, None, now).await?;
    let event = by.event(EventKind::Enabled, user.id, reason);
    tx.note(&event, now).await?;
    Ok(true)
}

/// Checks that someone else can manage users, if this user can. Called in the transaction that
/// takes the right away, so that two managers cannot both step down at once.
///
/// # Errors
/// [`AppError::LastManager`] if no one else can.
pub async fn keep_a_manager(tx: &mut dyn Tables, user: UserId, schema: &Schema) -> Done<()> {
    if everybody_manages(schema) {
        return Ok(());
    }
    let count = tx.count_roles(user, &managing_roles(schema)).await?;
    match (count.own, count.others) {
        (true, 0) => Err(AppError::LastManager.into()),
        _ => Ok(()),
    }
}

/// Returns the role for the first user who is to manage users. `None` if someone already may, or no
/// role of the schema may.
pub async fn role_of_first_manager(
    store: &Store,
    schema: &Schema,
) -> Result<Option<String>, AppError> {
    let roles = managing_roles(schema);
    if everybody_manages(schema) || roles.is_empty() {
        return Ok(None);
    }
    let count = store.reader().await?.count_roles(UserId(0), &roles).await?;
    // The last role usually has the most rights.
    Ok(roles
        .last()
        .filter(|_| count.others == 0)
        .map(|role| (*role).to_owned()))
}

/// Returns whether users of the first role, which is that of everyone without an assigned one, can
/// manage users.
pub fn everybody_manages(schema: &Schema) -> bool {
    schema.may(schema.effective_role(None), Right::ManageUsers)
}

pub fn managing_roles(schema: &Schema) -> Vec<&str> {
    let roles = schema.roles.iter().map(|role| role.key.as_str());
    roles
        .filter(|role| schema.may(role, Right::ManageUsers))
        .collect()
}
