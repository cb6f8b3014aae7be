//! The service for the schema.

use async_trait::async_trait;

use crate::{
    account::types::user::User,
    error::AppError,
    profile::rules::schema_change::{
        Checked, PastRevision, SchemaChange, SchemaSource, ValueCounts,
    },
};

/// The schema, for members whose role lets them change it.
#[async_trait]
pub trait Revisions: Send + Sync {
    /// Returns the source of the schema of this request.
    fn source(&self) -> SchemaSource;

    /// Returns the text of the schema of this request.
    fn text(&self) -> String;

    /// Counts the profiles that have a value, by field.
    async fn values(&self) -> Result<ValueCounts, AppError>;

    /// Checks what a text would change as the schema.
    async fn check(&self, manager: &User, text: &str) -> Result<Checked, AppError>;

    /// Applies another schema.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if it is not valid, or has effects that the report did not
    /// mention; [`AppError::Forbidden`] if the manager's role does not allow it.
    async fn apply(&self, manager: &User, change: SchemaChange) -> Result<(), AppError>;

    /// Returns at most `limit` revisions before the one with the number `before`, newest first.
    async fn revisions(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PastRevision>, AppError>;

    /// Returns a revision with its text; 0 is the built-in schema.
    async fn revision(&self, id: i64) -> Result<Option<(PastRevision, String)>, AppError>;
}
