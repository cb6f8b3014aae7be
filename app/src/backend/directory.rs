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

    /// A page of the members whom this viewer can find. `None` if it is to begin at a place
    /// that this search does not have.
    async fn members(
        &self,
        viewer: &Viewer,
        search: &MemberSearch,
        limit: usize,
    ) -> Result<Option<MemberPage>, AppError>;

    /// The letters with which names begin that this viewer can find.
    async fn initials(&self, viewer: &Viewer) -> Result<Vec<String>, AppError>;
}
