//! Second factors of a user who is logged in: adding, removing, and notifying.

use app::{
    account::types::{
        event::EventKind,
        password::Password,
        second::{AppSetup, Code, PasskeyAnswer},
        user::{User, UserId},
    },
    error::AppError,
    text::mail::MailKind,
};

use super::{
    Accounts, codes,
    notices::tell,
    passkeys::LONGEST_MS,
    requester::Requester,
    second::{app_purpose, own},
    session::parse_handle,
};
use crate::{limits::Rule, secret::Secret};
use store::{
    events::Event, factors::FactorRows, failure::Result as Done, sessions::SessionSelector,
    tables::Tables,
};

/// The maximum number of passkeys per user.
const MOST_PASSKEYS: usize = 20;

/// The author and circumstances of a change of second factors.
#[derive(Debug, Clone)]
pub struct FactorChange {
    pub user: UserId,
    /// True if sessions in other browsers end too.
    pub end_others: bool,
}

/// The result of checking the first code of an app.
pub enum Confirmed {
    /// The app was added. Contains the seed of new recovery codes, if none were left.
    Added(Option<Secret>),
    Wrong,
    /// The clock of the app is ahead by this number of minutes, or behind if negative.
    ClockOff(i64),
}

impl Accounts {
    /// Prepares a secret for an app, which takes effect once a code of it is confirmed.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if there is an app already.
    pub async fn prepare_app(&self, user: UserId, now: i64) -> Result<(), AppError> {
        let sealed = self.key.seal(&app_purpose(user), &codes::new_secret()?)?;
        let prepared = self.store.write(sealed, move |tx, sealed| {
            Box::pin(async move { tx.prepare_app(user, sealed, now).await })
        });
        match prepared.await? {
            true => Ok(()),
            false => Err(AppError::PlanChanged),
        }
    }

    /// Returns the secret of the app that a user is adding, or `None` if none was prepared.
    pub async fn app_setup(&self, user: &User) -> Result<Option<AppSetup>, AppError> {
        let rows = self.store.reader().await?.factors_of(user.id).await?;
        let app = rows.and_then(|rows| rows.app);
        let Some(app) = app.filter(|app| app.confirmed_at.is_none()) else {
            return Ok(None);
        };
        let secret = self.open_app(user.id, &app.secret)?;
        codes::setup(&secret, &self.site_name, &user.username).map(Some)
    }

    /// Adds the app whose secret was prepared, if the code is right.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if no secret was prepared; [`AppError::TooMany`] after too many wrong
    /// codes or changes.
    pub async fn confirm_app(
        &self,
        change: FactorChange,
        code: &Code,
        by: &Requester,
        now: i64,
    ) -> Result<Confirmed, AppError> {
        let user = change.user;
        let Code::App(digits) = code else {
            return Ok(Confirmed::Wrong);
        };
        let bucket = self.bucket_of_codes(user, code, by).await?;
        let charged = self.limiter.charge([bucket], now).await?;
        let rows = self.store.reader().await?.factors_of(user).await?;
        let rows = rows.ok_or(AppError::NotFound)?;
        let app = rows.app.as_ref();
        let app = app.filter(|app| app.confirmed_at.is_none());
        let app = app.ok_or(AppError::NotFound)?;
        let secret = self.open_app(user, &app.secret)?;
        let Some(step) = codes::step_of(&secret, digits, now) else {
            return Ok(match codes::minutes_ahead(&secret, digits, now) {
                Some(minutes) => {
                    self.limiter.give_back(charged).await;
                    Confirmed::ClockOff(minutes)
                }
                None => Confirmed::Wrong,
            });
        };
        self.limiter.give_back(charged).await;
        self.charge_change(user, now).await?;
        let fresh = self.fresh_codes(&rows).await?;
        let (seed, hashes) = fresh.unzip();
        let input = (app.secret.clone(), hashes, change, by.clone());
        let added = self
            .store
            .write(input, move |tx, (sealed, hashes, change, by)| {
                Box::pin(async move {
                    if !tx.confirm_app(user, sealed, step, now).await? {
                        return Err(AppError::NotFound.into());
                    }
                    if let Some(hashes) = hashes {
                        tx.set_recovery_codes(user, hashes, now).await?;
                    }
                    note(tx, EventKind::AppAdded, change, by, now).await
                })
            });
        added.await?;
        Ok(Confirmed::Added(seed))
    }

