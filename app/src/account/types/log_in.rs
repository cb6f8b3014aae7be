//! Logging in: the form, its result, and the reason why a session begins.

use super::{email::Email, password::Password, user::UserId};
use crate::{
    error::{AppError, Violations},
    form::Form,
    profile::rules::violation::Violation,
    unicode::plain,
};

/// The name and the password that a user logs in with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// A username or an email address, in the form in which names are compared.
    pub name_key: String,
    pub password: Password,
}

impl Credentials {
    /// Parses a login form.
    ///
    /// # Errors
    /// `Required` for empty controls; `WrongCredentials`, like a wrong password, for anything else
    /// that cannot be correct.
    pub fn parse(form: &Form) -> Result<Credentials, AppError> {
        let name = &*plain(form.one("username")?.unwrap_or_default());
        let password = form.one("password")?.unwrap_or_default();
        let mut violations = Violations::default();
        for (field, text) in [("username", name), ("password", password)] {
            if text.is_empty() {
                violations.add(field, Violation::Required);
            }
        }
        violations.or(())?;
        let possible = Password::given(password).filter(|_| name.len() <= 254);
        let password = possible.ok_or_else(Credentials::refused)?;
        Ok(Credentials {
            name_key: login_key(name),
            password,
        })
    }

    /// Returns the error for every wrong pair of name and password.
    pub fn refused() -> AppError {
        AppError::invalid("username", Violation::WrongCredentials)
    }
}

/// Returns the key of a name that a user logs in with. For an address, that is its stored key.
pub fn login_key(typed: &str) -> String {
    let name = plain(typed);
    let address = Email::parse(&name).map(|email| email.key());
    address.unwrap_or_else(|_| name.to_lowercase())
}

/// A user who has just authenticated, so that a session can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authenticated {
    pub user: UserId,
    /// The version of the password that was entered, counted from 1. If the user has another
    /// password by the time the session would begin, none begins.
    pub password_version: i64,
    pub second: SecondShown,
}

/// The verification of a second factor, in addition to the password. A user who has a second factor
/// gets no session without it, except in a trusted browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondShown {
    No,
    /// In the session that the new one replaces.
    Before,
    Now,
}

/// The reason why a session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginReason {
    SignUp,
    LogIn,
    /// The user has chosen a new password, and stays logged in in this browser.
    NewPassword,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::types::username::Username;

    #[test]
    fn an_account_is_found_however_its_name_was_typed_or_pasted() {
        let log_in = |name: &str| {
            let form = [("username", name), ("password", "x\u{200B}")];
            let given = Credentials::parse(&form.into_iter().collect()).unwrap();
            // Passwords are used as typed.
            assert_eq!(given.password.expose(), "x\u{200B}");
            given.name_key
        };
        for typed in [
            "maya\u{200B}",
            "\u{FEFF}maya",
            "\u{202A}maya\u{202C}",
            "\u{2066}Maya\u{2069}",
            "ma\u{AD}ya",
            "ma\u{200D}ya",
            "maya\u{2060}",
            "\u{A0}maya\u{3000}",
            "ｍａｙａ",
            "ＭＡＹＡ",
            "maya\n",
        ] {
            let name = Username::parse(typed);
            let key = name.as_ref().map(Username::key);
            assert_eq!(key, Ok("maya".to_owned()), "{typed:?}");
            assert_eq!(log_in(typed), "maya", "{typed:?}");
            assert_eq!(Username::key_of(typed), "maya", "{typed:?}");
        }
        for typed in [
            "zoe@example.org\u{200B}",
            "\u{202A}zoe@example.org\u{202C}",
            "zoe@exam\u{AD}ple.org",
            "zoe\u{200C}@example.org",
            "\u{FEFF}Zoe@Example.org",
            "zoe\u{FF20}example.org",
            "ｚｏｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
            "zoe@example。org",
            "zoe@example.org.",
        ] {
            let email = Email::parse(typed);
            let key = email.as_ref().map(Email::key);
            assert_eq!(key, Ok("zoe@example.org".to_owned()), "{typed:?}");
            assert_eq!(log_in(typed), "zoe@example.org", "{typed:?}");
        }
        // The address that emails are sent to is converted as well.
        let wide = Email::parse("ｗｉｄｅ＠example.org").unwrap();
        assert_eq!(wide.as_str(), "wide@example.org");
    }
}
