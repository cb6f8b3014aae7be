//! Actions on many accounts, for the current request.

use app::{
    account::types::{
        bulk::{DoneRow, PlannedRow},
        managed::ManagementAct,
        user::User,
    },
    backend,
    error::AppError,
};
use async_trait::async_trait;

use super::{PageAccounts, requester};

#[async_trait]
impl backend::Bulk for PageAccounts {
    async fn plan(
        &self,
        manager: &User,
        act: &ManagementAct,
        names: Vec<String>,
    ) -> Result<Vec<PlannedRow>, AppError> {
        self.accounts.plan_many(manager.id, act, &names).await
    }

    async fn act(
        &self,
        manager: &User,
        act: &ManagementAct,
        rows: Vec<(String, String)>,
    ) -> Vec<DoneRow> {
        self.accounts
            .act_on_many(manager.id, act, rows, &requester(), self.clock.now())
            .await
    }
}
