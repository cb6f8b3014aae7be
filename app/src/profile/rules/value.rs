//! A value that has passed its rules, and its two other forms: the text that a
//! form shows (`print`), and the JSON that is stored (`to_json`).
//!
//! Reading back from the store is lenient where it can be: a rule that became
//! stricter never hides what was stored under the old one. It is strict where a
//! loose value would be dangerous: a URL that is not http or https is none.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    date::Date,
    kind::{Choice, Kind},
    picture::Picture,
    violation::Violation,
};
use crate::unicode::{is_word, narrow};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text, long text: trimmed, line breaks as `\n`.
    Text(String),
    Date(Date),
    Phone(Phone),
    Url(WebUrl),
    Email(String),
    Number(i64),
    /// The key of a choice.
    Choice(String),
    /// The keys of choices, in the order of the schema.
    Choices(Vec<String>),
    Bool(bool),
    Picture(Picture),
}

/// A telephone number in both of its spellings: one to compare and dial, and
/// the one its owner recognises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// ITU-T E.164: `+` and at most 15 digits.
    pub e164: String,
    /// Digits that are dialled once somebody answers.
    pub extension: Option<String>,
    pub typed: String,
}

impl Phone {
    /// The number as a `tel:` URI has it, with its extension (RFC 3966 §3, §5.3).
    pub fn dialled(&self) -> String {
        match &self.extension {
            Some(extension) => format!("{};ext={extension}", self.e164),
            None => self.e164.clone(),
        }
    }
}

/// An absolute http or https URL. Built only by `parse`, so that it may stand
/// in an `href`, which Leptos does not check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUrl(String);

impl WebUrl {
    /// 2083 was Internet Explorer's limit and has stayed everybody's.
    pub const MAX_BYTES: usize = 2083;

    /// Reads an address as people type it: `example.org` means `https://example.org`.
    ///
    /// A user name in front of the host (`https://bank.example@evil.example`) is
    /// refused: it only serves to mislead.
    pub fn parse(text: &str) -> Result<WebUrl, Violation> {
        let text = &half_width_host(text.trim());
        let is_scheme =
            |(scheme, _): &(&str, &str)| scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
        let (scheme, rest) = match text.split_once("://").filter(is_scheme) {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("https".to_owned(), text.as_str()),
        };
        // Behind the host, the root or the end of a sentence.
        let rest = match rest.contains(['/', '?', '#']) {
            true => rest,
            false => rest.trim_end_matches('.'),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
        let sound = matches!(scheme.as_str(), "http" | "https")
            && !rest
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c))
            && is_host(host.strip_suffix('.').unwrap_or(host))
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && port.parse::<u16>().is_ok();
        let url = format!("{scheme}://{rest}");
        match sound && url.len() <= WebUrl::MAX_BYTES {
            true => Ok(WebUrl(url)),
            false => Err(Violation::NotAUrl),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the scheme and a lone closing slash: how a person says it.
    pub fn short(&self) -> &str {
        let rest = self
            .0
            .split_once("://")
            .map_or(self.0.as_str(), |(_, rest)| rest);
        match rest.strip_suffix('/') {
            Some(host) if !host.contains('/') => host,
            _ => rest,
        }
    }
}

impl TryFrom<String> for WebUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        WebUrl::parse(&text).map_err(|_| "not an http or https URL")
    }
}

impl From<WebUrl> for String {
    fn from(url: WebUrl) -> String {
        url.0
    }
}

/// The address with everything up to its path as ASCII, where a Japanese or Chinese
/// keyboard has written it full-width; with its path, if that began full-width too.
/// A path may well hold such signs: they are titles of pages.
fn half_width_host(text: &str) -> String {
    let ascii = |c| match c {
        '\u{3002}' | '\u{FF61}' => '.',
        c => narrow(c),
    };
    let mut host: String = text.chars().map(ascii).collect();
    let start = host.find("://").map_or(0, |at| at + 3);
    if let Some(at) = host[start..].find(['/', '?', '#']) {
        let length = host[..start + at].chars().count();
        let path = text.chars().skip(length).collect::<String>();
        if path.starts_with(['/', '?', '#']) {
            host.truncate(start + at);
            host.push_str(&path);
        }
    }
    host
}

/// A name with at least one dot, or an IPv4 address: labels of letters, digits
/// and inner hyphens. Letters of any script, and the joiners that some need, for
/// international domain names.
pub(crate) fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| is_word(c) || matches!(c, '-' | '\u{200C}' | '\u{200D}'))
    };
    host.len() <= 253 && host.contains('.') && host.split('.').all(label)
}

