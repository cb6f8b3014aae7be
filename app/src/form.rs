//! A form as a browser submits it: an ordered list of names and values, before any rule has checked
//! it.
//!
//! Every form of the site has this one type, because a schema is only known at run time, a choice
//! may be sent several times, and a rejected form has to be shown again exactly as it was typed. It
//! is interpreted by `parse` functions (`NewUser::parse`, `Patch::parse`), never here.

use bytes::Bytes;
use percent_encoding::percent_decode;
use serde::{Deserialize, Serialize};
use server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use std::{convert::Infallible, fmt};

use crate::error::AppError;

/// Names and values in the order in which they were sent. A name may be repeated.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form(Vec<(String, String)>);

/// The reason why a body is not a form. A browser never causes one with a form of this site, so the
/// response is 400, without an explanation for each field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormError {
    /// A name or a value is not UTF-8 after percent-decoding.
    NotUtf8,
    /// A name or a value contains U+0000, which neither HTML nor SQL text can contain.
    Nul,
    /// There are more than [`Form::MAX_PAIRS`] pairs.
    TooMany,
    /// A name that has a single value was sent twice.
    Repeated,
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FormError::NotUtf8 => "the form is not UTF-8",
            FormError::Nul => "the form contains a NUL character",
            FormError::TooMany => "the form has too many fields",
            FormError::Repeated => "a field was sent twice",
        })
    }
}

impl From<FormError> for AppError {
    fn from(_: FormError) -> Self {
        AppError::BadRequest
    }
}

impl Form {
    /// The maximum number of pairs, so that a form cannot be used to exhaust the memory. It is far
    /// more than the few dozen controls of most schemas; a schema that needs more is rejected at
    /// startup ([`Field::most_pairs`](crate::profile::rules::schema::Field::most_pairs)).
    pub const MAX_PAIRS: usize = 5000;

    /// The name of the hidden control with the user for whom a form was opened. Without it, a user
    /// who logs in as another one in a second tab would submit the form for the wrong account.
    pub const OWNER: &str = "username";

    /// The prefix of the name of the mark by which a browser recognises a form that it has opened
    /// before ([`opened_on`](crate::ui::opened_on)). No field has a name with this prefix. A
    /// browser never sends the mark, but a program that sends every control of a form may.
    pub const OPENED: &str = "opened-";

    /// The names whose values are never shown again, logged or stored.
    const SECRET: [&str; 6] = [
        "password",
        "current_password",
        "app-code",
        "second-code",
        "recovery-code",
        "passkey-answer",
    ];

    /// Parses `application/x-www-form-urlencoded` (WHATWG URL §5.1), but rejects bytes that are not
    /// UTF-8 where the standard replaces them: a replacement character would be stored as if it had
    /// been typed.
    pub fn parse(body: &[u8]) -> Result<Form, FormError> {
        let mut pairs = Vec::new();
        for pair in body
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            if pairs.len() == Form::MAX_PAIRS {
                return Err(FormError::TooMany);
            }
            let cut = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = match cut {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Form(pairs))
    }

    /// Returns the form as `application/x-www-form-urlencoded`, the inverse of `parse`.
    pub fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Returns the value of a name that has a single value.
    ///
    /// # Errors
    /// [`FormError::Repeated`] if the name was sent twice: no control of this site does that, and
    /// choosing one of the two would be a guess.
    pub fn one(&self, name: &str) -> Result<Option<&str>, FormError> {
        let mut values = self.all(name);
        let first = values.next();
        match values.next() {
            Some(_) => Err(FormError::Repeated),
            None => Ok(first),
        }
    }

