//! Oversight of accounts, for the current request.

use app::{
    account::types::{
        details::AccountDetails,
        log::{EventSearch, LogPage},
        managed::ManagedAccount,
        user::User,
    },
    backend::Oversight,
    error::AppError,
    viewer::Viewer,
};
use async_trait::async_trait;

use super::{PageAccounts, requester};

#[async_trait]
impl Oversight for PageAccounts {
    async fn details(
        &self,
        reader: &User,
        account: &ManagedAccount,
    ) -> Result<AccountDetails, AppError> {
        let now = self.clock.now();
        self.accounts.details(reader.id, account, now).await
    }

    async fn log(
        &self,
        reader: &User,
        search: EventSearch,
        limit: u32,
    ) -> Result<Option<LogPage>, AppError> {
        self.accounts.log(reader.id, &search, limit).await
    }

    async fn see_as(&self, helper: &User, member: &str, owner: &str) -> Result<Viewer, AppError> {
        self.accounts
            .see_as(helper.id, member, owner, &requester(), self.clock.now())
            .await
    }
}
