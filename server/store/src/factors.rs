//! The tables of second factors: `authenticator_apps`, `passkeys`, `recovery_codes`,
//! `used_challenges` and `site_key`, and what the tables of users and devices say of them.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::SecretHash;
use crate::failure::Result;

#[async_trait]
pub trait Factors: Send {
    /// Everything that a user can show, and what was said of it. `None` without such a user.
    async fn factors_of(&mut self, user: UserId) -> Result<Option<FactorRows>>;

    /// Returns whether a user has a second factor.
    async fn has_second(&mut self, user: UserId) -> Result<bool>;

    /// Puts the secret of an app in the place of one that was never confirmed. `false` if there is
    /// one that was.
    async fn prepare_app(&mut self, user: UserId, secret: &[u8], now: i64) -> Result<bool>;

    /// Confirms the app of that secret by a code of that step. `false` if there is none to be
    /// confirmed.
    async fn confirm_app(
        &mut self,
        user: UserId,
        secret: &[u8],
        step: i64,
        now: i64,
    ) -> Result<bool>;

    /// Accepts the code of a step. `false` if that one or a later one was accepted before.
    async fn use_step(&mut self, user: UserId, step: i64, now: i64) -> Result<bool>;

    /// Removes the app. `false` if there was none that was confirmed.
    async fn remove_app(&mut self, user: UserId) -> Result<bool>;

    /// Puts a new set of recovery codes in the place of the one before.
    async fn set_recovery_codes(&mut self, user: UserId, hashes: &[String], now: i64)
    -> Result<()>;

    /// Strikes a recovery code. `false` if it was used before, or is of an older set.
    async fn use_recovery_code(
        &mut self,
        user: UserId,
        number: i64,
        hash: &str,
        now: i64,
    ) -> Result<bool>;

    /// Adds a passkey. `false` if the credential is known, as whosever it is.
    async fn add_passkey(&mut self, passkey: NewPasskey) -> Result<bool>;

    /// The passkey of a credential, with its user, if they may log in.
    async fn find_passkey(&mut self, credential_id: &[u8]) -> Result<Option<(UserId, PasskeyRow)>>;

    /// Notes that a passkey was used, and its counter. `false` if it is no longer the `old` one.
    async fn use_passkey(&mut self, id: i64, old: &str, new: &str, now: i64) -> Result<bool>;

    /// Removes a passkey of a user. Returns its name; `None` if they have no such one.
    async fn remove_passkey(&mut self, user: UserId, id: i64) -> Result<Option<String>>;

    /// Notes that a challenge was answered. `false` if it was before.
    async fn use_challenge(&mut self, challenge: &SecretHash, expires_at: i64) -> Result<bool>;

    /// Forgets challenges that would not count any more anyway.
    async fn sweep_challenges(&mut self, now: i64) -> Result<()>;

    /// Asks for no second factor in a browser of a user until then.
    async fn trust_device(
        &mut self,
        device: &SecretHash,
        user: UserId,
        browser: &str,
        until: i64,
    ) -> Result<()>;

    /// Returns whether one of these browsers is trusted for a user.
    async fn is_trusted(&mut self, devices: &[SecretHash], user: UserId, now: i64) -> Result<bool>;

    /// The browsers of a user that are trusted, the one used last first.
    async fn trusted_devices(&mut self, user: UserId, now: i64) -> Result<Vec<TrustedRow>>;

    /// Trusts no browser of a user any more; or only that one whose first id's hash begins with
    /// these bytes. Returns how many.
    async fn distrust(&mut self, user: UserId, which: Option<&[u8]>) -> Result<u64>;

    /// Says when the second factors of a user are removed; `None` for not at all. `false` if that
    /// was said before.
    async fn end_factors_at(&mut self, user: UserId, at: Option<i64>) -> Result<bool>;

    /// The users whose second factors are to be removed by now.
    async fn factors_due(&mut self, now: i64) -> Result<Vec<UserId>>;

    /// Removes every second factor and recovery code of a user.
    async fn remove_factors(&mut self, user: UserId) -> Result<()>;

    /// The fingerprint of the key of the site.
    async fn site_key(&mut self) -> Result<Option<Vec<u8>>>;

    /// Notes the fingerprint of the key of the site, where none is noted. Returns the one that
    /// counts.
    async fn set_site_key(&mut self, fingerprint: &SecretHash) -> Result<Vec<u8>>;

    /// The users with an app that was confirmed.
    async fn users_with_app(&mut self) -> Result<Vec<UserId>>;

    /// Notes the fingerprint of another key, and removes the apps, whose secrets only the key
    /// before opens. Returns how many.
    async fn replace_site_key(&mut self, fingerprint: &SecretHash) -> Result<u64>;

    /// Counts the apps, and the passkeys.
    async fn count_factors(&mut self) -> Result<FactorCounts>;

    /// Counts members of a stored role without a second factor who may log in.
    async fn count_without_second(&mut self, role: Option<&str>) -> Result<i64>;
}

/// Everything that a user can show.
pub struct FactorRows {
    pub has_password: bool,
    pub password_version: i64,
    /// The time when the second factors are removed.
    pub end_at: Option<i64>,
    pub app: Option<AppRow>,
    /// The oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// By their number.
    pub recovery: Vec<RecoveryRow>,
}

impl FactorRows {
    /// The app, if it was confirmed.
    pub fn confirmed_app(&self) -> Option<&AppRow> {
        self.app.as_ref().filter(|app| app.confirmed_at.is_some())
    }

    /// Returns whether the user has a second factor.
    pub fn has_second(&self) -> bool {
        self.confirmed_app().is_some() || !self.passkeys.is_empty()
    }
}

/// An app that makes codes.
pub struct AppRow {
    /// Encrypted.
    pub secret: Vec<u8>,
    pub confirmed_at: Option<i64>,
    pub last_step: i64,
    pub last_used_at: Option<i64>,
}

pub struct PasskeyRow {
    pub id: i64,
    pub credential_id: Vec<u8>,
    /// In JSON.
    pub credential: String,
    pub name: String,
    /// True if it can log in alone.
    pub verifies: bool,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
}

pub struct RecoveryRow {
    pub number: i64,
    pub hash: String,
    pub created_at: i64,
    pub used_at: Option<i64>,
}

/// A passkey that is to be added.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    pub user: UserId,
    pub credential_id: Vec<u8>,
    pub credential: String,
    pub name: String,
    pub verifies: bool,
    pub now: i64,
}

/// A browser in which no second factor is asked for.
pub struct TrustedRow {
    /// The hash of its first id.
    pub first_hash: Vec<u8>,
    pub browser: String,
    pub until: i64,
}

/// Numbers of second factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorCounts {
    pub apps: i64,
    pub passkeys: i64,
}