    /// Returns the first value of a name, for showing it again.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Returns the value of a name, if it is a number.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.one(name).ok()??.parse().ok()
    }

    /// Returns all values of a name, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns all names with their values, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns all names, in order, repeated as often as they were sent.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the form without the values that are never shown again. Their names stay, with empty
    /// values.
    #[must_use]
    pub fn without_secrets(mut self) -> Form {
        for (name, value) in &mut self.0 {
            if Form::SECRET.contains(&name.as_str()) {
                value.clear();
            }
        }
        self
    }

    /// Returns the names of the controls whose values are never shown again.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.pairs()
            .map(|(name, _)| name)
            .filter(|name| Form::SECRET.contains(name))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Form {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Form(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

/// Prints only the names, because a form contains passwords, and types that derive `Debug` get
/// logged.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

fn decode(raw: &[u8]) -> Result<String, FormError> {
    let spaced: Vec<u8> = raw
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let text = percent_decode(&spaced)
        .decode_utf8()
        .map_err(|_| FormError::NotUtf8)?;
    if text.contains('\0') {
        return Err(FormError::Nul);
    }
    Ok(text.into_owned())
}

/// The parameter in the path that a form was sent to: the username of `/u/{username}/edit`, or the
/// token of `/reset/{token}`. The path of a server function is fixed, so the server extracts the
/// parameter from the path, and provides it in the context.
#[derive(Debug, Clone)]
pub struct AddressedTo(pub String);

/// The encoding of server functions that take a [`Form`]. The body is the same as that of a form
/// submitted by the browser, so one endpoint serves both.
///
/// `PostUrl` of server_fn is not used, because it needs the fields at compile time, and serde_qs
/// with its bracket syntax on both sides.
pub struct FormBody;

impl ContentType for FormBody {
    const CONTENT_TYPE: &'static str = "application/x-www-form-urlencoded";
}

impl FormatType for FormBody {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: std::ops::Deref<Target = Form>> Encodes<T> for FormBody {
    type Error = Infallible;

    fn encode(arguments: &T) -> Result<Bytes, Infallible> {
        Ok(Form::encode(arguments).into())
    }
}

impl<T: From<Form>> Decodes<T> for FormBody {
    type Error = FormError;

    fn decode(body: Bytes) -> Result<T, FormError> {
        Form::parse(&body).map(T::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_body_that_no_browser_sends_is_refused() {
        for (body, error) in [
            (&b"bio=%FF"[..], FormError::NotUtf8),
            (b"%C3=x", FormError::NotUtf8),
            (b"bio=\xC3(", FormError::NotUtf8),
            (b"bio=a%00b", FormError::Nul),
        ] {
            assert_eq!(
                Form::parse(body),
                Err(error),
                "{}",
                String::from_utf8_lossy(body)
            );
        }
        let many = "a&".repeat(Form::MAX_PAIRS + 1);
        assert_eq!(Form::parse(many.as_bytes()), Err(FormError::TooMany));
    }

    #[test]
    fn what_a_browser_sends_is_read() {
        let form = Form::parse(b"a=1+2&b=%2B%26&&c&d==x").unwrap();
        assert_eq!(
            form,
            Form::from_iter([("a", "1 2"), ("b", "+&"), ("c", ""), ("d", "=x")])
        );
    }

    #[test]
    fn a_name_that_stands_for_one_value_may_not_repeat() {
        let form = Form::from_iter([("a", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(form.one("a"), Err(FormError::Repeated));
        assert_eq!(form.one("b"), Ok(Some("3")));
        assert_eq!(form.one("c"), Ok(None));
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn a_password_is_neither_kept_nor_printed() {
        let form = Form::from_iter([("username", "ann"), ("password", "correct horse")]);
        assert!(!format!("{form:?}").contains("correct"));
        let kept = form.without_secrets();
        assert_eq!(
            kept,
            Form::from_iter([("username", "ann"), ("password", "")])
        );
        assert_eq!(kept.secrets().collect::<Vec<_>>(), ["password"]);
    }

    proptest! {
        #[test]
        fn a_form_survives_its_encoding(pairs in proptest::collection::vec(("[^\0]*", "[^\0]*"), 0..8)) {
            let form = Form::from_iter(pairs);
            // A pair with an empty name and value is not parsed as a pair.
            let form = Form(form.0.into_iter().filter(|(k, v)| !(k.is_empty() && v.is_empty())).collect());
            prop_assert_eq!(Form::parse(form.encode().as_bytes()), Ok(form));
        }
    }
}
