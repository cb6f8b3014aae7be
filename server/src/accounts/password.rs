//! The password of a user who is logged in: checking it again, and changing it.

use app::{
    account::types::{
        event::EventKind,
        log_in::{Authenticated, SecondShown},
        password::{Password, PasswordChange},
        user::UserId,
    },
    error::AppError,
    text::mail::MailKind,
};

use super::{
    Accounts,
    log_in::{proof, stored_hash},
    notices::enqueue,
    requester::Requester,
};
use crate::limits::Rule;
use store::{bucket::Bucket, events::Event, users::Login};

impl Accounts {
    /// Returns whether this is the password of a user who is logged in.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong passwords.
    pub async fn check_password(
        &self,
        user: UserId,
        password: Password,
        by: &Requester,
        now: i64,
    ) -> Result<bool, AppError> {
        let charged = self.limiter.charge([self.by_session(by)], now).await?;
        let stored = self.find_password(user).await?;
        let stored = stored.as_ref().and_then(stored_hash);
        let right = self.passwords.verify(&password, stored).await;
        match right {
            Ok(false) => self.note_wrong_password(user, by, now).await?,
            _ => self.limiter.give_back(charged).await,
        }
        right
    }

    /// Sets a new password and ends every session of the user, in one transaction. Returns `None`,
    /// without a change, if the current one is wrong.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong passwords.
    pub async fn change_password(
        &self,
        user: UserId,
        change: PasswordChange,
        by: &Requester,
        now: i64,
    ) -> Result<Option<Authenticated>, AppError> {
        let charged = self.limiter.charge([self.by_session(by)], now).await?;
        let changed = self.set_new_password(user, change, by, now).await;
        match changed {
            // `TooMany`: the current password was wrong, and comparing the new one was not allowed.
            Ok(None) | Err(AppError::TooMany { .. }) => {
                self.note_wrong_password(user, by, now).await?;
            }
            _ => self.limiter.give_back(charged).await,
        }
        changed
    }

    async fn set_new_password(
        &self,
        user: UserId,
        change: PasswordChange,
        by: &Requester,
        now: i64,
    ) -> Result<Option<Authenticated>, AppError> {
        // Try again if the hash was replaced in the meantime, or the form was sent twice.
        for _ in 0..2 {
            let Some(login) = self.find_password(user).await? else {
                return Ok(None);
            };
            let stored = stored_hash(&login);
            if !self
                .passwords
                .verify(&change.current, stored.clone())
                .await?
            {
                // If the same form is sent again, nothing is left to do. It is another guess, too.
                let _ = self.limiter.charge([self.by_session(by)], now).await?;
                let done = self.passwords.verify(&change.new, stored).await?;
                return Ok(done.then(|| proof_of_member(&login)));
            }
            let new = self.passwords.hash(&change.new).await?;
            let old = stored.unwrap_or_default();
            let changed = Event::own(EventKind::PasswordChanged, user, by.client.clone());
            let set = self
                .store
                .write((old, new, changed), move |tx, (old, new, changed)| {
                    Box::pin(async move {
                        if !tx.change_password(user, old, new).await? {
                            return Ok(false);
                        }
                        tx.log_out_everywhere(user).await?;
                        if let Some(address) = tx.email(user).await? {
                            let kind = MailKind::PasswordChanged;
                            enqueue(tx, user, kind, &address, None, now).await?;
                        }
                        tx.note(changed, now).await?;
                        Ok(true)
                    })
                });
            if set.await? {
                let login = self.find_password(user).await?;
                return Ok(login.as_ref().map(proof_of_member));
            }
        }
        Err(AppError::Busy)
    }

    async fn find_password(&self, user: UserId) -> Result<Option<Login>, AppError> {
        Ok(self.store.reader().await?.find_password(user).await?)
    }

    /// Returns the bucket for wrong passwords in the session of this request.
    fn by_session(&self, by: &Requester) -> Option<Bucket> {
        let who = format!("{:?}", by.session_id()?);
        self.limiter.bucket(Rule::PasswordBySession, &who)
    }

    async fn note_wrong_password(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let wrong = Event::own(EventKind::PasswordFailed, user, by.client.clone());
        self.note(wrong, now).await
    }
}

/// Returns the [`Authenticated`] of a logged-in user who has just chosen another password.
fn proof_of_member(login: &Login) -> Authenticated {
    Authenticated {
        second: SecondShown::Before,
        ..proof(login)
    }
}
