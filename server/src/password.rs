//! Hashing passwords: Argon2id, few at a time.
//!
//! One hash takes 19 MiB and some fifteen milliseconds of a core. Unbounded, a
//! flood of logins would take all memory; so two run at once, a short queue
//! waits, and what comes after is told to come back. The memory is kept between
//! hashes: filling fresh pages costs half as much again.

use app::{account::Password, error::AppError};
use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHash, Version,
    password_hash::phc::{Ident, Output, ParamsString, Salt},
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// How much work one hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// OWASP's first choice: m = 19456 KiB, t = 2, p = 1.
    Recommended,
    /// For tests that are not about passwords; as good as none.
    Trifling,
}

/// Hashes run at once; each takes a whole core.
const AT_ONCE: usize = 2;
/// At fifteen milliseconds each, the last in the queue waits less than half a second.
const QUEUE: usize = 56;

/// The one place that hashes passwords and compares hashes.
#[derive(Clone)]
pub struct Passwords {
    hasher: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// Running and waiting.
    taken: Arc<AtomicUsize>,
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
    /// A hash of nobody's password, for users who do not exist.
    nobody: Arc<str>,
}

impl Passwords {
    pub fn new(cost: Cost) -> Passwords {
        let params = match cost {
            Cost::Recommended => Params::new(19_456, 2, 1, None),
            Cost::Trifling => Params::new(Params::MIN_M_COST, 1, 1, None),
        };
        let params = params.expect("the parameters are constants within Argon2's limits");
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut passwords = Passwords {
            hasher,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            taken: Arc::default(),
            memory: Arc::default(),
            nobody: "".into(),
        };
        passwords.nobody = passwords.hash_now(&[]).into();
        passwords
    }

    /// The PHC string to store.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the queue is full.
    pub async fn hash(&self, password: &Password) -> Result<String, AppError> {
        let bytes = normalized(password);
        self.run(move |passwords| passwords.hash_now(&bytes)).await
    }

    /// Whether the password belongs to the stored hash. For a user without one,
    /// or without existence, it does the same work and answers no.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the queue is full.
    pub async fn verify(
        &self,
        password: &Password,
        stored: Option<String>,
    ) -> Result<bool, AppError> {
        let bytes = normalized(password);
        self.run(move |passwords| {
            let matches = passwords.matches(&bytes, stored.as_deref().unwrap_or(&passwords.nobody));
            matches && stored.is_some()
        })
        .await
    }

    /// Whether a stored hash was made with other parameters than today's.
    pub fn is_outdated(&self, stored: &str) -> bool {
        let params = PasswordHash::new(stored).ok();
        let params = params.and_then(|hash| Params::try_from(&hash).ok());
        params.is_none_or(|params| {
            let today = self.hasher.params();
            (params.m_cost(), params.t_cost(), params.p_cost())
                != (today.m_cost(), today.t_cost(), today.p_cost())
        })
    }

    /// Runs `work` in a blocking thread. The permit goes with it: when the
    /// request is dropped the hash still runs to its end, and still counts.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Passwords) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let place = Place::take(&self.taken).ok_or(AppError::Busy)?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| AppError::Internal)?;
        let passwords = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let done = work(&passwords);
            drop((permit, place));
            done
        });
        task.await.map_err(|_| AppError::Internal)
    }

    fn hash_now(&self, password: &[u8]) -> String {
        let salt = Salt::generate();
        let output = self.output(&self.hasher, password, &salt);
        let hash = PasswordHash {
            algorithm: Ident::new("argon2id").expect("a constant"),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.hasher.params())
                .expect("the parameters are constants"),
            salt: Some(salt),
            hash: Some(output),
        };
        hash.to_string()
    }

    fn matches(&self, password: &[u8], stored: &str) -> bool {
        let Ok(stored) = PasswordHash::new(stored) else {
            return false;
        };
        let (Some(salt), Some(hash), Ok(params)) =
            (&stored.salt, &stored.hash, Params::try_from(&stored))
        else {
            return false;
        };
        // With the parameters it was made with; `Output` compares in constant time.
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        self.output(&hasher, password, salt) == *hash
    }

    fn output(&self, hasher: &Argon2<'_>, password: &[u8], salt: &Salt) -> Output {
        let mut memory = self
            .memory
            .lock()
            .ok()
            .and_then(|mut kept| kept.pop())
            .unwrap_or_default();
        memory.resize(hasher.params().block_count(), Block::default());
        let mut out = [0; 32];
        hasher
            .hash_password_into_with_memory(password, salt.as_ref(), &mut out, &mut memory[..])
            .expect("password, salt and output are within Argon2's limits");
        if let Ok(mut kept) = self.memory.lock() {
            kept.push(memory);
        }
        Output::new(&out).expect("32 bytes are a valid output")
    }
}

