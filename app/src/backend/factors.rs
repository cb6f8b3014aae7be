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

    /// Returns whether there can be passkeys: not at an IP address.
    fn takes_passkeys(&self) -> bool;

    /// The second factors of a user.
    async fn own(&self, user: UserId) -> Result<OwnFactors, AppError>;

    /// Does something about the own second factors, and ends the sessions in other browsers where
    /// that is said. Recovery codes that were made are for the next page.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for what is not there; [`AppError::PlanChanged`] for what is there
    /// already; [`AppError::Forbidden`] for the last way in; [`AppError::TooMany`].
    async fn change(
        &self,
        user: UserId,
        act: FactorAct,
        end_others: bool,
    ) -> Result<FactorOutcome, AppError>;

    /// The secret of the app that a user is adding, and a QR code of it, as SVG; `None` for none.
    async fn app_setup(&self, user: &User) -> Result<Option<(AppSetup, String)>, AppError>;

    /// A question to the passkeys of a user, or to whatever passkey there is.
    async fn ask_passkey(&self, user: Option<UserId>) -> Result<Ceremony, AppError>;

    /// A question for a new passkey.
    async fn ask_new_passkey(&self, user: &User) -> Result<Ceremony, AppError>;

    /// Returns whether that shows a second factor of the user, which then counts as used.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong codes.
    async fn check(&self, user: UserId, proof: Proof) -> Result<bool, AppError>;

    /// The user who has shown the password in this browser not long ago, and a second factor not
    /// yet.
    fn pending(&self) -> Option<UserId>;

    /// Does the second step of a login, and trusts the browser where that is said. `None` for what
    /// shows no second factor of the user.
    ///
    /// # Errors
    /// [`AppError::NotLoggedIn`] if the first step is too long ago; [`AppError::TooMany`].
    async fn finish_log_in(
        &self,
        proof: Proof,
        trust: bool,
    ) -> Result<Option<SessionOutcome>, AppError>;

    /// Logs in by a passkey alone. `None` for one that is refused: nobody's, or one that has not
    /// asked for a PIN, a finger or a face.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    async fn log_in_by_passkey(
        &self,
        answer: PasskeyAnswer,
    ) -> Result<Option<SessionOutcome>, AppError>;
}
