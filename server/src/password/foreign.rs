//! Password hashes of other programs, in the format of Django (`django.contrib.auth.hashers`),
//! which most use: verified in this format until their users have logged in.
//!
//! A hash that is too expensive to verify is rejected: one login must not take all memory, or a
//! core for minutes.

use argon2::password_hash::phc::Output;
use base64::{Engine, engine::general_purpose::STANDARD};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::phc::{Memory, read};
use crate::secret::hexadecimal;
use app::account::types::password::Password;

/// The maximum cost of a hash: iterations of PBKDF2, the base-2 logarithm of bcrypt's rounds, the
/// memory of scrypt in bytes, and this memory times its lanes. Argon2 has the limits of our own
/// hashes, with half the memory. Each limit is a few times Django's default.
const MOST_ITERATIONS: u32 = 2_000_000;
const MOST_COST: u32 = 13;
const MOST_BYTES: u64 = 64 * 1024 * 1024;
const MOST_BYTES_IN_ALL: u64 = 8 * MOST_BYTES;
const MOST_ARGON_KIB: u32 = 128 * 1024;

/// The minimum cost of bcrypt.
const LEAST_COST: u32 = 4;

/// The reason that a hash is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// No password was set: the user logs in another way, or not at all.
    #[error("no password was set")]
    Unusable,
    /// MD5, or unsalted: anyone who has the list can recover most of its passwords.
    #[error("a hash of this kind ({0}) is too weak to be kept")]
    TooWeak(&'static str),
    #[error("the hash cannot be read")]
    Unreadable,
    #[error("this kind of hash is not supported")]
    Unknown,
    #[error("checking the hash would take more memory or time than a login is allowed")]
    TooDear,
}

/// A hash that another program made.
#[derive(Debug, Clone)]
pub struct ForeignHash {
    scheme: Scheme,
    text: String,
}

#[derive(Debug, Clone)]
enum Scheme {
    Pbkdf2 {
        is_sha1: bool,
        iterations: u32,
        salt: String,
        hash: Output,
    },
    /// In PHC format.
    Argon2(String),
    /// In the format of crypt(3): of the password, or of its SHA-256 in hexadecimal.
    Bcrypt { is_of_sha256: bool, hash: String },
    Scrypt {
        params: scrypt::Params,
        salt: String,
        hash: Output,
    },
}

impl ForeignHash {
    /// Parses a hash in the format of Django.
    ///
    /// # Errors
    /// The reason that the hash is rejected.
    pub fn parse(text: &str) -> Result<ForeignHash, NotTaken> {
        if text.is_empty() || text.starts_with('!') {
            return Err(NotTaken::Unusable);
        }
        let (algorithm, rest) = text.split_once('$').unwrap_or(("", text));
        let scheme = match algorithm {
            "pbkdf2_sha256" => pbkdf2(rest, false)?,
            "pbkdf2_sha1" => pbkdf2(rest, true)?,
            "argon2" => {
                let phc = format!("${rest}");
                let stored = read(&phc).map_err(|_| NotTaken::Unreadable)?;
                if stored.hasher.params().m_cost() > MOST_ARGON_KIB {
                    return Err(NotTaken::TooDear);
                }
                Scheme::Argon2(phc)
            }
            "bcrypt" => bcrypt(rest, false)?,
            "bcrypt_sha256" => bcrypt(rest, true)?,
            "scrypt" => scrypt(rest)?,
            "md5" | "unsalted_md5" => return Err(NotTaken::TooWeak("MD5")),
            "sha1" | "unsalted_sha1" => return Err(NotTaken::TooWeak("SHA-1")),
            "crypt" => return Err(NotTaken::TooWeak("crypt")),
            // Unsalted MD5 without a prefix, as old versions of Django wrote it.
            "" if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                return Err(NotTaken::TooWeak("MD5"));
            }
            _ => return Err(NotTaken::Unknown),
        };
        Ok(ForeignHash {
            scheme,
            text: text.to_owned(),
        })
    }

    /// The hash as it was parsed, to be stored.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether the password matches the hash: as it was typed or, if that differs, in NFC.
    /// Other programs do not normalise passwords.
    pub(super) fn matches(&self, password: &Password, memory: &mut Memory) -> bool {
        let typed = password.expose();
        self.is_of(typed.as_bytes(), memory)
            || !is_nfc(typed) && {
                let composed: String = typed.nfc().collect();
                self.is_of(composed.as_bytes(), memory)
            }
    }

    fn is_of(&self, password: &[u8], memory: &mut Memory) -> bool {
        match &self.scheme {
            Scheme::Pbkdf2 {
                is_sha1,
                iterations,
                salt,
                hash,
            } => {
                let mut out = vec![0; hash.len()];
                match is_sha1 {
                    true => pbkdf2_hmac::<Sha1>(password, salt.as_bytes(), *iterations, &mut out),
                    false => {
                        pbkdf2_hmac::<Sha256>(password, salt.as_bytes(), *iterations, &mut out);
                    }
                }
                Output::new(&out).ok() == Some(*hash)
            }
            Scheme::Argon2(phc) => read(phc).is_ok_and(|stored| stored.is_of(password, memory, 0)),
            Scheme::Bcrypt {
                is_of_sha256: true,
                hash,
            } => ::bcrypt::verify(hexadecimal(&Sha256::digest(password)), hash).unwrap_or(false),
            Scheme::Bcrypt { hash, .. } => ::bcrypt::verify(password, hash).unwrap_or(false),
            Scheme::Scrypt { params, salt, hash } => {
                let mut out = vec![0; hash.len()];
                ::scrypt::scrypt(password, salt.as_bytes(), params, &mut out).is_ok()
                    && Output::new(&out).ok() == Some(*hash)
            }
        }
    }
}

