//! The profile: its schema, its rules, its pages.
//!
//! Pure, without I/O, the same on both sides:
//! - what a profile can say: `schema`, `kind`, `value`, `date`, `picture`, `violation`;
//! - who sees and changes it: `audience`, `access`, `view_as`;
//! - what a save does: `patch`, `stored`, `merge`, `save`, `history`.
//!
//! What a profile looks like: `view`, to programs: `card`; how it is edited: `edit` with the controls
//! of `control`; the server functions: `api`; the pages: `page`, `history_page`,
//! `history_erase`, `avatar` with `crop_island`.

pub mod access;
pub mod api;
mod audience;
mod avatar;
pub mod card;
mod control;
mod crop_island;
mod date;
mod describe;
mod edit;
#[cfg(test)]
pub(crate) mod fixture;
pub mod history;
mod history_erase;
mod history_page;
mod kind;
mod merge;
mod page;
mod patch;
mod picture;
mod save;
mod schema;
mod stored;
mod value;
mod view;
mod view_as;
mod violation;

pub use audience::{Audience, AudienceRule, Audiences, WHOLE, audience_key, audience_of};
pub use avatar::{AVATAR_PATH, AvatarPage};
pub use date::Date;
pub use edit::{ProfileEditor, SignUpFields};
pub use history::{Author, Gone, PastChange, Side, Stretch, Which};
pub use history_erase::EraseValuePage;
pub use history_page::HistoryPage;
pub use kind::{Choice, Kind, email, length};
pub use page::{EditOtherPage, EditPage, OwnProfilePage, PublicProfilePage};
pub use patch::{Change, Patch};
pub use picture::{ALT, AVATAR, CROP, Crop, Nudge, Picture, Square};
pub use save::{Changed, Decision, Standing};
pub use schema::{Editors, Field, Group, Right, Role, Schema};
pub use stored::Stored;
pub use value::{Phone, Value, WebUrl};
pub use view::{ProfileCard, ProfileView};
pub use violation::Violation;

use std::collections::BTreeMap;

use crate::account::User;

/// A profile as it is stored, before anybody looks at it.
///
/// Not `Serialize`: what leaves the server is what one viewer has
/// [`seen`](access::seen) of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub owner: User,
    /// Counts the saves; a form names the one it was opened with.
    pub version: u64,
    pub values: Values,
    pub audiences: Audiences,
    pub listing: Listing,
}

/// What there is to know of a profile beside what it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Listing {
    /// Search engines may list it, if everyone sees it.
    pub listed: bool,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub created_at: i64,
}

/// The values of a profile by the key of their field. A field without a value
/// is absent.
pub type Values = BTreeMap<String, Value>;
