//! The table `avatars`: the pictures of profiles.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Avatars: Send {
    /// Adds a picture for a profile to use. Until the profile does, it is kept like an earlier
    /// picture.
    async fn add_picture(&mut self, picture: NewPicture<'_>) -> Result<()>;

    /// Returns the bytes of a picture in one size.
    async fn picture(&mut self, owner: UserId, hash: &str, size: u32) -> Result<Option<Vec<u8>>>;

    /// Returns the hashes of all pictures of a user, including earlier ones.
    async fn pictures_of(&mut self, owner: UserId) -> Result<Vec<String>>;

    async fn has_picture(&mut self, owner: UserId, hash: &str) -> Result<bool>;

    /// Returns the hash of the picture that a profile uses.
    async fn current_picture(&mut self, owner: UserId) -> Result<Option<String>>;

    /// Keeps the pictures of a user that the profile no longer uses until `kept_until`, and only
    /// the newest `most` of them. A picture that is kept already keeps its time.
    async fn retire_pictures(&mut self, owner: UserId, kept_until: i64, most: u32) -> Result<()>;

    /// Erases an earlier picture before its time is up. `value` is the picture's value in the
    /// history; any other value has no effect. The picture that the profile uses is never erased.
    async fn erase_earlier_picture(&mut self, owner: UserId, value: &str) -> Result<()>;

    /// Erases the earlier pictures whose time is up. Returns their number.
    async fn sweep_pictures(&mut self, now: i64) -> Result<u64>;
}

/// A picture in its three sizes, as JPEG.
pub struct NewPicture<'a> {
    pub owner: UserId,
    pub hash: &'a str,
    pub kept_until: i64,
    pub large: &'a [u8],
    pub medium: &'a [u8],
    pub small: &'a [u8],
}
