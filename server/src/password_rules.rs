//! What a new password has to be: long enough, and not among the first that
//! somebody would try.
//!
//! No rules on digits and signs: they make people write `Password1!` (NIST SP
//! 800-63B-4 §3.1.1.2 forbids them).

use app::{account::types::password::Password, backend::PasswordStrength, error::AppError};
use async_trait::async_trait;
use zxcvbn::zxcvbn;

use crate::{
    http::origin::{Origin, place},
    limits::{Limiter, Rule},
    password::Passwords,
};

/// `PasswordStrength` by zxcvbn's estimate.
#[derive(Clone)]
pub struct Guessing {
    /// Grapheme clusters.
    pub min_length: usize,
    /// An estimate can be as much work as a hash, so it waits in the same queue.
    pub passwords: Passwords,
    pub limiter: Limiter,
}

/// Characters that are looked at. The work grows with their square, and who has
/// read so many has seen enough.
const LOOKED_AT: usize = 32;

#[async_trait]
impl PasswordStrength for Guessing {
    fn min_length(&self) -> usize {
        self.min_length
    }

    async fn is_guessable(&self, password: &str, own_words: Vec<String>) -> Result<bool, AppError> {
        // What is refused for its length needs no estimate.
        if password.is_empty() || password.len() > Password::MAX_BYTES {
            return Ok(false);
        }
        let place = place(&Origin::of_this_request());
        let bucket = self.limiter.bucket(Rule::CheckByAddress, &place);
        let _ = self.limiter.charge([bucket]).await?;
        let start: String = password.chars().take(LOOKED_AT).collect();
        self.passwords
            .run(move |_| is_guessable(&start, &own_words))
            .await
    }
}

/// What somebody with the hash tries in a day.
const GUESSES: u64 = 100_000_000;

/// Fewer than 10^8 guesses, by the estimate of zxcvbn; not by its score, which
/// begins a little above that.
///
/// The estimate takes a character without a pattern for one of ten. So eight signs
/// at random are 10^8 and good, for they are one of many more; but of digits it is
/// true, and all of eight digits are tried in a day.
fn is_guessable(password: &str, own_words: &[String]) -> bool {
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
            assert_eq!(is_guessable(password, &own), guessable, "{password}");
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
            assert_eq!(is_guessable(password, &own), guessable, "{password}");
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
            assert!(is_guessable(password, &own), "{password}");
        }
        assert!(!is_guessable("kestrelhaven ship of seven", &own));
    }
}
