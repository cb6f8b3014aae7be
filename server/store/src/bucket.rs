//! A bucket of tries: how full it is, and until when.

use app::error::AppError;

/// A bucket: one rule, for one client, user or name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub rule: &'static str,
    pub who: [u8; 16],
    /// Milliseconds until one more try is free.
    pub interval: i64,
    /// Milliseconds until all of it is free again.
    pub period: i64,
}

/// Names of limits that everybody shares.
const SHARED: [&str; 1] = ["mail.site"];

/// A clock is set back by so much now and then, in milliseconds: five minutes. A
/// bucket that is full stays so.
const CORRECTION: i64 = 5 * 60 * 1000;

impl Bucket {
    /// Says in the log that the bucket is full, if everybody shares it: then it is
    /// who runs the site that has to look.
    pub fn tell(&self) {
        if SHARED.contains(&self.rule) {
            tracing::warn!(
                limit = self.rule,
                "a limit for the whole site is reached, and requests are refused"
            );
        }
    }

    /// The times that decide over a try at `now`.
    pub fn bounds(&self, now: i64) -> Bounds {
        Bounds {
            full_after: now + self.period - self.interval,
            latest: now + self.period + CORRECTION,
        }
    }

    /// Refuses a try at `now` if there is no room for it.
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

    /// The refusal of a try at `now`, with the time until there is room for one.
    pub fn refusal(&self, free_at: Option<i64>, now: i64) -> AppError {
        let Bounds { full_after, .. } = self.bounds(now);
        // By now there may be room.
        let wait = free_at.map_or(1, |free_at| (free_at - full_after).max(1));
        AppError::TooMany {
            // Rounded up: a moment too early is refused again.
            seconds: u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX),
        }
    }
}

/// Times at which a bucket is all free again, and what they mean for one more try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// After this time, the bucket is full.
    pub full_after: i64,
    /// No try leads beyond this time. What lies there was written when the clock was ahead,
    /// or under another limit, and counts as nothing: taken for a full bucket it would stay
    /// one until that clock's time, for a refusal writes nothing.
    pub latest: i64,
}
