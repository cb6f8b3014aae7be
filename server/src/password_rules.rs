//! What a new password has to be: long enough, and not among the first that
//! somebody would try.
//!
//! No rules on digits and signs: they make people write `Password1!` (NIST SP
//! 800-63B-4 §3.1.1.2 forbids them).

use app::{account::Password, backend::PasswordStrength, error::AppError};
use async_trait::async_trait;
use zxcvbn::{Score, zxcvbn};

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

/// Fewer than 10^8 guesses, a day's work for who has the hash.
fn is_guessable(password: &str, own_words: &[String]) -> bool {
    let own: Vec<&str> = own_words.iter().map(String::as_str).collect();
    zxcvbn(password, &own).score() < Score::Three
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
}
