//! Login: checks whether a name and a password belong together.

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

/// The interval at which rejections are sent, counted from the request, as long as any user has a
/// password hash of another program.
const STEP: Duration = Duration::from_secs(2);

impl Accounts {
    /// Returns the user with these credentials. Returns `None` both for an unknown name and for a
    /// wrong password, after the same amount of work.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong attempts; [`AppError::Busy`] if too many
    /// passwords are being checked.
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
            // If either queue is full, reject logins for both: otherwise the response would reveal
            // whose hash is of another program.
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

    /// Delays a rejection as long as any user has a password hash of another program. Checking such
    /// a hash takes many times as long as one of ours, so the response time would reveal whose it
    /// is.
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

    /// Charges a login attempt, before any hashing. On a device where the user has logged in
    /// before, attempts from elsewhere do not count. The name counts as typed, so that the result
    /// does not reveal whose address it is.
    async fn charge_login(
        &self,
        credentials: &Credentials,
        login: Option<&Login>,
        by: &Requester,
        now: i64,
    ) -> Result<Charged, AppError> {
        // Queried for unknown users too, with the id 0.
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

    /// Replaces a hash with outdated parameters, now that the password is known. A failure does not
    /// affect the login.
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

/// Returns the stored hash. An unusable hash is logged for the operator, and counts as a wrong
/// password.
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
