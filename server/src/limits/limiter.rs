//! Application of the limits: charging attempts, and refunding them.

use app::error::AppError;
use sha2::{Digest, Sha256};
use std::sync::Arc;

use super::{Limits, Rule};
use store::{Store, bucket::Bucket, limits::Tries};

/// Counts attempts against the limits in force.
#[derive(Clone)]
pub struct Limiter {
    pub limits: Arc<Limits>,
    pub store: Store,
}

impl Limiter {
    /// The bucket of `who` for a rule; `None` if the rule is switched off.
    pub fn bucket(&self, rule: Rule, who: &str) -> Option<Bucket> {
        let (rule, rate) = self.limits.find(rule);
        let rate = rate?;
        let mut short = [0; 16];
        short.copy_from_slice(&Sha256::digest(who)[..16]);
        let period = i64::from(rate.seconds) * 1000;
        Some(Bucket {
            rule,
            who: short,
            interval: (period / i64::from(rate.count)).max(1),
            period,
        })
    }

    /// Counts one attempt in each bucket, or in none if one of them is full, in a transaction
    /// separate from that of the attempt.
    ///
    /// # Errors
    /// [`AppError::TooMany`] if a bucket is full.
    pub async fn charge<const N: usize>(
        &self,
        tries: [Option<Bucket>; N],
        now: i64,
    ) -> Result<Charged, AppError> {
        let tries = Tries::of(tries, now);
        if tries.buckets.is_empty() {
            return Ok(Charged(tries));
        }
        // Check with a reader first, so that a flood of refused attempts does not block the writer.
        let mut reader = self.store.reader().await?;
        for bucket in &tries.buckets {
            let room = bucket.check(reader.free_at(bucket).await?, now);
            room.inspect_err(|_| bucket.tell())?;
        }
        drop(reader);
        let count = self.store.write_singly(tries, |tx, tries| {
            Box::pin(async move {
                tries.count(tx).await?;
                Ok(Charged(tries.clone()))
            })
        });
        count.await
    }

    /// Refunds an attempt that should not count.
    pub async fn give_back(&self, charged: Charged) {
        if charged.0.buckets.is_empty() {
            return;
        }
        let give_back = self
            .store
            .write_singly(charged.0, |tx, tries| Box::pin(tries.give_back(tx)));
        // A failure is ignored: the attempt merely counts until the bucket refills.
        let _ = give_back.await;
    }
}

/// The attempts that [`Limiter::charge`] has counted.
#[must_use]
pub struct Charged(Tries);
