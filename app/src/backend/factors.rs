//! The service of second factors.

use async_trait::async_trait;

use super::outcome::SessionOutcome;
use crate::{
    account::types::{
        second::{
            AppSetup, Ceremony, FactorAct, FactorOutcome, OwnFactors, PasskeyAnswer, Proof,
            SecondRule,
        },
        user::{User, UserId},
    },
    error::AppError,
};

/// Second factors.
#[async_trait]
pub trait Factors: Send + Sync {
    fn rule(&self) -> SecondRule;

    /// Returns whether the site supports passkeys, which it does not at an IP address.
    fn takes_passkeys(&self) -> bool;

    /// Returns the second factors of a user.
    async fn own(&self, user: UserId) -> Result<OwnFactors, AppError>;

    /// Changes the second factors of a user, and with `end_others` ends their sessions in other
    /// browsers. New recovery codes are shown on the next page.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for something that does not exist; [`AppError::PlanChanged`] for
    /// something that exists already; [`AppError::Forbidden`] for the removal of the last way to
    /// log in; [`AppError::TooMany`].
    async fn change(
        &self,
        user: UserId,
        act: FactorAct,
        end_others: bool,
    ) -> Result<FactorOutcome, AppError>;

    /// Returns the secret of the app that a user is adding, with its QR code as SVG, or `None` if
    /// they are adding none.
    async fn app_setup(&self, user: &User) -> Result<Option<(AppSetup, String)>, AppError>;

    /// Creates a challenge for the passkeys of a user, or for any passkey.
    async fn ask_passkey(&self, user: Option<UserId>) -> Result<Ceremony, AppError>;

    /// Creates a challenge for a new passkey.
    async fn ask_new_passkey(&self, user: &User) -> Result<Ceremony, AppError>;

    /// Checks a second factor of the user, which then counts as used.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong codes.
    async fn check(&self, user: UserId, proof: Proof) -> Result<bool, AppError>;

    /// Returns the user who has recently entered the password in this browser, but not verified a
    /// second factor yet.
    fn pending(&self) -> Option<UserId>;

    /// Performs the second step of a login, and with `trust` makes this a trusted browser. Returns
    /// `None` if the proof does not verify a second factor of the user.
    ///
    /// # Errors
    /// [`AppError::NotLoggedIn`] if the first step was too long ago; [`AppError::TooMany`].
    async fn finish_log_in(
        &self,
        proof: Proof,
        trust: bool,
    ) -> Result<Option<SessionOutcome>, AppError>;

    /// Logs in with a passkey only. Returns `None` if it is rejected: it is unknown, or has not
    /// verified its user with a PIN, fingerprint or face.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    async fn log_in_by_passkey(
        &self,
        answer: PasskeyAnswer,
    ) -> Result<Option<SessionOutcome>, AppError>;
}
