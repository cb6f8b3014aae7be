//! Names of users: the present one, and the table `former_names`.
//!
//! A former name counts as long as its row is there, whatever the time: so it ends for its
//! address, its login and everybody who would like to have it at once.

use app::account::types::{names::FormerName, user::UserId};
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Names: Send {
    /// The present name of a user, and when they last chose it; `None` if there is no such user.
    async fn present_name(&mut self, user: UserId) -> Result<Option<PresentName>>;

    /// Gives a user another name. `false` if it is, or was, somebody else's; the transaction is
    /// to be given up then.
    async fn set_name(&mut self, user: UserId, name: &str, name_key: &str) -> Result<bool>;

    /// Notes that users gave themselves a name that they had not had before.
    async fn set_renamed_at(&mut self, user: UserId, now: i64) -> Result<()>;

    /// Keeps a name for the user who had it until now. `false` if it is somebody's.
    async fn keep_former_name(
        &mut self,
        user: UserId,
        name_key: &str,
        now: i64,
        until: i64,
    ) -> Result<bool>;

    /// Forgets that a name was a user's, who takes it back. `false` if it was not.
    async fn drop_former_name(&mut self, user: UserId, name_key: &str) -> Result<bool>;

    /// The former names of a user, the one kept longest first.
    async fn former_names(&mut self, user: UserId) -> Result<Vec<FormerName>>;

    /// Returns whether a user had that name before.
    async fn had_name(&mut self, user: UserId, name_key: &str) -> Result<bool>;

    /// Deletes the names whose time is up.
    async fn sweep_former_names(&mut self, now: i64) -> Result<()>;
}

pub struct PresentName {
    /// The name as it was typed.
    pub name: String,
    /// The time when the user last chose a new one, in milliseconds since 1970-01-01 UTC.
    pub renamed_at: Option<i64>,
}
