//! The table `users`.

use app::{
    account::types::{
        email::Email,
        event::EventKind,
        log_in::{Authenticated, Credentials, LoginReason},
        password::{Password, PasswordChange},
        sign_up::NewUser,
        user::{User, UserId},
        username::Username,
    },
    backend::Users,
    error::AppError,
    profile::rules::{
        history::ROLE,
        save::Changed,
        schema::{Right, Schema},
        violation::Violation,
    },
    text::MailKind,
    viewer::Viewer,
};
use async_trait::async_trait;
use sqlx::SqliteConnection;
use std::sync::Arc;

use super::{
    Store,
    changes::{By, record},
    emails::{ask_to_confirm, caused_by, hash_token, mail_bucket, new_token},
    events::{Event, note},
    mails::{enqueue, void_links},
    profiles::{create_profile, save_profile},
    refuse, unique_column,
};
use crate::{
    http::origin::{Origin, place},
    limits::{Bucket, Charged, Limiter, Rule},
    password::{Passwords, verifiable},
    session::CurrentSession,
};

/// How long the same sign-up form is known again, in milliseconds: an hour.
const IDEMPOTENT_MS: i64 = 60 * 60 * 1000;

/// `Users` on the store.
#[derive(Clone)]
pub struct StoredUsers {
    pub store: Store,
    pub passwords: Passwords,
    pub limiter: Limiter,
    pub schema: Arc<Schema>,
}

#[async_trait]
impl Users for StoredUsers {
    fn new_idempotency_key(&self) -> Option<String> {
        new_token().ok()
    }

    async fn create(&self, new: NewUser) -> Result<(Authenticated, LoginReason), AppError> {
        match self.insert(new.clone()).await {
            Err(refused) if refused == taken() => {
                Ok((self.sent_before(new).await?, LoginReason::LogIn))
            }
            made => Ok((made?, LoginReason::SignUp)),
        }
    }

    async fn verify(&self, credentials: Credentials) -> Result<Option<Authenticated>, AppError> {
        let origin = Origin::of_this_request();
        let login = self.store.find_login(&credentials.name_key).await?;
        let charged = self.charge(&credentials, login.as_ref(), &origin).await?;
        let stored = login.as_ref().and_then(LoginRow::hash);
        let matches = self
            .passwords
            .verify(&credentials.password, stored.clone())
            .await;
        match (matches, login) {
            (Ok(true), Some(login)) => {
                self.limiter.give_back(charged).await;
                let user = login.id.to_string();
                let bucket = self.limiter.bucket(Rule::LogInRight, &user);
                let _ = self.limiter.charge([bucket]).await?;
                let proof = login.proof();
                self.renew(proof.user, &credentials.password, stored).await;
                Ok(Some(proof))
            }
            (Ok(_), login) => {
                let user = login.map(|login| UserId(login.id));
                let failed = Event::by_anybody(EventKind::LogInFailed, user, origin);
                let now = self.limiter.clock.now();
                self.store.note(failed, now).await?;
                Ok(None)
            }
            (Err(error), _) => {
                self.limiter.give_back(charged).await;
                Err(error)
            }
        }
    }

    async fn check_password(&self, user: UserId, password: Password) -> Result<bool, AppError> {
        let charged = self.limiter.charge([self.by_session()]).await?;
        let stored = self.store.find_password(user).await?;
        let stored = stored.as_ref().and_then(LoginRow::hash);
        let right = self.passwords.verify(&password, stored).await;
        match right {
            Ok(false) => self.note_wrong_password(user).await?,
            _ => self.limiter.give_back(charged).await,
        }
        right
    }

    async fn change_password(
        &self,
        user: UserId,
        change: PasswordChange,
    ) -> Result<Option<Authenticated>, AppError> {
        let charged = self.limiter.charge([self.by_session()]).await?;
        let changed = self.set_new_password(user, change).await;
        match changed {
            Ok(None) => self.note_wrong_password(user).await?,
            _ => self.limiter.give_back(charged).await,
        }
        changed
    }
}

