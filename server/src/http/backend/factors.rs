//! Second factors, for the pages.
//!
//! The first step of a login and the seed of recovery codes reach the next page in cookies that
//! live for some minutes: the former sealed with the key of the site, the latter of no use to
//! anyone but its owner, and shown once.

use app::{
    account::types::{
        second::{
            AppSetup, Ceremony, FactorAct, FactorOutcome, OwnFactors, PasskeyAnswer, Proof,
            SecondRule,
        },
        user::{User, UserId},
    },
    backend::{self, SessionOutcome},
    error::AppError,
};
use async_trait::async_trait;
use axum::http::{header, request::Parts};
use leptos::prelude::with_context;

use super::{PageAccounts, requester, response};
use crate::http::qr;
use crate::{
    accounts::{
        factors::{Confirmed, FactorChange},
        passkeys::Question,
        second::Pending,
        session::Begun,
    },
    cookies::Cookie,
    secret::Secret,
};

/// Lifetime of the cookie with the seed of recovery codes, in seconds.
const CODES_SECONDS: i64 = 60;

/// Lifetime of the cookie with the first step of a login, in seconds.
const FIRST_STEP_SECONDS: i64 = 10 * 60;

impl PageAccounts {
    /// Sets the cookies of a login.
    pub(super) fn set_begun(&self, begun: Begun) -> Result<SessionOutcome, AppError> {
        match begun {
            Begun::Session(started) => {
                self.set_session(&started.id)?;
                self.set_device(&started.device)?;
                Ok(started.outcome)
            }
            Begun::SecondNeeded(sealed) => {
                let cookie = self
                    .cookies
                    .set(Cookie::FirstStep, &sealed, FIRST_STEP_SECONDS);
                response()?.append_header(header::SET_COOKIE, cookie);
                Ok(SessionOutcome::SecondNeeded)
            }
        }
    }

    /// The pending login of this browser, whose user has entered the password. Cookies of different
    /// users are ignored, as with sessions.
    fn find_pending(&self) -> Option<Pending> {
        let sent = |request: &Parts| self.cookies.first_steps(&request.headers);
        let sealed = with_context(sent)?;
        let mut found = sealed
            .iter()
            .filter_map(|sealed| self.accounts.pending(sealed, self.clock.now()));
        let first = found.next()?;
        found.all(|other| other.user == first.user).then_some(first)
    }

    fn hand_on(&self, seed: Option<Secret>) -> Result<FactorOutcome, AppError> {
        let Some(seed) = seed else {
            return Ok(FactorOutcome::Done);
        };
        let cookie = self
            .cookies
            .set(Cookie::Codes, &seed.encode(), CODES_SECONDS);
        response()?.append_header(header::SET_COOKIE, cookie);
        Ok(FactorOutcome::MadeCodes)
    }
}

#[async_trait]
impl backend::Factors for PageAccounts {
    fn rule(&self) -> SecondRule {
        self.accounts.second_rule
    }

    fn takes_passkeys(&self) -> bool {
        self.accounts.relying_party.is_some()
    }

    async fn own(&self, user: UserId) -> Result<OwnFactors, AppError> {
        self.accounts.factors(user, self.clock.now()).await
    }

    async fn change(
        &self,
        user: UserId,
        act: FactorAct,
        end_others: bool,
    ) -> Result<FactorOutcome, AppError> {
        let (by, now, accounts) = (requester(), self.clock.now(), &self.accounts);
        let change = FactorChange { user, end_others };
        match act {
            FactorAct::PrepareApp => accounts.prepare_app(user, now).await?,
            FactorAct::ConfirmApp(code) => {
                return match accounts.confirm_app(change, &code, &by, now).await? {
                    Confirmed::Added(seed) => self.hand_on(seed),
                    Confirmed::Wrong => Ok(FactorOutcome::Wrong),
                    Confirmed::ClockOff(minutes) => Ok(FactorOutcome::ClockOff(minutes)),
                };
            }
            FactorAct::RemoveApp => accounts.remove_app(change, &by, now).await?,
            FactorAct::AddPasskey { name, answer } => {
                let added = accounts
                    .add_passkey(change, name, &answer, &by, now)
                    .await?;
                return match added {
                    Some(seed) => self.hand_on(seed),
                    None => Ok(FactorOutcome::Wrong),
                };
            }
            FactorAct::RemovePasskey(id) => accounts.remove_passkey(change, id, &by, now).await?,
            FactorAct::RenewCodes => {
                let seed = accounts.renew_recovery_codes(user, &by, now).await?;
                return self.hand_on(Some(seed));
            }
            FactorAct::RemovePassword => accounts.remove_password(change, &by, now).await?,
            FactorAct::Distrust(handle) => accounts.distrust(user, &handle, &by, now).await?,
            FactorAct::Keep => accounts.keep_factors(user, &by, now).await?,
        }
        Ok(FactorOutcome::Done)
    }

    async fn app_setup(&self, user: &User) -> Result<Option<(AppSetup, String)>, AppError> {
        let Some(setup) = self.accounts.app_setup(user).await? else {
            return Ok(None);
        };
        let qr = qr::draw(&setup.url).map_err(|error| {
            tracing::error!(%error, "the secret of an app is too long for a QR code");
            AppError::Internal
        })?;
        Ok(Some((setup, qr)))
    }

    async fn ask_passkey(&self, user: Option<UserId>) -> Result<Ceremony, AppError> {
        let question = user.map_or(Question::LogIn, Question::Confirm);
        self.accounts.ask_passkey(question, self.clock.now()).await
    }

    async fn ask_new_passkey(&self, user: &User) -> Result<Ceremony, AppError> {
        self.accounts.ask_new_passkey(user, self.clock.now()).await
    }

    async fn check(&self, user: UserId, proof: Proof) -> Result<bool, AppError> {
        self.accounts
            .check_second(user, proof, &requester(), self.clock.now())
            .await
    }

    fn pending(&self) -> Option<UserId> {
        self.find_pending().map(|pending| pending.user)
    }

    async fn finish_log_in(
        &self,
        proof: Proof,
        trust: bool,
    ) -> Result<Option<SessionOutcome>, AppError> {
        let pending = self.find_pending().ok_or(AppError::NotLoggedIn)?;
        let response = response()?;
        let (by, now) = (requester(), self.clock.now());
        let begun = self
            .accounts
            .finish_log_in(pending, proof, trust, &by, now)
            .await?;
        let Some(begun) = begun else {
            return Ok(None);
        };
        let gone = self.cookies.set(Cookie::FirstStep, "", 0);
        response.append_header(header::SET_COOKIE, gone);
        self.set_begun(begun).map(Some)
    }

    async fn log_in_by_passkey(
        &self,
        answer: PasskeyAnswer,
    ) -> Result<Option<SessionOutcome>, AppError> {
        let (by, now) = (requester(), self.clock.now());
        let begun = self.accounts.log_in_by_passkey(answer, &by, now).await?;
        begun.map(|begun| self.set_begun(begun)).transpose()
    }
}
