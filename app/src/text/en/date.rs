//! Dates in English: day, month name, year; no reader mistakes 3/2 for 2/3.

use crate::{
    profile::rules::date::Date,
    text::{moment::split_moment, words::words},
};

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

words! {
    day: "Day",
    month: "Month",
    year: "Year",
}

/// "3 February 1990"
pub fn date(date: Date) -> String {
    format!(
        "{} {} {}",
        date.day(),
        MONTHS[usize::from(date.month()) - 1],
        date.year()
    )
}

/// "February 1990"
pub fn month_and_year(date: Date) -> String {
    format!("{} {}", MONTHS[usize::from(date.month()) - 1], date.year())
}

/// "3 February 1990, 14:05 UTC", for milliseconds since 1970. The server does not
/// know the reader's time zone, so the text names the one it uses.
pub fn moment(ms: i64) -> String {
    let (day, hour, minute) = split_moment(ms);
    format!("{}, {hour:02}:{minute:02} UTC", date(day))
}
