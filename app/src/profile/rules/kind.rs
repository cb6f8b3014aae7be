//! The kinds of field, and how the text of a form becomes a value of each.
//!
//! `Kind::parse` is the only way from text to a [`Value`], which may be stored and shown. It
//! tolerates differences in spelling (spaces, hyphens, a missing `https://`, invisible characters,
//! the digits and full-width forms of other keyboards), and rejects input whose meaning it would
//! have to guess. `app/tests/rules.rs` is its specification, run natively and in wasm.

use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

use super::{
    date::Date,
    length::within,
    picture::Picture,
    value::{Phone, Value, WebUrl, is_host},
    violation::Violation,
};
use crate::unicode::{ascii_digits, half_width, is_direction, is_seen, is_unseen, is_word, tidy};

/// The type of a field, with its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A single line; `max` is in grapheme clusters.
    Text {
        max: usize,
    },
    /// Several lines; `max` is in grapheme clusters.
    LongText {
        max: usize,
    },
    /// A calendar date. With `past`, it is not later than today; with `years`, it is not earlier
    /// than that many years before today.
    Date {
        past: bool,
        years: Option<u16>,
    },
    Phone,
    Url,
    Email,
    /// A whole number.
    Number {
        min: i64,
        max: i64,
    },
    /// One option of a list.
    Choice {
        options: Vec<SelectOption>,
    },
    /// Several options of a list, at most `max`.
    Choices {
        options: Vec<SelectOption>,
        max: usize,
    },
    /// Yes or no.
    Bool,
    /// The picture of the profile. There is at most one such field, with the key `avatar`.
    Picture,
}

/// An option of a list: `key` is stored, `label` is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectOption {
    pub key: String,
    pub label: String,
}

impl Kind {
    /// The largest integer that JSON and every browser represent exactly.
    pub const MAX_NUMBER: i64 = (1 << 53) - 1;

    /// Parses what was typed. Returns `Ok(None)` for an empty field.
    ///
    /// Several choices are one text, with one key per line. A date later than `today` is in the
    /// future.
    pub fn parse(&self, typed: &str, today: Date) -> Result<Option<Value>, Violation> {
        let lines = matches!(self, Kind::LongText { .. } | Kind::Choices { .. });
        let text = tidy(typed, lines);
        if !is_seen(&text) {
            return Ok(None);
        }
        let control = |c: &char| c.is_control() && !(lines && matches!(c, '\n' | '\t'));
        if let Some(c) = text.chars().find(control) {
            return Err(Violation::ControlCharacter(c));
        }
        // Every character of a phone number is visible, so drop the invisible ones.
        let bare = || -> String { text.chars().filter(|c| !is_unseen(*c)).collect() };
        let text = text.as_str();
        let value = match self {
            Kind::Text { max } | Kind::LongText { max } => Value::Text(within(text, *max)?),
            Kind::Date { past, years } => Value::Date(date(text, *past, *years, today)?),
            Kind::Phone => Value::Phone(phone(&bare())?),
            Kind::Url => Value::Url(WebUrl::parse(&text.replace(is_direction, ""))?),
            Kind::Email => Value::Email(email(&half_width(text))?),
            Kind::Number { min, max } => Value::Number(number(&half_width(text), *min, *max)?),
            Kind::Choice { options } => Value::Choice(choice(text, options)?),
            Kind::Choices { options, max } => Value::Choices(choices(text, options, *max)?),
            Kind::Bool => Value::Bool(match text {
                "yes" => true,
                "no" => false,
                _ => return Err(Violation::NotAChoice),
            }),
            Kind::Picture => Value::Picture(Picture::parse(text)?),
        };
        Ok(Some(value))
    }

    /// Returns the label of a choice. Values are always options of the schema, so the key itself is
    /// only a last resort.
    pub fn label(&self, key: &str) -> String {
        let options: &[SelectOption] = match self {
            Kind::Choice { options } | Kind::Choices { options, .. } => options,
            _ => &[],
        };
        let known = options.iter().find(|option| option.key == key);
        known.map_or(key, |option| &option.label).to_owned()
    }
}

fn date(text: &str, past: bool, years: Option<u16>, today: Date) -> Result<Date, Violation> {
    let date = Date::parse(text)?;
    if past && date > today {
        let year = date.year() - BUDDHIST_ERA;
        return Err(
            match (today.year() - LONG_LIFE..=today.year()).contains(&year) {
                true => Violation::OtherCalendar(Some(year)),
                false => Violation::InFuture,
            },
        );
    }
    if let Some(earliest) = years.map(|years| today.years_before(years))
        && date < earliest
    {
        return Err(match ISLAMIC_YEARS.contains(&date.year()) {
            true => Violation::OtherCalendar(None),
            false => Violation::Before(earliest),
        });
    }
    Ok(date)
}

