//! The site key: encrypts data that the database and browsers keep for the site, and that no one
//! else may read or forge.
//!
//! The key is in a file next to the database, or in a setting; never in the database, so that a
//! copy of the database decrypts nothing. The database stores the fingerprint of the key, so that
//! the site cannot start with a different key.

use app::error::AppError;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::secret::Secret;
use store::SecretHash;

/// A key of 256 random bits, and the keys derived from it.
#[derive(Clone)]
pub struct SiteKey(Arc<Parts>);

struct Parts {
    sealing: LessSafeKey,
    naming: hmac::Key,
    fingerprint: SecretHash,
}

/// Omits the key.
impl fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SiteKey")
    }
}

/// The reason that a key cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the site key is invalid: a key has 43 characters of A-Z, a-z, 0-9, - and _")]
    NoKey,
    #[error("cannot read the site key in {path}: {source}", path = .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path} is not a site key: a key has 43 characters of A-Z, a-z, 0-9, - and _. Put the right file back", path = .path.display())]
    Damaged { path: PathBuf },
    #[error("cannot create a site key in {path}: {source}", path = .path.display())]
    Unwritable { path: PathBuf, source: io::Error },
}

impl SiteKey {
    /// Generates a key for tests, and for sites that exist only as long as their process.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the system has no random numbers.
    pub fn random() -> Result<SiteKey, AppError> {
        let text = Secret::random()?.encode();
        SiteKey::parse(&text).map_err(|_| AppError::Internal)
    }

    /// Parses a key in its text form.
    ///
    /// # Errors
    /// [`KeyError::NoKey`]
    pub fn parse(text: &str) -> Result<SiteKey, KeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim());
        let bytes = bytes.ok().filter(|bytes| bytes.len() == 32);
        let bytes = bytes.ok_or(KeyError::NoKey)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        // A separate key for each purpose.
        let derived = |purpose: &str| hmac::sign(&key, purpose.as_bytes());
        let sealing = UnboundKey::new(&AES_256_GCM, derived("seal").as_ref());
        Ok(SiteKey(Arc::new(Parts {
            sealing: LessSafeKey::new(sealing.map_err(|_| KeyError::NoKey)?),
            naming: hmac::Key::new(hmac::HMAC_SHA256, derived("name").as_ref()),
            fingerprint: Sha256::digest(derived("fingerprint").as_ref()).into(),
        })))
    }

    /// Reads the key from a file; `None` if there is no file.
    pub fn read(path: &Path) -> Result<Option<SiteKey>, KeyError> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(|source| KeyError::Unreadable {
                path: path.to_owned(),
                source,
            })?,
        };
        let damaged = |_| KeyError::Damaged {
            path: path.to_owned(),
        };
        SiteKey::parse(&text).map(Some).map_err(damaged)
    }

    /// Reads the key from a file. A missing file is created, readable only by its owner.
    pub fn read_or_make(path: &Path) -> Result<SiteKey, KeyError> {
        if let Some(key) = SiteKey::read(path)? {
            return Ok(key);
        }
        let unwritable = |source| KeyError::Unwritable {
            path: path.to_owned(),
            source,
        };
        let no_random = |_| unwritable(io::Error::other("the system has no random numbers"));
        let text = Secret::random().map_err(no_random)?.encode();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        let mut file = match file {
            // Another process has just created the file.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return SiteKey::read(path)?.ok_or_else(|| unwritable(error));
            }
            file => file.map_err(unwritable)?,
        };
        writeln!(file, "{text}")
            .and_then(|()| file.sync_all())
            .map_err(unwritable)?;
        tracing::info!(
            "created a site key in {}; keep a copy of it, separate from the database backups",
            path.display()
        );
        SiteKey::parse(&text)
    }

    /// The fingerprint, which identifies the key but decrypts nothing.
    pub fn fingerprint(&self) -> SecretHash {
        self.0.fingerprint
    }

    /// Derives a stable pseudonym for `purpose`, which reveals nothing about it.
    pub fn name(&self, purpose: &str) -> [u8; 32] {
        let name = hmac::sign(&self.0.naming, purpose.as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(name.as_ref());
        bytes
    }

    /// Encrypts bytes, so that they can be decrypted only for the same purpose.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the system has no random numbers.
    pub fn seal(&self, purpose: &str, bytes: &[u8]) -> Result<Vec<u8>, AppError> {
        let random = Secret::random()?.hash();
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&random[..NONCE_LEN]);
        let mut sealed = bytes.to_vec();
        let aad = Aad::from(purpose.as_bytes());
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        let done = (self.0.sealing).seal_in_place_append_tag(nonce_used, aad, &mut sealed);
        done.map_err(|_| AppError::Internal)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Decrypts bytes that were sealed for this purpose; `None` for anything else.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = sealed.to_vec();
        let aad = Aad::from(purpose.as_bytes());
        let opened = self.0.sealing.open_in_place(nonce, aad, &mut bytes).ok()?;
        Some(opened.to_vec())
    }

    /// Encrypts a text, for a cookie or a form.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the system has no random numbers.
    pub fn seal_text(&self, purpose: &str, text: &str) -> Result<String, AppError> {
        Ok(URL_SAFE_NO_PAD.encode(self.seal(purpose, text.as_bytes())?))
    }

    /// Decrypts a text that was sealed for this purpose.
    pub fn open_text(&self, purpose: &str, sealed: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        String::from_utf8(self.open(purpose, &sealed)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_was_sealed_opens_with_the_same_key_for_the_same_purpose_only() {
        let (key, other) = (SiteKey::random().unwrap(), SiteKey::random().unwrap());
        let sealed = key.seal("app 7", b"a secret").unwrap();
        assert_eq!(key.open("app 7", &sealed).unwrap(), b"a secret");
        assert_eq!(key.open("app 8", &sealed), None);
        assert_eq!(other.open("app 7", &sealed), None);
        // Neither a flipped bit nor a truncation is accepted.
        for at in 0..sealed.len() {
            let mut spoilt = sealed.clone();
            spoilt[at] ^= 1;
            assert_eq!(key.open("app 7", &spoilt), None, "{at}");
            assert_eq!(key.open("app 7", &sealed[..at]), None, "{at}");
        }
        assert_ne!(sealed, key.seal("app 7", b"a secret").unwrap());
        let text = key.seal_text("x", "words").unwrap();
        assert_eq!(key.open_text("x", &text).as_deref(), Some("words"));
        assert_eq!(key.open_text("x", "words"), None);
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data").join("site.key");
        assert!(SiteKey::read(&path).unwrap().is_none());
        let made = SiteKey::read_or_make(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = SiteKey::read_or_make(&path).unwrap();
        assert_eq!(made.fingerprint(), again.fingerprint());
        assert_eq!(made.name("user 1"), again.name("user 1"));
        assert_ne!(made.name("user 1"), again.name("user 2"));
        // A file without a valid key is not replaced.
        fs::write(&path, "not a key\n").unwrap();
        assert!(matches!(
            SiteKey::read_or_make(&path),
            Err(KeyError::Damaged { .. })
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "not a key\n");
    }
}
