//! Second factors: who needs one, those of a user, and the format of codes.

use std::fmt;

use crate::unicode::plain;

/// The rule of a site on second factors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SecondRule {
    /// No second factors: no one can add one, and no one is asked for one.
    Off,
    /// A user may have one, and is asked for it if they do.
    #[default]
    Optional,
    /// Everyone has to have one.
    Required,
}

/// The second factors of a user, and whether they have a password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnFactors {
    pub has_password: bool,
    pub app: Option<AppFactor>,
    pub passkeys: Vec<Passkey>,
    /// `None` if no recovery codes were created.
    pub recovery: Option<Recovery>,
    /// The browsers in which the user is not asked for the second factor.
    pub trusted: Vec<TrustedBrowser>,
    /// The time when the second factors are removed at the request of a manager, in milliseconds
    /// since 1970-01-01 UTC, like all times here.
    pub end_at: Option<i64>,
}

impl OwnFactors {
    /// Returns whether there is a second factor.
    pub fn has_second(&self) -> bool {
        self.app.is_some() || !self.passkeys.is_empty()
    }

    /// Returns whether the user could log in without a password.
    pub fn can_do_without_password(&self) -> bool {
        self.passkeys.iter().any(|passkey| passkey.verifies)
    }

    /// Returns whether a passkey may be removed: not if it is the last way to log in.
    pub fn may_remove(&self, id: i64) -> bool {
        let mut others = self.passkeys.iter().filter(|passkey| passkey.id != id);
        self.has_password || others.any(|passkey| passkey.verifies)
    }
}

/// An authenticator app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFactor {
    pub added_at: i64,
    pub last_used_at: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub id: i64,
    pub name: String,
    /// `true` if it asks for a PIN, fingerprint or face, and can therefore log in on its own.
    pub verifies: bool,
    pub added_at: i64,
    pub last_used_at: Option<i64>,
}

/// The maximum length of the name of a passkey, in grapheme clusters.
pub const MAX_PASSKEY_NAME: usize = 60;

/// A set of recovery codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    pub made_at: i64,
    pub left: usize,
}

/// The number of remaining recovery codes from which on the user is warned.
pub const FEW: usize = 3;

/// A browser in which the user is not asked for the second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedBrowser {
    pub handle: String,
    pub user_agent: String,
    pub until: i64,
}

/// The secret of an authenticator app that is being added.
#[derive(Clone, PartialEq, Eq)]
pub struct AppSetup {
    /// The secret in base32, which can be typed into an app.
    pub secret: String,
    /// The URL that the QR code contains.
    pub url: String,
}

/// A code that was typed.
#[derive(Clone, PartialEq, Eq)]
pub enum Code {
    /// Six digits, from an authenticator app.
    App(String),
    /// A recovery code: its number, and the whole code in the form that is hashed.
    Recovery(u8, String),
}

/// The characters of a recovery code: a digit, and ten from Crockford's base 32.
pub const RECOVERY_SIGNS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
const RECOVERY_LENGTH: usize = 11;

impl Code {
    /// Parses a code, however it was typed or pasted: with spaces, in upper case, with a letter O
    /// for a zero. `None` if it cannot be a code.
    pub fn parse(typed: &str) -> Option<Code> {
        let sign = |sign: char| match sign {
            'o' => '0',
            'i' | 'l' => '1',
            sign => sign,
        };
        let text = plain(typed);
        let text: String = text
            .chars()
            .filter_map(|sign| match sign.to_digit(10) {
                Some(digit) => char::from_digit(digit, 10),
                None => digit_of_another_script(sign).or(Some(sign)),
            })
            .filter(|sign| !sign.is_whitespace() && !"-–—‐‑_.".contains(*sign))
            .flat_map(char::to_lowercase)
            .collect();
        if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Code::App(text));
        }
        let text: String = text.chars().map(sign).collect();
        let is_own =
            text.len() == RECOVERY_LENGTH && text.chars().all(|sign| RECOVERY_SIGNS.contains(sign));
        let number = text.chars().next()?.to_digit(10)?;
        let number = u8::try_from(number).ok().filter(|_| is_own)?;
        Some(Code::Recovery(number, text))
    }
}