impl Value {
    /// The text that `Kind::parse` reads back as this value.
    pub fn print(&self) -> String {
        match self {
            Value::Text(text) | Value::Email(text) | Value::Choice(text) => text.clone(),
            Value::Date(date) => date.to_string(),
            Value::Phone(phone) => phone.typed.clone(),
            Value::Url(url) => url.as_str().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Choices(keys) => keys.join("\n"),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Value::Picture(picture) => picture.print(),
        }
    }

    /// What is stored. The kind is not stored with it; the schema knows it.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Phone(phone) => match &phone.extension {
                Some(extension) => {
                    json!({ "e164": phone.e164, "ext": extension, "typed": phone.typed })
                }
                None => json!({ "e164": phone.e164, "typed": phone.typed }),
            },
            Value::Number(number) => json!(number),
            Value::Choices(keys) => json!(keys),
            Value::Bool(yes) => json!(yes),
            Value::Picture(picture) => json!({ "hash": picture.hash(), "alt": picture.alt }),
            other => json!(other.print()),
        }
    }

    /// What was stored, if it has the shape of its kind.
    pub fn from_json(kind: &Kind, json: &Json) -> Option<Value> {
        let text = || json.as_str().map(str::to_owned);
        Some(match kind {
            Kind::Text { .. } | Kind::LongText { .. } => Value::Text(text()?),
            Kind::Date { .. } => Value::Date(Date::parse(json.as_str()?).ok()?),
            Kind::Phone => Value::Phone(Phone {
                e164: json.get("e164")?.as_str()?.to_owned(),
                extension: json.get("ext").and_then(Json::as_str).map(str::to_owned),
                typed: json.get("typed")?.as_str()?.to_owned(),
            }),
            Kind::Url => Value::Url(WebUrl::parse(json.as_str()?).ok()?),
            Kind::Email => Value::Email(text()?),
            Kind::Number { .. } => Value::Number(json.as_i64()?),
            Kind::Choice { options } => Value::Choice(offered(options, json)?),
            // Of a list those that the schema still offers; the others stay stored.
            Kind::Choices { options, .. } => {
                let keys = json.as_array()?;
                let stored = |option: &&Choice| {
                    let mut keys = keys.iter().filter_map(Json::as_str);
                    keys.any(|key| key == option.key)
                };
                let known = options.iter().filter(stored);
                let known: Vec<_> = known.map(|option| option.key.clone()).collect();
                let some = keys.is_empty() || !known.is_empty();
                Value::Choices(some.then_some(known)?)
            }
            Kind::Bool => Value::Bool(json.as_bool()?),
            Kind::Picture => {
                let text = |name| json.get(name)?.as_str();
                Value::Picture(Picture::of_parts(text("hash")?, text("alt")?.to_owned())?)
            }
        })
    }
}

impl Kind {
    /// Whether a stored value says more than [`Value::from_json`] makes of it: some
    /// of several choices is not offered any more.
    pub fn drops_of(&self, json: &Json) -> bool {
        self.not_offered(json).next().is_some()
    }

    /// A value as it is stored in the place of another. Choices that the schema does
    /// not offer are on no form, so nobody asked to take them away.
    pub(crate) fn in_place_of(&self, old: Option<&Json>, new: Option<&Value>) -> Option<Json> {
        let read = old.and_then(|old| Value::from_json(self, old));
        if let (Some(old), Kind::Choices { .. }) = (old, self) {
            if read.as_ref() == new && new.is_some() {
                return Some(old.clone());
            }
            let mut kept = self.not_offered(old).cloned().peekable();
            if kept.peek().is_some() {
                let chosen = match new {
                    Some(Value::Choices(keys)) => keys.as_slice(),
                    _ => &[],
                };
                let chosen = chosen.iter().map(|key| json!(key));
                return Some(chosen.chain(kept).collect());
            }
        }
        new.map(Value::to_json)
    }

    fn not_offered<'a>(&'a self, json: &'a Json) -> impl Iterator<Item = &'a Json> {
        let options = match self {
            Kind::Choices { options, .. } => Some(options),
            _ => None,
        };
        let keys = json.as_array().filter(|_| options.is_some());
        let keys = keys.into_iter().flatten();
        keys.filter(move |key| options.is_some_and(|options| offered(options, key).is_none()))
    }
}

/// The key of a choice, if the schema still offers it.
fn offered(options: &[Choice], json: &Json) -> Option<String> {
    let key = json.as_str()?;
    options
        .iter()
        .any(|option| option.key == key)
        .then(|| key.to_owned())
}
