//! Questions about all of a database, which `silhouette doctor` asks. They may take long.

use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Checkup: Send {
    async fn count_users_without_profile(&mut self) -> Result<i64>;

    /// Gives a profile to everybody without one. Returns how many there were.
    async fn give_missing_profiles(&mut self) -> Result<u64>;

    /// Counts what there is, for who watches a site.
    async fn count_all(&mut self, now: i64) -> Result<Counts>;

    /// Counts mails that are given up, and those that should have been sent before `due`.
    async fn count_stuck_mails(&mut self, due: i64) -> Result<StuckMails>;
}

/// The number of rows of some kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub users: i64,
    /// Sessions that have not expired.
    pub sessions: i64,
    pub mails_waiting: i64,
    pub mails_failed: i64,
    pub imported_passwords: i64,
}

/// Mails that do not get out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StuckMails {
    pub failed: i64,
    pub overdue: i64,
}
