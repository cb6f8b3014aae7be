//! The service for administration pages that only read.

use async_trait::async_trait;

use crate::{
    account::types::{
        details::AccountDetails,
        log::{EventSearch, LogPage},
        managed::ManagedAccount,
        user::User,
    },
    error::AppError,
    viewer::Viewer,
};

/// Pages for members who may read about others. Each page first checks whether its reader may see
/// it.
#[async_trait]
pub trait Oversight: Send + Sync {
    /// Returns further details of an account.
    async fn details(
        &self,
        reader: &User,
        account: &ManagedAccount,
    ) -> Result<AccountDetails, AppError>;

    /// Returns at most `limit` events of the audit log, or `None` if the search is for a user who
    /// does not exist.
    async fn log(
        &self,
        reader: &User,
        search: EventSearch,
        limit: u32,
    ) -> Result<Option<LogPage>, AppError>;

    /// Returns the viewer for a helper who looks at the profile of `owner` as the member with this
    /// username sees it. This is recorded in the audit log.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Forbidden`] if the helper's role does not allow it;
    /// [`AppError::TooMany`].
    async fn see_as(&self, helper: &User, member: &str, owner: &str) -> Result<Viewer, AppError>;
}
