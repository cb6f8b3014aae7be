//! Second factors: who has to have one, what a user has, and what a code looks like.

use std::fmt;

use crate::unicode::plain;

/// The rule of a site about second factors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SecondRule {
    /// No second factors: nobody is offered one, and nobody is asked for one.
    Off,
    /// A choice: whoever has one is asked for it.
    #[default]
    Optional,
    /// Everybody has to have one.
    Required,
}

/// The second factors of a user, and the password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnFactors {
    pub has_password: bool,
    pub app: Option<AppFactor>,
    pub passkeys: Vec<Passkey>,
    /// `None` where no recovery codes were made.
    pub recovery: Option<Recovery>,
    /// The browsers in which no second factor is asked for.
    pub trusted: Vec<TrustedBrowser>,
    /// The time when somebody who helps users has them removed, in milliseconds since 1970-01-01
    /// UTC, as all times here.
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

    /// Returns whether a passkey may be removed: not if it is the last way in.
    pub fn may_remove(&self, id: i64) -> bool {
        let mut others = self.passkeys.iter().filter(|passkey| passkey.id != id);
        self.has_password || others.any(|passkey| passkey.verifies)
    }
}

/// An app that makes codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFactor {
    pub added_at: i64,
    pub last_used_at: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub id: i64,
    pub name: String,
    /// True if it asks for a PIN, a finger or a face, and so logs in alone.
    pub verifies: bool,
    pub added_at: i64,
    pub last_used_at: Option<i64>,
}

/// Grapheme clusters of the longest name of a passkey.
pub const MAX_PASSKEY_NAME: usize = 60;

/// A set of recovery codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    pub made_at: i64,
    pub left: usize,
}

/// Recovery codes that are few.
pub const FEW: usize = 3;

/// A browser in which no second factor is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedBrowser {
    pub handle: String,
    pub user_agent: String,
    pub until: i64,
}

/// The secret of an app that is being added.
#[derive(Clone, PartialEq, Eq)]
pub struct AppSetup {
    /// In base32, which apps take typed.
    pub secret: String,
    /// The address that a QR code holds.
    pub url: String,
}

/// A code that somebody has typed.
#[derive(Clone, PartialEq, Eq)]
pub enum Code {
    /// Six digits, of an app.
    App(String),
    /// A recovery code: its number, and all of it as it is hashed.
    Recovery(u8, String),
}

/// Signs of a recovery code: a digit, and ten of Crockford's base 32.
pub const RECOVERY_SIGNS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
const RECOVERY_LENGTH: usize = 11;

impl Code {
    /// Reads a code, however it was typed or pasted: with spaces, in capitals, with a letter O
    /// for a zero. `None` for what cannot be one.
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

/// The digit that a sign of Arabic or Persian stands for.
fn digit_of_another_script(sign: char) -> Option<char> {
    let value = match sign {
        '\u{660}'..='\u{669}' => u32::from(sign) - 0x660,
        '\u{6F0}'..='\u{6F9}' => u32::from(sign) - 0x6F0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// Shows nothing: a code must not appear in a log.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Shows nothing: a secret must not appear in a log.
impl fmt::Debug for AppSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSetup(…)")
    }
}

/// The answer of a passkey, as the page sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyAnswer {
    /// The text that the browser gives (WebAuthn Level 3 §5.1, `toJSON`).
    pub answer: String,
    /// The question that it answers, sealed.
    pub ceremony: String,
}

/// Something that a user does about their own second factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactorAct {
    /// Makes a secret for an app.
    PrepareApp,
    /// Shows the first code of it.
    ConfirmApp(Code),
    RemoveApp,
    AddPasskey {
        name: String,
        answer: PasskeyAnswer,
    },
    RemovePasskey(i64),
    RenewCodes,
    RemovePassword,
    /// Trusts a browser no longer.
    Distrust(String),
    /// Keeps the second factors, which somebody else wanted to have removed.
    Keep,
}

/// The outcome of a [`FactorAct`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorOutcome {
    Done,
    /// Recovery codes were made, for the next page to show.
    MadeCodes,
    /// The code, or the answer of the passkey, is wrong.
    Wrong,
    /// The code is one of the app, whose clock is ahead by so many minutes.
    ClockOff(i64),
}

/// Something that shows that a user is who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    Code(Code),
    Passkey(PasskeyAnswer),
}

/// A question to passkeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// The options for the browser, in JSON.
    pub options: String,
    /// The question, sealed for the server that reads the answer.
    pub sealed: String,
}

/// The way in which something is confirmed once more before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// By whatever a user has, shown a few minutes ago.
    Recent,
    /// By the second factor, where there is one, shown a few minutes ago. The session began with
    /// the other one (NIST SP 800-63B-4 §2.2.3).
    Second,
    /// A second factor, where there is one, shown with this very form.
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
        // A key that only shows that it is there logs in nobody alone.
        assert!(!with(false, vec![passkey(1, true), passkey(2, false)]).may_remove(1));
        assert!(!with(true, vec![passkey(2, false)]).can_do_without_password());
    }
}
