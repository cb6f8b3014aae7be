//! The table `schema_revisions`: schemas that were applied while the site was in use; and the
//! profiles that another schema would affect.

use app::account::types::user::UserId;
use async_trait::async_trait;
use std::collections::BTreeSet;

use crate::{SecretHash, failure::Result};

#[async_trait]
pub trait Revisions: Send {
    /// Returns the id of the newest revision; 0 if there is none.
    async fn newest_revision(&mut self) -> Result<i64>;

    /// Returns a revision and its text.
    async fn revision(&mut self, id: i64) -> Result<Option<(RevisionRow, String)>>;

    /// Returns revisions before the one with the id `before`, newest first.
    async fn revisions(&mut self, before: i64, limit: u32) -> Result<Vec<RevisionRow>>;

    /// Adds a revision, which is the newest from then on. Returns its id.
    async fn add_revision(&mut self, new: &NewRevision, now: i64) -> Result<i64>;

    /// Returns the values of the newest users' profiles, each as a JSON object.
    async fn newest_values(&mut self, limit: u32) -> Result<Vec<String>>;

    /// Returns the id of the newest change to any profile; 0 if there is none.
    async fn newest_change(&mut self) -> Result<i64>;

    /// Returns the users whose profiles have a change after the one with this id.
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
    /// The earlier revision that this one restores; they have the same text.
    pub restores: Option<i64>,
}

/// A revision, without its text.
#[derive(Debug, Clone)]
pub struct RevisionRow {
    pub id: i64,
    pub hash: Vec<u8>,
    pub applied_at: i64,
    /// The username of the user who applied it; `None` for the operator, and for a user who has
    /// been erased.
    pub by: Option<String>,
    pub by_operator: bool,
    pub restores: Option<i64>,
}
