//! Passkeys: challenges, and verification of responses for a user.
//!
//! A challenge is sealed and kept in the page that contains it, not in the database: viewing
//! `/login` writes nothing. An accepted response is recorded, so that it works only once.

use app::{
    account::types::{
        second::{Ceremony, PasskeyAnswer},
        user::{User, UserId},
    },
    error::AppError,
    profile::rules::date::DAY_MS,
};

use super::{
    Accounts,
    webauthn::{Answer, PublicKey, Refused, RelyingParty, TIMEOUT_MS},
};
use crate::secret::{hash_token, nonce};
use store::{
    SecretHash,
    factors::{NewPasskey, PasskeyRow},
};

/// The longest lifetime of any challenge, in milliseconds: a day.
pub const LONGEST_MS: i64 = DAY_MS;

/// The purpose of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Identifies the user, for a login.
    LogIn,
    /// Verifies that the user is this one.
    Confirm(UserId),
}

impl Question {
    /// Returns the lifetime of the challenge, in milliseconds. A login page may be open for a day
    /// before its browser offers a passkey.
    fn lasts_ms(self) -> i64 {
        match self {
            Question::LogIn => LONGEST_MS,
            Question::Confirm(_) => TIMEOUT_MS,
        }
    }

    /// Returns the purpose for which the challenge is sealed.
    fn purpose(self) -> String {
        match self {
            Question::LogIn => "passkey to log in".to_owned(),
            Question::Confirm(user) => format!("passkey of {}", user.0),
        }
    }
}

/// A passkey with an accepted response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownPasskey {
    pub user: UserId,
    /// True if the passkey has verified its user (PIN, fingerprint or face).
    pub verified: bool,
    pub password_version: i64,
}

/// The content of a sealed challenge.
struct Asked {
    challenge: String,
    at: i64,
}

impl Accounts {
    /// Returns a challenge for the passkeys of a user, or for any passkey.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the site does not support passkeys.
    pub async fn ask_passkey(&self, question: Question, now: i64) -> Result<Ceremony, AppError> {
        let party = self.party()?;
        let known = match question {
            Question::LogIn => Vec::new(),
            Question::Confirm(user) => self.known_keys(user).await?,
        };
        let challenge = nonce()?;
        let verification = match question {
            Question::LogIn => "required",
            Question::Confirm(_) => "preferred",
        };
        let options = party.request(&challenge, &known, verification).to_string();
        let sealed = self.seal_question(&question.purpose(), &challenge, now)?;
        Ok(Ceremony { options, sealed })
    }

    /// Verifies a response, and records the use of the passkey. Returns `None` if it is rejected.
    pub async fn check_passkey(
        &self,
        question: Question,
        answer: PasskeyAnswer,
        now: i64,
    ) -> Result<Option<ShownPasskey>, AppError> {
        let party = self.party()?;
        let lasts = question.lasts_ms();
        let asked = self.open_question(&question.purpose(), &answer.ceremony, lasts, now);
        let given = Answer::read(&answer.answer);
        let (Some(asked), Some(given)) = (asked, given) else {
            return Ok(None);
        };
        let mut reader = self.store.reader().await?;
        let id = given.credential_id().unwrap_or_default();
        let found = reader.find_passkey(&id).await?;
        let is_asked = |user| question == Question::LogIn || question == Question::Confirm(user);
        let Some((user, row)) = found.filter(|(user, _)| is_asked(*user)) else {
            return Ok(None);
        };
        let rows = reader.factors_of(user).await?;
        drop(reader);
        let key = read_stored(&row)?;
        let shown = match party.authenticate(&given, &asked.challenge, &key) {
            Ok(shown) => shown,
            Err(error) => {
                tell(user, error);
                return Ok(None);
            }
        };
        let challenge = hash_token(&asked.challenge);
        let input = (
            challenge,
            row.credential.clone(),
            write(&key.after(&shown))?,
        );
        let (id, at) = (row.id, asked.at);
        let used = self.store.write(input, move |tx, (challenge, old, key)| {
            Box::pin(async move {
                if !tx.use_challenge(challenge, at + LONGEST_MS).await? {
                    return Ok(false);
                }
                // The passkey may have been removed in the meantime, or used elsewhere with another
                // counter.
                tx.use_passkey(id, old, key, now).await
            })
        });
        let used = used.await?;
        Ok(rows.filter(|_| used).map(|rows| ShownPasskey {
            user,
            // A passkey that was added without user verification never counts as verified.
            verified: shown.verified && row.verifies,
            password_version: rows.password_version,
        }))
    }

