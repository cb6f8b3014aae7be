//! Operations on profiles: reading, saving, pictures, history.
//!
//! | file | content |
//! |---|---|
//! | `rows` | conversion of stored profiles and changes into the types of `app` |
//! | `save` | read, decide, write: a patch in one transaction |
//! | `directory` | who can be found in the members' directory, and by whom |
//! | `picture` | a picture, and the profile that refers to it |
//! | `history` | how much history is kept; reading and erasing it |

pub mod directory;
pub mod history;
pub mod picture;
pub mod rows;
pub mod save;

use app::{
    account::types::{email::EmailRule, user::UserId, username::Username},
    error::AppError,
    profile::rules::profile::Profile,
    viewer::Viewer,
};

use crate::{
    limits::{Rule, limiter::Limiter},
    schema_file::Schemas,
};
use rows::read_profile;
use store::{
    Store,
    bucket::Bucket,
    profiles::{Findable, ProfileRow},
};

/// Everything that operations on profiles need.
#[derive(Clone)]
pub struct Profiles {
    pub store: Store,
    pub schemas: Schemas,
    pub limiter: Limiter,
    pub email_rule: EmailRule,
}

/// The users whose profiles can be found, given the rule for email addresses.
pub fn findable(rule: EmailRule) -> Findable {
    match rule {
        EmailRule::Required => Findable::Confirmed,
        _ => Findable::Everybody,
    }
}

impl Profiles {
    /// The profile of a user, regardless of who may see it.
    pub async fn profile(&self, user: UserId) -> Result<Option<Profile>, AppError> {
        let row = self.store.reader().await?.profile_of(user).await?;
        row.map(|row| self.read(&row)).transpose()
    }

    /// Reads a stored profile according to the schema.
    pub fn read(&self, row: &ProfileRow) -> Result<Profile, AppError> {
        read_profile(row, self.schemas.localized())
    }

    /// The profile with a username, ignoring case, if others can find it.
    pub async fn find_profile(&self, username: &str) -> Result<Option<Profile>, AppError> {
        let key = Username::key_of(username);
        let who = findable(self.email_rule);
        let row = self.store.find_profile(&key, who).await?;
        row.map(|row| self.read(&row)).transpose()
    }

    /// The rate-limit bucket for a save by `viewer`.
    ///
    /// # Errors
    /// [`AppError::NotLoggedIn`]
    fn bucket(&self, viewer: &Viewer) -> Result<Option<Bucket>, AppError> {
        match viewer {
            Viewer::Member(user) => Ok(self.bucket_of(user.id)),
            Viewer::Guest => Err(AppError::NotLoggedIn),
        }
    }

    fn bucket_of(&self, user: UserId) -> Option<Bucket> {
        self.limiter.bucket(Rule::SaveByUser, &user.0.to_string())
    }
}
