//! Usernames.

use crate::{profile::rules::violation::Violation, unicode::plain};

/// A username, which is also part of the URL of the profile.
///
/// Only ASCII is allowed: then two names can look alike only if they differ in case, and `key`
/// removes that. The variants that keyboards and documents produce (full-width forms, invisible
/// characters) are reduced to the [`plain`] name. Similar letters of other scripts are rejected:
/// someone who types them does not mean the ASCII name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    pub const MIN: usize = 3;
    pub const MAX: usize = 32;

    /// Names that the site uses itself, or that look as if they represent it.
    const RESERVED: [&str; 45] = [
        "about",
        "account",
        "accounts",
        "admin",
        "administrator",
        "anonymous",
        "api",
        "assets",
        "avatar",
        "avatars",
        "bulk",
        "contact",
        "everyone",
        "favicon",
        "forgot",
        "guest",
        "healthz",
        "help",
        "home",
        "login",
        "logout",
        "members",
        "moderator",
        "new",
        "nobody",
        "null",
        "official",
        "owner",
        "pkg",
        "privacy",
        "profile",
        "readyz",
        "reset",
        "robots",
        "root",
        "security",
        "settings",
        "signup",
        "silhouette",
        "staff",
        "static",
        "support",
        "system",
        "undefined",
        "webmaster",
    ];

    pub fn parse(text: &str) -> Result<Username, Violation> {
        let text = plain(text);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if text.is_empty() {
            return Err(Violation::Required);
        }
        if !text.bytes().all(allowed) || text.len() > Username::MAX || text.len() < Username::MIN {
            return Err(Violation::NotAUsername);
        }
        let name = Username(text);
        if Username::RESERVED.contains(&name.key().as_str()) {
            return Err(Violation::Reserved);
        }
        Ok(name)
    }

    /// Returns the username, with its case as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key by which usernames are unique: the name in lower case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Returns the key of a username that was typed, in a URL or a command.
    pub fn key_of(typed: &str) -> String {
        plain(typed).to_ascii_lowercase()
    }
}

/// The name of the control for a new username.
pub const NEW_USERNAME: &str = "new_username";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_short_plain_and_free_of_meaning() {
        for good in ["ann", "Ann-Marie", "a_1", &"x".repeat(32), "  ann  "] {
            assert!(Username::parse(good).is_ok(), "{good}");
        }
        for (bad, violation) in [
            ("", Violation::Required),
            ("   ", Violation::Required),
            ("an", Violation::NotAUsername),
            (&*"x".repeat(33), Violation::NotAUsername),
            ("../x", Violation::NotAUsername),
            ("a/b", Violation::NotAUsername),
            ("a.b", Violation::NotAUsername),
            ("a b c", Violation::NotAUsername),
            ("аnn", Violation::NotAUsername), // a Cyrillic а
            ("ann\u{301}", Violation::NotAUsername),
            ("\u{3164}\u{200B}", Violation::Required),
            ("ａｄｍｉｎ", Violation::Reserved),
            ("ro\u{200B}ot", Violation::Reserved),
            ("admin", Violation::Reserved),
            ("Root", Violation::Reserved),
            ("NULL", Violation::Reserved),
        ] {
            assert_eq!(Username::parse(bad), Err(violation), "{bad:?}");
        }
        assert_eq!(
            Username::parse("Ann").map(|name| name.key()),
            Ok("ann".to_owned())
        );
    }
}
