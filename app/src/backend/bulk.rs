//! The service of acts on many accounts.

use async_trait::async_trait;

use crate::{
    account::types::{
        bulk::{DoneRow, PlannedRow},
        managed::ManagementAct,
        user::User,
    },
    error::AppError,
};

/// Acts on many accounts.
#[async_trait]
pub trait Bulk: Send + Sync {
    /// The plan of what it would do now to each user of these names.
    async fn plan(
        &self,
        manager: &User,
        act: &ManagementAct,
        names: Vec<String>,
    ) -> Result<Vec<PlannedRow>, AppError>;

    /// Does it to each user as planned: each row is a name, and the outline of its plan. What is
    /// not done has a reason.
    async fn act(
        &self,
        manager: &User,
        act: &ManagementAct,
        rows: Vec<(String, String)>,
    ) -> Vec<DoneRow>;
}
