//! Hashing passwords: Argon2id, few at a time.
//!
//! One hash takes 19 MiB and some twenty milliseconds of a core. Without a limit, a flood of
//! logins would take all memory; so at most two hashes run at once, in dedicated threads, a short
//! queue waits, and further requests are told to try again later. The memory is reused for the
//! next hashes: filling fresh pages costs a quarter more.
//!
//! Hashes of other programs take ten times as long, so they have a thread and a queue of their
//! own.
//!
//! | file | content |
//! |---|---|
//! | `phc` | Argon2 hashes in the stored format |
//! | `foreign` | password hashes imported from other programs |

pub mod foreign;
mod phc;

use app::{account::types::password::Password, error::AppError};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, Version,
    password_hash::phc::{Ident, Output, ParamsString, Salt},
};
use std::{
    collections::VecDeque,
    num::NonZero,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;

use foreign::ForeignHash;
use phc::{Memory, Unverifiable, output, read};

/// The cost of one hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// OWASP's first choice: m = 19456 KiB, t = 2, p = 1.
    Recommended,
    /// A minimal cost, for tests that are not about passwords.
    Trifling,
}

/// Checks that a stored hash can be verified at all.
///
/// # Errors
/// The reason that it cannot be verified.
pub fn verifiable(stored: &str) -> Result<(), Unverifiable> {
    match foreign_hash(stored) {
        Some(_) => Ok(()),
        None => read(stored).map(drop),
    }
}

/// The maximum number of hashes that run at once. Each takes a whole core, so at most half as
/// many run as the machine has cores.
const AT_ONCE: usize = 2;
/// The limit of hashes that run or wait: at twenty milliseconds each, the last waits a second.
const MOST: usize = 58;

/// The limit for hashes of other programs, which run one at a time: the last waits some five
/// seconds.
const MOST_FOREIGN: usize = 16;

/// The time after the last hash after which its memory is freed.
const KEPT: Duration = Duration::from_secs(30);

/// The size of an unused buffer in blocks of 1 KiB, for [`Queue::next`].
const LITTLE: usize = 1024;

/// Hashes and verifies passwords; nothing else does.
#[derive(Clone)]
pub struct Passwords {
    hasher: Argon2<'static>,
    hashing: Arc<Hashing>,
    foreign: Arc<Hashing>,
    /// A hash that no password matches, for users who do not exist.
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
        let random = [Salt::generate().as_ref(), Salt::generate().as_ref()].concat();
        Passwords {
            nobody: phc_of(&hasher, Salt::generate(), Output::new(&random).ok()).into(),
            hasher,
            hashing: Arc::new(Hashing::start(threads(), MOST)),
            foreign: Arc::new(Hashing::start(1, MOST_FOREIGN)),
        }
    }

    /// Hashes a password. Returns the PHC string to store.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the queue is full.
    pub async fn hash(&self, password: &Password) -> Result<String, AppError> {
        let bytes = normalized(password);
        self.run(move |passwords, memory| passwords.hash_now(&bytes, memory))
            .await
    }

    /// Hashes several passwords as one job. Returns their PHC strings.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the queue is full.
    pub async fn hash_all(&self, passwords: &[Password]) -> Result<Vec<String>, AppError> {
        let all: Vec<_> = passwords.iter().map(normalized).collect();
        self.run(move |passwords, memory| {
            let hashes = all.iter().map(|bytes| passwords.hash_now(bytes, memory));
            hashes.collect()
        })
        .await
    }

    /// Returns whether the password matches the stored hash. If there is no hash, because the
    /// user has no password or does not exist, or if it is not `verifiable`, this does the same
    /// work and returns `false`.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the queue is full.
    pub async fn verify(
        &self,
        password: &Password,
        stored: Option<String>,
    ) -> Result<bool, AppError> {
        if let Some(hash) = stored.as_deref().and_then(foreign_hash) {
            let password = password.clone();
            let check = move |_: &Passwords, memory: &mut Memory| hash.matches(&password, memory);
            return self.run_in(&self.foreign, check).await;
        }
        let bytes = normalized(password);
        self.run(move |passwords, memory| {
            let known = stored
                .as_deref()
                .filter(|stored| verifiable(stored).is_ok());
            let matches = passwords.matches(&bytes, known.unwrap_or(&passwords.nobody), memory);
            matches && known.is_some()
        })
        .await
    }

    /// The numbers of hashes that run or wait: ours, and those of other programs.
    pub fn waiting(&self) -> [usize; 2] {
        [&self.hashing, &self.foreign].map(|hashing| {
            let jobs = hashing.0.lock();
            jobs.waiting.len() + jobs.running
        })
    }

    /// Returns whether one of the two queues is full.
    pub fn is_full(&self) -> bool {
        let [ours, foreign] = self.waiting();
        ours >= MOST || foreign >= MOST_FOREIGN
    }

    /// Returns whether a stored hash has other parameters than a new hash would have.
    pub fn is_outdated(&self, stored: &str) -> bool {
        let today = self.hash_shape();
        !stored.starts_with(&today)
    }

    /// The beginning of every new hash, up to its salt.
    fn hash_shape(&self) -> String {
        let params = self.hasher.params();
        let (m, t, p) = (params.m_cost(), params.t_cost(), params.p_cost());
        format!("$argon2id$v=19$m={m},t={t},p={p}$")
    }

    /// Runs `work` in a hashing thread. If the request is dropped, the work still runs to its
    /// end, and still takes its place in the queue.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Passwords, &mut Memory) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        self.run_in(&self.hashing, work).await
    }

    async fn run_in<T: Send + 'static>(
        &self,
        hashing: &Hashing,
        work: impl FnOnce(&Passwords, &mut Memory) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let (passwords, (reply, done)) = (self.clone(), oneshot::channel());
        hashing.0.push(Box::new(move |memory| {
            // Fails if the request was dropped.
            let _ = reply.send(work(&passwords, memory));
        }))?;
        done.await.map_err(|_| AppError::Internal)
    }

    fn hash_now(&self, password: &[u8], memory: &mut Memory) -> String {
        let salt = Salt::generate();
        let kept = self.hasher.params().block_count();
        let length = Params::DEFAULT_OUTPUT_LEN;
        let output = output(&self.hasher, password, &salt, length, memory, kept);
        phc_of(&self.hasher, salt, output)
    }

    fn matches(&self, password: &[u8], stored: &str, memory: &mut Memory) -> bool {
        let kept = self.hasher.params().block_count();
        read(stored).is_ok_and(|stored| stored.is_of(password, memory, kept))
    }
}

