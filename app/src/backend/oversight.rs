//! The trait by which pages of administration read along.

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

/// Pages for those who may read along. Each page asks first whether its reader may.
#[async_trait]
pub trait Oversight: Send + Sync {
    /// More of an account than its facts.
    async fn details(
        &self,
        reader: &User,
        account: &ManagedAccount,
    ) -> Result<AccountDetails, AppError>;

    /// At most `limit` events of the audit log. `None` if they are to be about a user who is not
    /// there.
    async fn log(
        &self,
        reader: &User,
        search: EventSearch,
        limit: u32,
    ) -> Result<Option<LogPage>, AppError>;

    /// The viewer that the member of that name is, for somebody who looks at the profile of
    /// `owner` as that member sees it. It is noted.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Forbidden`] where the role of the helper does not
    /// reach; [`AppError::TooMany`].
    async fn see_as(&self, helper: &User, member: &str, owner: &str) -> Result<Viewer, AppError>;
}
