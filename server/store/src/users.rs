//! The table `users`: who can log in, by what name and password, in what role.

use app::{account::types::user::UserId, text::Language};
use async_trait::async_trait;

use crate::SecretHash;
use crate::failure::Result;

#[async_trait]
pub trait Users: Send {
    /// Adds a user, and by the trigger behind the table a profile. `None` if the
    /// username is taken: somebody has it, or had it not long ago.
    async fn add_user(&mut self, user: NewUser) -> Result<Option<UserId>>;

    /// The account that logs in by this name: a username, a former one, or an email address
    /// that its owner has confirmed. A username has no @; a former name may, where the user came
    /// from elsewhere, and does not count where it is somebody's address. The password is one of
    /// ours or, until its user logs in, that of another program.
    async fn find_login(&mut self, name_key: &str) -> Result<Option<Login>>;

    /// The password of a user who may log in.
    async fn find_password(&mut self, user: UserId) -> Result<Option<Login>>;

    /// Returns whether somebody has that username, or had it not long ago.
    async fn is_username_taken(&mut self, username_key: &str) -> Result<bool>;

    /// Returns whether the user of that name was created by that very form, after `since`.
    async fn was_created_by(
        &mut self,
        username_key: &str,
        form: &SecretHash,
        since: i64,
    ) -> Result<bool>;

    /// Puts another hash of the same password in the place of `old`. `false` if `old` is
    /// no longer what is stored.
    async fn rehash_password(&mut self, user: UserId, old: &str, new: &str) -> Result<bool>;

    /// Puts another password in the place of `old`. `false` if `old` is no longer what
    /// is stored.
    async fn change_password(&mut self, user: UserId, old: &str, new: &str) -> Result<bool>;

    /// Sets another password whatever the one before, or none until one is chosen.
    async fn reset_password(&mut self, user: UserId, hash: Option<&str>) -> Result<()>;

    /// The user of that name, or of that former name.
    async fn find_user(&mut self, username_key: &str) -> Result<Option<UserRow>>;

    /// The stored role of a member who may log in; `None` for anybody else.
    async fn role_of(&mut self, user: UserId) -> Result<Option<Option<String>>>;

    async fn set_role(&mut self, user: UserId, role: &str) -> Result<()>;

    /// Lets a user log in, or not; an account that was closed is closed no longer.
    async fn set_status(&mut self, user: UserId, status: Status) -> Result<()>;

    /// Notes a login, and the language in which it was.
    async fn note_login(&mut self, user: UserId, language: Language, now: i64) -> Result<()>;

    /// The language of the last login; `None` for who has not logged in.
    async fn language_of(&mut self, user: UserId) -> Result<Option<Language>>;

    /// Counts members who may log in and have one of these roles: `user`, and others.
    async fn count_roles(&mut self, user: UserId, roles: &[&str]) -> Result<RoleCount>;

    async fn count_users(&mut self) -> Result<i64>;
}

/// A user who signs up.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    pub username: String,
    pub username_key: String,
    /// An address to be confirmed, and its key.
    pub email: Option<(String, String)>,
    /// `None` until a password is chosen.
    pub password_hash: Option<String>,
    /// Names the form that was sent, which may come twice.
    pub form: Option<SecretHash>,
    pub created_at: i64,
    /// The time since which the user waits for approval; `None` for a member.
    pub waits_since: Option<i64>,
}

/// A user and the password they log in with. Not `Serialize`.
pub struct Login {
    pub user: UserId,
    /// `None` until a password is chosen.
    pub password_hash: Option<String>,
    /// The number of passwords that the user has had.
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
    /// The stored role; the schema says which one counts.
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
