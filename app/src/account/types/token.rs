//! The token of a link, extracted from a URL that an email program or a person may have damaged: by
//! a full stop or a bracket after it, or a line break in it.

use super::{addresses::WayBack, user::UserId};
use crate::error::AppError;

/// The purpose of an emailed link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPurpose {
    /// To confirm that the address belongs to the user.
    Confirm,
    /// To choose a new password.
    Reset,
    /// To restore the address that the account had before.
    Undo,
}

/// A valid link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailToken {
    pub user: UserId,
    pub username: String,
    /// The address that the link was sent to. If it was handed out instead, the address of the
    /// user, or an empty string.
    pub email: String,
    /// The way to recover the account that the previous address gets, if the link replaces it with
    /// another address.
    pub before: Option<WayBack>,
    /// `true` if the link was emailed, so that whoever has it has read the email to that address.
    pub is_mailed: bool,
}

/// The length of a token: 256 bits in base64url.
const LENGTH: usize = 43;

/// Returns the token without the characters around it.
///
/// # Errors
/// [`AppError::CutLink`] if a part of it is missing; [`AppError::DeadLink`] if there is none.
pub fn read_token(text: &str) -> Result<String, AppError> {
    let is_own = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_');
    let text = text.trim_start_matches(|sign| !is_own(sign));
    let mut token = String::new();
    let mut rest = text.chars().peekable();
    while let Some(sign) = rest.next() {
        match sign {
            sign if is_own(sign) => token.push(sign),
            sign if sign.is_whitespace() => {}
            // A soft line break of the quoted-printable encoding (RFC 2045 §6.7).
            '=' if rest.peek().is_some_and(|next| next.is_whitespace()) => {}
            _ => break,
        }
        if token.len() == LENGTH {
            return Ok(token);
        }
    }
    Err(match token.is_empty() {
        true => AppError::DeadLink,
        false => AppError::CutLink,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "Zk-7_0123456789abcdefghijklmnopqrstuvwxyzAB";

    #[test]
    fn a_token_is_found_in_what_mail_programs_make_of_it() {
        assert_eq!(TOKEN.len(), LENGTH);
        for behind in [
            "",
            ".",
            ")",
            ">",
            "%3E",
            ",",
            ";",
            ":",
            "!",
            "?",
            "\"",
            "'",
            "”",
            "»",
            "]",
            "}",
            "*",
            "=",
            "=3D",
            "=\r\n",
            "\n",
            " or later",
            ".)",
            "&gt;",
            "/",
            "\u{200B}",
            "foo",
            "<br>",
        ] {
            let spoilt = format!("{TOKEN}{behind}");
            assert_eq!(read_token(&spoilt), Ok(TOKEN.to_owned()), "{spoilt}");
        }
        for before in ["<", "\"", "(", " ", "=\r\n", "”"] {
            let spoilt = format!("{before}{TOKEN}");
            assert_eq!(read_token(&spoilt), Ok(TOKEN.to_owned()), "{spoilt}");
        }
        let (start, end) = TOKEN.split_at(20);
        for within in [" ", "\r\n", "=\r\n", "=\n  "] {
            let spoilt = format!("{start}{within}{end}.");
            assert_eq!(read_token(&spoilt), Ok(TOKEN.to_owned()), "{spoilt}");
        }
    }

    #[test]
    fn a_part_of_a_token_is_told_from_none() {
        let (start, end) = TOKEN.split_at(20);
        for cut in [
            start,
            "x",
            &TOKEN[1..],
            &format!("{start}={end}"),
            &format!("{start}.{end}"),
        ] {
            assert_eq!(read_token(cut), Err(AppError::CutLink), "{cut}");
        }
        for nothing in ["", ".", "\0", "%%", "ä"] {
            assert_eq!(read_token(nothing), Err(AppError::DeadLink), "{nothing}");
        }
    }
}
