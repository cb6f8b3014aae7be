//! The table `limits`: the buckets of rate limits.

use async_trait::async_trait;

use crate::{bucket::Bucket, failure::Result, tables::Tables};

#[async_trait]
pub trait Limits: Send {
    /// Returns the time at which a bucket is empty again; `None` if nothing was counted in it.
    async fn free_at(&mut self, bucket: &Bucket) -> Result<Option<i64>>;

    /// Counts one try if there is room for it, in a single statement: concurrent tries are counted
    /// only as far as there is room. Returns `false` if the bucket is full.
    async fn count_try(&mut self, bucket: &Bucket, now: i64) -> Result<bool>;

    /// Makes room for one more try.
    async fn give_back(&mut self, bucket: &Bucket) -> Result<()>;

    /// Deletes the buckets that are empty.
    async fn sweep_limits(&mut self, now: i64) -> Result<()>;
}

/// Tries to be counted, all at one time.
#[derive(Debug, Clone)]
pub struct Tries {
    pub buckets: Vec<Bucket>,
    pub now: i64,
}

impl Tries {
    /// Returns a try at `now` in each bucket that is not `None`.
    pub fn of(buckets: impl IntoIterator<Item = Option<Bucket>>, now: i64) -> Tries {
        Tries {
            buckets: buckets.into_iter().flatten().collect(),
            now,
        }
    }

    pub fn none() -> Tries {
        Tries::of([], 0)
    }

    /// Counts one try in each bucket, or in none if one of them is full.
    ///
    /// # Errors
    /// [`AppError::TooMany`](app::error::AppError::TooMany)
    pub async fn count(&self, tables: &mut dyn Tables) -> Result<()> {
        for (at, bucket) in self.buckets.iter().enumerate() {
            if tables.count_try(bucket, self.now).await? {
                continue;
            }
            for counted in &self.buckets[..at] {
                tables.give_back(counted).await?;
            }
            bucket.tell();
            let free_at = tables.free_at(bucket).await?;
            return Err(bucket.refusal(free_at, self.now).into());
        }
        Ok(())
    }

    /// Gives back the tries that were counted.
    pub async fn give_back(&self, tables: &mut dyn Tables) -> Result<()> {
        for bucket in &self.buckets {
            tables.give_back(bucket).await?;
        }
        Ok(())
    }
}
