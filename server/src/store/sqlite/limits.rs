//! The table `limits`, in SQLite.

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::error::failed;
use crate::{
    limits::bucket::Bucket,
    store::{failure::Result, limits::Limits},
};

#[async_trait]
impl Limits for SqliteConnection {
    async fn free_at(&mut self, bucket: &Bucket) -> Result<Option<i64>> {
        let who = &bucket.who[..];
        sqlx::query_scalar!(
            "SELECT free_at FROM limits WHERE rule = $1 AND who = $2",
            bucket.rule,
            who
        )
        .fetch_optional(self)
        .await
        .map_err(failed("limits.free_at"))
    }

    async fn set_free_at(&mut self, bucket: &Bucket, free_at: i64) -> Result<()> {
        let who = &bucket.who[..];
        sqlx::query!(
            "INSERT INTO limits (rule, who, free_at) VALUES ($1, $2, $3)
             ON CONFLICT (rule, who) DO UPDATE SET free_at = excluded.free_at",
            bucket.rule,
            who,
            free_at,
        )
        .execute(self)
        .await
        .map(drop)
        .map_err(failed("limits.set_free_at"))
    }

    async fn give_back(&mut self, bucket: &Bucket) -> Result<()> {
        let who = &bucket.who[..];
        sqlx::query!(
            "UPDATE limits SET free_at = free_at - $1 WHERE rule = $2 AND who = $3",
            bucket.interval,
            bucket.rule,
            who,
        )
        .execute(self)
        .await
        .map(drop)
        .map_err(failed("limits.give_back"))
    }

    async fn sweep_limits(&mut self, now: i64) -> Result<()> {
        sqlx::query!("DELETE FROM limits WHERE free_at <= $1", now)
            .execute(self)
            .await
            .map(drop)
            .map_err(failed("limits.sweep_limits"))
    }
}