    /// Removes the app, and also the recovery codes if no second factor is left.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if there is no app.
    pub async fn remove_app(
        &self,
        change: FactorChange,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let remove = self
            .store
            .write((change, by.clone()), move |tx, (change, by)| {
                Box::pin(async move {
                    if !tx.remove_app(change.user).await? {
                        return Err(AppError::NotFound.into());
                    }
                    forget_codes_of_nothing(tx, change.user, now).await?;
                    note(tx, EventKind::AppRemoved, change, by, now).await
                })
            });
        remove.await
    }

    /// Adds a passkey, given its response. Returns `None` if the response is invalid, and otherwise
    /// the seed of new recovery codes, if none were left.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if the passkey was added already, its challenge was used before,
    /// or there are too many passkeys; [`AppError::TooMany`] after too many changes.
    pub async fn add_passkey(
        &self,
        change: FactorChange,
        name: String,
        answer: &PasskeyAnswer,
        by: &Requester,
        now: i64,
    ) -> Result<Option<Option<Secret>>, AppError> {
        let user = change.user;
        let Some((passkey, challenge)) = self.read_new_passkey(user, name, answer, now)? else {
            return Ok(None);
        };
        self.charge_change(user, now).await?;
        let rows = self.store.reader().await?.factors_of(user).await?;
        let rows = rows.ok_or(AppError::NotFound)?;
        let fresh = self.fresh_codes(&rows).await?;
        let (seed, hashes) = fresh.unzip();
        let input = (passkey, challenge, hashes, change, by.clone());
        let added = self.store.write(
            input,
            move |tx, (passkey, challenge, hashes, change, by)| {
                Box::pin(async move {
                    let rows = tx.factors_of(user).await?;
                    let has_room = rows.is_some_and(|rows| rows.passkeys.len() < MOST_PASSKEYS);
                    let is_new = tx.use_challenge(challenge, now + LONGEST_MS).await?;
                    if !has_room || !is_new || !tx.add_passkey(passkey.clone()).await? {
                        return Err(AppError::PlanChanged.into());
                    }
                    if let Some(hashes) = hashes {
                        tx.set_recovery_codes(user, hashes, now).await?;
                    }
                    note(tx, EventKind::PasskeyAdded, change, by, now).await
                })
            },
        );
        added.await?;
        Ok(Some(seed))
    }

    /// Removes a passkey, and also the recovery codes if no second factor is left.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if there is no such passkey; [`AppError::Forbidden`] if it is the
    /// last way to log in.
    pub async fn remove_passkey(
        &self,
        change: FactorChange,
        id: i64,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let remove = self
            .store
            .write((change, by.clone()), move |tx, (change, by)| {
                Box::pin(async move {
                    let rows = tx.factors_of(change.user).await?;
                    if rows.is_some_and(|rows| !own(&rows).may_remove(id)) {
                        return Err(AppError::Forbidden.into());
                    }
                    if tx.remove_passkey(change.user, id).await?.is_none() {
                        return Err(AppError::NotFound.into());
                    }
                    forget_codes_of_nothing(tx, change.user, now).await?;
                    note(tx, EventKind::PasskeyRemoved, change, by, now).await
                })
            });
        remove.await
    }

