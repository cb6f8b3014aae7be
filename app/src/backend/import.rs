//! The service of importing users.

use async_trait::async_trait;

use crate::{
    account::types::{
        user::User,
        user_table::{CheckedTable, ImportedTable, UserTable},
    },
    error::AppError,
};

/// Users of a table, for those whose role lets them manage users.
#[async_trait]
pub trait Import: Send + Sync {
    /// Finds out what would become of a table now.
    async fn check_table(
        &self,
        manager: &User,
        table: &UserTable,
    ) -> Result<CheckedTable, AppError>;

    /// Imports the users of a table, if they are those of the outline that was planned.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if others would be created by now; nobody is, then.
    async fn import_table(
        &self,
        manager: &User,
        table: &UserTable,
        planned: &str,
    ) -> Result<ImportedTable, AppError>;
}
