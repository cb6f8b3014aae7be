//! Statements of the table `clock`.

use async_trait::async_trait;

use super::failed;
use crate::engine::Connection;
use store::{
    failure::Result,
    watch::{ClockState, Watch},
};

#[async_trait]
impl Watch for Connection {
    async fn clock_state(&mut self) -> Result<Option<ClockState>> {
        sqlx::query_as!(
            ClockState,
            "SELECT believed_at, doubted_at, watched_ms FROM clock"
        )
        .fetch_optional(&mut **self)
        .await
        .map_err(failed("watch.clock_state"))
    }

    async fn set_clock_state(&mut self, seen: ClockState) -> Result<()> {
        sqlx::query!(
            "INSERT INTO clock (id, believed_at, doubted_at, watched_ms)
             VALUES (1, $1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET believed_at = $1, doubted_at = $2, watched_ms = $3",
            seen.believed_at,
            seen.doubted_at,
            seen.watched_ms,
        )
        .execute(&mut **self)
        .await
        .map(drop)
        .map_err(failed("watch.set_clock_state"))
    }
}
