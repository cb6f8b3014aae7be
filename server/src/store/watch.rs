//! The table `clock`: the time that was last believed.

use async_trait::async_trait;

use super::failure::Result;
use crate::doubt::Seen;

#[async_trait]
pub trait Watch: Send {
    async fn last_seen(&mut self) -> Result<Option<Seen>>;

    async fn set_last_seen(&mut self, seen: Seen) -> Result<()>;
}
