//! Statements of the tables of second factors.

use app::account::types::user::UserId;
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{
    SecretHash,
    factors::{
        AppRow, FactorCounts, FactorRows, Factors, NewPasskey, PasskeyRow, RecoveryRow, TrustedRow,
    },
    failure::Result,
};

#[async_trait]
impl Factors for Connection {
    async fn factors_of(&mut self, user: UserId) -> Result<Option<FactorRows>> {
        let row = sqlx::query!(
            "SELECT password_version, factors_end_at,
                 password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM imported_passwords
                     WHERE user_id = users.id) AS \"has_password!: bool\"
             FROM users WHERE id = $1",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("factors.user"))?;
        let Some(row) = row else {
            return Ok(None);
        };
        let app = sqlx::query_as!(
            AppRow,
            "SELECT secret, confirmed_at, last_step, last_used_at
             FROM authenticator_apps WHERE user_id = $1",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("factors.app"))?;
        let passkeys = sqlx::query_as!(
            PasskeyRow,
            "SELECT id, credential_id, credential, name, verifies AS \"verifies: bool\",
                 created_at, last_used_at
             FROM passkeys WHERE user_id = $1 ORDER BY id",
            user.0
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("factors.passkeys"))?;
        let recovery = sqlx::query_as!(
            RecoveryRow,
            "SELECT number, hash, created_at, used_at
             FROM recovery_codes WHERE user_id = $1 ORDER BY number",
            user.0
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("factors.recovery"))?;
        Ok(Some(FactorRows {
            has_password: row.has_password,
            password_version: row.password_version,
            end_at: row.factors_end_at,
            app,
            passkeys,
            recovery,
        }))
    }

    async fn has_second(&mut self, user: UserId) -> Result<bool> {
        let has = sqlx::query_scalar!(
            "SELECT has_second AS \"has_second: bool\" FROM users WHERE id = $1",
            user.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("factors.has_second"))?;
        Ok(has.unwrap_or_default())
    }

    async fn prepare_app(&mut self, user: UserId, secret: &[u8], now: i64) -> Result<bool> {
        sqlx::query!(
            "INSERT INTO authenticator_apps (user_id, secret, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret,
                 created_at = excluded.created_at
             WHERE authenticator_apps.confirmed_at IS NULL",
            user.0,
            secret,
            now,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("factors.prepare_app"))
    }

    async fn confirm_app(
        &mut self,
        user: UserId,
        secret: &[u8],
        step: i64,
        now: i64,
    ) -> Result<bool> {
        sqlx::query!(
            "UPDATE authenticator_apps SET confirmed_at = $1, last_used_at = $1, last_step = $2
             WHERE user_id = $3 AND secret = $4 AND confirmed_at IS NULL",
            now,
            step,
            user.0,
            secret,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("factors.confirm_app"))
    }

    async fn use_step(&mut self, user: UserId, step: i64, now: i64) -> Result<bool> {
        sqlx::query!(
            "UPDATE authenticator_apps SET last_step = $1, last_used_at = $2
             WHERE user_id = $3 AND last_step < $1 AND confirmed_at IS NOT NULL",
            step,
            now,
            user.0,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("factors.use_step"))
    }

    async fn remove_app(&mut self, user: UserId) -> Result<bool> {
        sqlx::query!(
            "DELETE FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NOT NULL",
            user.0
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("factors.remove_app"))
    }

    async fn set_recovery_codes(
        &mut self,
        user: UserId,
        hashes: &[String],
        now: i64,
    ) -> Result<()> {
        sqlx::query!("DELETE FROM recovery_codes WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map_err(failed("factors.set_recovery_codes"))?;
        for (number, hash) in (0_i64..).zip(hashes) {
            sqlx::query!(
                "INSERT INTO recovery_codes (user_id, number, hash, created_at)
                 VALUES ($1, $2, $3, $4)",
                user.0,
                number,
                hash,
                now,
            )
            .execute(&mut **self)
            .await
            .map_err(failed("factors.set_recovery_codes"))?;
        }
        Ok(())
    }

    async fn use_recovery_code(
        &mut self,
        user: UserId,
        number: i64,
        hash: &str,
        now: i64,
    ) -> Result<bool> {
        sqlx::query!(
            "UPDATE recovery_codes SET used_at = $1
             WHERE user_id = $2 AND number = $3 AND hash = $4 AND used_at IS NULL",
            now,
            user.0,
            number,
            hash,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("factors.use_recovery_code"))
    }

    async fn add_passkey(&mut self, passkey: NewPasskey) -> Result<bool> {
        sqlx::query!(
            "INSERT INTO passkeys (user_id, credential_id, credential, name, verifies, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential_id) DO NOTHING",
            passkey.user.0,
            passkey.credential_id,
            passkey.credential,
            passkey.name,
            passkey.verifies,
            passkey.now,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("factors.add_passkey"))
    }

    async fn find_passkey(&mut self, credential_id: &[u8]) -> Result<Option<(UserId, PasskeyRow)>> {
        let row = sqlx::query!(
            "SELECT user_id, passkeys.id, credential_id, credential, name,
                 verifies AS \"verifies: bool\", passkeys.created_at, last_used_at
             FROM passkeys JOIN users ON users.id = user_id
             WHERE credential_id = $1 AND status = 'active'",
            credential_id
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("factors.find_passkey"))?;
        Ok(row.map(|row| {
            let passkey = PasskeyRow {
                id: row.id,
                credential_id: row.credential_id,
                credential: row.credential,
                name: row.name,
                verifies: row.verifies,
                created_at: row.created_at,
                last_used_at: row.last_used_at,
            };
            (UserId(row.user_id), passkey)
        }))
    }

    async fn use_passkey(&mut self, id: i64, old: &str, new: &str, now: i64) -> Result<bool> {
        sqlx::query!(
            "UPDATE passkeys SET credential = $1, last_used_at = $2
             WHERE id = $3 AND credential = $4",
            new,
            now,
            id,
            old,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("factors.use_passkey"))
    }

    async fn remove_passkey(&mut self, user: UserId, id: i64) -> Result<Option<String>> {
        sqlx::query_scalar!(
            "DELETE FROM passkeys WHERE user_id = $1 AND id = $2 RETURNING name",
            user.0,
            id
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("factors.remove_passkey"))
    }

    async fn use_challenge(&mut self, challenge: &SecretHash, expires_at: i64) -> Result<bool> {
        let challenge = &challenge[..];
        sqlx::query!(
            "INSERT INTO used_challenges (hash, expires_at) VALUES ($1, $2)
             ON CONFLICT (hash) DO NOTHING",
            challenge,
            expires_at,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("factors.use_challenge"))
    }

    async fn sweep_challenges(&mut self, now: i64) -> Result<()> {
        sqlx::query!("DELETE FROM used_challenges WHERE expires_at <= $1", now)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("factors.sweep_challenges"))
    }

    async fn trust_device(
        &mut self,
        device: &SecretHash,
        user: UserId,
        browser: &str,
        until: i64,
    ) -> Result<()> {
        let device = &device[..];
        sqlx::query!(
            "UPDATE devices SET trusted_until = $1, browser = $2
             WHERE id_hash = $3 AND user_id = $4",
            until,
            browser,
            device,
            user.0,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("factors.trust_device"))
    }

    async fn is_trusted(&mut self, devices: &[SecretHash], user: UserId, now: i64) -> Result<bool> {
        for device in devices {
            let device = &device[..];
            let trusted = sqlx::query_scalar!(
                "SELECT trusted_until FROM devices
                 WHERE id_hash = $1 AND user_id = $2 AND trusted_until > $3",
                device,
                user.0,
                now,
            )
            .fetch_optional(&mut **self)
            .await
            .map_err(failed("factors.is_trusted"))?;
            if trusted.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn trusted_devices(&mut self, user: UserId, now: i64) -> Result<Vec<TrustedRow>> {
        sqlx::query_as!(
            TrustedRow,
            "SELECT coalesce(first_hash, id_hash) AS \"first_hash!: Vec<u8>\", browser,
                 trusted_until AS until
             FROM devices WHERE user_id = $1 AND trusted_until > $2
             ORDER BY last_seen_at DESC",
            user.0,
            now,
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("factors.trusted_devices"))
    }

    async fn distrust(&mut self, user: UserId, which: Option<&[u8]>) -> Result<u64> {
        sqlx::query!(
            "UPDATE devices SET trusted_until = 0, browser = ''
             WHERE user_id = $1 AND trusted_until > 0
               AND (substr(coalesce(first_hash, id_hash), 1, 16) = $2 OR $2 IS NULL)",
            user.0,
            which,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected())
        .map_err(failed("factors.distrust"))
    }

    async fn end_factors_at(&mut self, user: UserId, at: Option<i64>) -> Result<bool> {
        let said = match at {
            Some(at) => {
                sqlx::query!(
                    "UPDATE users SET factors_end_at = $1
                     WHERE id = $2 AND factors_end_at IS NULL",
                    at,
                    user.0,
                )
                .execute(&mut **self)
                .await
            }
            None => {
                sqlx::query!(
                    "UPDATE users SET factors_end_at = NULL
                     WHERE id = $1 AND factors_end_at IS NOT NULL",
                    user.0,
                )
                .execute(&mut **self)
                .await
            }
        };
        said.map(|done| done.rows_affected() == 1)
            .map_err(failed("factors.end_factors_at"))
    }

    async fn factors_due(&mut self, now: i64) -> Result<Vec<UserId>> {
        let due = sqlx::query_scalar!(
            "SELECT id FROM users WHERE factors_end_at <= $1 AND factors_end_at IS NOT NULL
             ORDER BY factors_end_at",
            now
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("factors.factors_due"))?;
        Ok(due.into_iter().map(UserId).collect())
    }

    async fn remove_factors(&mut self, user: UserId) -> Result<()> {
        let failed = || failed("factors.remove_factors");
        sqlx::query!("DELETE FROM authenticator_apps WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map_err(failed())?;
        sqlx::query!("DELETE FROM passkeys WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map_err(failed())?;
        sqlx::query!("DELETE FROM recovery_codes WHERE user_id = $1", user.0)
            .execute(&mut **self)
            .await
            .map_err(failed())?;
        sqlx::query!(
            "UPDATE users SET factors_end_at = NULL WHERE id = $1",
            user.0
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed())
    }

    async fn site_key(&mut self) -> Result<Option<Vec<u8>>> {
        sqlx::query_scalar!("SELECT fingerprint FROM site_key")
            .fetch_optional(&mut **self)
            .await
            .map_err(failed("factors.site_key"))
    }

    async fn set_site_key(&mut self, fingerprint: &SecretHash) -> Result<Vec<u8>> {
        let fingerprint = &fingerprint[..];
        sqlx::query!(
            "INSERT INTO site_key (id, fingerprint) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
            fingerprint
        )
        .execute(&mut **self)
        .await
        .map_err(failed("factors.set_site_key"))?;
        sqlx::query_scalar!("SELECT fingerprint FROM site_key")
            .fetch_one(&mut **self)
            .await
            .map_err(failed("factors.set_site_key"))
    }

    async fn users_with_app(&mut self) -> Result<Vec<UserId>> {
        let users = sqlx::query_scalar!(
            "SELECT user_id FROM authenticator_apps WHERE confirmed_at IS NOT NULL ORDER BY user_id"
        )
        .fetch_all(&mut **self)
        .await
        .map_err(failed("factors.users_with_app"))?;
        Ok(users.into_iter().map(UserId).collect())
    }

    async fn replace_site_key(&mut self, fingerprint: &SecretHash) -> Result<u64> {
        let fingerprint = &fingerprint[..];
        sqlx::query!(
            "INSERT INTO site_key (id, fingerprint) VALUES (1, $1)
             ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint",
            fingerprint
        )
        .execute(&mut **self)
        .await
        .map_err(failed("factors.replace_site_key"))?;
        sqlx::query!("DELETE FROM authenticator_apps")
            .execute(&mut **self)
            .await
            .map(|done| done.rows_affected())
            .map_err(failed("factors.replace_site_key"))
    }

    async fn count_factors(&mut self) -> Result<FactorCounts> {
        sqlx::query_as!(
            FactorCounts,
            "SELECT (SELECT count(*) FROM authenticator_apps WHERE confirmed_at IS NOT NULL)
                     AS \"apps!\",
                 (SELECT count(*) FROM passkeys) AS \"passkeys!\""
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("factors.count_factors"))
    }

    async fn count_without_second(&mut self, role: Option<&str>) -> Result<i64> {
        sqlx::query_scalar!(
            "SELECT count(*) AS \"count!\" FROM users
             WHERE role IS NOT DISTINCT FROM $1 AND NOT has_second AND status = 'active'
               AND leaves_at IS NULL AND waits_since IS NULL",
            role
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("factors.count_without_second"))
    }
}
