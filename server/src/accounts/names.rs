//! Renaming: who gets which name, and how long the one before stays theirs.
//!
//! For a year a former name is nobody else's, leads to its user and logs them in; they may take
//! it back at any time. To a name that they have not had before, users change once in thirty
//! days; the operator and managers rename them whenever they like.

use app::{
    account::types::{
        event::EventKind,
        names::{OwnNames, next_at},
        user::{User, UserId},
        username::{NEW_USERNAME, Username},
    },
    error::AppError,
    profile::rules::{schema::Schema, violation::Violation},
    text::mail::MailKind,
};

use super::{
    Accounts,
    notices::tell,
    requester::{Author, Requester},
};
use crate::{limits::Rule, profiles::directory::reindex};
use std::sync::Arc;
use store::{Store, events::Event, failure::Result as Done, limits::Tries, tables::Tables};

/// Time for which a former name is kept, in milliseconds: a year.
pub(super) const KEPT_MS: i64 = 365 * 24 * 60 * 60 * 1000;

/// The one who chooses a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chooser {
    /// The user, who waits between two new names.
    Owner,
    Other,
}

impl Accounts {
    /// Reads the former names of a user, and when they may choose another one.
    pub async fn names(&self, user: UserId, now: i64) -> Result<OwnNames, AppError> {
        let mut reader = self.store.reader().await?;
        let present = reader.present_name(user).await?;
        let present = present.ok_or(AppError::NotFound)?;
        Ok(OwnNames {
            former: reader.former_names(user).await?,
            next_at: next_at(present.renamed_at, now),
        })
    }

    /// Returns whether somebody typed or sent a name of this user: the present one, or a former.
    pub async fn is_called(&self, user: &User, name: &str) -> Result<bool, AppError> {
        let key = Username::key_of(name);
        if key == Username::key_of(&user.username) {
            return Ok(true);
        }
        Ok(self.store.reader().await?.had_name(user.id, &key).await?)
    }

    /// Gives users the name that they have chosen. One that they have already is no error: the
    /// form may come twice.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with `Taken` on the new name; [`AppError::TooMany`] before they may
    /// choose a new one.
    pub async fn rename(
        &self,
        user: UserId,
        name: Username,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let bucket = self.limiter.bucket(Rule::RenameByUser, &user.0.to_string());
        let event = Event::own(EventKind::Renamed, user, by.client.clone());
        self.store
            .write_counted(
                Tries::of([bucket], now),
                (name, event, Arc::clone(&self.schema)),
                move |tx, (name, event, schema)| {
                    Box::pin(rename(tx, user, name, Chooser::Owner, event, schema, now))
                },
            )
            .await
    }
}

/// Gives a user another name, by command. Returns the one they had; `None` if there is no such
/// user.
///
/// # Errors
/// [`AppError::Invalid`] with `Taken` on the new name.
pub async fn rename_by_command(
    store: &Store,
    username: &str,
    name: Username,
    schema: &Schema,
    now: i64,
) -> Result<Option<String>, AppError> {
    let input = (Username::key_of(username), name, schema.clone());
    store
        .write(input, move |tx, (key, name, schema)| {
            Box::pin(async move {
                let Some(account) = tx.find_account(key).await? else {
                    return Ok(None);
                };
                let event = Author::Operator.event(EventKind::Renamed, account.id, None);
                rename(tx, account.id, name, Chooser::Other, &event, schema, now).await?;
                Ok(Some(account.username))
            })
        })
        .await
}

/// Gives a user another name, in the transaction of whoever may.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] with `Taken` on the new name;
/// [`AppError::TooMany`] if the user chooses a new one too soon.
pub(super) async fn rename(
    tx: &mut dyn Tables,
    user: UserId,
    name: &Username,
    by: Chooser,
    event: &Event,
    schema: &Schema,
    now: i64,
) -> Done<()> {
    let was = tx.present_name(user).await?.ok_or(AppError::NotFound)?;
    let (old_key, key) = (Username::key_of(&was.name), name.key());
    let old = was.name;
    if old == name.as_str() {
        return Ok(());
    }
    let is_spelling = old_key == key;
    let is_new = !is_spelling && !tx.drop_former_name(user, &key).await?;
    if is_new && by == Chooser::Owner {
        if let Some(at) = next_at(was.renamed_at, now) {
            return Err(too_soon(at - now).into());
        }
        tx.set_renamed_at(user, now).await?;
    }
    let is_free = tx.set_name(user, name.as_str(), &key).await?
        && (is_spelling
            || tx
                .keep_former_name(user, &old_key, now, now + KEPT_MS)
                .await?);
    if !is_free {
        return Err(AppError::invalid(NEW_USERNAME, Violation::Taken).into());
    }
    reindex(tx, user, schema).await?;
    let names = format!("{old} → {}", name.as_str());
    tell(tx, user, MailKind::Renamed, Some(&names), now).await?;
    let event = Event {
        detail: Some(names),
        ..event.clone()
    };
    tx.note(&event, now).await
}

fn too_soon(ms: i64) -> AppError {
    let seconds = u32::try_from(ms.div_euclid(1000) + 1);
    AppError::TooMany {
        seconds: seconds.unwrap_or(u32::MAX),
    }
}
