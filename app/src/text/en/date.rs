//! Dates in English: day, month name, year; no reader mistakes 3/2 for 2/3.

use crate::profile::Date;

pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub const DAY: &str = "Day";
pub const MONTH: &str = "Month";
pub const YEAR: &str = "Year";

/// "3 February 1990"
pub fn date(date: Date) -> String {
    format!(
        "{} {} {}",
        date.day(),
        MONTHS[usize::from(date.month()) - 1],
        date.year()
    )
}

/// "3 February 1990, 14:05 UTC", of milliseconds since 1970. The server does not
/// know the reader's time zone, so it says which one it means.
pub fn moment(ms: i64) -> String {
    let (day, hour, minute) = split(ms);
    format!("{}, {hour:02}:{minute:02} UTC", date(day))
}

/// The same for a `<time>`'s `datetime`.
pub fn machine_time(ms: i64) -> String {
    let (day, hour, minute) = split(ms);
    format!("{day}T{hour:02}:{minute:02}Z")
}

fn split(ms: i64) -> (Date, i64, i64) {
    let minutes = ms.div_euclid(60_000);
    let day = Date::from_days(minutes.div_euclid(24 * 60));
    let minute = minutes.rem_euclid(24 * 60);
    (day, minute / 60, minute % 60)
}

/// The number of a month by its name, or by the start of it: `February`, `feb`.
pub fn month_number(name: &str) -> Option<u8> {
    let starts = |month: &str| {
        month
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let index = MONTHS
        .iter()
        .position(|month| name.len() >= 3 && starts(month))?;
    u8::try_from(index + 1).ok()
}
