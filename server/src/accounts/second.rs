//! Second factors in use: verification, and the second step of a login.

use app::{
    account::types::{
        event::EventKind,
        log_in::{Authenticated, LoginReason, SecondShown},
        password::Password,
        second::{
            AppFactor, Code, OwnFactors, Passkey, PasskeyAnswer, Proof, Recovery, SecondRule,
            TrustedBrowser,
        },
        user::UserId,
    },
    error::AppError,
    text::mail::MailKind,
};

use super::{
    Accounts, codes,
    notices::tell,
    passkeys::Question,
    requester::{Author, Requester},
    session::{Begun, TRUSTED_MS, handle},
};
use crate::{
    limits::Rule,
    site_key::{KeyError, SiteKey},
};
use std::path::Path;
use store::{Store, bucket::Bucket, events::Event, factors::FactorRows};

/// The time limit for the second step of a login, in milliseconds: ten minutes.
const PENDING_MS: i64 = 10 * 60 * 1000;

/// The purpose for which the first step of a login is sealed.
const PENDING: &str = "log in";

/// A user who has entered the password, but no second factor yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    pub user: UserId,
    password_version: i64,
}

impl Accounts {
    /// Returns the second factors of a user.
    pub async fn factors(&self, user: UserId, now: i64) -> Result<OwnFactors, AppError> {
        let mut reader = self.store.reader().await?;
        let rows = reader.factors_of(user).await?.ok_or(AppError::NotFound)?;
        let trusted = reader.trusted_devices(user, now).await?;
        let trusted = trusted.into_iter().map(|row| TrustedBrowser {
            handle: handle(&row.first_hash),
            user_agent: row.browser,
            until: row.until,
        });
        Ok(OwnFactors {
            trusted: trusted.collect(),
            ..own(&rows)
        })
    }

    /// Returns whether a user has a second factor, and does not trust the requester's browser.
    pub(super) async fn asks_for_second(
        &self,
        user: UserId,
        by: &Requester,
        now: i64,
    ) -> Result<bool, AppError> {
        let mut reader = self.store.reader().await?;
        let asks = reader.has_second(user).await?;
        Ok(asks && !reader.is_trusted(&by.devices(), user, now).await?)
    }

    /// Seals the result of the first step of a login, for the browser to keep.
    pub(super) fn seal_pending(&self, proof: Authenticated, now: i64) -> Result<String, AppError> {
        let text = format!("{} {} {now}", proof.user.0, proof.password_version);
        self.key.seal_text(PENDING, &text)
    }

    /// Returns the user who has recently entered the password in this browser.
    pub fn pending(&self, sealed: &str, now: i64) -> Option<Pending> {
        let text = self.key.open_text(PENDING, sealed)?;
        let mut numbers = text.split(' ').map(str::parse);
        let mut next = || numbers.next()?.ok();
        let (user, password_version, at): (i64, i64, i64) = (next()?, next()?, next()?);
        (0..PENDING_MS).contains(&(now - at)).then_some(Pending {
            user: UserId(user),
            password_version,
        })
    }

    /// Completes the second step of a login. Returns `None` if the second factor is wrong.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong codes; the error for a wrong password, if the
    /// password has changed in the meantime.
    pub async fn finish_log_in(
        &self,
        pending: Pending,
        proof: Proof,
        trust: bool,
        by: &Requester,
        now: i64,
    ) -> Result<Option<Begun>, AppError> {
        if !self.check_second(pending.user, proof, by, now).await? {
            return Ok(None);
        }
        let proof = Authenticated {
            user: pending.user,
            password_version: pending.password_version,
            second: SecondShown::Now,
        };
        let begun = self
            .begin_session(proof, LoginReason::LogIn, by, now)
            .await?;
        if let (Begun::Session(started), true) = (&begun, trust) {
            let client = by.client.as_ref();
            let browser = client.map(|client| client.user_agent.clone());
            let input = (started.device.hash(), browser.unwrap_or_default());
            let trusted = self.store.write(input, move |tx, (device, browser)| {
                let until = now + TRUSTED_MS;
                Box::pin(async move { tx.trust_device(device, pending.user, browser, until).await })
            });
            trusted.await?;
        }
        Ok(Some(begun))
    }

    /// Logs in the owner of a passkey that has verified its user, which counts as two factors.
    /// Returns `None` for any other.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong passkeys.
    pub async fn log_in_by_passkey(
        &self,
        answer: PasskeyAnswer,
        by: &Requester,
        now: i64,
    ) -> Result<Option<Begun>, AppError> {
        let bucket = self
            .limiter
            .bucket(Rule::LogInByAddress, &by.rate_limit_key());
        let charged = self.limiter.charge([bucket], now).await?;
        let shown = self.check_passkey(Question::LogIn, answer, now).await;
        if shown.is_err() {
            self.limiter.give_back(charged).await;
            return shown.map(|_| None);
        }
        let Some(shown) = shown?.filter(|shown| shown.verified) else {
            let failed = Event::by_anybody(EventKind::LogInFailed, None, by.client.clone());
            self.note(failed, now).await?;
            return Ok(None);
        };
        self.limiter.give_back(charged).await;
        let proof = Authenticated {
            user: shown.user,
            password_version: shown.password_version,
            second: SecondShown::Now,
        };
        let begun = self.begin_session(proof, LoginReason::LogIn, by, now);
        begun.await.map(Some)
    }

