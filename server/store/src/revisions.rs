//! The table `schema_revisions`: schemas that were applied while the site was in use; and the
//! profiles that another one would concern.

use app::account::types::user::UserId;
use async_trait::async_trait;
use std::collections::BTreeSet;

use crate::{SecretHash, failure::Result};

#[async_trait]
pub trait Revisions: Send {
    /// The number of the newest revision; 0 if there is none.
    async fn newest_revision(&mut self) -> Result<i64>;

    /// A revision, and its text.
    async fn revision(&mut self, id: i64) -> Result<Option<(RevisionRow, String)>>;

    /// Revisions before the one of the number `before`, the newest first.
    async fn revisions(&mut self, before: i64, limit: u32) -> Result<Vec<RevisionRow>>;

    /// Adds a revision, the newest from then on. Returns its number.
    async fn add_revision(&mut self, new: &NewRevision, now: i64) -> Result<i64>;

    /// The values of the profiles of the users that were added last, each a JSON object.
    async fn newest_values(&mut self, limit: u32) -> Result<Vec<String>>;

    /// The number of the newest change of any profile; 0 if there is none.
    async fn newest_change(&mut self) -> Result<i64>;

    /// The users whose profiles have a change behind the one of that number.
    async fn changed_since(&mut self, change: i64) -> Result<BTreeSet<i64>>;
}

/// A schema to be applied.
#[derive(Debug, Clone)]
pub struct NewRevision {
    pub text: String,
    /// SHA-256 of the text.
    pub hash: SecretHash,
    /// `None` for the operator.
    pub by: Option<UserId>,
    /// The revision that has the same text, and is taken back to.
    pub restores: Option<i64>,
}

/// A revision, without its text.
#[derive(Debug, Clone)]
pub struct RevisionRow {
    pub id: i64,
    pub hash: Vec<u8>,
    pub applied_at: i64,
    /// The username of who applied it; `None` for the operator, and for who is gone.
    pub by: Option<String>,
    pub by_operator: bool,
    pub restores: Option<i64>,
}
