//! The table `users`.

use app::{
    account::{Credentials, Email, NewUser, Password, PasswordChange, Proof, User, UserId},
    backend::Users,
    error::AppError,
    profile::{Changed, Schema, Violation, history::ROLE},
    viewer::Viewer,
};
use async_trait::async_trait;
use sqlx::SqliteConnection;
use std::sync::Arc;

use super::{
    Store,
    changes::{By, record},
    profiles::{create_profile, save_profile},
    refuse, unique_column,
};
use crate::{clock::Clock, password::Passwords};

/// `Users` on the store.
#[derive(Clone)]
pub struct StoredUsers {
    pub store: Store,
    pub passwords: Passwords,
    pub clock: Clock,
    pub schema: Arc<Schema>,
}

#[async_trait]
impl Users for StoredUsers {
    async fn create(&self, new: NewUser) -> Result<Proof, AppError> {
        // Asked before the hash is made, so that a name that is long taken
        // costs no fifteen milliseconds. What decides is the UNIQUE index.
        if self.store.is_taken(&new.username.key()).await? {
            return Err(taken());
        }
        let hash = self.passwords.hash(&new.password).await?;
        let (now, schema) = (self.clock.now(), Arc::clone(&self.schema));
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let id = create_user(&mut *tx, &new, &hash, now).await?;
                    create_profile(&mut *tx, id, now).await?;
                    let user = Viewer::Member(User {
                        id,
                        username: new.username.as_str().to_owned(),
                        role: schema.effective_role(None).to_owned(),
                    });
                    save_profile(tx, id, &user, &new.profile, &schema, now).await?;
                    Ok(Proof {
                        user: id,
                        password_version: 1,
                    })
                })
            })
            .await
    }

    async fn verify(&self, credentials: Credentials) -> Result<Option<Proof>, AppError> {
        let logins = self.store.find_logins(&credentials.name_key).await?;
        if logins.is_empty() {
            self.passwords.verify(&credentials.password, None).await?;
        }
        for row in logins {
            let matches = self
                .passwords
                .verify(&credentials.password, row.password_hash.clone())
                .await?;
            if matches {
                let proof = row.proof();
                self.renew(proof.user, &credentials.password, row.password_hash)
                    .await;
                return Ok(Some(proof));
            }
        }
        Ok(None)
    }

    async fn email(&self, user: UserId) -> Result<Option<String>, AppError> {
        let email = sqlx::query_scalar!("SELECT email FROM users WHERE id = ?", user.0)
            .fetch_optional(&self.store.readers)
            .await
            .map_err(refuse)?;
        Ok(email.flatten())
    }

    async fn change_password(
        &self,
        user: UserId,
        change: PasswordChange,
    ) -> Result<Option<Proof>, AppError> {
        // Twice, should the hash be renewed, or the form sent once more, meanwhile.
        for _ in 0..2 {
            let Some(row) = self.store.find_password(user).await? else {
                return Ok(None);
            };
            let stored = row.password_hash.clone();
            if !self
                .passwords
                .verify(&change.current, stored.clone())
                .await?
            {
                // The same form a second time has nothing left to do.
                let done = self.passwords.verify(&change.new, stored).await?;
                return Ok(done.then(|| row.proof()));
            }
            let new = self.passwords.hash(&change.new).await?;
            let old = stored.unwrap_or_default();
            if self
                .store
                .set_password(user, old, new, Sessions::End)
                .await?
            {
                let proof = self.store.find_password(user).await?;
                return Ok(proof.map(|row| row.proof()));
            }
        }
        Err(AppError::Busy)
    }
}

impl StoredUsers {
    /// Makes a hash of old parameters anew, now that the password is known. A
    /// login does not fail for it.
    async fn renew(&self, user: UserId, password: &Password, old: Option<String>) {
        let Some(old) = old.filter(|old| self.passwords.is_outdated(old)) else {
            return;
        };
        if let Ok(new) = self.passwords.hash(password).await {
            let renewed = self
                .store
                .set_password(user, old, new, Sessions::GoOn)
                .await;
            if let Err(error) = renewed {
                tracing::warn!(?error, "a password hash could not be renewed");
            }
        }
    }
}

/// Whether a user stays logged in when the hash of their password is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sessions {
    /// It is the same password.
    GoOn,
    End,
}

