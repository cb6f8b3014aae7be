//! Parsing of dates as people type them, in any language.
//!
//! Separate from `date`, because the names of months are in `text`, which depends on dates.

use super::{date::Date, violation::Violation};
use crate::{
    text,
    unicode::{ascii_digits, half_width},
};

/// The separators between the parts of a date, with the hyphens and commas of other
/// keyboards.
const SEPARATORS: &str = "-./,‐‑‒–—−،、";

impl Date {
    /// Parses `1990-02-03`, `3 2 1990`, `3.2.1990`, `3/2/1990` and `3 February 1990`: year first as
    /// in ISO 8601, or day first. The month may be a name.
    pub fn parse(text: &str) -> Result<Date, Violation> {
        let text = half_width(text);
        let text = ascii_digits(&text);
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

    /// Parses a date that was typed into three inputs.
    pub fn from_parts(day: &str, month: &str, year: &str) -> Result<Date, Violation> {
        // In German, "27." is a day, and "Feb." a month.
        let parts = [day, month, year].map(half_width);
        let parts = parts.each_ref();
        let [day, month, year] = parts
            .map(|part| part.trim().trim_end_matches('.').trim_end())
            .map(ascii_digits);
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
        // "90" is not a year: it may mean 1990 or 2090.
        if year.len() != 4 {
            return Err(Violation::NotADate);
        }
        let (Ok(day), Ok(month)) = (u8::try_from(day), u8::try_from(month)) else {
            return Err(Violation::NoSuchDay);
        };
        Date::new(i32::from(year_number), month, day).ok_or(Violation::NoSuchDay)
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Date::parse(&text).map_err(|_| "not a date as YYYY-MM-DD")
    }
}
