//! The kinds of field, and how the text of a form becomes a value of each.
//!
//! `Kind::parse` is the only gate: what it returns may be stored and shown, and
//! nothing else exists of type [`Value`]. It forgives spelling (spaces, hyphens,
//! a missing `https://`, invisible characters, the digits and full-width forms of
//! other keyboards) and refuses meaning it would have
//! to guess. `app/tests/rules.rs` is its specification, run natively and in
//! wasm.

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

/// The kind of value that a field holds, with the limits of this field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// One line; `max` in grapheme clusters.
    Text {
        max: usize,
    },
    /// Lines and paragraphs; `max` in grapheme clusters.
    LongText {
        max: usize,
    },
    /// A calendar date. `past`: not later than today. `years`: not earlier than
    /// so many years before today.
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
    /// One of a list.
    Choice {
        options: Vec<SelectOption>,
    },
    /// Some of a list, `max` at most.
    Choices {
        options: Vec<SelectOption>,
        max: usize,
    },
    /// Yes or no.
    Bool,
    /// The portrait, of which there is one: the key of its field is `avatar`.
    Picture,
}

/// One entry of a list: `key` is stored, `label` is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectOption {
    pub key: String,
    pub label: String,
}

impl Kind {
    /// Whole numbers that JSON and every browser carry exactly.
    pub const MAX_NUMBER: i64 = (1 << 53) - 1;

    /// Reads what was typed. `Ok(None)` is an empty field.
    ///
    /// Several choices come as one text, a key a line. `today` decides what the
    /// future is.
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
        // Of a text that is a number, a day or an address every sign is seen.
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

    /// The label of a choice. Only what the schema offers is ever a value, so the
    /// key itself is a last resort.
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

/// The number of years by which the calendar of Thailand is ahead of the Gregorian
/// one.
const BUDDHIST_ERA: i32 = 543;

/// Years that somebody alive may have seen.
const LONG_LIFE: i32 = 130;

/// The last years of the two calendars of Islamic countries, of the sun and of the
/// moon: which of them was meant, the number does not tell.
const ISLAMIC_YEARS: RangeInclusive<i32> = 1300..=1500;

/// Any spelling with a country code: `+49 (0)30 901820`, `0049-30-901820`,
/// `tel:+49-30-901820`. The national zero in parentheses is no part of the
/// international number. An extension stands behind it: `ext. 89`, `x89`, `;ext=89`.
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
        // The mark of a long vowel is where a Japanese keyboard has the hyphen.
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
    // The shortest that is dialled from abroad is the town hall of Vienna, +43 1 4000.
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

/// The words that announce an extension, in the languages of the site and in those
/// whose habit is known everywhere.
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

/// The digits of `;ext=89`, `ext. 89`, `x 89`, `#89`.
fn extension(text: &str) -> Option<String> {
    let text = text.trim_start_matches([';', ',', ' ', '\u{A0}']);
    let end = text.find(|c: char| !c.is_alphabetic() && c != '#')?;
    let (word, rest) = text.split_at(end);
    let digits =
        rest.trim_start_matches(|c: char| matches!(c, '.' | ':' | '=') || c.is_whitespace());
    // Of one in parentheses.
    let digits = digits.trim_end_matches(')');
    // Without Unicode's tables of letter case, which are kilobytes of wasm.
    let is_word = EXTENSION
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word));
    let sound = is_word
        && (1..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| digits.to_owned())
}

/// The shape of an address that mail can reach (RFC 5321 §4.5.3.1 gives the
/// lengths). Whether it exists, only a mail to it can tell.
///
/// Dots before the @ may stand anywhere: a carrier in Japan has given out such
/// addresses, and they are sent in quotes. One behind the domain is the root, or the
/// end of a sentence, and dropped.
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
    // All digits, so it is a number; one that does not fit is out of range.
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

    /// Every kind, with spellings of which many are values of it.
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
        /// Printed, stored, or put into the controls of a form: it is read back
        /// as the same value.
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