    /// Returns a challenge for a new passkey of a user.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the site does not support passkeys.
    pub async fn ask_new_passkey(&self, user: &User, now: i64) -> Result<Ceremony, AppError> {
        let party = self.party()?;
        let known = self.known_keys(user.id).await?;
        // The same for a user each time: a second passkey in the same authenticator replaces the
        // first.
        let handle = self.key.name(&format!("passkeys of {}", user.id.0));
        let challenge = nonce()?;
        let options = party.creation(&challenge, &handle, &user.username, &known);
        let sealed = self.seal_question(&new_purpose(user.id), &challenge, now)?;
        Ok(Ceremony {
            options: options.to_string(),
            sealed,
        })
    }

    /// Verifies the response of a new passkey. Returns it with the hash of its challenge, or `None`
    /// if it is rejected.
    pub(super) fn read_new_passkey(
        &self,
        user: UserId,
        name: String,
        answer: &PasskeyAnswer,
        now: i64,
    ) -> Result<Option<(NewPasskey, SecretHash)>, AppError> {
        let party = self.party()?;
        let purpose = new_purpose(user);
        let asked = self.open_question(&purpose, &answer.ceremony, TIMEOUT_MS, now);
        let given = Answer::read(&answer.answer);
        let (Some(asked), Some(given)) = (asked, given) else {
            return Ok(None);
        };
        match party.register(&given, &asked.challenge) {
            Ok(made) => {
                let passkey = NewPasskey {
                    user,
                    credential_id: made.id,
                    credential: write(&made.key)?,
                    name,
                    verifies: made.logs_in,
                    now,
                };
                Ok(Some((passkey, hash_token(&asked.challenge))))
            }
            Err(error) => {
                tell(user, error);
                Ok(None)
            }
        }
    }

    fn party(&self) -> Result<&RelyingParty, AppError> {
        self.relying_party.as_deref().ok_or(AppError::NotFound)
    }

    async fn known_keys(&self, user: UserId) -> Result<Vec<(Vec<u8>, PublicKey)>, AppError> {
        let rows = self.store.reader().await?.factors_of(user).await?;
        let rows = rows.into_iter().flat_map(|rows| rows.passkeys);
        rows.map(|row| Ok((row.credential_id.clone(), read_stored(&row)?)))
            .collect()
    }

    fn seal_question(&self, purpose: &str, challenge: &str, now: i64) -> Result<String, AppError> {
        self.key.seal_text(purpose, &format!("{now} {challenge}"))
    }

    /// Returns the challenge that was sealed for this purpose, unless it is too old.
    fn open_question(&self, purpose: &str, sealed: &str, lasts_ms: i64, now: i64) -> Option<Asked> {
        let text = self.key.open_text(purpose, sealed)?;
        let (at, challenge) = text.split_once(' ')?;
        let at = at.parse().ok()?;
        (0..lasts_ms).contains(&(now - at)).then(|| Asked {
            challenge: challenge.to_owned(),
            at,
        })
    }
}

fn new_purpose(user: UserId) -> String {
    format!("new passkey of {}", user.0)
}

fn tell(user: UserId, error: Refused) {
    let user = user.0;
    match error {
        Refused::CounterWentBack => tracing::warn!(user, %error, "a passkey was refused"),
        error => tracing::info!(user, %error, "a passkey was refused"),
    }
}

fn read_stored(row: &PasskeyRow) -> Result<PublicKey, AppError> {
    serde_json::from_str(&row.credential).map_err(|error| {
        tracing::error!(passkey = row.id, %error, "a stored passkey cannot be read");
        AppError::Internal
    })
}

fn write(key: &PublicKey) -> Result<String, AppError> {
    serde_json::to_string(key).map_err(|error| {
        tracing::error!(%error, "a passkey cannot be written");
        AppError::Internal
    })
}
