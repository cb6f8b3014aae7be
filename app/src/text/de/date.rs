//! Dates in German: day with a full stop, month name, year.

use crate::{
    profile::rules::date::Date,
    text::{moment::split_moment, words::words},
};

pub const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

words! {
    day: "Tag",
    month: "Monat",
    year: "Jahr",
}

/// "3. Februar 1990"
pub fn date(date: Date) -> String {
    format!(
        "{}. {} {}",
        date.day(),
        MONTHS[usize::from(date.month()) - 1],
        date.year()
    )
}

/// "Februar 1990"
pub fn month_and_year(date: Date) -> String {
    format!("{} {}", MONTHS[usize::from(date.month()) - 1], date.year())
}

/// "3. Februar 1990, 14:05 Uhr UTC", for milliseconds since 1970. The server does
/// not know the reader's time zone, so the text names the one it uses.
pub fn moment(ms: i64) -> String {
    let (day, hour, minute) = split_moment(ms);
    format!("{}, {hour:02}:{minute:02} Uhr UTC", date(day))
}