/// Returns whether a hash in PHC format has the parameters that this program uses.
pub fn is_ours(phc: &str) -> bool {
    phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && read(phc).is_ok()
}

/// Parses a hash of another program; `None` for our own format and unsupported hashes.
fn foreign_hash(stored: &str) -> Option<ForeignHash> {
    match stored.starts_with('$') {
        true => None,
        false => ForeignHash::parse(stored).ok(),
    }
}

/// Formats a hash as a PHC string.
fn phc_of(hasher: &Argon2<'_>, salt: Salt, hash: Option<Output>) -> String {
    let hash = PasswordHash {
        algorithm: Ident::new("argon2id").expect("a constant"),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(hasher.params()).expect("the parameters are constants"),
        salt: Some(salt),
        hash,
    };
    hash.to_string()
}

/// The bytes to hash: in NFC, so that the same letters typed on another keyboard are the
/// same password (NIST SP 800-63B-4 §3.1.1.2).
fn normalized(password: &Password) -> Vec<u8> {
    password.expose().nfc().collect::<String>().into_bytes()
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The hashing threads, which end when this is dropped.
struct Hashing(Arc<Queue>);

/// The jobs of the hashing threads.
struct Queue {
    jobs: Mutex<Jobs>,
    changed: Condvar,
    /// The maximum number of jobs that run or wait.
    most: usize,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Job>,
    running: usize,
    is_closed: bool,
}

/// The number of threads for our own hashes.
fn threads() -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    (cores / 2).clamp(1, AT_ONCE)
}

impl Hashing {
    fn start(threads: usize, most: usize) -> Hashing {
        let queue = Arc::new(Queue {
            jobs: Mutex::default(),
            changed: Condvar::new(),
            most,
        });
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.work());
        }
        Hashing(queue)
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_all();
    }
}

impl Queue {
    fn push(&self, job: Job) -> Result<(), AppError> {
        let mut jobs = self.lock();
        if jobs.waiting.len() + jobs.running >= self.most {
            return Err(AppError::Busy);
        }
        jobs.waiting.push_back(job);
        self.changed.notify_one();
        Ok(())
    }

    /// Runs jobs until the queue is closed. On Linux, where each thread has its own priority, a
    /// low one keeps logins from slowing down other requests.
    fn work(&self) {
        #[cfg(target_os = "linux")]
        let _ = rustix::process::nice(19);
        let mut memory = Memory::new();
        while let Some(job) = self.next(&mut memory) {
            // A job that panics fails only its own request.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
            self.lock().running -= 1;
        }
    }

