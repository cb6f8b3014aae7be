//! A value that has passed its rules, and its two other forms: the text that a form shows
//! (`print`), and the JSON that is stored (`to_json`).
//!
//! Reading from the store is lenient where possible: a rule that became stricter never hides what
//! was stored under the old one. It is strict where a lenient reading would be dangerous: a URL
//! that is not http or https is not a value.

use serde::{Deserialize, Serialize};

use super::{date::Date, picture::Picture, violation::Violation};
use crate::unicode::{is_word, narrow};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text or long text: trimmed, with line breaks as `\n`.
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

/// A phone number in two spellings: one to compare and dial, and one that its owner recognises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// ITU-T E.164: `+` and at most 15 digits.
    pub e164: String,
    /// The extension: digits that are dialled after the call is answered.
    pub extension: Option<String>,
    pub typed: String,
}

impl Phone {
    /// Returns the number as in a `tel:` URI, with its extension (RFC 3966 §3, §5.3).
    pub fn dialled(&self) -> String {
        match &self.extension {
            Some(extension) => format!("{};ext={extension}", self.e164),
            None => self.e164.clone(),
        }
    }
}

/// An absolute http or https URL. Created only by `parse`, so that it is safe in an `href`, which
/// Leptos does not check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUrl(String);

impl WebUrl {
    /// The maximum length in bytes: that of Internet Explorer, which has become the common limit.
    pub const MAX_BYTES: usize = 2083;

    /// Parses a URL as people type it: `example.org` means `https://example.org`.
    ///
    /// A user name before the host (`https://bank.example@evil.example`) is rejected: it only
    /// serves to mislead.
    pub fn parse(text: &str) -> Result<WebUrl, Violation> {
        let text = &half_width_host(text.trim());
        let is_scheme =
            |(scheme, _): &(&str, &str)| scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
        let (scheme, rest) = match text.split_once("://").filter(is_scheme) {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("https".to_owned(), text.as_str()),
        };
        // A dot after the host is the DNS root, or the end of a sentence.
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

    /// Returns the URL as people write it: without the scheme, and without the slash after a host.
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

/// Converts the part of a URL before its path to ASCII, if a Japanese or Chinese keyboard has typed
/// it full-width.
///
/// The path is converted too if it starts with a full-width character. Otherwise it is kept,
/// because titles of pages may contain such characters.
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

/// Returns whether a text is a host name with at least one dot, or an IPv4 address: labels of
/// letters, digits and inner hyphens.
///
/// Letters may be of any script, with the joiners that some scripts need, for internationalized
/// domain names.
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
    /// Returns the text that `Kind::parse` reads back as this value.
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
}
