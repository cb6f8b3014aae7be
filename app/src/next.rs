//! The page to go to after a form: a path of this site, and nothing else.
//!
//! An open redirect lends the site's good name to a phishing page, so the value of `?next=` has its
//! own type: everything from outside goes through [`OwnPath::parse`].

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::form::Form;

/// The name of the query parameter and of the hidden control.
pub const NEXT: &str = "next";

/// The characters that have another meaning in the value of a query (WHATWG URL §1.3). A slash
/// stays as it is, so that people can read the address.
const NOT_IN_QUERY: &AsciiSet = &CONTROLS
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>');

/// A path of this site, with its query: `/profile`, `/u/ann?as=guest`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OwnPath(String);

impl OwnPath {
    const MAX_BYTES: usize = 1024;

    /// Parses a path of this site. `None` for anything that a browser could resolve to another
    /// site: `//evil`, `/\evil`, `https:evil`, `javascript:`, or with a tab or line break, which
    /// browsers remove (WHATWG URL §4.4).
    pub fn parse(text: &str) -> Option<OwnPath> {
        let own = text.starts_with('/')
            && !text.starts_with("//")
            && text.len() <= OwnPath::MAX_BYTES
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        own.then(|| OwnPath(text.to_owned()))
    }

    /// Returns the page of a request target, as a page to come back to. The query is left out if it
    /// asks to go to another site.
    pub fn here(target: &str) -> OwnPath {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut asked = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == NEXT);
        let page = match asked.all(|(_, next)| OwnPath::parse(&next).is_some()) {
            true => target,
            false => path,
        };
        OwnPath::parse(page).unwrap_or_else(|| "/".into())
    }

    /// Returns the page that a form asks to go to next, or `otherwise`.
    pub fn of(form: &Form, otherwise: &'static str) -> OwnPath {
        let asked = form.get(NEXT).and_then(OwnPath::parse);
        asked.unwrap_or_else(|| OwnPath(otherwise.to_owned()))
    }

    /// Returns this page if a guest who logs in from it should come back to it. `None` for a page
    /// that leads on by itself.
    pub fn to_come_back_to(self) -> Option<OwnPath> {
        self.0.starts_with("/u/").then_some(self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OwnPath {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        OwnPath::parse(&text).ok_or("not a path of this site")
    }
}

impl From<OwnPath> for String {
    fn from(path: OwnPath) -> String {
        path.0
    }
}

/// Returns the login page, which then leads back to `next`.
pub fn log_in_and_back(next: Option<OwnPath>) -> OwnPath {
    with_next("/login", next.as_ref())
}

/// Returns a page that leads to `next` when it is done.
pub fn with_next(page: &'static str, next: Option<&OwnPath>) -> OwnPath {
    match next {
        Some(next) => {
            let next = utf8_percent_encode(next.as_str(), NOT_IN_QUERY);
            OwnPath(format!("{page}?{NEXT}={next}"))
        }
        None => page.into(),
    }
}

/// Converts a path that is written in the source code.
impl From<&'static str> for OwnPath {
    fn from(path: &'static str) -> Self {
        OwnPath(path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_site_is_a_next_page() {
        for own in [
            "/",
            "/profile",
            "/profile?a=b&c=%09",
            "/u/ann#bio",
            "/login?next=/profile",
        ] {
            assert!(OwnPath::parse(own).is_some(), "{own}");
        }
        for other in [
            "",
            "profile",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "https:evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: a=b",
            " /profile",
            "/ü",
            "/a b",
        ] {
            assert_eq!(OwnPath::parse(other), None, "{other:?}");
        }
        assert_eq!(OwnPath::parse(&"/a".repeat(1000)), None);
    }

    #[test]
    fn one_comes_back_to_the_page_and_leads_nobody_elsewhere() {
        for (target, page) in [
            ("/profile?as=guest", "/profile?as=guest"),
            ("/login?next=/profile", "/login?next=/profile"),
            ("/login?next=%2F%2Fevil.example", "/login"),
            ("/login?a=b&next=//evil.example", "/login"),
            ("*", "/"),
        ] {
            assert_eq!(OwnPath::here(target).as_str(), page);
        }
    }
}