    fn next(&self, memory: &mut Memory) -> Option<Job> {
        let mut jobs = self.lock();
        loop {
            if let Some(job) = jobs.waiting.pop_front() {
                jobs.running += 1;
                return Some(job);
            }
            if jobs.is_closed {
                return None;
            }
            let waited = self.changed.wait_timeout(jobs, KEPT);
            let (again, time) = waited.unwrap_or_else(PoisonError::into_inner);
            if time.timed_out() {
                // A small untouched buffer, not an empty one: the allocator returns memory that was
                // freed earlier to the system only when another large block is freed.
                *memory = Memory::with_capacity(LITTLE);
            }
            jobs = again;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::account::types::password::PasswordRules;

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

    #[test]
    fn a_stored_hash_that_would_take_all_memory_or_a_core_for_hours_is_not_tried() {
        const SALT: &str = "c2FsdHNhbHRzYWx0c2FsdA";
        const HASH: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";
        use Unverifiable::{TooDear, Unreadable};
        for (start, expected) in [
            ("$argon2id$v=19$m=19456,t=2,p=1", Ok(())),
            // Parameters of others: RFC 9106's second choice, PHP, Django, libsodium.
            ("$argon2id$v=19$m=65536,t=3,p=4", Ok(())),
            ("$argon2id$v=19$m=65536,t=4,p=1", Ok(())),
            ("$argon2id$v=19$m=102400,t=2,p=8", Ok(())),
            ("$argon2id$v=19$m=262144,t=3,p=1", Ok(())),
            ("$argon2i$v=19$m=65536,t=4,p=1", Ok(())),
            ("$argon2i$m=4096,t=3,p=1", Ok(())),
            ("$argon2id$v=19$m=4294967295,t=1,p=1", Err(TooDear)),
            ("$argon2id$v=19$m=2097152,t=1,p=4", Err(TooDear)),
            ("$argon2id$v=19$m=262145,t=1,p=1", Err(TooDear)),
            ("$argon2id$v=19$m=262144,t=5,p=1", Err(TooDear)),
            ("$argon2id$v=19$m=19456,t=2000000,p=1", Err(TooDear)),
            ("$argon2id$v=19$m=8,t=4294967295,p=1", Err(TooDear)),
            ("$argon2id$v=19$m=19456,t=2,p=1000", Err(TooDear)),
            // Argon2 needs at least eight KiB per lane.
            ("$argon2id$v=19$m=8,t=1,p=1000", Err(Unreadable)),
            ("$argon2id$v=19$m=0,t=1,p=1", Err(Unreadable)),
            ("$argon2id$v=19$m=19456,t=0,p=1", Err(Unreadable)),
            ("$argon2id$v=20$m=19456,t=2,p=1", Err(Unreadable)),
            ("$argon2id$v=19$m=99999999999,t=2,p=1", Err(Unreadable)),
            ("$scrypt$ln=15,r=8,p=1", Err(Unreadable)),
            ("$pbkdf2-sha256$i=600000", Err(Unreadable)),
        ] {
            let stored = format!("{start}${SALT}${HASH}");
            assert_eq!(verifiable(&stored), expected, "{stored}");
        }
        for stored in [
            "",
            "$",
            "garbage",
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA",
            // A salt of four bytes.
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI",
        ] {
            assert_eq!(verifiable(stored), Err(Unreadable), "{stored}");
        }
    }

    #[tokio::test]
    async fn a_hash_that_is_not_tried_is_a_wrong_password_and_those_of_others_open() {
        let passwords = Passwords::new(Cost::Trifling);
        let verify = async |word: &str, stored: &str| {
            let stored = Some(stored.to_owned());
            passwords.verify(&password(word), stored).await
        };
        for stored in [
            "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI",
            "$argon2id$v=19$m=8,t=2000000,p=1$c2FsdHNhbHRzYWx0c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI",
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        ] {
            assert_eq!(verify("password", stored).await, Ok(false), "{stored}");
            assert!(passwords.is_outdated(stored));
        }
        // Argon2i as other programs write it, and a hash of sixteen bytes.
        for (algorithm, length) in [(Algorithm::Argon2i, 32), (Algorithm::Argon2id, 16)] {
            let params = Params::new(64, 2, 1, None).unwrap();
            let mut out = vec![0; length];
            Argon2::new(algorithm, Version::V0x13, params)
                .hash_password_into(b"correct horse", b"salt of others", &mut out)
                .unwrap();
            let stored = PasswordHash {
                algorithm: algorithm.into(),
                version: Some(Version::V0x13.into()),
                params: "m=64,t=2,p=1".parse().unwrap(),
                salt: Some(Salt::new(b"salt of others").unwrap()),
                hash: Some(Output::new(&out).unwrap()),
            };
            let stored = stored.to_string();
            assert_eq!(verify("correct horse", &stored).await, Ok(true), "{stored}");
            assert_eq!(verify("another one", &stored).await, Ok(false));
            assert!(passwords.is_outdated(&stored));
        }
        for _ in 0..10 {
            let kept = passwords.run(|_, memory| memory.len()).await;
            assert!(kept.unwrap() <= 8);
        }
    }

    #[tokio::test]
    async fn a_hash_that_panics_is_the_failure_of_its_request_alone() {
        let passwords = Passwords::new(Cost::Trifling);
        for _ in 0..10 {
            let failed = passwords.run(|_, _| panic!("on purpose")).await;
            assert_eq!(failed, Err::<(), _>(AppError::Internal));
        }
        assert_eq!(passwords.verify(&password("x"), None).await, Ok(false));
    }

    #[tokio::test]
    async fn beyond_the_queue_a_login_is_told_to_come_back() {
        let passwords = Passwords::new(Cost::Recommended);
        let logins = (0..MOST + 20).map(|_| {
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
        // A thread frees the place of its job only after sending the answer.
        let taken = || {
            let jobs = passwords.hashing.0.lock();
            jobs.waiting.len() + jobs.running
        };
        for _ in 0..500 {
            if taken() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} places are still taken", taken());
    }
}
