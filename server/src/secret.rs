//! Random secrets: ids of sessions and browsers, tokens in links.

use app::error::AppError;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// SHA-256 of a secret, which is all that is stored of it.
pub type SecretHash = [u8; 32];

/// A random secret of 256 bits; nobody guesses one (ASVS 5.0 V7.2.3 asks for 128).
pub struct Secret([u8; 32]);

impl Secret {
    /// # Errors
    /// [`AppError::Internal`] if the system has no random numbers.
    pub fn random() -> Result<Secret, AppError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            tracing::error!(%error, "the system has no random numbers");
            AppError::Internal
        })?;
        Ok(Secret(bytes))
    }

    /// Reads what [`encode`](Secret::encode) writes.
    pub fn decode(text: &str) -> Option<Secret> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Secret)
    }

    /// Base64url, for cookies and addresses: 43 characters.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The hash of the bytes, as cookies are stored.
    pub fn hash(&self) -> SecretHash {
        Sha256::digest(self.0).into()
    }
}

/// The hash of a secret as it is written in a link or a form.
pub fn hash_token(text: &str) -> SecretHash {
    Sha256::digest(text).into()
}
