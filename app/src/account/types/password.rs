//! Passwords, and the rules for a new one.

use std::fmt;

use crate::{
    error::{AppError, Violations},
    form::Form,
    profile::rules::{length::length, violation::Violation},
    unicode::plain,
};

/// A password. Spaces count; nothing is trimmed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The lowest minimum length that a site can set, in grapheme clusters.
    pub const MIN: usize = 8;
    /// The maximum length in bytes: far longer than any passphrase, and still cheap to hash.
    pub const MAX_BYTES: usize = 1024;

    /// Parses a new password. `names` are the usernames and the email addresses of its owner.
    pub fn parse(
        text: &str,
        names: &[impl AsRef<str>],
        rules: PasswordRules,
    ) -> Result<Password, Violation> {
        if text.is_empty() {
            return Err(Violation::Required);
        }
        if text.len() > Password::MAX_BYTES {
            return Err(Violation::TooManyBytes);
        }
        if length(text) < rules.min_length {
            return Err(Violation::TooShort(rules.min_length));
        }
        let text_key = plain(text).to_lowercase();
        if names
            .iter()
            .any(|name| plain(name.as_ref()).to_lowercase() == text_key)
        {
            return Err(Violation::PasswordIsName);
        }
        if rules.guessable {
            return Err(Violation::EasyToGuess);
        }
        Ok(Password(text.to_owned()))
    }

    /// Returns a password that is entered to log in. `None` if it cannot be a stored one.
    pub fn given(text: &str) -> Option<Password> {
        (!text.is_empty() && text.len() <= Password::MAX_BYTES).then(|| Password(text.to_owned()))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Hides the password, which must not appear in a log.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// The rules for a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    /// The minimum length, in grapheme clusters.
    pub min_length: usize,
    /// `true` if this password would soon be guessed, according to
    /// [`PasswordStrength`](crate::backend::PasswordStrength).
    pub guessable: bool,
}

/// Returns what an attacker would try for a person who says these texts about themselves: each
/// text, and its words. At most a hundred; an attacker tries the first ones.
pub fn own_words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    const MOST: usize = 100;
    // One or two letters from a bio do not make a password weaker.
    let telling = |word: &&str| (3..=60).contains(&word.len());
    let words = texts.into_iter().flat_map(|text| {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        std::iter::once(text.trim()).chain(parts)
    });
    let mut own: Vec<String> = Vec::new();
    for word in words.filter(telling).map(str::to_lowercase) {
        if own.len() < MOST && !own.contains(&word) {
            own.push(word);
        }
    }
    own
}

/// A new password, and the current one, which authenticates the user.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    pub current: Password,
    pub new: Password,
}

impl PasswordChange {
    pub fn parse(
        form: &Form,
        names: &[impl AsRef<str>],
        rules: PasswordRules,
    ) -> Result<PasswordChange, AppError> {
        let mut violations = Violations::default();
        let current = form.one("current_password")?.unwrap_or_default();
        let current = match current {
            "" => Err(Violation::Required),
            typed => Password::given(typed).ok_or(Violation::WrongPassword),
        };
        let current = violations.take("current_password", current);
        let new = form.one("password")?.unwrap_or_default();
        let new = violations.take("password", Password::parse(new, names, rules));
        match (current, new) {
            (Some(current), Some(new)) => Ok(PasswordChange { current, new }),
            _ => Err(violations.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENIENT: PasswordRules = PasswordRules {
        min_length: 8,
        guessable: false,
    };

    fn password(text: &str) -> Result<Password, Violation> {
        Password::parse(text, &[""; 0], LENIENT)
    }

    #[test]
    fn the_own_words_are_the_texts_and_their_parts_and_not_too_many() {
        let words = own_words([" Maya.Lind@example.org", "a of maya"]);
        let expected = [
            "maya.lind@example.org",
            "maya",
            "lind",
            "example",
            "org",
            "a of maya",
        ];
        assert_eq!(words, expected);
        let many = (0..100_000).map(|index| format!("word{index} "));
        assert_eq!(own_words([many.collect::<String>().as_str()]).len(), 100);
    }

    #[test]
    fn a_change_needs_the_current_password_and_a_good_new_one() {
        let parse = |current: &str, new: &str| {
            let form = [("current_password", current), ("password", new)];
            let rules = PasswordRules {
                guessable: new == "12345678",
                ..LENIENT
            };
            PasswordChange::parse(&form.into_iter().collect(), &["maya-lind"], rules).map(|_| ())
        };
        assert_eq!(parse("old", "correct horse"), Ok(()));
        let mut both = Violations::of("current_password", Violation::Required);
        both.add("password", Violation::EasyToGuess);
        assert_eq!(parse("", "12345678"), Err(AppError::Invalid(both)));
        let name = AppError::invalid("password", Violation::PasswordIsName);
        assert_eq!(parse("old", "Maya-Lind"), Err(name));
    }

    #[test]
    fn a_password_may_be_long_and_is_never_trimmed() {
        assert_eq!(
            password(" spaces count ").map(|p| p.expose().to_owned()),
            Ok(" spaces count ".to_owned())
        );
        assert_eq!(password("1234567"), Err(Violation::TooShort(8)));
        assert!(password("ünïcödé!").is_ok());
        assert!(password(&"x".repeat(1024)).is_ok());
        assert_eq!(password(&"x".repeat(1025)), Err(Violation::TooManyBytes));
    }
}
