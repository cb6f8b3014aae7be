//! The service for actions on many accounts.

use async_trait::async_trait;

use crate::{
    account::types::{
        bulk::{DoneRow, PlannedRow},
        managed::ManagementAct,
        user::User,
    },
    error::AppError,
};

/// Actions on many accounts.
#[async_trait]
pub trait Bulk: Send + Sync {
    /// Returns what the action would now do to each user with one of these names.
    async fn plan(
        &self,
        manager: &User,
        act: &ManagementAct,
        names: Vec<String>,
    ) -> Result<Vec<PlannedRow>, AppError>;

    /// Performs the action on each user as planned. A row is a username, with the outline of its
    /// plan. The result says why an action was not performed.
    async fn act(
        &self,
        manager: &User,
        act: &ManagementAct,
        rows: Vec<(String, String)>,
    ) -> Vec<DoneRow>;
}
