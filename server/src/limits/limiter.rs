//! The limits at work: what counts a try, and what gives it back.

use app::error::AppError;
use sha2::{Digest, Sha256};
use std::sync::Arc;

use super::{Limits, Rule};
use store::{Store, bucket::Bucket, limits::Tries};

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

    /// Counts one try in each bucket, or in none if one of them is full, apart from what is
    /// tried.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    pub async fn charge<const N: usize>(
        &self,
        tries: [Option<Bucket>; N],
        now: i64,
    ) -> Result<Charged, AppError> {
        let tries = Tries::of(tries, now);
        if tries.buckets.is_empty() {
            return Ok(Charged(tries));
        }
        // Asked by a reader first: a flood that is refused does not hold up the writer.
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

    /// Refunds a try that should not count.
    pub async fn give_back(&self, charged: Charged) {
        if charged.0.buckets.is_empty() {
            return;
        }
        let give_back = self
            .store
            .write_singly(charged.0, |tx, tries| Box::pin(tries.give_back(tx)));
        // Not worth a refusal: the try counts for an hour, and that is all.
        let _ = give_back.await;
    }
}

/// The tries that [`Limiter::charge`] has counted.
#[must_use]
pub struct Charged(Tries);
