//! The service of importing users.

use async_trait::async_trait;

use crate::{
    account::types::{
        user::User,
        user_table::{CheckedTable, ImportedTable, UserTable},
    },
    error::AppError,
};

/// Users in a table, for members whose role lets them manage users.
#[async_trait]
pub trait Import: Send + Sync {
    /// Checks what importing a table would do now.
    async fn check_table(
        &self,
        manager: &User,
        table: &UserTable,
    ) -> Result<CheckedTable, AppError>;

    /// Imports the users of a table, if they are those of the outline `planned`.
    ///
    /// # Errors
    /// [`AppError::PlanChanged`] if other users would be created by now. Then none is created.
    async fn import_table(
        &self,
        manager: &User,
        table: &UserTable,
        planned: &str,
    ) -> Result<ImportedTable, AppError>;
}
