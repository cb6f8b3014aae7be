//! The table `profiles`.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::{
    changes::{HistorySize, NewChange},
    failure::Result,
};

#[async_trait]
pub trait Profiles: Send {
    /// Adds the profile of a new user. Normally a trigger has added it already, as it does for
    /// users who are added by other means; this is for a database without the trigger.
    async fn add_profile(&mut self, user: UserId, now: i64) -> Result<()>;

    /// Returns the profile of a user, whoever may see it.
    async fn profile_of(&mut self, user: UserId) -> Result<Option<ProfileRow>>;

    /// Returns the profile at a username or a former one, if it belongs to a member who may log in
    /// and has not closed the account.
    async fn find_profile(
        &mut self,
        username_key: &str,
        who: Findable,
    ) -> Result<Option<ProfileRow>>;

    /// Returns the profiles that others can find and that have, or had, a picture.
    async fn profiles_with_picture(&mut self, hash: &str, who: Findable)
    -> Result<Vec<ProfileRow>>;

    /// Writes the next version of a profile, and its changes to the history. Returns the new size
    /// of the history, or `None` if the profile is no longer the previous version.
    async fn set_profile(&mut self, next: &NextVersion<'_>) -> Result<Option<HistorySize>>;

    /// Sets whether search engines may list the profile.
    async fn set_listed(&mut self, user: UserId, listed: bool) -> Result<()>;

    /// Calls `look` with each profile in turn.
    async fn each_profile(
        &mut self,
        look: &mut (dyn for<'r> FnMut(&'r ProfileRow) -> Result<()> + Send),
    ) -> Result<()>;
}

/// The next version of a profile.
pub struct NextVersion<'a> {
    /// The previous version of the profile, and the role of its owner, that this version is based
    /// on.
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
