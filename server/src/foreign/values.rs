//! Conversion of other programs' values into those of our forms.

use app::{
    backend::Phones,
    form::Form,
    profile::rules::{
        audience::audience_key,
        date::Date,
        kind::{Kind, SelectOption},
        patch::Patch,
        schema::Schema,
        violation::Violation,
    },
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::phones::NumberingPlans;

/// A value that violates the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub item: String,
    pub value: String,
    pub violation: Violation,
}

/// Reads values of items of a profile, each independently. Empty values are skipped and leave the
/// item unchanged. Values that violate the rules are in the findings instead of the patch.
pub fn patch_of<'a>(
    schema: &Schema,
    items: impl IntoIterator<Item = (&'a str, &'a str)>,
    today: Date,
) -> (Patch, Vec<Finding>) {
    let (mut patch, mut findings) = (Patch::default(), Vec::new());
    for (item, value) in items {
        if value.trim().is_empty() {
            continue;
        }
        let form = form_of(schema, item, value);
        let read = Patch::parse(schema, &form, today);
        let read = read.and_then(|mut read| {
            read.check_phones(|phone| NumberingPlans.check(phone))?;
            Ok(read)
        });
        match read {
            Ok(read) => patch.extend(read),
            Err(violations) => {
                let found = violations.iter().map(|(_, violation)| Finding {
                    item: item.to_owned(),
                    value: value.to_owned(),
                    violation: violation.clone(),
                });
                findings.extend(found);
            }
        }
    }
    (patch, findings)
}

/// The form with one item, as its control would send it.
fn form_of(schema: &Schema, item: &str, value: &str) -> Form {
    let mut form = Form::default();
    let kind = schema.field(item).map(|field| &field.kind);
    if audience_key(item).is_some() {
        form.push(item, value.trim().to_lowercase());
        return form;
    }
    match kind {
        Some(Kind::Choices { options, .. }) => {
            let keys = value.split([';', ',', '\n']).map(str::trim);
            for key in keys.filter(|key| !key.is_empty()) {
                form.push(item, option(options, key));
            }
        }
        Some(Kind::Choice { options }) => form.push(item, option(options, value.trim())),
        Some(Kind::Bool) => form.push(item, yes_or_no(value).unwrap_or(value)),
        Some(Kind::Date { .. }) => form.push(item, day(value)),
        Some(Kind::Number { .. }) => {
            // A whole number that a spreadsheet has written with a fraction of zeros.
            let whole = value.trim().split_once('.');
            let whole = whole.filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
            form.push(item, whole.map_or(value, |(whole, _)| whole));
        }
        _ => form.push(item, value),
    }
    form
}

/// The key of an option that is given by its key or its label.
fn option<'a>(options: &'a [SelectOption], named: &'a str) -> &'a str {
    let is_key = options.iter().any(|option| option.key == named);
    let label = |option: &&SelectOption| option.label.to_lowercase() == named.to_lowercase();
    match options.iter().find(label) {
        Some(option) if !is_key => &option.key,
        _ => named,
    }
}

/// Normalises a flag as other programs spell it.
pub fn yes_or_no(text: &str) -> Option<&'static str> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "on" => Some("yes"),
        "no" | "n" | "false" | "f" | "0" | "off" => Some("no"),
        _ => None,
    }
}

/// The date part of a timestamp.
fn day(text: &str) -> &str {
    let text = text.trim();
    let is_iso = text.as_bytes().get(..10).is_some_and(|start| {
        start.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    });
    match text.as_bytes().get(10) {
        Some(b'T' | b' ') if is_iso => &text[..10],
        _ => text,
    }
}

/// Parses a time into milliseconds since 1970-01-01 UTC: RFC 3339, also with a space between date
/// and time, or without an offset for UTC. A date alone means the start of that day.
pub fn time(text: &str) -> Option<i64> {
    let mut text = text.trim().replacen(' ', "T", 1);
    if text.len() == 10 {
        text.push_str("T00:00:00");
    }
    // Add the seconds that a spreadsheet has dropped.
    if text.len() == 16 {
        text.push_str(":00");
    }
    let time = text.get(11..)?;
    if !time.contains(['Z', '+', '-']) {
        text.push('Z');
    }
    let at = OffsetDateTime::parse(&text, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_databases_and_spreadsheets_are_read() {
        for (text, expected) in [
            ("1970-01-02T00:00:00Z", Some(86_400_000)),
            ("1970-01-02 00:00:00.250000", Some(86_400_250)),
            ("1970-01-02T01:00:00+01:00", Some(86_400_000)),
            ("1970-01-02 00:00", Some(86_400_000)),
            ("1970-01-02", Some(86_400_000)),
            ("2.1.1970", None),
            ("", None),
            ("1970-13-02T00:00:00Z", None),
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
    }

    #[test]
    fn a_time_is_a_day_where_one_is_asked_for() {
        for (text, expected) in [
            ("1990-02-03T00:00:00Z", "1990-02-03"),
            ("1990-02-03 12:00:00", "1990-02-03"),
            ("1990-02-03", "1990-02-03"),
            ("3 February 1990", "3 February 1990"),
        ] {
            assert_eq!(day(text), expected);
        }
    }
}