/// Returns the ASCII digit for an Arabic or Persian one.
fn digit_of_another_script(sign: char) -> Option<char> {
    let value = match sign {
        '\u{660}'..='\u{669}' => u32::from(sign) - 0x660,
        '\u{6F0}'..='\u{6F9}' => u32::from(sign) - 0x6F0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// Hides the code, which must not appear in a log.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Hides the secret, which must not appear in a log.
impl fmt::Debug for AppSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSetup(…)")
    }
}

/// The answer of a passkey, as the page sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyAnswer {
    /// The JSON that the browser returns (WebAuthn Level 3 §5.1, `toJSON`).
    pub answer: String,
    /// The challenge that it answers, sealed.
    pub ceremony: String,
}

/// An action of a user on their own second factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactorAct {
    /// Creates a secret for an authenticator app.
    PrepareApp,
    /// Adds the app, given its first code.
    ConfirmApp(Code),
    RemoveApp,
    AddPasskey {
        name: String,
        answer: PasskeyAnswer,
    },
    RemovePasskey(i64),
    RenewCodes,
    RemovePassword,
    /// Stops trusting a browser.
    Distrust(String),
    /// Keeps the second factors, whose removal someone has requested.
    Keep,
}

/// The outcome of a [`FactorAct`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorOutcome {
    Done,
    /// Recovery codes were created, for the next page to show.
    MadeCodes,
    /// The code, or the answer of the passkey, is wrong.
    Wrong,
    /// The code is from the app, whose clock is wrong by this many minutes; the number is positive
    /// if it is ahead.
    ClockOff(i64),
}

/// A proof of a user's identity other than the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    Code(Code),
    Passkey(PasskeyAnswer),
}

/// A passkey challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// The options for the browser, as JSON.
    pub options: String,
    /// The challenge, sealed for the server that checks the answer.
    pub sealed: String,
}

/// The authentication that a sensitive form requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Anything that the user can authenticate with, verified in the last few minutes.
    Recent,
    /// The second factor, if there is one, verified in the last few minutes. The session began with
    /// the other factor (NIST SP 800-63B-4 §2.2.3).
    Second,
    /// A second factor, if there is one, verified with this form.
    Now,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        for typed in [
            "123456",
            " 123 456\n",
            "123-456",
            "１２３４５６",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
        ] {
            assert_eq!(
                Code::parse(typed),
                Some(Code::App("123456".to_owned())),
                "{typed}"
            );
        }
        let code = || Some(Code::Recovery(3, "310abcdefgh".to_owned()));
        for typed in [
            "3-10abc-defgh",
            "3 10ABC DEFGH",
            "3LOabcdefgh",
            "3-ioabc–defgh",
        ] {
            assert_eq!(Code::parse(typed), code(), "{typed}");
        }
        for wrong in [
            "",
            "12345",
            "1234567",
            "12345a",
            "x10abcdefgh",
            "310abcdefg",
            "310abcdefgu",
            "310abcdefghj",
            "correct horse battery",
        ] {
            assert_eq!(Code::parse(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{:?}", Code::parse("123456")), "Some(Code(…))");
    }

    #[test]
    fn the_last_way_in_stays() {
        let passkey = |id, verifies| Passkey {
            id,
            name: String::new(),
            verifies,
            added_at: 0,
            last_used_at: None,
        };
        let with = |has_password, passkeys| OwnFactors {
            has_password,
            passkeys,
            ..OwnFactors::default()
        };
        assert!(with(true, vec![passkey(1, true)]).may_remove(1));
        assert!(!with(false, vec![passkey(1, true)]).may_remove(1));
        assert!(with(false, vec![passkey(1, true), passkey(2, true)]).may_remove(1));
        // A key that only proves its presence cannot log in on its own.
        assert!(!with(false, vec![passkey(1, true), passkey(2, false)]).may_remove(1));
        assert!(!with(true, vec![passkey(2, false)]).can_do_without_password());
    }
}
