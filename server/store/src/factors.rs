//! The tables of second factors: `authenticator_apps`, `passkeys`, `recovery_codes`,
//! `used_challenges` and `site_key`, and the columns about them in the tables of users and devices.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::SecretHash;
use crate::failure::Result;

#[async_trait]
pub trait Factors: Send {
    /// Returns everything that a user can authenticate with. `None` if there is no such user.
    async fn factors_of(&mut self, user: UserId) -> Result<Option<FactorRows>>;

    /// Returns whether a user has a second factor.
    async fn has_second(&mut self, user: UserId) -> Result<bool>;

    /// Stores the secret of an authenticator app, in the place of one that was never confirmed.
    /// Returns `false` if there is a confirmed one.
    async fn prepare_app(&mut self, user: UserId, secret: &[u8], now: i64) -> Result<bool>;

    /// Confirms the app with a secret by a code for a time step. Returns `false` if there is no
    /// such app to confirm.
    async fn confirm_app(
        &mut self,
        user: UserId,
        secret: &[u8],
        step: i64,
        now: i64,
    ) -> Result<bool>;

    /// Accepts the code of a time step. Returns `false` if the code of that step or a later one has
    /// been accepted before.
    async fn use_step(&mut self, user: UserId, step: i64, now: i64) -> Result<bool>;

    /// Removes the app. Returns `false` if there was no confirmed one.
    async fn remove_app(&mut self, user: UserId) -> Result<bool>;

    /// Replaces the recovery codes with a new set.
    async fn set_recovery_codes(&mut self, user: UserId, hashes: &[String], now: i64)
    -> Result<()>;

    /// Marks a recovery code as used. Returns `false` if it was used before, or belongs to an older
    /// set.
    async fn use_recovery_code(
        &mut self,
        user: UserId,
        number: i64,
        hash: &str,
        now: i64,
    ) -> Result<bool>;

    /// Adds a passkey. Returns `false` if the credential is known already, whoever owns it.
    async fn add_passkey(&mut self, passkey: NewPasskey) -> Result<bool>;

    /// Returns the passkey of a credential, and its user, if the user may log in.
    async fn find_passkey(&mut self, credential_id: &[u8]) -> Result<Option<(UserId, PasskeyRow)>>;

    /// Records that a passkey was used, and its counter. Returns `false` if the stored credential
    /// is no longer `old`.
    async fn use_passkey(&mut self, id: i64, old: &str, new: &str, now: i64) -> Result<bool>;

    /// Removes a passkey of a user. Returns its name; `None` if the user does not have it.
    async fn remove_passkey(&mut self, user: UserId, id: i64) -> Result<Option<String>>;

    /// Records that a challenge was answered. Returns `false` if it had been answered before.
    async fn use_challenge(&mut self, challenge: &SecretHash, expires_at: i64) -> Result<bool>;

    /// Deletes used challenges that have expired.
    async fn sweep_challenges(&mut self, now: i64) -> Result<()>;

    /// Trusts a browser of a user until a given time: no second factor is asked for in it.
    async fn trust_device(
        &mut self,
        device: &SecretHash,
        user: UserId,
        browser: &str,
        until: i64,
    ) -> Result<()>;

    /// Returns whether one of these browsers is trusted for a user.
    async fn is_trusted(&mut self, devices: &[SecretHash], user: UserId, now: i64) -> Result<bool>;

    /// Returns the trusted browsers of a user, the one used last first.
    async fn trusted_devices(&mut self, user: UserId, now: i64) -> Result<Vec<TrustedRow>>;

    /// Stops trusting the browsers of a user, or only the one whose first id's hash begins with
    /// these 16 bytes. Returns their number.
    async fn distrust(&mut self, user: UserId, which: Option<&[u8]>) -> Result<u64>;

    /// Sets when the second factors of a user will be removed; `None` cancels the removal. Returns
    /// `false` if a removal was set already, or none was set to cancel.
    async fn end_factors_at(&mut self, user: UserId, at: Option<i64>) -> Result<bool>;

    /// Returns the users whose second factors are due for removal.
    async fn factors_due(&mut self, now: i64) -> Result<Vec<UserId>>;

    /// Removes every second factor and recovery code of a user.
    async fn remove_factors(&mut self, user: UserId) -> Result<()>;

    /// Returns the fingerprint of the site key.
    async fn site_key(&mut self) -> Result<Option<Vec<u8>>>;

    /// Stores the fingerprint of the site key, unless one is stored already. Returns the one that
    /// is stored.
    async fn set_site_key(&mut self, fingerprint: &SecretHash) -> Result<Vec<u8>>;

    /// Returns the users with a confirmed app.
    async fn users_with_app(&mut self) -> Result<Vec<UserId>>;

    /// Stores the fingerprint of another site key, and removes all apps, whose secrets only the
    /// previous key decrypts. Returns the number of removed apps.
    async fn replace_site_key(&mut self, fingerprint: &SecretHash) -> Result<u64>;

    /// Counts the confirmed apps and the passkeys.
    async fn count_factors(&mut self) -> Result<FactorCounts>;

    /// Counts the members with a stored role who may log in and have no second factor.
    async fn count_without_second(&mut self, role: Option<&str>) -> Result<i64>;
}

/// Everything that a user can authenticate with.
pub struct FactorRows {
    pub has_password: bool,
    pub password_version: i64,
    /// The time at which the second factors will be removed.
    pub end_at: Option<i64>,
    pub app: Option<AppRow>,
    /// In order of creation, oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// In order of their numbers.
    pub recovery: Vec<RecoveryRow>,
}

impl FactorRows {
    /// Returns the app if it is confirmed.
    pub fn confirmed_app(&self) -> Option<&AppRow> {
        self.app.as_ref().filter(|app| app.confirmed_at.is_some())
    }

    /// Returns whether the user has a second factor.
    pub fn has_second(&self) -> bool {
        self.confirmed_app().is_some() || !self.passkeys.is_empty()
    }
}

/// An authenticator app.
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
    /// The credential as JSON.
    pub credential: String,
    pub name: String,
    /// True if it can be used to log in on its own.
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

/// A passkey to be added.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    pub user: UserId,
    pub credential_id: Vec<u8>,
    pub credential: String,
    pub name: String,
    pub verifies: bool,
    pub now: i64,
}

/// A trusted browser.
pub struct TrustedRow {
    /// The hash of its first id.
    pub first_hash: Vec<u8>,
    pub browser: String,
    pub until: i64,
}

/// The number of second factors of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorCounts {
    pub apps: i64,
    pub passkeys: i64,
}
