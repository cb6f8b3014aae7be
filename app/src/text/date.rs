//! Dates, as far as all languages share them.

use super::{ar, de, en};
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
    let day = Date::from_days(minutes.div_euclid(24 * 60));
    let minute = minutes.rem_euclid(24 * 60);
    (day, minute / 60, minute % 60)
}

/// Number of a month by its name or the start of it, in any of our languages:
/// `February`, `feb`, `Mai`. No name means another month in another language.
pub fn month_number(name: &str) -> Option<u8> {
    // The one letter of these names that has a case and is not ASCII: all that
    // Unicode knows of cases would be an eighth of the wasm.
    let lower = |c: char| match c {
        'Ä' => 'ä',
        // Many type Arabic without these marks on an alif.
        'أ' | 'إ' | 'آ' => 'ا',
        c => c.to_ascii_lowercase(),
    };
    let starts = |month: &str| {
        let mut letters = month.chars().map(lower);
        name.chars().all(|c| letters.next() == Some(lower(c)))
    };
    let index = [en::MONTHS, de::MONTHS, ar::MONTHS]
        .iter()
        .find_map(|months| months.iter().position(|month| starts(month)))?;
    (name.chars().count() >= 3)
        .then_some(index + 1)
        .and_then(|number| u8::try_from(number).ok())
}
