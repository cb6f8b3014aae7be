//! Usernames: renaming users, and keeping their former names.
//!
//! For a year, no one else can take a former name; it redirects to its user, who can log in with it
//! and take it back at any time. Users can choose a name that they have not had before once in
//! thirty days; the operator and managers can rename them at any time.

use app::{
    account::types::{
        event::EventKind,
        names::{OwnNames, next_at},
        user::{User, UserId},
        username::{NEW_USERNAME, Username},
    },
    error::AppError,
    profile::rules::{date::DAY_MS, schema::Schema, violation::Violation},
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

/// The time for which a former name is kept, in milliseconds: a year.
pub(super) const KEPT_MS: i64 = 365 * DAY_MS;

/// The person who chooses a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chooser {
    /// The user, who has to wait before choosing another new name.
    Owner,
    Other,
}

impl Accounts {
    /// Returns the former names of a user, and the time from which they may choose a new one.
    pub async fn names(&self, user: UserId, now: i64) -> Result<OwnNames, AppError> {
        let mut reader = self.store.reader().await?;
        let present = reader.present_name(user).await?;
        let present = present.ok_or(AppError::NotFound)?;
        Ok(OwnNames {
            former: reader.former_names(user).await?,
            next_at: next_at(present.renamed_at, now),
        })
    }

    /// Returns whether a name is the present or a former one of this user.
    pub async fn is_called(&self, user: &User, name: &str) -> Result<bool, AppError> {
        let key = Username::key_of(name);
        if key == Username::key_of(&user.username) {
            return Ok(true);
        }
        Ok(self.store.reader().await?.had_name(user.id, &key).await?)
    }

    /// Gives a user the name that they have chosen. It is not an error if they already have it,
    /// because the form may be sent twice.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with `Taken` on the new name; [`AppError::TooMany`] if the user may
    /// not choose a new name yet.
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

/// Renames a user, for a command. Returns the previous name; `None` if there is no such user.
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

/// Renames a user, in the transaction that has checked the right to do so.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] with `Taken` on the new name;
/// [`AppError::TooMany`] if the user chooses another new name too soon.
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
