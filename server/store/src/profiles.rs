//! The table `profiles`.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::{
    changes::{HistorySize, NewChange},
    failure::Result,
};

#[async_trait]
pub trait Profiles: Send {
    /// Gives a new user the profile. The trigger behind the table has made it already,
    /// as it does for users who come another way; this holds if the trigger is gone.
    async fn add_profile(&mut self, user: UserId, now: i64) -> Result<()>;

    /// The profile of a user, whoever may see it.
    async fn profile_of(&mut self, user: UserId) -> Result<Option<ProfileRow>>;

    /// The profile at a username, or at a former one, of a member who may log in and has not
    /// closed the account.
    async fn find_profile(
        &mut self,
        username_key: &str,
        who: Findable,
    ) -> Result<Option<ProfileRow>>;

    /// The profiles that others can find and that have, or had, this picture.
    async fn profiles_with_picture(&mut self, hash: &str, who: Findable)
    -> Result<Vec<ProfileRow>>;

    /// Writes the next version of a profile, and what it changes into the history. Returns the
    /// size of the history with that; `None` if the profile is not the one before any more.
    async fn set_profile(&mut self, next: &NextVersion<'_>) -> Result<Option<HistorySize>>;

    /// Says whether search engines may list the profile.
    async fn set_listed(&mut self, user: UserId, listed: bool) -> Result<()>;

    /// Passes every profile to `look`, one after the other.
    async fn each_profile(
        &mut self,
        look: &mut (dyn for<'r> FnMut(&'r ProfileRow) -> Result<()> + Send),
    ) -> Result<()>;
}

/// The next version of a profile.
pub struct NextVersion<'a> {
    /// The profile, and the role of its owner, from which it was made.
    pub before: &'a ProfileRow,
    /// JSON objects.
    pub fields: &'a str,
    pub audiences: &'a str,
    /// At least one.
    pub changes: &'a [NewChange<'a>],
    pub now: i64,
}

/// The users whose profiles can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Findable {
    Everybody,
    /// Users who have confirmed an email address.
    Confirmed,
}

/// A profile as it is stored, and the user it belongs to.
#[derive(Debug, Clone)]
pub struct ProfileRow {
    pub id: i64,
    pub username: String,
    pub role: Option<String>,
    pub version: i64,
    /// JSON objects.
    pub fields: String,
    pub audiences: String,
    pub listed: bool,
    pub in_directory: bool,
    pub created_at: i64,
    pub updated_at: i64,
}
