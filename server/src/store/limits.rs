//! The table `limits`: what was tried, and how often.

use async_trait::async_trait;

use super::failure::Result;
use crate::limits::bucket::Bucket;

#[async_trait]
pub trait Limits: Send {
    /// The time at which a bucket is all free again; `None` if it is.
    async fn free_at(&mut self, bucket: &Bucket) -> Result<Option<i64>>;

    async fn set_free_at(&mut self, bucket: &Bucket, free_at: i64) -> Result<()>;

    /// Makes room for one more try.
    async fn give_back(&mut self, bucket: &Bucket) -> Result<()>;

    /// Forgets the buckets that are all free.
    async fn sweep_limits(&mut self, now: i64) -> Result<()>;
}
