//! The table `clock`: the last trusted time.

use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Watch: Send {
    async fn clock_state(&mut self) -> Result<Option<ClockState>>;

    async fn set_clock_state(&mut self, seen: ClockState) -> Result<()>;
}

/// The times that the site has seen, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockState {
    /// The last time at which the clock was trusted.
    pub believed_at: i64,
    /// The last time at which the clock was doubted; `None` while it is trusted.
    pub doubted_at: Option<i64>,
    /// The time for which the site has run with the doubted clock.
    pub watched_ms: i64,
}

impl ClockState {
    pub fn is_believed(&self) -> bool {
        self.doubted_at.is_none()
    }
}