    /// Checks a second factor of the user, which then counts as used.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong codes.
    pub async fn check_second(
        &self,
        user: UserId,
        proof: Proof,
        by: &Requester,
        now: i64,
    ) -> Result<bool, AppError> {
        let bucket = match &proof {
            Proof::Code(code) => self.bucket_of_codes(user, code, by).await?,
            // A signature cannot be guessed.
            Proof::Passkey(_) => None,
        };
        let is_limited = bucket.is_some();
        let charged = self.limiter.charge([bucket], now).await?;
        let shown = match proof {
            Proof::Code(Code::App(code)) => self.use_app_code(user, &code, now).await,
            Proof::Code(Code::Recovery(number, code)) => {
                self.use_recovery_code(user, number, &code, by, now).await
            }
            Proof::Passkey(answer) => {
                let shown = self.check_passkey(Question::Confirm(user), answer, now);
                shown.await.map(|shown| shown.is_some())
            }
        };
        match shown {
            Ok(false) => {
                let failed =
                    Event::by_anybody(EventKind::SecondFailed, Some(user), by.client.clone());
                match is_limited {
                    true => self.note(failed, now).await?,
                    // The number of records is limited, so that endless invalid input cannot fill
                    // the log.
                    false => drop(self.note_refusal(failed, now).await),
                }
            }
            _ => self.limiter.give_back(charged).await,
        }
        shown
    }

    /// Returns the bucket for wrong codes: of this browser, if the user has logged in here before,
    /// or of the user in all other browsers. So guessing elsewhere does not lock the user out here.
    pub(super) async fn bucket_of_codes(
        &self,
        user: UserId,
        code: &Code,
        by: &Requester,
    ) -> Result<Option<Bucket>, AppError> {
        let mut reader = self.store.reader().await?;
        let device = reader.find_device(&by.devices(), user).await?;
        let rule = match (code, &device) {
            (Code::Recovery(..), _) => Rule::RecoveryByUser,
            (Code::App(_), Some(_)) => Rule::SecondByDevice,
            (Code::App(_), None) => Rule::SecondByUser,
        };
        let who = match device {
            Some(first_hash) => format!("{} {first_hash:?}", user.0),
            None => user.0.to_string(),
        };
        Ok(self.limiter.bucket(rule, &who))
    }

    async fn use_app_code(&self, user: UserId, code: &str, now: i64) -> Result<bool, AppError> {
        let mut reader = self.store.reader().await?;
        let rows = reader.factors_of(user).await?;
        drop(reader);
        let Some(app) = rows.as_ref().and_then(FactorRows::confirmed_app) else {
            return Ok(false);
        };
        let secret = self.open_app(user, &app.secret)?;
        let Some(step) = codes::step_of(&secret, code, now) else {
            return Ok(false);
        };
        // If several requests use one code, one succeeds.
        let used = self.store.write((), move |tx, ()| {
            Box::pin(async move { tx.use_step(user, step, now).await })
        });
        used.await
    }

    async fn use_recovery_code(
        &self,
        user: UserId,
        number: u8,
        code: &str,
        by: &Requester,
        now: i64,
    ) -> Result<bool, AppError> {
        let number = i64::from(number);
        let mut reader = self.store.reader().await?;
        let rows = reader.factors_of(user).await?;
        drop(reader);
        let unused = rows.into_iter().flat_map(|rows| rows.recovery);
        let mut unused = unused.filter(|row| row.number == number && row.used_at.is_none());
        let stored = unused.next().map(|row| row.hash);
        let typed = Password::given(code).ok_or(AppError::BadRequest)?;
        // Do the same work even if there is no such code.
        let right = self.passwords.verify(&typed, stored.clone()).await?;
        let Some(hash) = stored.filter(|_| right) else {
            return Ok(false);
        };
        let event = Event::own(EventKind::RecoveryUsed, user, by.client.clone());
        let used = self.store.write((hash, event), move |tx, (hash, event)| {
            Box::pin(async move {
                if !tx.use_recovery_code(user, number, hash, now).await? {
                    return Ok(false);
                }
                let rows = tx.factors_of(user).await?;
                let left = rows.as_ref().and_then(recovery).map_or(0, |set| set.left);
                let left = left.to_string();
                tell(tx, user, MailKind::RecoveryUsed, Some(&left), now).await?;
                tx.note(event, now).await?;
                Ok(true)
            })
        });
        used.await
    }

    /// Decrypts the secret of an app.
    pub(super) fn open_app(&self, user: UserId, sealed: &[u8]) -> Result<Vec<u8>, AppError> {
        self.key.open(&app_purpose(user), sealed).ok_or_else(|| {
            let user = user.0;
            tracing::error!(
                user,
                "the secret of an authenticator app cannot be decrypted with the site key"
            );
            AppError::Internal
        })
    }

