//! The presentation of a profile, to people and to programs.
//!
//! | file | content |
//! |---|---|
//! | `view` | `ProfileView`, `ProfileCard`: a profile on pages and in the preview; `Portrait` |
//! | `view_as` | the links of "view as" |
//! | `property` | the meaning of a field for programs |
//! | `link_preview` | the content of the page's head: canonical URL, Open Graph, JSON-LD |
//! | `vcard` | a profile as a contact |
//! | `addresses` | the URLs of a profile |
//!
//! All of it is derived from a `VisibleProfile`.

pub mod addresses;
pub mod link_preview;
pub mod property;
pub mod vcard;
pub mod view;
pub mod view_as;
