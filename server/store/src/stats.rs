//! Figures of what an engine has written since it was opened.

/// Writes, in numbers that only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteStats {
    /// Writes whose outcome was told.
    pub writes: u64,
    /// Transactions, each of one write or more.
    pub transactions: u64,
    /// Transactions that were done once more because others were in the way.
    pub retries: u64,
    /// Time for which writes have waited until they began, in microseconds, all together.
    pub waited_us: u64,
    /// Writes that wait now; this number also falls.
    pub waiting: u64,
}
