//! The table `profile_changes`: the history of profiles.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Changes: Send {
    async fn add_change(&mut self, change: NewChange<'_>) -> Result<()>;

    /// Deletes the oldest values of a profile's history beyond a number of bytes.
    async fn forget_values_beyond(&mut self, owner: UserId, bytes: i64) -> Result<()>;

    /// Deletes the oldest changes of a profile beyond a number of changes.
    async fn forget_changes_beyond(&mut self, owner: UserId, changes: i64) -> Result<()>;

    /// Returns every change after a version, oldest first.
    async fn changes_since(&mut self, owner: UserId, version: u64) -> Result<Vec<ChangeRow>>;

    /// Returns at most `limit` changes before the one with the id `before`, newest first. There are
    /// fewer, but at least one, if they have more than `bytes` bytes.
    async fn changes_before(
        &mut self,
        owner: UserId,
        before: i64,
        limit: u32,
        bytes: u32,
    ) -> Result<Vec<ChangeRow>>;

    /// Returns whether a profile has changes before the one with this id.
    async fn has_changes_before(&mut self, owner: UserId, id: i64) -> Result<bool>;

    /// Returns a change of this profile; `None` if it belongs to another one.
    async fn change(&mut self, owner: UserId, id: i64) -> Result<Option<ChangeRow>>;

    /// Counts the occurrences of a value in the history of an item. Pictures that differ only in
    /// their description are the same value.
    async fn count_value(&mut self, owner: UserId, item: &str, value: Option<&str>) -> Result<u64>;

    /// Erases a value of an item everywhere in the history. Returns the number of changes that had
    /// it.
    async fn erase_value(&mut self, owner: UserId, item: &str, value: &str) -> Result<u64>;
}

/// A change, to be added in the transaction that makes it.
pub struct NewChange<'a> {
    pub owner: UserId,
    pub version: u64,
    /// A field, the audience of one, or the role.
    pub item: &'a str,
    /// JSON.
    pub old: Option<String>,
    pub new: Option<String>,
    pub by: ChangeAuthor,
    pub now: i64,
}

impl NewChange<'_> {
    /// Returns the size of the values in bytes.
    pub fn bytes(&self) -> usize {
        let sides = [&self.old, &self.new].into_iter().flatten();
        sides.map(String::len).sum()
    }
}

/// The author of a change.
#[derive(Debug, Clone, Copy)]
pub enum ChangeAuthor {
    User(UserId),
    /// The operator, by a command.
    Operator,
}

/// The number of changes in the history of a profile, and the size of their values in bytes.
#[derive(Debug, Clone, Copy)]
pub struct HistorySize {
    pub changes: i64,
    pub bytes: i64,
}

/// A change as it is stored.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    pub id: i64,
    pub version: i64,
    pub item: String,
    pub old: Option<String>,
    pub new: Option<String>,
    /// The reason that a value is gone: `erased` or `too_old`.
    pub old_gone: Option<String>,
    pub new_gone: Option<String>,
    pub by_operator: bool,
    pub at: i64,
    /// The username of the author; `None` for the operator, and for a user who has been erased.
    pub actor: Option<String>,
}
