//! The limits at work: what counts a try, and what gives it back.

use app::error::AppError;
use sha2::{Digest, Sha256};
use std::sync::Arc;

use super::{Limits, Rule, bucket::Bucket};
use crate::store::{Store, failure::Result, tables::Tables};

/// Counts tries against the limits in force.
#[derive(Clone)]
pub struct Limiter {
    pub limits: Arc<Limits>,
    pub store: Store,
}

impl Limiter {
    /// The bucket of a rule; `None` where the rule is switched off.
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

    /// Counts one try in each bucket, or in none if one of them is full, in a transaction
    /// of its own.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    pub async fn charge<const N: usize>(
        &self,
        tries: [Option<Bucket>; N],
        now: i64,
    ) -> std::result::Result<Charged, AppError> {
        let buckets: Vec<Bucket> = tries.into_iter().flatten().collect();
        if buckets.is_empty() {
            return Ok(Charged(buckets));
        }
        // Asked by a reader first: a flood that is refused does not hold up the writer.
        let mut reader = self.store.reader().await?;
        for bucket in &buckets {
            let after = bucket.after(reader.free_at(bucket).await?, now);
            after.inspect_err(|_| bucket.tell())?;
        }
        drop(reader);
        let charge = self.store.write((buckets, now), |tx, (buckets, now)| {
            Box::pin(async move {
                for bucket in buckets {
                    charge(tx, Some(bucket), *now).await?;
                }
                tx.sweep_limits(*now).await?;
                Ok(Charged(buckets.clone()))
            })
        });
        charge.await
    }

    /// Refunds a try that should not count.
    pub async fn give_back(&self, charged: Charged) {
        if charged.0.is_empty() {
            return;
        }
        let give_back = self.store.write(charged.0, |tx, buckets| {
            Box::pin(async move {
                for bucket in buckets {
                    tx.give_back(bucket).await?;
                }
                Ok(())
            })
        });
        // Not worth a refusal: the try counts for an hour, and that is all.
        let _ = give_back.await;
    }
}

/// The tries that [`Limiter::charge`] has counted.
#[must_use]
pub struct Charged(Vec<Bucket>);

/// Counts one try, if it is limited, in the transaction of what is tried.
///
/// # Errors
/// [`AppError::TooMany`] if the bucket is full.
pub async fn charge(tx: &mut dyn Tables, bucket: Option<&Bucket>, now: i64) -> Result<()> {
    let Some(bucket) = bucket else {
        return Ok(());
    };
    let next = bucket.after(tx.free_at(bucket).await?, now);
    let next = next.inspect_err(|_| bucket.tell())?;
    tx.set_free_at(bucket, next).await
}
