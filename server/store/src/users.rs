//! The table `users`: who can log in, with which name and password, and in which role.

use app::{account::types::user::UserId, text::Language};
use async_trait::async_trait;

use crate::SecretHash;
use crate::failure::Result;

#[async_trait]
pub trait Users: Send {
    /// Adds a user, and through a trigger their profile. Returns `None` if the username is taken:
    /// somebody has it, or it is a former name.
    async fn add_user(&mut self, user: NewUser) -> Result<Option<UserId>>;

    /// Returns the account that logs in by this name: a username, a former one, or an email address
    /// that its owner has confirmed. A username contains no @. A former name may, if the user was
    /// imported, and is ignored if it is somebody's confirmed address. The password is one of ours
    /// or, until its user logs in, that of another program.
    async fn find_login(&mut self, name_key: &str) -> Result<Option<Login>>;

    /// Returns the password of a user who may log in.
    async fn find_password(&mut self, user: UserId) -> Result<Option<Login>>;

    /// Returns whether somebody has a username, or it is a former name.
    async fn is_username_taken(&mut self, username_key: &str) -> Result<bool>;

    /// Returns whether the user with a name was created by this very form, after `since`.
    async fn was_created_by(
        &mut self,
        username_key: &str,
        form: &SecretHash,
        since: i64,
    ) -> Result<bool>;

    /// Replaces the hash `old` with another hash of the same password. Returns `false` if `old` is
    /// no longer stored.
    async fn rehash_password(&mut self, user: UserId, old: &str, new: &str) -> Result<bool>;

    /// Replaces the password with the hash `old` with another one. Returns `false` if `old` is no
    /// longer stored.
    async fn change_password(&mut self, user: UserId, old: &str, new: &str) -> Result<bool>;

    /// Sets another password regardless of the previous one, or none until one is chosen.
    async fn reset_password(&mut self, user: UserId, hash: Option<&str>) -> Result<()>;

    /// Returns the user with a username or a former name.
    async fn find_user(&mut self, username_key: &str) -> Result<Option<UserRow>>;

    /// Returns the stored role of a member who may log in. The outer `None` stands for everybody
    /// else.
    async fn role_of(&mut self, user: UserId) -> Result<Option<Option<String>>>;

    async fn set_role(&mut self, user: UserId, role: &str) -> Result<()>;

    /// Sets whether a user may log in. An account that was closed is no longer closed.
    async fn set_status(&mut self, user: UserId, status: Status) -> Result<()>;

    /// Records a login and its language.
    async fn note_login(&mut self, user: UserId, language: Language, now: i64) -> Result<()>;

    /// Returns the language of the last login; `None` if the user has not logged in yet.
    async fn language_of(&mut self, user: UserId) -> Result<Option<Language>>;

    /// Counts the members who may log in and have one of these roles: `user` itself, and others.
    async fn count_roles(&mut self, user: UserId, roles: &[&str]) -> Result<RoleCount>;

    async fn count_users(&mut self) -> Result<i64>;
}

/// A user to be added.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    pub username: String,
    pub username_key: String,
    /// An email address to be confirmed, and its key.
    pub email: Option<(String, String)>,
    /// `None` until a password is chosen.
    pub password_hash: Option<String>,
    /// The hash of the key of the form that was submitted, because a form can be submitted twice.
    pub form: Option<SecretHash>,
    pub created_at: i64,
    /// The time since which the user waits for approval; `None` for a member.
    pub waits_since: Option<i64>,
}

/// A user and the password they log in with. Deliberately not `Serialize`.
pub struct Login {
    pub user: UserId,
    /// `None` until a password is chosen.
    pub password_hash: Option<String>,
    /// The version of the password: 1 for a new user, and one more with each change.
    pub password_version: i64,
}

impl Login {
    /// Returns whether the user has never had a password.
    pub fn is_first(&self) -> bool {
        self.password_hash.is_none() && self.password_version == 1
    }
}

pub struct UserRow {
    pub id: UserId,
    /// The stored role; the schema decides which role is in effect.
    pub role: Option<String>,
    pub status: Status,
    /// The version of the profile.
    pub version: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Active,
    Disabled,
}

#[derive(Debug, Clone, Copy)]
pub struct RoleCount {
    pub own: bool,
    pub others: i64,
}
