//! Logging in: whether a name and a password belong together.

use app::{
    account::types::{
        event::EventKind,
        log_in::{Authenticated, Credentials, SecondShown},
        password::Password,
        user::UserId,
    },
    error::AppError,
};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

use super::{Accounts, requester::Requester};
use crate::{
    limits::{Rule, limiter::Charged},
    password::verifiable,
};
use store::{events::Event, users::Login};

/// Refusals leave at a multiple of this time after they were asked for, as long as some users
/// have the password hash of another program.
const STEP: Duration = Duration::from_secs(2);

impl Accounts {
    /// The user whom these credentials belong to. `None` for an unknown name and for a
    /// wrong password alike, after the same work.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong ones.
    pub async fn log_in(
        &self,
        credentials: Credentials,
        by: &Requester,
        now: i64,
    ) -> Result<Option<Authenticated>, AppError> {
        let begun = Instant::now();
        let mut reader = self.store.reader().await?;
        let login = reader.find_login(&credentials.name_key).await?;
        drop(reader);
        let charged = self
            .charge_login(&credentials, login.as_ref(), by, now)
            .await?;
        let stored = login.as_ref().and_then(stored_hash);
        let matches = match self.passwords.is_full() && self.has_imported_passwords().await? {
            // Whichever queue is full, nobody gets in by the other: the answer would tell whose
            // hash is of another program.
            true => Err(AppError::Busy),
            false => {
                let verified = self.passwords.verify(&credentials.password, stored.clone());
                verified.await
            }
        };
        match (matches, login) {
            (Ok(true), Some(login)) => {
                self.limiter.give_back(charged).await;
                let proof = proof(&login);
                self.rehash(proof.user, &credentials.password, stored).await;
                Ok(Some(proof))
            }
            (Ok(_), login) => {
                let user = login.map(|login| login.user);
                let failed = Event::by_anybody(EventKind::LogInFailed, user, by.client.clone());
                self.note(failed, now).await?;
                self.hold_back(begun).await?;
                Ok(None)
            }
            (Err(error), _) => {
                self.limiter.give_back(charged).await;
                self.hold_back(begun).await?;
                Err(error)
            }
        }
    }

    /// Waits before a refusal as long as some users have the password hash of another program.
    /// Checking one takes many times as long as checking one of ours, so that the time of an
    /// answer would tell whose name is one of theirs.
    async fn hold_back(&self, begun: Instant) -> Result<(), AppError> {
        if self.has_imported_passwords().await? {
            let steps = begun.elapsed().as_nanos() / STEP.as_nanos() + 1;
            let steps = u32::try_from(steps).unwrap_or(u32::MAX);
            sleep_until(begun + STEP * steps).await;
        }
        Ok(())
    }

    async fn has_imported_passwords(&self) -> Result<bool, AppError> {
        Ok(self.store.reader().await?.has_imported_passwords().await?)
    }

    /// Counts a login, before anything is hashed. Where the user has logged in before,
    /// whoever tries passwords from elsewhere does not count against it. The name counts
    /// as it was typed, so that the answer does not tell whose address it is.
    async fn charge_login(
        &self,
        credentials: &Credentials,
        login: Option<&Login>,
        by: &Requester,
        now: i64,
    ) -> Result<Charged, AppError> {
        // Also asked for nobody, whose id is 0.
        let user = login.map_or(UserId(0), |login| login.user);
        let mut reader = self.store.reader().await?;
        let device = reader.find_device(&by.devices(), user).await?;
        drop(reader);
        if let Some(first_hash) = device {
            let who = format!("{} {first_hash:?}", user.0);
            let bucket = self.limiter.bucket(Rule::LogInByDevice, &who);
            return self.limiter.charge([bucket], now).await;
        }
        let name = self
            .limiter
            .bucket(Rule::LogInByName, &credentials.name_key);
        let address = self
            .limiter
            .bucket(Rule::LogInByAddress, &by.rate_limit_key());
        self.limiter.charge([name, address], now).await
    }

    /// Replaces a hash of old parameters, now that the password is known. A login does
    /// not fail for it.
    async fn rehash(&self, user: UserId, password: &Password, old: Option<String>) {
        let Some(old) = old.filter(|old| self.passwords.is_outdated(old)) else {
            return;
        };
        if let Ok(new) = self.passwords.hash(password).await {
            let rehashed = self.store.write((old, new), move |tx, (old, new)| {
                Box::pin(async move { tx.rehash_password(user, old, new).await })
            });
            if let Err(error) = rehashed.await {
                tracing::warn!(?error, "a password hash could not be renewed");
            }
        }
    }
}

/// The stored hash. One that no password can belong to is for the operator to mend; to
/// whoever logs in it is a wrong password.
pub fn stored_hash(login: &Login) -> Option<String> {
    let hash = login.password_hash.clone()?;
    if let Err(error) = verifiable(&hash) {
        let user = login.user.0;
        tracing::error!(user, %error, "the stored password hash of a user cannot be verified");
    }
    Some(hash)
}

pub fn proof(login: &Login) -> Authenticated {
    Authenticated {
        user: login.user,
        password_version: login.password_version,
        second: SecondShown::No,
    }
}