impl StoredUsers {
    async fn insert(&self, new: NewUser) -> Result<Authenticated, AppError> {
        // Asked before the hash is made, so that a name that is long taken
        // costs no fifteen milliseconds. What decides is the UNIQUE index.
        if self.store.is_taken(&new.username.key()).await? {
            return Err(taken());
        }
        let origin = Origin::of_this_request();
        let bucket = self.limiter.bucket(Rule::SignUpByAddress, &place(&origin));
        let [by_address, by_site] = match new.email {
            Some(_) => caused_by(&self.limiter, &origin),
            None => [None, None],
        };
        let _ = self.limiter.charge([bucket, by_address, by_site]).await?;
        let hash = self.passwords.hash(&new.password).await?;
        let to = new.email.as_ref();
        let to = to.and_then(|email| mail_bucket(&self.limiter, email));
        let (now, schema) = (self.limiter.clock.now(), Arc::clone(&self.schema));
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
                    save_profile(&mut *tx, id, &user, &new.profile, &schema, now).await?;
                    if let Some(email) = &new.email {
                        ask_to_confirm(&mut *tx, id, email, to, now).await?;
                    }
                    let event = Event::own(EventKind::SignedUp, id, origin);
                    note(tx, &event, now).await?;
                    Ok(Authenticated {
                        user: id,
                        password_version: 1,
                    })
                })
            })
            .await
    }

    /// Whom this very form has made already. It came twice, by a double click, or
    /// because the line had lost the answer.
    async fn sent_before(&self, new: NewUser) -> Result<Authenticated, AppError> {
        let (name_key, password) = (new.username.key(), new.password);
        let form = new.sent.as_deref().ok_or_else(taken)?;
        let since = self.limiter.clock.now() - IDEMPOTENT_MS;
        if !self.store.was_made_by(&name_key, form, since).await? {
            return Err(taken());
        }
        let proof = self.verify(Credentials { name_key, password }).await?;
        proof.ok_or_else(taken)
    }

    /// Wrong passwords in the session of this request.
    fn by_session(&self) -> Option<Bucket> {
        let session = CurrentSession::of_this_request()?;
        let who = format!("{:?}", session.id_hash);
        self.limiter.bucket(Rule::PasswordBySession, &who)
    }

    async fn note_wrong_password(&self, user: UserId) -> Result<(), AppError> {
        let origin = Origin::of_this_request();
        let wrong = Event::own(EventKind::PasswordFailed, user, origin);
        self.store.note(wrong, self.limiter.clock.now()).await
    }

    async fn set_new_password(
        &self,
        user: UserId,
        change: PasswordChange,
    ) -> Result<Option<Authenticated>, AppError> {
        let (origin, now) = (Origin::of_this_request(), self.limiter.clock.now());
        // Twice, should the hash be renewed, or the form sent once more, meanwhile.
        for _ in 0..2 {
            let Some(row) = self.store.find_password(user).await? else {
                return Ok(None);
            };
            let stored = row.hash();
            if !self
                .passwords
                .verify(&change.current, stored.clone())
                .await?
            {
                // The same form a second time has nothing left to do. It is another
                // guess, too.
                let _ = self.limiter.charge([self.by_session()]).await?;
                let done = self.passwords.verify(&change.new, stored).await?;
                return Ok(done.then(|| row.proof()));
            }
            let new = self.passwords.hash(&change.new).await?;
            let old = stored.unwrap_or_default();
            let changed = Event::own(EventKind::PasswordChanged, user, origin.clone());
            if self
                .store
                .set_password(user, old, new, Some((changed, now)))
                .await?
            {
                let proof = self.store.find_password(user).await?;
                return Ok(proof.map(|row| row.proof()));
            }
        }
        Err(AppError::Busy)
    }

    /// Counts a login, before anything is hashed. Where the user has logged in
    /// before, whoever tries passwords from elsewhere does not count against it.
    /// The name counts as it was typed, so that the answer does not tell whose
    /// address it is.
    async fn charge(
        &self,
        credentials: &Credentials,
        login: Option<&LoginRow>,
        origin: &Option<Origin>,
    ) -> Result<Charged, AppError> {
        // Also asked for nobody, whose id is 0.
        let user = login.map_or(0, |login| login.id);
        let devices = Origin::devices_of(origin.as_ref());
        if let Some(first_hash) = self.store.find_device(&devices, UserId(user)).await? {
            let who = format!("{user} {first_hash:?}");
            let bucket = self.limiter.bucket(Rule::LogInByDevice, &who);
            return self.limiter.charge([bucket]).await;
        }
        let name = self
            .limiter
            .bucket(Rule::LogInByName, &credentials.name_key);
        let address = self.limiter.bucket(Rule::LogInByAddress, &place(origin));
        self.limiter.charge([name, address]).await
    }

    /// Makes a hash of old parameters anew, now that the password is known. A
    /// login does not fail for it.
    async fn renew(&self, user: UserId, password: &Password, old: Option<String>) {
        let Some(old) = old.filter(|old| self.passwords.is_outdated(old)) else {
            return;
        };
        if let Ok(new) = self.passwords.hash(password).await {
            let renewed = self.store.set_password(user, old, new, None).await;
            if let Err(error) = renewed {
                tracing::warn!(?error, "a password hash could not be renewed");
            }
        }
    }
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
    let form_hash = new.sent.as_deref().map(hash_token);
    let form_hash = form_hash.as_ref().map(|hash| &hash[..]);
    let inserted = sqlx::query!(
        "INSERT INTO users
             (username, username_key, pending_email, pending_key, pending_version, password_hash,
              sign_up_form_hash, created_at, pending_at)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?7)",
        username,
        username_key,
        email,
        email_key,
        password_hash,
        form_hash,
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
    /// The stored hash. One that no password can belong to is for who runs the site
    /// to mend; to whoever logs in it is a wrong password.
    fn hash(&self) -> Option<String> {
        let hash = self.password_hash.clone()?;
        if let Err(error) = verifiable(&hash) {
            let user = self.id;
            tracing::error!(user, %error, "the stored password hash of a user cannot be verified");
        }
        Some(hash)
    }

    fn proof(&self) -> Authenticated {
        Authenticated {
            user: UserId(self.id),
            password_version: self.password_version,
        }
    }
}