/// The number of years by which the Thai calendar is ahead of the Gregorian one.
const BUDDHIST_ERA: i32 = 543;

/// The number of years that a living person may have seen.
const LONG_LIFE: i32 = 130;

/// The recent years of the two Islamic calendars, solar and lunar. The number does not tell which
/// of the two was meant.
const ISLAMIC_YEARS: RangeInclusive<i32> = 1300..=1500;

/// Parses a phone number in any spelling with a country code: `+49 (0)30 901820`, `0049-30-901820`,
/// `tel:+49-30-901820`.
///
/// The national zero in parentheses is not part of the international number. An extension may
/// follow: `ext. 89`, `x89`, `;ext=89`.
fn phone(text: &str) -> Result<Phone, Violation> {
    // Longer than any number with any punctuation.
    if text.chars().count() > 60 {
        return Err(Violation::NotAPhoneNumber);
    }
    let typed = match text.split_at_checked(4) {
        Some((scheme, number)) if scheme.eq_ignore_ascii_case("tel:") => number.trim(),
        _ => text,
    };
    let half_width = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(c) - 0xFF01 + u32::from('!')).unwrap_or(c)
        }
        // The long vowel mark is where a Japanese keyboard has the hyphen.
        '\u{30FC}' => '-',
        c => c,
    };
    let spelled: String = ascii_digits(typed).chars().map(half_width).collect();
    let is_extension = |c: char| c.is_alphabetic() || matches!(c, '#' | ';' | ',');
    let end = spelled.find(is_extension).unwrap_or(spelled.len());
    let (number, rest) = spelled.split_at(end);
    let extension = match rest {
        "" => None,
        rest => Some(extension(rest).ok_or(Violation::NotAPhoneNumber)?),
    };
    let number = number.replace("(0)", "");
    let kept = |c: &char| {
        !c.is_whitespace()
            && !matches!(c, '-' | '.' | '/' | '(' | ')' | '[' | ']' | '~')
            && !matches!(c, '\u{AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };
    let bare: String = number.chars().filter(kept).collect();
    let digits = match bare.strip_prefix('+').or_else(|| bare.strip_prefix("00")) {
        Some(digits) => digits,
        None if !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Err(Violation::NoCountryCode);
        }
        None => return Err(Violation::NotAPhoneNumber),
    };
    // The number of the town hall of Vienna, +43 1 4000, is one of the shortest that can be dialled
    // from abroad.
    let sound = (6..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    match sound {
        true => Ok(Phone {
            e164: format!("+{digits}"),
            extension,
            typed: typed.to_owned(),
        }),
        false => Err(Violation::NotAPhoneNumber),
    }
}

/// The words that introduce an extension, in the languages of the site and in others whose usage is
/// widely known.
const EXTENSION: [&str; 14] = [
    "x",
    "#",
    "ext",
    "extn",
    "extension",
    "durchwahl",
    "dw",
    "nebenstelle",
    "app",
    "poste",
    "anexo",
    "доб",
    "Доб",
    "تحويلة",
];

/// Returns the digits of an extension, such as `;ext=89`, `ext. 89`, `x 89` or `#89`.
fn extension(text: &str) -> Option<String> {
    let text = text.trim_start_matches([';', ',', ' ', '\u{A0}']);
    let end = text.find(|c: char| !c.is_alphabetic() && c != '#')?;
    let (word, rest) = text.split_at(end);
    let digits =
        rest.trim_start_matches(|c: char| matches!(c, '.' | ':' | '=') || c.is_whitespace());
    // An extension may be in parentheses.
    let digits = digits.trim_end_matches(')');
    // Compare without Unicode's tables of letter case, which are kilobytes of wasm.
    let is_word = EXTENSION
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word));
    let sound = is_word
        && (1..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| digits.to_owned())
}

/// Checks that a text has the syntax of an email address (RFC 5321 §4.5.3.1 gives the lengths).
/// Only an email to it can tell whether it exists.
///
/// Dots before the @ may be anywhere: a carrier in Japan has issued such addresses, and they are
/// sent in quotes. A dot after the domain is the DNS root, or the end of a sentence, and is
/// dropped.
pub fn email(text: &str) -> Result<String, Violation> {
    let (local, domain) = text.rsplit_once('@').ok_or(Violation::NotAnEmail)?;
    let domain = domain.replace(['\u{3002}', '\u{FF61}'], ".");
    let domain = domain.strip_suffix('.').unwrap_or(&domain);
    let allowed = |c: char| is_word(c) || c.is_ascii_graphic() && !"@\"()<>[],;:\\".contains(c);
    let sound = (1..=64).contains(&local.len())
        && local.chars().all(allowed)
        && local.contains(|c| c != '.')
        && is_host(domain)
        && local.len() + 1 + domain.len() <= 254;
    match sound {
        true => Ok(format!("{local}@{domain}")),
        false => Err(Violation::NotAnEmail),
    }
}

