//! The service of the schema.

use async_trait::async_trait;

use crate::{
    account::types::user::User,
    error::AppError,
    profile::rules::schema_change::{
        Checked, PastRevision, SchemaChange, SchemaSource, ValueCounts,
    },
};

/// The schema, for those whose role lets them change it.
#[async_trait]
pub trait Revisions: Send + Sync {
    /// The source of the schema of this request.
    fn source(&self) -> SchemaSource;

    /// Its text.
    fn text(&self) -> String;

    /// In how many profiles there is a value.
    async fn values(&self) -> Result<ValueCounts, AppError>;

    /// Finds out what a text would do as the schema.
    async fn check(&self, manager: &User, text: &str) -> Result<Checked, AppError>;

    /// Puts another schema in force.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if it is not sound, or does more than was read;
    /// [`AppError::Forbidden`] where the role of the manager does not reach.
    async fn apply(&self, manager: &User, change: SchemaChange) -> Result<(), AppError>;

    /// At most `limit` revisions before the one of the number `before`, the newest first.
    async fn revisions(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastRevision>, AppError>;

    /// A revision, and its text; 0 is the schema that is built into the program.
    async fn revision(&self, id: i64) -> Result<Option<(PastRevision, String)>, AppError>;
}
