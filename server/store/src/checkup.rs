//! Queries about the whole database, for `silhouette doctor` and for monitoring. They may take
//! long.

use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Checkup: Send {
    async fn count_users_without_profile(&mut self) -> Result<i64>;

    /// Creates the missing profiles. Returns their number.
    async fn give_missing_profiles(&mut self) -> Result<u64>;

    /// Counts rows for monitoring.
    async fn count_all(&mut self, now: i64) -> Result<Counts>;

    /// Counts emails that have failed for good, and those that should have been sent before `due`.
    async fn count_stuck_mails(&mut self, due: i64) -> Result<StuckMails>;
}

/// The number of rows of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub users: i64,
    /// Sessions that have not expired.
    pub sessions: i64,
    pub mails_waiting: i64,
    pub mails_failed: i64,
    pub imported_passwords: i64,
}

/// The number of emails that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StuckMails {
    pub failed: i64,
    pub overdue: i64,
}
