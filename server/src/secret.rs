//! Random secrets: session ids, tokens of emailed links, nonces.
//!
//! A secret leaves the server in base64url, and only its SHA-256 is stored. The hash needs
//! neither salt nor stretching: 256 random bits cannot be guessed (OWASP ASVS 5.0 V7.2.3
//! asks for 128).
//!
//! [`Secret`] does not implement `Debug`, so no log line can print one by accident.

use app::error::AppError;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use store::SecretHash;

/// 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Generates a secret from the system's random numbers.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the system has none; the reason is logged.
    pub fn random() -> Result<Secret, AppError> {
        random_bytes().map(Secret)
    }

    /// Decodes a secret that [`Secret::encode`] wrote; `None` for any other text.
    pub fn decode(text: &str) -> Option<Secret> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Secret)
    }

    /// Encodes the secret in base64url without padding, as in cookies and links.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The hash of the 32 bytes. It differs from [`hash_token`], which hashes the encoded text.
    pub fn hash(&self) -> SecretHash {
        Sha256::digest(self.0).into()
    }
}

/// The hash of a token as it was received, which need not be valid.
pub fn hash_token(token: &str) -> SecretHash {
    Sha256::digest(token).into()
}

/// Returns bytes as hexadecimal digits.
pub fn hexadecimal<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A value for a single response: 128 random bits in base64url, as many as Content
/// Security Policy Level 3 §8.1 recommends for a nonce.
///
/// # Errors
/// [`AppError::Internal`] if the system has no random numbers; the reason is logged.
pub fn nonce() -> Result<String, AppError> {
    let bytes: [u8; 16] = random_bytes()?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn random_bytes<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system has no random numbers");
        AppError::Internal
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_secret_reads_back_from_its_text_and_from_nothing_else() {
        let secret = Secret::random().unwrap();
        let text = secret.encode();
        assert_eq!(text.len(), 43);
        assert!(Secret::decode(&text) == Some(secret));
        let (padded, cut) = (format!("{text}="), &text[..42]);
        for other in [
            "",
            "x",
            &padded,
            cut,
            &format!("{text}A"),
            &format!(" {text}"),
        ] {
            assert!(Secret::decode(other).is_none(), "{other:?}");
        }
        // A last character whose spare bits are set would be a second spelling.
        let spelled_twice = format!("{}B", "A".repeat(42));
        assert!(Secret::decode(&spelled_twice).is_none());
    }

    #[test]
    fn no_two_secrets_are_equal() {
        let secrets: HashSet<_> = (0..100)
            .map(|_| Secret::random().unwrap().encode())
            .collect();
        assert_eq!(secrets.len(), 100);
        let nonces: HashSet<_> = (0..100).map(|_| nonce().unwrap()).collect();
        assert_eq!(nonces.len(), 100);
        assert!(nonces.iter().all(|nonce| nonce.len() == 22));
    }

    /// Stored hashes outlive a release: ids are hashed as bytes, tokens as text.
    #[test]
    fn hashes_are_those_that_are_stored() {
        let zeros = Secret([0; 32]);
        assert_eq!(zeros.encode(), "A".repeat(43));
        assert_eq!(
            hexadecimal(&zeros.hash()),
            "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
        );
        assert_eq!(
            hexadecimal(&hash_token("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