/// Inserts the user. The second step of signing up is [`create_profile`], in
/// the same transaction.
///
/// # Errors
/// `Taken` on the field `username`.
pub async fn create_user(
    tx: &mut SqliteConnection,
    new: &NewUser,
    password_hash: &str,
    now: i64,
) -> Result<UserId, AppError> {
    let (username, username_key) = (new.username.as_str(), new.username.key());
    let email = new.email.as_ref().map(Email::as_str);
    let email_key = new.email.as_ref().map(Email::key);
    let inserted = sqlx::query!(
        "INSERT INTO users (username, username_key, email, email_key, password_hash, created_at)
         VALUES (?, ?, ?, ?, ?, ?)",
        username,
        username_key,
        email,
        email_key,
        password_hash,
        now,
    )
    .execute(tx)
    .await;
    match inserted {
        Ok(done) => Ok(UserId(done.last_insert_rowid())),
        Err(error) if unique_column(&error) == Some("users.username_key") => Err(taken()),
        Err(error) => Err(refuse(error)),
    }
}

fn taken() -> AppError {
    AppError::invalid("username", Violation::Taken)
}

/// Not `Serialize`, and private: a hash never leaves this file but to be compared.
struct LoginRow {
    id: i64,
    password_hash: Option<String>,
    password_version: i64,
}

impl LoginRow {
    fn proof(&self) -> Proof {
        Proof {
            user: UserId(self.id),
            password_version: self.password_version,
        }
    }
}

impl Store {
    /// Gives a user another role, by command. Answers the role they had; `None`
    /// if there is no such user.
    pub async fn set_role(
        &self,
        username: &str,
        role: &str,
        schema: &Schema,
        now: i64,
    ) -> Result<Option<String>, AppError> {
        let (key, role) = (username.to_ascii_lowercase(), role.to_owned());
        let schema = schema.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let row = sqlx::query!(
                    "SELECT id, role, version FROM users JOIN profiles ON user_id = id
                     WHERE username_key = ?",
                    key
                )
                .fetch_optional(&mut *tx)
                .await
                .map_err(refuse)?;
                let Some(row) = row else { return Ok(None) };
                sqlx::query!("UPDATE users SET role = ? WHERE id = ?", role, row.id)
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
                let was = schema.effective_role(row.role.as_deref()).to_owned();
                if was != role {
                    let change = Changed {
                        name: ROLE.to_owned(),
                        old: Some(was.as_str().into()),
                        new: Some(role.as_str().into()),
                    };
                    let (owner, version) = (UserId(row.id), row.version.unsigned_abs());
                    record(tx, owner, version, &change, By::Operator, now).await?;
                }
                Ok(Some(was))
            })
        })
        .await
    }

    async fn find_password(&self, user: UserId) -> Result<Option<LoginRow>, AppError> {
        sqlx::query_as!(
            LoginRow,
            "SELECT id, password_hash, password_version FROM users WHERE id = ? AND status = 'active'",
            user.0
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(refuse)
    }

    /// Puts a hash in the place of another one. `false` if that is no longer the
    /// one that is stored: somebody was faster.
    async fn set_password(
        &self,
        user: UserId,
        old: String,
        new: String,
        sessions: Sessions,
    ) -> Result<bool, AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                // A hash made anew of the same password is no other password.
                let passwords = i64::from(sessions == Sessions::End);
                let set = sqlx::query!(
                    "UPDATE users SET password_hash = ?, password_version = password_version + ?
                     WHERE id = ? AND password_hash = ?",
                    new,
                    passwords,
                    user.0,
                    old,
                )
                .execute(&mut *tx)
                .await
                .map_err(refuse)?;
                let done = set.rows_affected() == 1;
                if done && sessions == Sessions::End {
                    sqlx::query!("DELETE FROM sessions WHERE user_id = ?", user.0)
                        .execute(tx)
                        .await
                        .map_err(refuse)?;
                }
                Ok(done)
            })
        })
        .await
    }

    async fn is_taken(&self, username_key: &str) -> Result<bool, AppError> {
        sqlx::query_scalar!(
            "SELECT EXISTS (SELECT 1 FROM users WHERE username_key = ?) AS \"taken!: bool\"",
            username_key
        )
        .fetch_one(&self.readers)
        .await
        .map_err(refuse)
    }

    /// Who may log in by this name: a username, or an e-mail address. As long as
    /// nobody has to confirm an address, several users may have given the same;
    /// the password tells which of them it is, so that nobody takes somebody's
    /// login away by signing up with their address. Three at most: each costs a hash.
    async fn find_logins(&self, name_key: &str) -> Result<Vec<LoginRow>, AppError> {
        sqlx::query_as!(
            LoginRow,
            "SELECT id, password_hash, password_version FROM users
             WHERE (username_key = ?1 OR email_key = ?1) AND status = 'active'
             ORDER BY id LIMIT 3",
            name_key
        )
        .fetch_all(&self.readers)
        .await
        .map_err(refuse)
    }
}
