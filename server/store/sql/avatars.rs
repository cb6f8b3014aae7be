//! Statements of the table `avatars`.

use app::{account::types::user::UserId, profile::rules::picture::Picture};
use async_trait::async_trait;

use super::{failed, picture_hash};
use crate::engine::Connection;
use store::{
    avatars::{Avatars, NewPicture},
    failure::Result,
};

#[async_trait]
impl Avatars for Connection {
    async fn add_picture(&mut self, picture: NewPicture<'_>) -> Result<()> {
        sqlx::query!(
            "INSERT INTO avatars (user_id, hash, kept_until, small, medium, large)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            picture.owner.0,
            picture.hash,
            picture.kept_until,
            picture.small,
            picture.medium,
            picture.large,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("avatars.add_picture"))
    }

    async fn picture(&mut self, owner: UserId, hash: &str, size: u32) -> Result<Option<Vec<u8>>> {
        let size = i64::from(size);
        let [large, medium, small] = Picture::SIZES.map(i64::from);
        sqlx::query_scalar!(
            "SELECT CASE CAST($3 AS BIGINT) WHEN $4 THEN small WHEN $5 THEN medium ELSE large END
                 AS \"bytes!: Vec<u8>\"
             FROM avatars WHERE user_id = $1 AND hash = $2 AND CAST($3 AS BIGINT) IN ($4, $5, $6)",
            owner.0,
            hash,
            size,
            small,
            medium,
            large,
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("avatars.picture"))
    }

    async fn pictures_of(&mut self, owner: UserId) -> Result<Vec<String>> {
        sqlx::query_scalar!("SELECT hash FROM avatars WHERE user_id = $1", owner.0)
            .fetch_all(&mut **self)
            .await
            .map_err(failed("avatars.pictures_of"))
    }

    async fn has_picture(&mut self, owner: UserId, hash: &str) -> Result<bool> {
        sqlx::query_scalar!(
            "SELECT EXISTS (SELECT 1 FROM avatars WHERE user_id = $1 AND hash = $2)
                 AS \"kept!: bool\"",
            owner.0,
            hash,
        )
        .fetch_one(&mut **self)
        .await
        .map_err(failed("avatars.has_picture"))
    }

    async fn current_picture(&mut self, owner: UserId) -> Result<Option<String>> {
        let hash = sqlx::query_scalar!(
            "SELECT avatar_hash FROM profiles WHERE user_id = $1",
            owner.0
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("avatars.current_picture"))?;
        Ok(hash.flatten())
    }

    async fn retire_pictures(&mut self, owner: UserId, kept_until: i64, most: u32) -> Result<()> {
        sqlx::query!(
            "UPDATE avatars SET kept_until = CASE
                 WHEN hash IS NOT DISTINCT FROM
                     (SELECT avatar_hash FROM profiles WHERE user_id = $1)
                 THEN NULL ELSE coalesce(kept_until, $2) END
             WHERE user_id = $1",
            owner.0,
            kept_until,
        )
        .execute(&mut **self)
        .await
        .map_err(failed("avatars.retire_pictures"))?;
        sqlx::query!(
            "DELETE FROM avatars WHERE user_id = $1 AND kept_until IS NOT NULL AND hash NOT IN
                 (SELECT hash FROM avatars WHERE user_id = $1 AND kept_until IS NOT NULL
                  ORDER BY kept_until DESC LIMIT $2)",
            owner.0,
            i64::from(most),
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("avatars.retire_pictures"))
    }

    async fn erase_earlier_picture(&mut self, owner: UserId, value: &str) -> Result<()> {
        let Some(hash) = picture_hash(value) else {
            return Ok(());
        };
        sqlx::query!(
            "DELETE FROM avatars WHERE user_id = $1 AND hash = $2 AND kept_until IS NOT NULL",
            owner.0,
            hash,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("avatars.erase_earlier_picture"))
    }

    async fn sweep_pictures(&mut self, now: i64) -> Result<u64> {
        sqlx::query!(
            // Should a profile name one of them all the same, that one stays.
            "DELETE FROM avatars WHERE kept_until <= $1 AND NOT EXISTS
                 (SELECT 1 FROM profiles WHERE profiles.user_id = avatars.user_id
                  AND avatar_hash = hash)",
            now
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected())
        .map_err(failed("avatars.sweep_pictures"))
    }
}
