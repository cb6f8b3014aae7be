//! The service of the members' directory.

use async_trait::async_trait;

use crate::{
    error::AppError,
    profile::rules::directory::{DirectoryRule, MemberPage, MemberSearch},
    viewer::Viewer,
};

/// The members' directory.
#[async_trait]
pub trait Directory: Send + Sync {
    fn rule(&self) -> DirectoryRule;

    /// Returns a page of the members whom this viewer can find, or `None` if the starting place is
    /// not valid for this search.
    async fn members(
        &self,
        viewer: &Viewer,
        search: &MemberSearch,
        limit: usize,
    ) -> Result<Option<MemberPage>, AppError>;

    /// Returns the initial letters of the names that this viewer can find.
    async fn initials(&self, viewer: &Viewer) -> Result<Vec<String>, AppError>;
}
