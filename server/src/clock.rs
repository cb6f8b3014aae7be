//! The clock, as a value that tests can set.

use app::profile::rules::date::HOUR_MS;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The system's clock, or a fixed one.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

/// The beginning of 2026. A clock before it is wrong, because this program did not exist then:
/// a timestamp that looks like the future is in fact in the past.
pub const EARLIEST: i64 = 1_767_225_600_000;

/// Formats a time in milliseconds since 1970-01-01 UTC as RFC 3339.
pub fn rfc3339(ms: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    let text = at.ok().and_then(|at| at.format(&Rfc3339).ok());
    text.unwrap_or_default()
}

/// The offset of the time zone where each day begins first, Kiribati's Line Islands.
const LATEST_ZONE_MS: i64 = 14 * HOUR_MS;

impl Clock {
    pub fn system() -> Clock {
        Clock(None)
    }

    /// A clock that stays at `ms` until it is advanced.
    pub fn fixed(ms: i64) -> Clock {
        Clock(Some(Arc::new(AtomicI64::new(ms))))
    }

    /// Advances a fixed clock; does nothing to the system clock.
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
