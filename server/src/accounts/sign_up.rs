//! Sign-up: creates a user and their profile in one transaction.

use app::{
    account::types::{
        email::Email,
        event::EventKind,
        log_in::{Authenticated, Credentials, LoginReason, SecondShown},
        sign_up::NewUser,
        user::{User, UserId},
    },
    error::AppError,
    profile::rules::{date::HOUR_MS, violation::Violation},
    viewer::Viewer,
};
use std::sync::Arc;

use super::{
    Accounts,
    admission::{Door, Entry, decide},
    joining::Pass,
    notices::{ask_to_confirm, caused_by, mail_bucket},
    requester::Requester,
};
use crate::{
    limits::Rule,
    profiles::{directory::reindex, save::save_profile},
    secret::hash_token,
};
use store::{events::Event, failure::Result as Done, tables::Tables, users};

/// The time for which a sign-up form is recognized when it is sent again, in milliseconds: an hour.
const IDEMPOTENT_MS: i64 = HOUR_MS;

impl Accounts {
    /// Creates a user and, in the same transaction, their profile. If the same form comes again,
    /// creates nothing and logs in.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with `Taken` on `username`; [`AppError::Busy`] if too many passwords
    /// wait to be hashed; [`AppError::TooMany`].
    pub async fn sign_up(
        &self,
        new: NewUser,
        by: &Requester,
        now: i64,
    ) -> Result<(Authenticated, LoginReason), AppError> {
        self.sign_up_by(new, None, by, now).await
    }

    /// Signs up with an invitation, which is used up in the same transaction.
    ///
    /// # Errors
    /// Those of [`sign_up`](Accounts::sign_up); [`AppError::DeadLink`]; `AddressTaken` on `email`.
    pub async fn join(
        &self,
        token: String,
        new: NewUser,
        by: &Requester,
        now: i64,
    ) -> Result<(Authenticated, LoginReason), AppError> {
        self.sign_up_by(new, Some(token), by, now).await
    }

    async fn sign_up_by(
        &self,
        new: NewUser,
        invitation: Option<String>,
        by: &Requester,
        now: i64,
    ) -> Result<(Authenticated, LoginReason), AppError> {
        match self.create(new.clone(), invitation, by, now).await {
            Err(refused) if refused == taken() => {
                let proof = self.created_before(new, by, now).await?;
                Ok((proof, LoginReason::LogIn))
            }
            created => Ok((created?, LoginReason::SignUp)),
        }
    }

    async fn create(
        &self,
        new: NewUser,
        invitation: Option<String>,
        by: &Requester,
        now: i64,
    ) -> Result<Authenticated, AppError> {
        let door = match invitation {
            Some(_) => Door::Invitation,
            None => Door::Form,
        };
        let entry = decide(&self.sign_up_rule, door, new.email.as_ref())?;
        // Checked before the password is hashed, to save the fifteen milliseconds if the name was
        // taken long ago. The UNIQUE index decides.
        let name_key = new.username.key();
        let mut reader = self.store.reader().await?;
        if reader.is_username_taken(&name_key).await? {
            return Err(taken());
        }
        let pass = match &invitation {
            Some(token) => Some(Pass::find(&mut *reader, token, &self.schema, now).await?),
            None => None,
        };
        drop(reader);
        // An address that the invitation was emailed to is confirmed.
        let confirms = pass.is_some_and(|pass| pass.confirms);
        let email = new.email.clone().filter(|_| !confirms);
        let bucket = self
            .limiter
            .bucket(Rule::SignUpByAddress, &by.rate_limit_key());
        let [by_address, by_site] = match email {
            Some(_) => caused_by(&self.limiter, by),
            None => [None, None],
        };
        let buckets = [bucket, by_address, by_site];
        let _ = self.limiter.charge(buckets, now).await?;
        let hash = self.passwords.hash(&new.password).await?;
        let given = email.as_ref();
        let to = given.and_then(|email| mail_bucket(&self.limiter, email));
        let row = users::NewUser {
            username: new.username.as_str().to_owned(),
            username_key: name_key,
            email: given.map(|email| (Email::as_str(email).to_owned(), email.key())),
            password_hash: Some(hash),
            form: new.sent.as_deref().map(hash_token),
            created_at: now,
            waits_since: None,
        };
        let to = (email, to);
        let input = (new, row, to, by.client.clone(), Arc::clone(&self.schema));
        self.store
            .write(input, move |tx, (new, row, (email, to), client, schema)| {
                Box::pin(async move {
                    let id = admit(tx, row, entry).await?;
                    let user = Viewer::Member(User {
                        id,
                        username: row.username.clone(),
                        role: schema.effective_role(None).to_owned(),
                    });
                    save_profile(tx, id, &user, &new.profile, schema, now).await?;
                    reindex(tx, id, schema).await?;
                    if let Some(email) = email {
                        ask_to_confirm(tx, id, email, to.as_ref(), now).await?;
                    }
                    let event = Event::own(EventKind::SignedUp, id, client.clone());
                    tx.note(&event, now).await?;
                    if let Some(pass) = pass {
                        pass.use_for(tx, id, schema, client.clone(), now).await?;
                    }
                    Ok(Authenticated {
                        user: id,
                        password_version: 1,
                        second: SecondShown::No,
                    })
                })
            })
            .await
    }

    /// Returns the user that an earlier submission of this form has created. A form is sent again
    /// by a double click, or after a lost response.
    async fn created_before(
        &self,
        new: NewUser,
        by: &Requester,
        now: i64,
    ) -> Result<Authenticated, AppError> {
        let (name_key, password) = (new.username.key(), new.password);
        let form = hash_token(new.sent.as_deref().ok_or_else(taken)?);
        let since = now - IDEMPOTENT_MS;
        let mut reader = self.store.reader().await?;
        if !reader.was_created_by(&name_key, &form, since).await? {
            return Err(taken());
        }
        drop(reader);
        let credentials = Credentials { name_key, password };
        let proof = self.log_in(credentials, by, now).await?;
        proof.ok_or_else(taken)
    }
}

/// Adds a user and their profile, in the transaction of a form or command. `entry` alone determines
/// whether the user waits for approval.
///
/// # Errors
/// [`AppError::Invalid`] with `Taken` on `username`.
pub async fn admit(tx: &mut dyn Tables, row: &users::NewUser, entry: Entry) -> Done<UserId> {
    let row = users::NewUser {
        waits_since: (entry == Entry::Waiting).then_some(row.created_at),
        ..row.clone()
    };
    let created_at = row.created_at;
    let id = tx.add_user(row).await?.ok_or_else(taken)?;
    tx.add_profile(id, created_at).await?;
    Ok(id)
}

fn taken() -> AppError {
    AppError::invalid("username", Violation::Taken)
}
