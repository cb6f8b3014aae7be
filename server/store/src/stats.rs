//! Counters of the writes of an engine since it was opened.

/// Statistics of writes. Only `waiting` can decrease.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteStats {
    /// Writes that were taken up.
    pub writes: u64,
    /// Transactions, each of one or more writes.
    pub transactions: u64,
    /// Transactions that were run again, because they conflicted with others or were lost.
    pub retries: u64,
    /// The total time that writes have waited, in microseconds. In SQLite, a write waits until it
    /// begins; in PostgreSQL, all of its time counts.
    pub waited_us: u64,
    /// Writes that wait now.
    pub waiting: u64,
}
