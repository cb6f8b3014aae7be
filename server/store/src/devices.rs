//! The table `devices`: browsers in which somebody has logged in.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::SecretHash;
use crate::failure::Result;

#[async_trait]
pub trait Devices: Send {
    /// The first id by which a browser was known in which this user has logged in, if it
    /// is one of these by now.
    async fn find_device(
        &mut self,
        devices: &[SecretHash],
        user: UserId,
    ) -> Result<Option<Vec<u8>>>;

    /// Notes that a user has logged in with a browser. What was known under the ids
    /// before is known under the new one, also of other users of the browser, and the
    /// ids before under nothing: one that was planted or stolen is dead after a login.
    async fn know_device(
        &mut self,
        device: &SecretHash,
        before: &[SecretHash],
        user: UserId,
        now: i64,
    ) -> Result<()>;

    /// Forgets browsers that were not used since then.
    async fn sweep_devices(&mut self, since: i64) -> Result<()>;

    /// Keeps the browsers of a user that were used last, so many.
    async fn keep_newest_devices(&mut self, user: UserId, most: u32) -> Result<()>;

    /// Sets browsers to `now` that were used after `tomorrow`, when the clock was ahead, and trusts
    /// none for longer than until then.
    async fn set_devices_back(&mut self, now: i64, tomorrow: i64, trusted: i64) -> Result<()>;
}