/// The bytes that are hashed: NFC, so that the same letters typed on another
/// keyboard are the same password (NIST SP 800-63B-4 §3.1.1.2).
fn normalized(password: &Password) -> Vec<u8> {
    password.expose().nfc().collect::<String>().into_bytes()
}

/// A place in the queue, free again when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(taken: &Arc<AtomicUsize>) -> Option<Place> {
        let free = |taken| (taken < AT_ONCE + QUEUE).then_some(taken + 1);
        taken
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, free)
            .ok()?;
        Some(Place(Arc::clone(taken)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::account::PasswordRules;

    /// These tests are about hashes.
    const ANY: PasswordRules = PasswordRules {
        min_length: 1,
        guessable: false,
    };

    fn password(text: &str) -> Password {
        Password::parse(text, &[""; 0], ANY).unwrap()
    }

    #[tokio::test]
    async fn a_password_belongs_to_its_hash_and_no_other() {
        let passwords = Passwords::new(Cost::Recommended);
        let hash = passwords.hash(&password("correct horse")).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_eq!(
            passwords
                .verify(&password("correct horse"), Some(hash.clone()))
                .await,
            Ok(true)
        );
        assert_eq!(
            passwords
                .verify(&password("correct horse "), Some(hash.clone()))
                .await,
            Ok(false)
        );
        assert_eq!(
            passwords.verify(&password("correct horse"), None).await,
            Ok(false)
        );
        assert_eq!(
            passwords
                .verify(&password("correct horse"), Some("garbage".into()))
                .await,
            Ok(false)
        );
        assert_ne!(
            passwords.hash(&password("correct horse")).await.unwrap(),
            hash,
            "each hash has its salt"
        );
    }

    #[tokio::test]
    async fn every_byte_of_a_long_password_counts_and_both_spellings_of_an_umlaut_are_one() {
        let passwords = Passwords::new(Cost::Trifling);
        let long = "x".repeat(100);
        let hash = passwords
            .hash(&password(&format!("{long}a")))
            .await
            .unwrap();
        assert_eq!(
            passwords
                .verify(&password(&format!("{long}b")), Some(hash))
                .await,
            Ok(false)
        );
        let hash = passwords
            .hash(&password("m\u{fc}ller m\u{fc}ller"))
            .await
            .unwrap();
        assert_eq!(
            passwords
                .verify(&password("mu\u{308}ller mu\u{308}ller"), Some(hash))
                .await,
            Ok(true)
        );
    }

    #[tokio::test]
    async fn a_hash_made_with_other_parameters_still_opens() {
        let hash = Passwords::new(Cost::Trifling)
            .hash(&password("correct horse"))
            .await
            .unwrap();
        let passwords = Passwords::new(Cost::Recommended);
        assert_eq!(
            passwords
                .verify(&password("correct horse"), Some(hash))
                .await,
            Ok(true)
        );
    }

    #[tokio::test]
    async fn beyond_the_queue_a_login_is_told_to_come_back() {
        let passwords = Passwords::new(Cost::Recommended);
        let logins = (0..AT_ONCE + QUEUE + 20).map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.verify(&password("correct horse"), None).await })
        });
        let mut answers = Vec::new();
        for login in logins.collect::<Vec<_>>() {
            answers.push(login.await.unwrap());
        }
        assert!(
            answers.contains(&Ok(false)) && answers.contains(&Err(AppError::Busy)),
            "{answers:?}"
        );
        assert_eq!(
            passwords.taken.load(Ordering::SeqCst),
            0,
            "every place is free again"
        );
        assert!(
            passwords.memory.lock().unwrap().len() <= AT_ONCE,
            "memory for no more than run at once"
        );
    }
}
