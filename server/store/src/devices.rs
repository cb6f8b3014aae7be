//! The table `devices`: known browsers, in which users have logged in before.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::SecretHash;
use crate::failure::Result;

#[async_trait]
pub trait Devices: Send {
    /// Returns the hash of the first id of a browser in which this user has logged in, if one of
    /// `devices` is its current id.
    async fn find_device(
        &mut self,
        devices: &[SecretHash],
        user: UserId,
    ) -> Result<Option<Vec<u8>>>;

    /// Records that a user has logged in with a browser. Everything known about the browser by its
    /// earlier ids, including its other users, moves to the new id, and the earlier ids are
    /// forgotten: one that was planted or stolen is useless after a login.
    async fn know_device(
        &mut self,
        device: &SecretHash,
        before: &[SecretHash],
        user: UserId,
        now: i64,
    ) -> Result<()>;

    /// Forgets browsers that have not been used since a given time.
    async fn sweep_devices(&mut self, since: i64) -> Result<()>;

    /// Keeps the `most` browsers of a user that were used last, and forgets the others.
    async fn keep_newest_devices(&mut self, user: UserId, most: u32) -> Result<()>;

    /// Corrects browsers that were last used after `tomorrow`, when the clock was ahead: the last
    /// use is set to `now`, and they are trusted until `trusted` at the latest.
    async fn set_devices_back(&mut self, now: i64, tomorrow: i64, trusted: i64) -> Result<()>;
}
