//! The table `limits`.

use app::error::AppError;
use sqlx::SqliteConnection;

use super::{Store, refuse};
use crate::limits::Bucket;

impl Store {
    /// Counts one try in each bucket, in a transaction of its own.
    ///
    /// # Errors
    /// [`AppError::TooMany`] if one of them is full; none of them counts it then.
    pub(crate) async fn charge(&self, buckets: Vec<Bucket>, now: i64) -> Result<(), AppError> {
        // Asked by a reader first: a flood that is refused does not hold up the writer.
        let mut reader = self.readers.acquire().await.map_err(refuse)?;
        for bucket in &buckets {
            let after = bucket.after(free_at(&mut reader, bucket).await?, now);
            after.inspect_err(|_| bucket.tell())?;
        }
        drop(reader);
        self.write(move |tx| {
            Box::pin(async move {
                for bucket in &buckets {
                    charge(&mut *tx, bucket, now).await?;
                }
                sqlx::query!("DELETE FROM limits WHERE free_at <= ?", now)
                    .execute(tx)
                    .await
                    .map(drop)
                    .map_err(refuse)
            })
        })
        .await
    }

    /// Makes room for one more try in each bucket.
    pub(crate) async fn give_back(&self, buckets: Vec<Bucket>) -> Result<(), AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                for bucket in &buckets {
                    let who = &bucket.who[..];
                    sqlx::query!(
                        "UPDATE limits SET free_at = free_at - ? WHERE rule = ? AND who = ?",
                        bucket.interval,
                        bucket.rule,
                        who,
                    )
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// Counts one try, in the transaction of what is tried.
///
/// # Errors
/// [`AppError::TooMany`] if the bucket is full.
pub(crate) async fn charge(
    tx: &mut SqliteConnection,
    bucket: &Bucket,
    now: i64,
) -> Result<(), AppError> {
    let next = bucket.after(free_at(&mut *tx, bucket).await?, now);
    let next = next.inspect_err(|_| bucket.tell())?;
    let who = &bucket.who[..];
    sqlx::query!(
        "INSERT INTO limits (rule, who, free_at) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET free_at = excluded.free_at",
        bucket.rule,
        who,
        next,
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(refuse)
}

async fn free_at(
    connection: &mut SqliteConnection,
    bucket: &Bucket,
) -> Result<Option<i64>, AppError> {
    let who = &bucket.who[..];
    sqlx::query_scalar!(
        "SELECT free_at FROM limits WHERE rule = ? AND who = ?",
        bucket.rule,
        who
    )
    .fetch_optional(connection)
    .await
    .map_err(refuse)
}