/// Decodes the output of a hash from base64. [`Output`] compares in constant time.
fn output(text: &str) -> Result<Output, NotTaken> {
    let bytes = STANDARD.decode(text).map_err(|_| NotTaken::Unreadable)?;
    Output::new(&bytes).map_err(|_| NotTaken::Unreadable)
}

/// Parses `ITERATIONS$SALT$HASH`.
fn pbkdf2(text: &str, is_sha1: bool) -> Result<Scheme, NotTaken> {
    let parts: Vec<&str> = text.split('$').collect();
    let [iterations, salt, hash] = parts[..] else {
        return Err(NotTaken::Unreadable);
    };
    let iterations = iterations.parse().map_err(|_| NotTaken::Unreadable)?;
    let hash = output(hash)?;
    // A longer output takes a multiple of the work.
    let longest = if is_sha1 { 20 } else { 32 };
    if iterations == 0 || salt.is_empty() || hash.len() > longest {
        return Err(NotTaken::Unreadable);
    }
    if iterations > MOST_ITERATIONS {
        return Err(NotTaken::TooDear);
    }
    Ok(Scheme::Pbkdf2 {
        is_sha1,
        iterations,
        salt: salt.to_owned(),
        hash,
    })
}

/// Parses `$2b$COST$SALT, HASH`, with nothing between the last two.
fn bcrypt(text: &str, is_of_sha256: bool) -> Result<Scheme, NotTaken> {
    let parts: ::bcrypt::HashParts = text.parse().map_err(|_| NotTaken::Unreadable)?;
    if parts.get_cost() < LEAST_COST {
        return Err(NotTaken::Unreadable);
    }
    if parts.get_cost() > MOST_COST {
        return Err(NotTaken::TooDear);
    }
    Ok(Scheme::Bcrypt {
        is_of_sha256,
        hash: text.to_owned(),
    })
}