impl Store {
    /// Gives a user another role, by command. Answers the role they had; `None`
    /// if there is no such user.
    ///
    /// # Errors
    /// [`AppError::LastManager`] if nobody could manage the users any more.
    pub async fn set_role(
        &self,
        username: &str,
        role: &str,
        schema: &Schema,
        now: i64,
    ) -> Result<Option<String>, AppError> {
        let (key, role) = (Username::key_of(username), role.to_owned());
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
                let was = schema.effective_role(row.role.as_deref()).to_owned();
                if !schema.may(&role, Right::ManageUsers) {
                    keep_a_manager(&mut *tx, UserId(row.id), &schema).await?;
                }
                sqlx::query!("UPDATE users SET role = ? WHERE id = ?", role, row.id)
                    .execute(&mut *tx)
                    .await
                    .map_err(refuse)?;
                if was != role {
                    let change = Changed {
                        name: ROLE.to_owned(),
                        old: Some(was.as_str().into()),
                        new: Some(role.as_str().into()),
                    };
                    let (owner, version) = (UserId(row.id), row.version.unsigned_abs());
                    record(&mut *tx, owner, version, &change, By::Operator, now).await?;
                    // Whoever has other rights gets another id (ASVS 5.0 V7.2.4).
                    sqlx::query!("UPDATE sessions SET renew = 1 WHERE user_id = ?", row.id)
                        .execute(&mut *tx)
                        .await
                        .map_err(refuse)?;
                    let detail = Some(format!("{was} → {role}"));
                    let event = Event::by_operator(EventKind::RoleChanged, owner, detail);
                    note(tx, &event, now).await?;
                }
                Ok(Some(was))
            })
        })
        .await
    }

    /// Lets a user in no longer, or in again, by command: a disabled user has no
    /// session, and looks to others as if there were none. Answers whether they
    /// were disabled; `None` if there is no such user.
    ///
    /// # Errors
    /// [`AppError::LastManager`] if nobody could manage the users any more.
    pub async fn set_disabled(
        &self,
        username: &str,
        disabled: bool,
        reason: Option<String>,
        schema: &Schema,
        now: i64,
    ) -> Result<Option<bool>, AppError> {
        let (key, schema) = (Username::key_of(username), schema.clone());
        self.write(move |tx| {
            Box::pin(async move {
                let row = sqlx::query!("SELECT id, status FROM users WHERE username_key = ?", key)
                    .fetch_optional(&mut *tx)
                    .await
                    .map_err(refuse)?;
                let Some(row) = row else { return Ok(None) };
                let was = row.status == "disabled";
                if was == disabled {
                    return Ok(Some(was));
                }
                if disabled {
                    keep_a_manager(&mut *tx, UserId(row.id), &schema).await?;
                    log_out_everywhere(&mut *tx, UserId(row.id)).await?;
                    void_links(&mut *tx, UserId(row.id), 0).await?;
                }
                let status = if disabled { "disabled" } else { "active" };
                // Who cannot log in could not keep an account that somebody closed.
                sqlx::query!(
                    "UPDATE users SET status = ?, leaves_at = NULL WHERE id = ?",
                    status,
                    row.id
                )
                .execute(&mut *tx)
                .await
                .map_err(refuse)?;
                let kind = match disabled {
                    true => EventKind::Disabled,
                    false => EventKind::Enabled,
                };
                note(tx, &Event::by_operator(kind, UserId(row.id), reason), now).await?;
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
    /// one that is stored: somebody was faster. With an event it is another
    /// password, and every session of the user ends; without, the same one.
    async fn set_password(
        &self,
        user: UserId,
        old: String,
        new: String,
        changed: Option<(Event, i64)>,
    ) -> Result<bool, AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let passwords = i64::from(changed.is_some());
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
                if let Some((event, now)) = changed.filter(|_| done) {
                    log_out_everywhere(&mut *tx, user).await?;
                    tell_of_new_password(&mut *tx, user, now).await?;
                    note(tx, &event, now).await?;
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

    /// Whether the user of that name was made by that very form, after `since`.
    async fn was_made_by(
        &self,
        username_key: &str,
        form: &str,
        since: i64,
    ) -> Result<bool, AppError> {
        let form_hash = &hash_token(form)[..];
        sqlx::query_scalar!(
            "SELECT EXISTS (SELECT 1 FROM users
                            WHERE username_key = ? AND sign_up_form_hash = ? AND created_at > ?)
             AS \"made!: bool\"",
            username_key,
            form_hash,
            since
        )
        .fetch_one(&self.readers)
        .await
        .map_err(refuse)
    }

    /// Who may log in by this name: a username, or an e-mail address that its owner
    /// has confirmed. A username has no @, so there is one row at most, and every
    /// name costs one hash.
    async fn find_login(&self, name_key: &str) -> Result<Option<LoginRow>, AppError> {
        sqlx::query_as!(
            LoginRow,
            "SELECT id, password_hash, password_version FROM users
             WHERE (username_key = ?1 OR email_key = ?1) AND status = 'active'",
            name_key
        )
        .fetch_optional(&self.readers)
        .await
        .map_err(refuse)
    }
}

async fn tell_of_new_password(
    tx: &mut SqliteConnection,
    user: UserId,
    now: i64,
) -> Result<(), AppError> {
    let address = sqlx::query_scalar!("SELECT email FROM users WHERE id = ?", user.0)
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
    match address {
        Some(address) => enqueue(tx, user, MailKind::PasswordChanged, &address, None, now).await,
        None => Ok(()),
    }
}

/// Ends every session of a user, and forgets the browsers that they came with.
pub(super) async fn log_out_everywhere(
    tx: &mut SqliteConnection,
    user: UserId,
) -> Result<(), AppError> {
    sqlx::query!("DELETE FROM sessions WHERE user_id = ?", user.0)
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    sqlx::query!("DELETE FROM devices WHERE user_id = ?", user.0)
        .execute(tx)
        .await
        .map(drop)
        .map_err(refuse)
}

/// Refuses to take the rights of the last one who may manage users. Asked in the
/// transaction that would take them, so that of two who both would be the last
/// but one only one goes.
pub(super) async fn keep_a_manager(
    tx: &mut SqliteConnection,
    user: UserId,
    schema: &Schema,
) -> Result<(), AppError> {
    // Everybody else has the least role, whatever the schema calls it.
    let managers = schema.roles.iter().map(|role| role.key.as_str());
    let managers: Vec<&str> = managers
        .filter(|role| schema.may(role, Right::ManageUsers))
        .collect();
    if schema.may(schema.effective_role(None), Right::ManageUsers) {
        return Ok(());
    }
    let managers = serde_json::to_string(&managers).unwrap_or_default();
    let row = sqlx::query!(
        "SELECT coalesce(sum(id = ?1), 0) AS \"own!: bool\",
                coalesce(sum(id <> ?1), 0) AS \"others!: i64\"
         FROM users
         WHERE status = 'active' AND leaves_at IS NULL AND role IN (SELECT value FROM json_each(?2))",
        user.0,
        managers,
    )
    .fetch_one(tx)
    .await
    .map_err(refuse)?;
    match (row.own, row.others) {
        (true, 0) => Err(AppError::LastManager),
        _ => Ok(()),
    }
}
