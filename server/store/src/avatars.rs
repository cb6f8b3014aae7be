//! The table `avatars`: the pictures of profiles.

use app::account::types::user::UserId;
use async_trait::async_trait;

use crate::failure::Result;

#[async_trait]
pub trait Avatars: Send {
    /// Puts a picture there for a profile to name. Until it does, the picture is one of
    /// those that are kept.
    async fn add_picture(&mut self, picture: NewPicture<'_>) -> Result<()>;

    /// The bytes of one size of a picture.
    async fn picture(&mut self, owner: UserId, hash: &str, size: u32) -> Result<Option<Vec<u8>>>;

    /// The hashes of all pictures of one user, earlier ones too.
    async fn pictures_of(&mut self, owner: UserId) -> Result<Vec<String>>;

    async fn has_picture(&mut self, owner: UserId, hash: &str) -> Result<bool>;

    /// The hash of the picture that a profile names.
    async fn current_picture(&mut self, owner: UserId) -> Result<Option<String>>;

    /// Keeps the pictures of a user that the profile does not name until that time, and
    /// of those `most`.
    async fn retire_pictures(&mut self, owner: UserId, kept_until: i64, most: u32) -> Result<()>;

    /// Erases an earlier picture before its time is up. `value` is how the history has
    /// it; of anything else nothing is erased. The one that the profile names stays.
    async fn erase_earlier_picture(&mut self, owner: UserId, value: &str) -> Result<()>;

    /// Erases the earlier pictures whose time is up. Returns how many.
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