/// Parses `N$SALT$R$P$HASH`.
fn scrypt(text: &str) -> Result<Scheme, NotTaken> {
    let parts: Vec<&str> = text.split('$').collect();
    let [n, salt, r, p, hash] = parts[..] else {
        return Err(NotTaken::Unreadable);
    };
    let [n, r, p] = [n, r, p].map(|number| number.parse::<u32>().unwrap_or_default());
    let hash = output(hash)?;
    if !n.is_power_of_two() || n < 2 || r == 0 || p == 0 || salt.is_empty() {
        return Err(NotTaken::Unreadable);
    }
    // RFC 7914 §2.
    let bytes = (128 * u64::from(n)).saturating_mul(u64::from(r));
    if bytes > MOST_BYTES || bytes.saturating_mul(u64::from(p)) > MOST_BYTES_IN_ALL {
        return Err(NotTaken::TooDear);
    }
    let log_n = n
        .trailing_zeros()
        .try_into()
        .map_err(|_| NotTaken::TooDear)?;
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| NotTaken::Unreadable)?;
    Ok(Scheme::Scrypt {
        params,
        salt: salt.to_owned(),
        hash,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_right(hash: &str, password: &str) -> bool {
        let password = Password::given(password).unwrap();
        ForeignHash::parse(hash)
            .unwrap()
            .matches(&password, &mut Memory::new())
    }

    /// These hashes were made by Django 5.2, at a low cost.
    #[test]
    fn every_hash_of_django_belongs_to_its_password_and_no_other() {
        for hash in [
            "pbkdf2_sha256$1000$saltsalt$A030fFcc5fgTAIIb9ZOKHka0C9PYVzNT+rAy+cXgEok=",
            "pbkdf2_sha1$1000$saltsalt$8nuNPaFj507RXKJP3Cufy1BIl2Q=",
            "argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$aHzkBKyWOTWWkya9H3vOeNoviPeIusQxH9M0M/H+APg",
            "bcrypt_sha256$$2b$04$g62bK8RZU5gZgQHl5OCnpuImT4YyZtgJHpgZ9QA/YhpwJsWzLrNbG",
            "bcrypt$$2b$04$9P8fku3UvgnMW906YwXwZO0WMZ/17.wLcUAqMdBwMRB3H3sJdLP.e",
            "scrypt$16$saltsalt$8$1$YNE9+oXrKo+phFnyrN5BNG4tDVQWc81O0+v1rKfSry/aXJzG6F09IDgW4/t4ImuXm7ZY4h/6eLOFR0BgUKASeg==",
        ] {
            assert!(is_right(hash, "drei alte Br\u{fc}cken"), "{hash}");
            assert!(!is_right(hash, "drei alte Bruecken"), "{hash}");
            assert!(!is_right(hash, "drei alte Br\u{fc}cken "), "{hash}");
        }
    }

    /// Other programs hash the password as it is typed, in one of two spellings of a letter.
    #[test]
    fn a_password_is_tried_as_it_is_typed_and_in_its_composed_spelling() {
        let decomposed = "pbkdf2_sha256$1000$saltsalt$SuQUDMvaYcMtdwdz6EEQjj5BYBwoBn9oXAg4MYsF8io=";
        assert!(is_right(decomposed, "mu\u{308}ller"));
        let composed = "pbkdf2_sha256$1000$saltsalt$A030fFcc5fgTAIIb9ZOKHka0C9PYVzNT+rAy+cXgEok=";
        assert!(is_right(composed, "drei alte Bru\u{308}cken"));
    }

    #[test]
    fn a_hash_that_is_weak_dear_or_none_is_not_taken_and_says_why() {
        use NotTaken::{TooDear, TooWeak, Unknown, Unreadable, Unusable};
        const HASH: &str = "A030fFcc5fgTAIIb9ZOKHka0C9PYVzNT+rAy+cXgEok=";
        for (text, expected) in [
            ("", Unusable),
            ("!dMC4zyqFBaSfokYuEviQVSSai7SipgdQQuMzwBfs", Unusable),
            ("md5$salt$094fdeb866244942388c017fbed96e90", TooWeak("MD5")),
            (
                "unsalted_md5$$094fdeb866244942388c017fbed96e90",
                TooWeak("MD5"),
            ),
            ("094fdeb866244942388c017fbed96e90", TooWeak("MD5")),
            (
                "sha1$salt$da39a3ee5e6b4b0d3255bfef95601890afd80709",
                TooWeak("SHA-1"),
            ),
            ("crypt$$ab1vyRQwbjYzw", TooWeak("crypt")),
            ("whirlpool$1$salt$x", Unknown),
            ("hunter2", Unknown),
            (&format!("pbkdf2_sha256$2000001$salt${HASH}"), TooDear),
            (&format!("pbkdf2_sha256$-1$salt${HASH}"), Unreadable),
            (&format!("pbkdf2_sha256$0$salt${HASH}"), Unreadable),
            (&format!("pbkdf2_sha256$1$${HASH}"), Unreadable),
            ("pbkdf2_sha256$1000$salt$", Unreadable),
            (&format!("pbkdf2_sha1$1000$salt${HASH}"), Unreadable),
            (
                "argon2$argon2id$v=19$m=262144,t=1,p=1$c2FsdHNhbHRzYWx0$aHzkBKyWOTWWkya9H3vOeNoviPeIusQxH9M0M/H+APg",
                TooDear,
            ),
            ("argon2$nonsense", Unreadable),
            (
                "bcrypt$$2b$14$9P8fku3UvgnMW906YwXwZO0WMZ/17.wLcUAqMdBwMRB3H3sJdLP.e",
                TooDear,
            ),
            ("bcrypt$$2b$12$short", Unreadable),
            (&format!("scrypt$1048576$salt$8$1${HASH}"), TooDear),
            (&format!("scrypt$16384$salt$8$4000${HASH}"), TooDear),
            (&format!("scrypt$15$salt$8$1${HASH}"), Unreadable),
            (&format!("scrypt$16$salt$0$1${HASH}"), Unreadable),
        ] {
            assert_eq!(ForeignHash::parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
