//! Statements of the table `devices`.

use app::account::types::user::UserId;
use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{SecretHash, devices::Devices, failure::Result};

#[async_trait]
impl Devices for Connection {
    async fn find_device(
        &mut self,
        devices: &[SecretHash],
        user: UserId,
    ) -> Result<Option<Vec<u8>>> {
        for device in devices {
            let device = &device[..];
            let known = sqlx::query_scalar!(
                "SELECT coalesce(first_hash, id_hash) AS \"first_hash!: Vec<u8>\" FROM devices
                 WHERE id_hash = $1 AND user_id = $2",
                device,
                user.0
            )
            .fetch_optional(&mut **self)
            .await
            .map_err(failed("devices.find_device"))?;
            if known.is_some() {
                return Ok(known);
            }
        }
        Ok(None)
    }

    async fn know_device(
        &mut self,
        device: &SecretHash,
        before: &[SecretHash],
        user: UserId,
        now: i64,
    ) -> Result<()> {
        let device = &device[..];
        for before in before {
            let before = &before[..];
            // Two of them may know the same user; one is enough.
            sqlx::query!(
                "UPDATE devices SET first_hash = coalesce(first_hash, id_hash), id_hash = $1
                 WHERE id_hash = $2 AND NOT EXISTS (SELECT 1 FROM devices AS renamed
                     WHERE renamed.id_hash = $1 AND renamed.user_id = devices.user_id)",
                device,
                before,
            )
            .execute(&mut **self)
            .await
            .map_err(failed("devices.know_device"))?;
            sqlx::query!("DELETE FROM devices WHERE id_hash = $1", before)
                .execute(&mut **self)
                .await
                .map_err(failed("devices.know_device"))?;
        }
        sqlx::query!(
            "INSERT INTO devices (id_hash, user_id, last_seen_at) VALUES ($1, $2, $3)
             ON CONFLICT (id_hash, user_id) DO UPDATE SET last_seen_at = excluded.last_seen_at",
            device,
            user.0,
            now,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("devices.know_device"))
    }

    async fn sweep_devices(&mut self, since: i64) -> Result<()> {
        sqlx::query!("DELETE FROM devices WHERE last_seen_at < $1", since)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("devices.sweep_devices"))
    }

    async fn keep_newest_devices(&mut self, user: UserId, most: u32) -> Result<()> {
        sqlx::query!(
            "DELETE FROM devices WHERE user_id = $1 AND id_hash NOT IN
                 (SELECT id_hash FROM devices WHERE user_id = $1
                  ORDER BY last_seen_at DESC LIMIT $2)",
            user.0,
            i64::from(most),
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("devices.keep_newest_devices"))
    }

    async fn set_devices_back(&mut self, now: i64, tomorrow: i64, trusted: i64) -> Result<()> {
        sqlx::query!(
            "UPDATE devices SET
                 trusted_until = CASE WHEN trusted_until > $3 THEN $3 ELSE trusted_until END,
                 last_seen_at = $1
             WHERE last_seen_at > $2",
            now,
            tomorrow,
            trusted,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("devices.set_devices_back"))
    }
}