    /// Returns whether users of this role need a second factor.
    pub(super) fn needs_second(&self, role: &str) -> bool {
        match self.second_rule {
            SecondRule::Off => false,
            SecondRule::Required => true,
            SecondRule::Optional => {
                let role = self.schema.role(role);
                role.is_some_and(|role| role.second_required)
            }
        }
    }
}

/// Returns the second factors of a user, without the browsers that they trust.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such user.
pub async fn factors_of(store: &Store, user: UserId) -> Result<OwnFactors, AppError> {
    let rows = store.reader().await?.factors_of(user).await?;
    rows.as_ref().map(own).ok_or(AppError::NotFound)
}

/// Returns the purpose for which the secret of an app is sealed.
pub(super) fn app_purpose(user: UserId) -> String {
    format!("app of {}", user.0)
}

/// Returns the second factors of a user, as pages show them.
pub(super) fn own(rows: &FactorRows) -> OwnFactors {
    let app = rows.app.as_ref().and_then(|app| {
        Some(AppFactor {
            added_at: app.confirmed_at?,
            last_used_at: app.last_used_at,
        })
    });
    let passkeys = rows.passkeys.iter().map(|row| Passkey {
        id: row.id,
        name: row.name.clone(),
        verifies: row.verifies,
        added_at: row.created_at,
        last_used_at: row.last_used_at,
    });
    OwnFactors {
        has_password: rows.has_password,
        app,
        passkeys: passkeys.collect(),
        recovery: recovery(rows),
        trusted: Vec::new(),
        end_at: rows.end_at,
    }
}

fn recovery(rows: &FactorRows) -> Option<Recovery> {
    let made_at = rows.recovery.first()?.created_at;
    let unused = rows.recovery.iter().filter(|row| row.used_at.is_none());
    Some(Recovery {
        made_at,
        left: unused.count(),
    })
}

/// A reason why the site does not start: its key is missing, or differs from the one used before.
#[derive(Debug, thiserror::Error)]
pub enum KeyRefused {
    #[error(
        "the site key, which encrypts the secrets of authenticator apps ({apps} of them), is missing. Put the file {file} back, or set site_key. If the key is lost, `silhouette new-key` removes these apps"
    )]
    Missing { apps: i64, file: String },
    #[error(
        "the site key is not the one that this site had before, or that its other nodes have ({apps} authenticator apps are encrypted with that key). Put the right key in {file}, or set site_key. If that key is lost, `silhouette new-key` removes these apps"
    )]
    Another { apps: i64, file: String },
    #[error(transparent)]
    Unusable(#[from] KeyError),
    #[error("cannot compare the site key with the database: {0:?}")]
    Failed(AppError),
}

impl From<AppError> for KeyRefused {
    fn from(error: AppError) -> KeyRefused {
        KeyRefused::Failed(error)
    }
}

/// Returns the site key: the configured one, or that of a file, which is created if it is missing
/// and there are no apps. Records the fingerprint of the key, or compares it with the recorded one.
/// If there are no apps whose secrets are encrypted with the recorded key, the new one takes its
/// place, unless other nodes may share the database.
pub async fn accept_key(
    store: &Store,
    setting: Option<SiteKey>,
    file: &Path,
    is_shared: bool,
) -> Result<SiteKey, KeyRefused> {
    let name = || file.display().to_string();
    let mut reader = store.reader().await.map_err(AppError::from)?;
    let apps = reader.count_factors().await.map_err(AppError::from)?.apps;
    drop(reader);
    let key = match (setting, SiteKey::read(file)) {
        (Some(key), _) => key,
        (None, read) => match read? {
            Some(key) => key,
            None if apps > 0 => return Err(KeyRefused::Missing { apps, file: name() }),
            None => SiteKey::read_or_make(file)?,
        },
    };
    let noted = store.write(key.fingerprint(), move |tx, fingerprint| {
        Box::pin(async move {
            if tx.set_site_key(fingerprint).await? == fingerprint[..] {
                return Ok(None);
            }
            let apps = tx.count_factors().await?.apps;
            if apps == 0 && !is_shared {
                tx.replace_site_key(fingerprint).await?;
                return Ok(None);
            }
            Ok(Some(apps))
        })
    });
    match noted.await? {
        None => Ok(key),
        Some(apps) => Err(KeyRefused::Another { apps, file: name() }),
    }
}

/// Replaces the site key, even if secrets were encrypted with another one: removes the apps of all
/// users, and notifies those who had confirmed theirs. Returns the number of removed apps.
pub async fn replace_key(store: &Store, key: &SiteKey, now: i64) -> Result<u64, AppError> {
    let replace = store.write(key.fingerprint(), move |tx, fingerprint| {
        Box::pin(async move {
            for user in tx.users_with_app().await? {
                tx.distrust(user, None).await?;
                let kind = EventKind::AppRemoved;
                let detail = kind.to_string();
                tell(tx, user, MailKind::FactorsChanged, Some(&detail), now).await?;
                let event = Author::Operator.event(kind, user, None);
                tx.note(&event, now).await?;
            }
            tx.replace_site_key(fingerprint).await
        })
    });
    replace.await
}
