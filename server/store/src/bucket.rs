//! The bucket of a rate limit: how full it is, and until when.

use app::error::AppError;

/// The bucket of one rule, for one client, user or name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub rule: &'static str,
    pub who: [u8; 16],
    /// The milliseconds until room for one try becomes free.
    pub interval: i64,
    /// The milliseconds until a full bucket is empty again.
    pub period: i64,
}

/// The rules whose bucket is shared by the whole site.
const SHARED: [&str; 1] = ["mail.site"];

/// The size of an occasional clock correction, in milliseconds: five minutes. A full bucket stays
/// full when the clock is set back by that much.
const CORRECTION: i64 = 5 * 60 * 1000;

impl Bucket {
    /// Logs that the bucket is full if the whole site shares it, because the operator has to act on
    /// it.
    pub fn tell(&self) {
        if SHARED.contains(&self.rule) {
            tracing::warn!(
                limit = self.rule,
                "a limit for the whole site is reached, and requests are refused"
            );
        }
    }

    /// Returns the times that decide about a try at `now`.
    pub fn bounds(&self, now: i64) -> Bounds {
        Bounds {
            full_after: now + self.period - self.interval,
            latest: now + self.period + CORRECTION,
        }
    }

    /// Rejects a try at `now` if there is no room for it.
    ///
    /// # Errors
    /// [`AppError::TooMany`]
    pub fn check(&self, free_at: Option<i64>, now: i64) -> Result<(), AppError> {
        let Bounds { full_after, latest } = self.bounds(now);
        match free_at {
            Some(free_at) if free_at > full_after && free_at <= latest => {
                Err(self.refusal(Some(free_at), now))
            }
            _ => Ok(()),
        }
    }

    /// Returns the error for a rejected try at `now`, with the time until there is room for one.
    pub fn refusal(&self, free_at: Option<i64>, now: i64) -> AppError {
        let Bounds { full_after, .. } = self.bounds(now);
        // There may be room by now.
        let wait = free_at.map_or(1, |free_at| (free_at - full_after).max(1));
        AppError::TooMany {
            // Rounded up: a try that is a moment too early would be rejected again.
            seconds: u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX),
        }
    }
}

/// Bounds of the time at which a bucket is empty again, which decide about one more try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// A bucket that is empty only after this time is full.
    pub full_after: i64,
    /// No try leads beyond this time. A later time was written when the clock was ahead, or under
    /// another limit, and is ignored. Otherwise the bucket would count as full until the clock
    /// reaches that time, because a rejected try writes nothing.
    pub latest: i64,
}
