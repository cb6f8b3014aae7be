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

    /// The time at which the bucket is all free again after one more try at `now`.
    ///
    /// # Errors
    /// [`AppError::TooMany`] if there is no room for one more.
    pub fn after(&self, free_at: Option<i64>, now: i64) -> Result<i64, AppError> {
        // No try at `now` leads beyond a full bucket. What lies there was written
        // when the clock was ahead, or under another limit, and counts as nothing:
        // taken for a full bucket it would stay one until that clock's time, for a
        // refusal writes nothing.
        let latest = now + self.period + CORRECTION;
        let free_at = free_at.filter(|free_at| *free_at <= latest);
        let free_at = free_at.unwrap_or(now).max(now);
        let next = free_at + self.interval;
        match next - self.period - now {
            ..=0 => Ok(next),
            wait => Err(AppError::TooMany {
                // Rounded up: a moment too early is refused again.
                seconds: u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ten_a_minute() -> Bucket {
        Bucket {
            rule: "test",
            who: [0; 16],
            interval: 6_000,
            period: 60_000,
        }
    }

    #[test]
    fn a_bucket_takes_its_count_at_once_and_then_one_an_interval() {
        let bucket = ten_a_minute();
        let mut free_at = None;
        for _ in 0..10 {
            free_at = Some(bucket.after(free_at, 5).unwrap());
        }
        assert_eq!(
            bucket.after(free_at, 5),
            Err(AppError::TooMany { seconds: 6 })
        );
        assert_eq!(
            bucket.after(free_at, 5_005),
            Err(AppError::TooMany { seconds: 1 })
        );
        let one_more = bucket.after(free_at, 6_005).unwrap();
        assert!(bucket.after(Some(one_more), 6_005).is_err());
        // Long after, all of it again, and no more than all of it.
        let mut free_at = Some(one_more);
        for _ in 0..10 {
            free_at = Some(bucket.after(free_at, 1_000_000).unwrap());
        }
        assert!(bucket.after(free_at, 1_000_000).is_err());
    }

    #[test]
    fn what_a_clock_that_was_ahead_has_written_locks_nobody_out() {
        const HOUR_MS: i64 = 60 * 60 * 1000;
        let bucket = Bucket {
            rule: "test",
            who: [0; 16],
            interval: HOUR_MS / 10,
            period: HOUR_MS,
        };
        let now = 1_000 * HOUR_MS;
        let minute = HOUR_MS / 60;
        // How far the clock was ahead, how often something was tried then, and the
        // minutes until the next try is free once the clock is right. `None`: at once.
        for (ahead, tries, wait) in [
            (0, 10, Some(6)),
            // Set back a little, as by a time server: as full as it was.
            (1, 10, Some(7)),
            (4 * minute, 10, Some(10)),
            (4 * minute, 1, None),
            (30 * minute, 1, None),
            (30 * minute, 5, Some(6)),
            // Beyond what a try at this time could leave.
            (30 * minute, 10, None),
            (HOUR_MS, 1, None),
            (3 * HOUR_MS, 10, None),
            (365 * 24 * HOUR_MS, 1, None),
            (365 * 24 * HOUR_MS, 10, None),
        ] {
            let mut free_at = None;
            for _ in 0..tries {
                free_at = Some(bucket.after(free_at, now + ahead).unwrap());
            }
            let asked = bucket.after(free_at, now);
            match wait {
                None => assert!(asked.is_ok(), "{ahead} {tries}: {asked:?}"),
                Some(minutes) => {
                    let Err(AppError::TooMany { seconds }) = asked else {
                        panic!("{ahead} {tries}: {asked:?}");
                    };
                    assert_eq!(seconds.div_ceil(60), minutes, "{ahead} {tries}");
                    // Whoever waits as long as they are told gets through.
                    let later = now + i64::from(seconds) * 1000;
                    assert!(bucket.after(free_at, later).is_ok(), "{ahead} {tries}");
                }
            }
            // And it counts from there on.
            let mut free_at = None;
            for _ in 0..10 {
                free_at = Some(bucket.after(free_at, now).unwrap());
            }
            assert!(bucket.after(free_at, now).is_err());
        }
    }

    #[test]
    fn a_clock_that_is_set_back_a_little_again_and_again_frees_no_full_bucket() {
        let bucket = ten_a_minute();
        let mut free_at = None;
        for _ in 0..10 {
            free_at = Some(bucket.after(free_at, 1_000_000).unwrap());
        }
        for back in [1, 10, 1_000, 60_000, 200_000, CORRECTION] {
            assert!(bucket.after(free_at, 1_000_000 - back).is_err(), "{back}");
        }
    }
}
