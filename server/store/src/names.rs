//! Names of users: the current one, and the table `former_names`.
//!
//! A former name is in effect as long as its row exists, whatever the time. So it stops
//! redirecting, stops being accepted at login, and becomes available to others at the same moment.

use app::account::types::{names::FormerName, user::UserId};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Names: Send {
    /// Returns the current name of a user, and when they last chose it; `None` if there is no such
    /// user.
    async fn present_name(&mut self, user: UserId) -> Result<Option<PresentName>>;

    /// Gives a user another name. Returns `false` if it is or was somebody else's; the transaction
    /// then has to be rolled back.
    async fn set_name(&mut self, user: UserId, name: &str, name_key: &str) -> Result<bool>;

    /// Records that a user has chosen a name that they had not had before.
    async fn set_renamed_at(&mut self, user: UserId, now: i64) -> Result<()>;

    /// Keeps a name for the user who had it until now. Returns `false` if somebody has it.
    async fn keep_former_name(
        &mut self,
        user: UserId,
        name_key: &str,
        now: i64,
        until: i64,
    ) -> Result<bool>;

    /// Deletes a former name of a user, who takes it back. Returns `false` if it was not theirs.
    async fn drop_former_name(&mut self, user: UserId, name_key: &str) -> Result<bool>;

    /// Returns the former names of a user, the one kept longest first.
    async fn former_names(&mut self, user: UserId) -> Result<Vec<FormerName>>;

    /// Returns whether a user has a former name.
    async fn had_name(&mut self, user: UserId, name_key: &str) -> Result<bool>;

    /// Deletes the names whose time is up.
    async fn sweep_former_names(&mut self, now: i64) -> Result<()>;
}

pub struct PresentName {
    /// The name as its user typed it.
    pub name: String,
    /// The time when the user last chose a new one, in milliseconds since 1970-01-01 UTC.
    pub renamed_at: Option<i64>,
}
