//! Statements of the table `limits`.

use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{
    bucket::{Bounds, Bucket},
    failure::Result,
    limits::Limits,
};

#[async_trait]
impl Limits for Connection {
    async fn free_at(&mut self, bucket: &Bucket) -> Result<Option<i64>> {
        let who = &bucket.who[..];
        sqlx::query_scalar!(
            "SELECT free_at FROM limits WHERE rule = $1 AND who = $2",
            bucket.rule,
            who
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("limits.free_at"))
    }

    async fn count_try(&mut self, bucket: &Bucket, now: i64) -> Result<bool> {
        let who = &bucket.who[..];
        let Bounds { full_after, latest } = bucket.bounds(now);
        let first = now + bucket.interval;
        sqlx::query!(
            "INSERT INTO limits (rule, who, free_at) VALUES ($1, $2, $3)
             ON CONFLICT (rule, who) DO UPDATE SET free_at = CASE
                 WHEN limits.free_at > $4 AND limits.free_at <= $5 THEN limits.free_at + $6
                 ELSE excluded.free_at END
             WHERE limits.free_at <= $5 OR limits.free_at > $7",
            bucket.rule,
            who,
            first,
            now,
            full_after,
            bucket.interval,
            latest,
        )
        .execute(&mut **self)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(failed("limits.count_try"))
    }

    async fn give_back(&mut self, bucket: &Bucket) -> Result<()> {
        let who = &bucket.who[..];
        sqlx::query!(
            "UPDATE limits SET free_at = free_at - $1 WHERE rule = $2 AND who = $3",
            bucket.interval,
            bucket.rule,
            who,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("limits.give_back"))
    }

    async fn sweep_limits(&mut self, now: i64) -> Result<()> {
        sqlx::query!("DELETE FROM limits WHERE free_at <= $1", now)
            .execute(&mut **self)
            .await
            .map(drop)
            .map_err(failed("limits.sweep_limits"))
    }
}
