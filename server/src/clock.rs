//! The time, as a value that a test can set.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use time::OffsetDateTime;

/// Tells the time: the system's, or a fixed one.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

/// The beginning of 2026. A clock that says less is wrong, for this program is
/// younger: what looks as if it were of the future is then of the past.
pub const EARLIEST: i64 = 1_767_225_600_000;

/// The zone where a day begins first, Kiribati's Line Islands.
const LATEST_ZONE_MS: i64 = 14 * 60 * 60 * 1000;

impl Clock {
    pub fn system() -> Clock {
        Clock(None)
    }

    /// Stands still at `ms` until it is moved.
    pub fn fixed(ms: i64) -> Clock {
        Clock(Some(Arc::new(AtomicI64::new(ms))))
    }

    /// Moves a fixed clock; the system's goes on by itself.
    pub fn advance(&self, ms: i64) {
        if let Some(now) = &self.0 {
            now.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub fn now(&self) -> i64 {
        match &self.0 {
            Some(now) => now.load(Ordering::SeqCst),
            None => {
                let since = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            }
        }
    }
}

impl app::backend::Clock for Clock {
    fn today(&self) -> app::profile::rules::date::Date {
        let seconds = (self.now() + LATEST_ZONE_MS) / 1000;
        let latest =
            OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        latest.date().into()
    }
}
