//! A calendar date: a day, a month and a year, without a time.
//!
//! A birthday has no time zone. Stored as a timestamp, it would be off by a day for half of its
//! readers, so no type here has an hour.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of milliseconds in an hour.
pub const HOUR_MS: i64 = 60 * 60 * 1000;

/// The number of milliseconds in a day.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A day of the proleptic Gregorian calendar, in the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(time::Date);

impl Date {
    /// Creates a date. Returns `None` for a day that the calendar does not have, and for a year
    /// outside 1 to 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Date> {
        let month = time::Month::try_from(month).ok()?;
        let date = time::Date::from_calendar_date(year, month, day).ok()?;
        (1..=9999).contains(&year).then_some(Date(date))
    }

    /// Returns the UTC day of a time in milliseconds since 1970-01-01, or 1970-01-01 for a time
    /// beyond the calendar.
    pub fn at(ms: i64) -> Date {
        let day = i32::try_from(ms.div_euclid(DAY_MS))
            .ok()
            .and_then(|days| time::Date::from_julian_day(2_440_588 + days).ok());
        Date(day.unwrap_or(time::Date::from_julian_day(2_440_588).unwrap_or(time::Date::MIN)))
    }

    /// Returns the number of days since 1970-01-01.
    pub fn days(self) -> i64 {
        i64::from(self.0.to_julian_day()) - 2_440_588
    }

    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Returns the month, from 1 to 12.
    pub fn month(self) -> u8 {
        self.0.month().into()
    }

    pub fn day(self) -> u8 {
        self.0.day()
    }

    /// Returns the day `years` years earlier: 28 February for the 29th in a year that does not have
    /// one, and never earlier than the year 1.
    #[must_use]
    pub fn years_before(self, years: u16) -> Date {
        let year = (self.year() - i32::from(years)).max(1);
        Date::new(year, self.month(), self.day())
            .or_else(|| Date::new(year, self.month(), 28))
            .expect("every month of every year has a 28th")
    }
}

/// Formats the date as ISO 8601: `1990-02-03`.
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