fn number(text: &str, min: i64, max: i64) -> Result<i64, Violation> {
    let bare: String = ascii_digits(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == '−' { '-' } else { c })
        .collect();
    let digits = bare.strip_prefix(['-', '+']).unwrap_or(&bare);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Violation::NotANumber);
    }
    // These are all digits, so a number that does not fit is out of range.
    let number = bare.parse::<i64>().unwrap_or(if bare.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    });
    if number < min {
        return Err(Violation::TooSmall(min));
    }
    if number > max {
        return Err(Violation::TooLarge(max));
    }
    Ok(number)
}

fn choice(key: &str, options: &[SelectOption]) -> Result<String, Violation> {
    let known = options.iter().any(|option| option.key == key);
    if known {
        Ok(key.to_owned())
    } else {
        Err(Violation::NotAChoice)
    }
}

fn choices(text: &str, options: &[SelectOption], max: usize) -> Result<Vec<String>, Violation> {
    let typed: Vec<&str> = text
        .split('\n')
        .map(str::trim)
        .filter(|key| !key.is_empty())
        .collect();
    if !typed
        .iter()
        .all(|key| options.iter().any(|option| option.key == *key))
    {
        return Err(Violation::NotAChoice);
    }
    let chosen = options
        .iter()
        .filter(|option| typed.contains(&option.key.as_str()));
    let keys: Vec<String> = chosen.map(|option| option.key.clone()).collect();
    if keys.len() > max {
        Err(Violation::TooManyChoices(max))
    } else {
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        form::Form,
        profile::rules::{fixture, schema::Field},
    };
    use proptest::prelude::*;

    /// Every kind, with text that is often a valid value of it.
    fn typed() -> impl Strategy<Value = (Kind, String)> {
        let options = || {
            ["red", "green", "blue"]
                .map(|key| SelectOption {
                    key: key.to_owned(),
                    label: key.to_owned(),
                })
                .to_vec()
        };
        let of = |kind: Kind, spelling: &'static str| {
            let any_text = "\\PC{0,12}";
            prop_oneof![4 => spelling, 1 => any_text].prop_map(move |typed| (kind.clone(), typed))
        };
        let date = Kind::Date {
            past: false,
            years: None,
        };
        let (min, max) = (-Kind::MAX_NUMBER, Kind::MAX_NUMBER);
        prop_oneof![
            of(
                Kind::Text { max: 20 },
                "[ a-zßçЖ👩\u{200D}\u{301}&<-]{0,25}"
            ),
            of(Kind::LongText { max: 40 }, "[ a-z\r\n\t😀]{0,45}"),
            of(
                date,
                "[0-9]{1,4}[-./ ]([0-9]{1,2}|march|sep)[-./ ][0-9]{1,4}"
            ),
            of(
                Kind::Phone,
                "(tel:|tel: )?(\\+|00)?[0-9][-0-9 ()/.]{4,20}( ext\\. |x|;ext=| #)?[0-9]{0,4}"
            ),
            of(
                Kind::Url,
                "(https?://)?[a-z]{1,5}\\.[a-zü]{2,5}(:[0-9]{1,4})?(/[a-z?=&%#]{0,9})?"
            ),
            of(Kind::Email, "[a-z.+?]{1,9}@[a-z]{1,5}\\.[a-z]{2,4}"),
            of(Kind::Number { min, max }, "[-+−]?[0-9 ]{1,18}"),
            of(Kind::Choice { options: options() }, "red|green|blue|pink"),
            of(
                Kind::Choices {
                    options: options(),
                    max: 2
                },
                "((red|green|blue)\n){0,3}"
            ),
            of(Kind::Bool, "yes|no|perhaps"),
            of(Kind::Picture, "[0-9a-f]{64}( [ a-zß]{0,9})?"),
        ]
    }

    proptest! {
        /// A value that is printed, stored, or put into the controls of a form is read back as the
        /// same value.
        #[test]
        fn a_value_survives_each_of_its_forms((kind, typed) in typed()) {
            let today = Date::new(2026, 11, 22).unwrap();
            if let Ok(Some(value)) = kind.parse(&typed, today) {
                prop_assert_eq!(kind.parse(&value.print(), today), Ok(Some(value.clone())));
                prop_assert_eq!(Value::from_json(&kind, &value.to_json()), Some(value.clone()));
                let schema = fixture::schema(vec![Field::new("f", kind)]);
                let values = [("f".to_owned(), value.clone())].into();
                let form = Form::parse(schema.fill(&values, &Default::default()).encode().as_bytes());
                let field = schema.field("f").unwrap();
                prop_assert_eq!(field.read(&form.unwrap(), today), Ok(Some(Some(value))));
            }
        }
    }
}