    /// Replaces the recovery codes. Returns the new seed.
    ///
    /// # Errors
    /// [`AppError::NotFound`] without a second factor; [`AppError::TooMany`] after too many
    /// changes.
    pub async fn renew_recovery_codes(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<Secret, AppError> {
        self.charge_change(user, now).await?;
        let seed = Secret::random()?;
        let hashes = self.hash_codes(&seed).await?;
        let change = FactorChange {
            user,
            end_others: false,
        };
        let input = (hashes, change, by.clone());
        let renew = self.store.write(input, move |tx, (hashes, change, by)| {
            Box::pin(async move {
                let rows = tx.factors_of(user).await?;
                if !rows.is_some_and(|rows| rows.has_second()) {
                    return Err(AppError::NotFound.into());
                }
                tx.set_recovery_codes(user, hashes, now).await?;
                note(tx, EventKind::RecoveryRenewed, change, by, now).await
            })
        });
        renew.await?;
        Ok(seed)
    }

    /// Removes the password of a user who logs in with a passkey.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] if it is the last way to log in.
    pub async fn remove_password(
        &self,
        change: FactorChange,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let remove = self
            .store
            .write((change, by.clone()), move |tx, (change, by)| {
                Box::pin(async move {
                    let rows = tx.factors_of(change.user).await?;
                    // The address is the way to recover the account if the passkeys are lost.
                    let has_address = tx.email(change.user).await?.is_some();
                    let can = rows.is_some_and(|rows| own(&rows).can_do_without_password());
                    if !can || !has_address {
                        return Err(AppError::Forbidden.into());
                    }
                    tx.reset_password(change.user, None).await?;
                    note(tx, EventKind::PasswordRemoved, change, by, now).await
                })
            });
        remove.await
    }

    /// Stops trusting a browser of the user.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if there is no such trusted browser.
    pub async fn distrust(
        &self,
        user: UserId,
        handle: &str,
        by: &Requester,
        now: i64,
    ) -> Result<(), AppError> {
        let start = parse_handle(handle).ok_or(AppError::NotFound)?;
        let event = Event::own(EventKind::BrowserDistrusted, user, by.client.clone());
        let distrust = self.store.write((start, event), move |tx, (start, event)| {
            Box::pin(async move {
                if tx.distrust(user, Some(start)).await? == 0 {
                    return Err(AppError::NotFound.into());
                }
                tx.note(event, now).await
            })
        });
        distrust.await
    }

    /// Generates a set of recovery codes, with their hashes, for a user who has none left.
    async fn fresh_codes(
        &self,
        rows: &FactorRows,
    ) -> Result<Option<(Secret, Vec<String>)>, AppError> {
        if own(rows).recovery.is_some_and(|set| set.left > 0) {
            return Ok(None);
        }
        let seed = Secret::random()?;
        let hashes = self.hash_codes(&seed).await?;
        Ok(Some((seed, hashes)))
    }

    async fn hash_codes(&self, seed: &Secret) -> Result<Vec<String>, AppError> {
        let codes = codes::recovery_codes(seed).into_iter();
        let codes = codes.map(|code| Password::given(&code.replace('-', "")));
        let codes: Option<Vec<Password>> = codes.collect();
        let codes = codes.ok_or(AppError::Internal)?;
        self.passwords.hash_all(&codes).await
    }

    /// Charges a change of second factors, before any password hashing.
    async fn charge_change(&self, user: UserId, now: i64) -> Result<(), AppError> {
        let bucket = self
            .limiter
            .bucket(Rule::FactorsByUser, &user.0.to_string());
        self.limiter.charge([bucket], now).await.map(drop)
    }
}

/// Deletes recovery codes if no second factor is left.
async fn forget_codes_of_nothing(tx: &mut dyn Tables, user: UserId, now: i64) -> Done<()> {
    let rows = tx.factors_of(user).await?;
    match rows.is_some_and(|rows| rows.has_second()) {
        true => Ok(()),
        false => tx.set_recovery_codes(user, &[], now).await,
    }
}

/// Records a change in its transaction, notifies the user by email, and stops trusting all
/// browsers.
async fn note(
    tx: &mut dyn Tables,
    kind: EventKind,
    change: &FactorChange,
    by: &Requester,
    now: i64,
) -> Done<()> {
    let user = change.user;
    tx.distrust(user, None).await?;
    // A user who adds a factor has used the previous one, so it is not lost; and if the last one is
    // removed, no removal remains pending.
    let rows = tx.factors_of(user).await?;
    let adds = matches!(kind, EventKind::AppAdded | EventKind::PasskeyAdded);
    if adds || !rows.is_some_and(|rows| rows.has_second()) {
        tx.end_factors_at(user, None).await?;
    }
    if change.end_others {
        let others = SessionSelector::AllBut(by.session_id());
        tx.end_sessions(user, &others).await?;
    }
    let detail = kind.to_string();
    tell(tx, user, MailKind::FactorsChanged, Some(&detail), now).await?;
    tx.note(&Event::own(kind, user, by.client.clone()), now)
        .await
}
