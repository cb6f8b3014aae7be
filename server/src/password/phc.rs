//! Argon2 hashes in PHC format: parsing one, without allocating its memory, and verifying it.

use argon2::{
    Algorithm, Argon2, Block, MIN_SALT_LEN, Params, PasswordHash, Version,
    password_hash::phc::{Output, Salt},
};

/// The maximum cost of verifying a stored hash, which may come from imported users: one login
/// must not take all memory, or a core for hours. In KiB; the product of memory and passes is
/// the cost in time, here about half a second.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_WORK: u64 = 1024 * 1024;
const MOST_LANES: u32 = 16;

/// The reason that a stored hash cannot be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverifiable {
    #[error("it is not a salted Argon2 hash in PHC format")]
    Unreadable,
    #[error("its parameters need more memory or time than a login is allowed")]
    TooDear,
}

/// A parsed hash.
pub struct Stored {
    pub hasher: Argon2<'static>,
    pub salt: Salt,
    pub hash: Output,
}

/// Parses a hash in PHC format, without allocating its memory.
pub fn read(stored: &str) -> Result<Stored, Unverifiable> {
    let parsed = PasswordHash::new(stored).map_err(|_| Unverifiable::Unreadable)?;
    let algorithm = Algorithm::try_from(parsed.algorithm.as_str());
    let version = parsed.version.map_or(Ok(Version::V0x10), Version::try_from);
    let (Ok(algorithm), Ok(version), Ok(params), Some(salt), Some(hash)) = (
        algorithm,
        version,
        Params::try_from(&parsed),
        parsed.salt,
        parsed.hash,
    ) else {
        return Err(Unverifiable::Unreadable);
    };
    if salt.as_ref().len() < MIN_SALT_LEN {
        return Err(Unverifiable::Unreadable);
    }
    let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
    if params.m_cost() > MOST_MEMORY || work > MOST_WORK || params.p_cost() > MOST_LANES {
        return Err(Unverifiable::TooDear);
    }
    Ok(Stored {
        hasher: Argon2::new(algorithm, version, params),
        salt,
        hash,
    })
}

/// The memory in which a hash is computed.
pub type Memory = Vec<Block>;

impl Stored {
    /// Returns whether the password matches the hash. Memory of more than `kept` blocks is freed.
    pub fn is_of(&self, password: &[u8], memory: &mut Memory, kept: usize) -> bool {
        // With the parameters of the stored hash; `Output` compares in constant time.
        let output = output(
            &self.hasher,
            password,
            &self.salt,
            self.hash.len(),
            memory,
            kept,
        );
        output == Some(self.hash)
    }
}

/// Computes a hash; `None` for parameters that Argon2 does not support, which [`read`] rejects.
/// Memory of more than `kept` blocks is freed.
pub fn output(
    hasher: &Argon2<'_>,
    password: &[u8],
    salt: &Salt,
    length: usize,
    memory: &mut Memory,
    kept: usize,
) -> Option<Output> {
    memory.resize(hasher.params().block_count(), Block::default());
    let mut out = vec![0; length];
    let done =
        hasher.hash_password_into_with_memory(password, salt.as_ref(), &mut out, &mut memory[..]);
    // Memory that only a more expensive hash needs is freed.
    if memory.len() > kept {
        *memory = Memory::new();
    }
    done.ok()?;
    Output::new(&out).ok()
}
