//! What a new password has to be: long enough, and not among the first that
//! somebody would try.
//!
//! No rules on digits and signs: they make people write `Password1!` (NIST SP
//! 800-63B-4 §3.1.1.2 forbids them).

use app::backend::PasswordRules;
use zxcvbn::{Score, zxcvbn};

/// `PasswordRules` by zxcvbn's estimate.
#[derive(Debug, Clone, Copy)]
pub struct GuessingRules {
    /// Grapheme clusters.
    pub min_length: usize,
}

impl PasswordRules for GuessingRules {
    fn min_length(&self) -> usize {
        self.min_length
    }

    /// Fewer than 10^8 guesses, a day's work for who has the hash.
    fn is_guessable(&self, password: &str, own_words: &[&str]) -> bool {
        zxcvbn(password, own_words).score() < Score::Three
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_would_try_is_guessable() {
        let rules = GuessingRules { min_length: 8 };
        let own = ["maya", "lindqvist", "maya@example.org", "1988"];
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
            assert_eq!(rules.is_guessable(password, &own), guessable, "{password}");
        }
    }
}
