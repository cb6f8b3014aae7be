//! The world's numbering plans: whether a phone number can exist, and how it is
//! dialled. The browser checks only the format; the plans are too large for it.

use app::{
    backend::Phones,
    profile::rules::{value::Phone, violation::Violation},
};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

/// An implementation of [`Phones`] on libphonenumber's data, as of the built-in crate's release.
#[derive(Debug, Clone, Copy)]
pub struct NumberingPlans;

impl Phones for NumberingPlans {
    fn check(&self, phone: &Phone) -> Result<Phone, Violation> {
        Ok(Phone {
            e164: dialled(&phone.e164).ok_or(Violation::NotAPhoneNumber)?,
            ..phone.clone()
        })
    }
}

/// The number unchanged if it is valid, else without a prefix that is dialled only inside the
/// country.
///
/// The order matters: the library alone strips a trunk prefix first, and the premium numbers
/// of Belarus, `+375 810 …`, are invalid without it.
fn dialled(e164: &str) -> Option<String> {
    let parsed = PHONE_NUMBER_UTIL.parse(e164, None).ok()?;
    let as_it_stands = national(e164, parsed.country_code);
    let numbers = as_it_stands.into_iter().chain([parsed]);
    let number = numbers.into_iter().find(PhoneNumber::is_valid)?;
    Some(number.format_as(PhoneNumberFormat::E164).into_owned())
}

fn national(e164: &str, country_code: i32) -> Option<PhoneNumber> {
    let national = e164.strip_prefix(&format!("+{country_code}"))?;
    let zeros = national.bytes().take_while(|digit| *digit == b'0').count();
    Some(PhoneNumber {
        country_code,
        national_number: national.parse().ok()?,
        italian_leading_zero: (zeros > 0).then_some(true),
        number_of_leading_zeros: i32::try_from(zeros).ok().filter(|zeros| *zeros > 1),
        ..PhoneNumber::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::profile::rules::{date::Date, kind::Kind, value::Value};

    /// Reads a typed number as the form does: its format, then the numbering plans.
    fn keep(typed: &str) -> Result<Phone, Violation> {
        let today = Date::new(2026, 11, 28).unwrap();
        match Kind::Phone.parse(typed, today)? {
            Some(Value::Phone(phone)) => NumberingPlans.check(&phone),
            other => panic!("{typed}: {other:?}"),
        }
    }

    /// Numbers of every region and type; `tests/phones/numbers.py` writes them.
    const VALID: &str = include_str!("../tests/phones/valid.tsv");
    const INVALID: &str = include_str!("../tests/phones/invalid.tsv");
    const SPELLED: &str = include_str!("../tests/phones/spelled.tsv");

    /// Ranges that were opened in the week before the table was made, and that the
    /// crate does not have yet. To be emptied when it does.
    const NEWER_THAN_THE_CRATE: [&str; 2] = ["+59393", "+26375"];

    #[test]
    fn every_countrys_numbers_are_taken_and_dialled_as_they_are() {
        let mut refused = Vec::new();
        let mut count = 0;
        for line in VALID.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let &[region, kind, numbers] = columns.as_slice() else {
                panic!("{line}");
            };
            for number in numbers.split(' ') {
                count += 1;
                let kept = keep(number).map(|phone| phone.e164);
                if kept.as_deref() != Ok(number)
                    && !NEWER_THAN_THE_CRATE
                        .iter()
                        .any(|range| number.starts_with(range))
                {
                    refused.push(format!("{region} {kind} {number}: {kept:?}"));
                }
            }
        }
        assert!(count > 10_000, "{count}");
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }

    #[test]
    fn a_number_that_no_plan_has_is_refused() {
        let numbers = INVALID.lines().filter_map(|line| line.split_once('\t'));
        let numbers = numbers.flat_map(|(_, numbers)| numbers.split(' '));
        let taken: Vec<&str> = numbers.filter(|number| keep(number).is_ok()).collect();
        assert!(taken.is_empty(), "{taken:?}");
    }

    #[test]
    fn each_spelling_of_a_number_is_that_number_and_stays_as_it_was_typed() {
        let mut wrong = Vec::new();
        for (number, spelled) in SPELLED.lines().filter_map(|line| line.split_once('\t')) {
            if NEWER_THAN_THE_CRATE
                .iter()
                .any(|range| number.starts_with(range))
            {
                continue;
            }
            let without_plus = &spelled[1..];
            let (code, rest) = without_plus.split_once(' ').unwrap_or(("", without_plus));
            let wide = |c: char| match c {
                '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
                _ => c,
            };
            let arabic = |c: char| match c.to_digit(10) {
                Some(digit) => char::from_u32(0x660 + digit).unwrap(),
                None => c,
            };
            for typed in [
                spelled.to_owned(),
                format!("00{without_plus}"),
                format!("00 {without_plus}"),
                format!("+{code} ({rest})"),
                spelled.replace(' ', "\u{A0}"),
                spelled.replace(' ', "."),
                spelled.replace([' ', '-'], "/"),
                spelled.replace('-', "\u{2011}"),
                spelled.replace('-', "\u{2013}"),
                spelled.chars().map(wide).collect(),
                spelled.chars().map(arabic).collect(),
            ] {
                let kept = keep(&typed).map(|phone| (phone.e164, phone.typed));
                let expected = Ok((number.to_owned(), typed));
                if kept != expected {
                    wrong.push(format!("{kept:?} is not {expected:?}"));
                }
            }
            let link = format!("tel:{}", spelled.replace(' ', "-"));
            let dialled = keep(&format!("{link};ext=89")).map(|phone| phone.dialled());
            if dialled != Ok(format!("{number};ext=89")) {
                wrong.push(format!("{link}: {dialled:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_number_is_one_that_a_plan_has_in_the_form_that_is_dialled() {
        for (typed, dialled) in [
            ("+49 431 8800", Ok("+494318800")),
            ("+49 0431 8800", Ok("+494318800")),
            ("+44 (0)20 7946 0958", Ok("+442079460958")),
            // The zero is part of the number.
            ("+39 06 1234 5678", Ok("+390612345678")),
            // St Petersburg's code, 812, is not 12 after the trunk prefix 8.
            ("+7 812 336 99 97", Ok("+78123369997")),
            ("+7 800 555-35-35", Ok("+78005553535")),
            ("+7 8 812 336 99 97", Ok("+78123369997")),
            // A premium number of Belarus, where 8, 80 and 810 are prefixes too.
            ("+375 810 603 0000", Ok("+3758106030000")),
            ("+1 202 555 0123", Ok("+12025550123")),
            ("+123456789012345", Err(Violation::NotAPhoneNumber)),
            ("+999 1234 5678", Err(Violation::NotAPhoneNumber)),
            ("+49 1234", Err(Violation::NotAPhoneNumber)),
        ] {
            let kept = keep(typed).map(|phone| phone.e164);
            assert_eq!(kept, dialled.map(str::to_owned), "{typed}");
        }
    }
}
