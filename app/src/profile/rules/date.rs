//! A calendar date: a day, a month and a year, never a moment.
//!
//! A birthday has no time zone. Stored as a timestamp it moves by a day for
//! half of its readers, so no type here has an hour.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::violation::Violation;
use crate::{text, unicode::half_width};

/// What stands between the parts of a date, the hyphens and commas of other
/// keyboards among them.
const SEPARATORS: &str = "-./,‐‑‒–—−،、";

/// A day of the proleptic Gregorian calendar, in the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(time::Date);

impl Date {
    /// `None` for a day that the calendar does not have.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        let month = time::Month::try_from(month).ok()?;
        let date = time::Date::from_calendar_date(year, month, day).ok()?;
        (1..=9999).contains(&year).then_some(Date(date))
    }

    /// Reads `1990-02-03`, `3 2 1990`, `3.2.1990`, `3/2/1990` and `3 February 1990`:
    /// year first as in ISO 8601, or day first. A month may be named.
    pub fn parse(text: &str) -> Result<Date, Violation> {
        let text = half_width(text);
        let text = text::ascii_digits(&text);
        let parts: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || SEPARATORS.contains(c))
            .filter(|part| !part.is_empty())
            .collect();
        let [first, month, last] = parts[..] else {
            return Err(Violation::NotADate);
        };
        let (year, day) = if first.len() == 4 {
            (first, last)
        } else {
            (last, first)
        };
        Date::from_parts(day, month, year)
    }

    /// Reads a date that was typed into three inputs.
    pub fn from_parts(day: &str, month: &str, year: &str) -> Result<Date, Violation> {
        // "27." is a day in German, and "Feb." a month.
        let parts = [day, month, year].map(half_width);
        let parts = parts.each_ref();
        let [day, month, year] = parts
            .map(|part| part.trim().trim_end_matches('.').trim_end())
            .map(text::ascii_digits);
        let (day, month, year) = (&*day, &*month, &*year);
        if day.is_empty() || month.is_empty() || year.is_empty() {
            return Err(Violation::IncompleteDate);
        }
        let number = |part: &str| {
            let short = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
            short
                .then(|| part.parse::<u16>().ok())
                .flatten()
                .ok_or(Violation::NotADate)
        };
        let month = match text::month_number(month) {
            Some(month) => u16::from(month),
            None => number(month)?,
        };
        let (day, year_number) = (number(day)?, number(year)?);
        // "90" is not a year: 1990 and 2090 are both wrong half of the time.
        if year.len() != 4 {
            return Err(Violation::NotADate);
        }
        let (Ok(day), Ok(month)) = (u8::try_from(day), u8::try_from(month)) else {
            return Err(Violation::NoSuchDay);
        };
        Date::new(i32::from(year_number), month, day).ok_or(Violation::NoSuchDay)
    }

    /// The day so many days after 1970-01-01; that day itself beyond the calendar.
    pub fn from_days(days: i64) -> Date {
        let day = i32::try_from(days)
            .ok()
            .and_then(|days| time::Date::from_julian_day(2_440_588 + days).ok());
        Date(day.unwrap_or(time::Date::from_julian_day(2_440_588).unwrap_or(time::Date::MIN)))
    }

    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// 1 to 12.
    pub fn month(self) -> u8 {
        self.0.month().into()
    }

    pub fn day(self) -> u8 {
        self.0.day()
    }

    /// The same day `years` years earlier; 28 February for the 29th where that
    /// year has none. Never earlier than the year 1.
    #[must_use]
    pub fn years_before(self, years: u16) -> Date {
        let year = (self.year() - i32::from(years)).max(1);
        Date::new(year, self.month(), self.day())
            .or_else(|| Date::new(year, self.month(), 28))
            .expect("every month of every year has a 28th")
    }
}

/// ISO 8601, `1990-02-03`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.year(),
            self.month(),
            self.day()
        )
    }
}

impl From<time::Date> for Date {
    fn from(date: time::Date) -> Self {
        Date(date)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Date::parse(&text).map_err(|_| "not a date as YYYY-MM-DD")
    }
}
