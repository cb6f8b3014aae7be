//! The rules for a new password: long enough, and not among the first that an attacker
//! would try.
//!
//! There are no rules on digits and symbols: they lead to passwords such as `Password1!`
//! (NIST SP 800-63B-4 §3.1.1.2 forbids them).

use app::{account::types::password::Password, error::AppError};
use zxcvbn::zxcvbn;

use crate::{
    limits::{Rule, limiter::Limiter},
    password::Passwords,
};

/// The number of characters that are examined. The work grows with their square, and so many
/// are enough for an estimate.
const LOOKED_AT: usize = 32;

/// Returns whether an attacker who knows `own_words` about the user, and common passwords,
/// would soon guess the password. An estimate can be as much work as a hash, so it waits in
/// the same queue and is rate-limited by the requester, `by`.
///
/// # Errors
/// [`AppError::Busy`] when the queue is full; [`AppError::TooMany`].
pub async fn is_guessable(
    passwords: &Passwords,
    limiter: &Limiter,
    password: &str,
    own_words: Vec<String>,
    by: &str,
    now: i64,
) -> Result<bool, AppError> {
    // A password that is rejected for its length needs no estimate.
    if password.is_empty() || password.len() > Password::MAX_BYTES {
        return Ok(false);
    }
    let bucket = limiter.bucket(Rule::CheckByAddress, by);
    let _ = limiter.charge([bucket], now).await?;
    let start: String = password.chars().take(LOOKED_AT).collect();
    passwords
        .run(move |_, _| is_among_first_guesses(&start, &own_words))
        .await
}

/// The number of guesses that an attacker who has the hash can make in a day.
const GUESSES: u64 = 100_000_000;

/// Returns whether zxcvbn estimates fewer than 10^8 guesses. Its score is not used: score 3
/// begins slightly above that.
///
/// zxcvbn assumes ten possibilities for a character outside any pattern. So eight random
/// characters are estimated at 10^8 and pass, rightly: there are far more possibilities. For
/// digits the assumption is exact, and all numbers of eight digits can be tried in a day.
fn is_among_first_guesses(password: &str, own_words: &[String]) -> bool {
    let own: Vec<&str> = own_words.iter().map(String::as_str).collect();
    let guesses = zxcvbn(password, &own).guesses();
    let of_ten = password.chars().all(char::is_numeric);
    guesses < if of_ten { 5 * GUESSES } else { GUESSES }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_would_try_is_guessable() {
        let own = ["maya", "lindqvist", "maya@example.org", "1988"].map(str::to_owned);
        for (password, guessable) in [
            ("password", true),
            ("Password1!", true),
            ("qwertzuiop", true),
            ("11111111111111111111", true),
            ("lindqvist1988", true),
            ("MayaLindqvist", true),
            ("correct horse battery", false),
            ("a boat needs patience", false),
            ("k7#Gq2xPzv", false),
            ("päckchen über bord", false),
        ] {
            assert_eq!(
                is_among_first_guesses(password, &own),
                guessable,
                "{password}"
            );
        }
    }

    #[test]
    fn eight_signs_at_random_are_enough_and_eight_that_others_would_try_are_not() {
        let own = ["kestrelhaven"].map(str::to_owned);
        for (password, guessable) in [
            ("x7Kq2mPz", false),
            ("k7#Gq2px", false),
            ("9f3b7d1e", false),
            ("Wv4!tRz8", false),
            ("qzvkxjwp", false),
            ("ünïcödé!", false),
            ("ябт7хщжк", false),
            ("password", true),
            ("passw0rd", true),
            ("Passwort", true),
            ("Sommer24", true),
            ("Fussball", true),
            ("hallo123", true),
            ("Kestrel1", true),
            ("letmein!", true),
            ("12345678", true),
            ("83915274", true),
            ("٨٣٩١٥٢٧٤", true),
            ("19880214", true),
            ("14.02.88", true),
            ("abcdefgh", true),
            ("aaaaaaaa", true),
            ("asdfghjk", true),
            ("qwertyui", true),
            ("1q2w3e4r", true),
            ("iloveyou", true),
        ] {
            assert_eq!(
                is_among_first_guesses(password, &own),
                guessable,
                "{password}"
            );
        }
    }

    #[test]
    fn what_the_site_is_called_is_among_the_first_that_somebody_would_try() {
        let own = ["kestrelhaven", "boats"].map(str::to_owned);
        for password in [
            "Kestrelhaven1",
            "kestrelhaven2026",
            "KESTRELHAVEN",
            "K3strelhaven!",
            "boatsboats",
            "kestrelhavenboats",
        ] {
            assert!(is_among_first_guesses(password, &own), "{password}");
        }
        assert!(!is_among_first_guesses("kestrelhaven ship of seven", &own));
    }
}
