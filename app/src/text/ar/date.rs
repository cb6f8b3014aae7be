//! Dates in Arabic: day, month name, year; no reader mistakes 3/2 for 2/3.

use super::{bidi::left_to_right, number::digits};
use crate::{
    profile::rules::date::Date,
    text::{moment::split_moment, words::words},
};

pub const MONTHS: [&str; 12] = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
];

words! {
    day: "اليوم",
    month: "الشهر",
    year: "السنة",
}

/// "٣ فبراير ١٩٩٠"
pub fn date(date: Date) -> String {
    digits(&format!(
        "{} {} {}",
        date.day(),
        MONTHS[usize::from(date.month()) - 1],
        date.year()
    ))
}

/// "فبراير ١٩٩٠"
pub fn month_and_year(date: Date) -> String {
    digits(&format!(
        "{} {}",
        MONTHS[usize::from(date.month()) - 1],
        date.year()
    ))
}

/// "٣ فبراير ١٩٩٠، ١٤:٠٥ UTC", for milliseconds since 1970. The server does not
/// know the reader's time zone, so the text names the one it uses.
pub fn moment(ms: i64) -> String {
    let (day, hour, minute) = split_moment(ms);
    let time = digits(&format!("{hour:02}:{minute:02}"));
    format!("{}، {time} {}", date(day), left_to_right("UTC"))
}
