//! Usernames.

use crate::{profile::rules::violation::Violation, unicode::plain};

/// A name to log in with, and the address of a profile.
///
/// ASCII only: then case is the one way in which two names can look alike, and
/// `key` removes it. What a keyboard or a document makes of the same letters
/// (full-width forms, marks that nobody sees) is the [`plain`] name. Letters of other
/// scripts that look alike are refused: who types them did not mean the ASCII name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    pub const MIN: usize = 3;
    pub const MAX: usize = 32;

    /// Names that the site uses itself, or that look as if they spoke for it.
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

    /// Returns the text as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key by which a name is unique: the name in lower case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The key of whom somebody names, in an address or by command.
    pub fn key_of(typed: &str) -> String {
        plain(typed).to_ascii_lowercase()
    }
}

/// The name of the control for another username than one has.
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
