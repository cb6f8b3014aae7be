//! The table `clock`: the time that was last believed.

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
    /// The last time that was believed.
    pub believed_at: i64,
    /// The last time that was doubted; `None` while the clock is believed.
    pub doubted_at: Option<i64>,
    /// Time for which the site has run with the doubted clock.
    pub watched_ms: i64,
}

impl ClockState {
    pub fn is_believed(&self) -> bool {
        self.doubted_at.is_none()
    }
}
