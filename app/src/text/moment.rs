//! Points in time, as far as all languages share them.

use crate::profile::rules::date::Date;

/// Timestamp for the `datetime` of a `<time>`.
pub fn machine_time(ms: i64) -> String {
    let (day, hour, minute) = split_moment(ms);
    format!("{day}T{hour:02}:{minute:02}Z")
}

/// Day, hour and minute in UTC of milliseconds since 1970. The server does not know
/// the reader's time zone, so a page names the one it uses.
pub(super) fn split_moment(ms: i64) -> (Date, i64, i64) {
    let minutes = ms.div_euclid(60_000);
    let minute = minutes.rem_euclid(24 * 60);
    (Date::at(ms), minute / 60, minute % 60)
}
