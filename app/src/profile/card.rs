//! The presentation of a profile, to people and to programs.
//!
//! | file | content |
//! |---|---|
//! | `view` | `ProfileView` and `ProfileCard`: a profile on every page and in the preview. `Portrait`: the picture, or initials |
//! | `view_as` | the links to "view as" |
//! | `property` | what a field means to programs |
//! | `link_preview` | what the head of the page says: canonical URL, Open Graph, JSON-LD |
//! | `vcard` | a profile as a contact |
//! | `addresses` | the URLs of a profile |
//!
//! All of it is made from a `VisibleProfile`.

pub mod addresses;
pub mod link_preview;
pub mod property;
pub mod vcard;
pub mod view;
pub mod view_as;
