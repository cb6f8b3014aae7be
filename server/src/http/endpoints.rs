//! Endpoints that answer with files instead of pages: pictures, contact cards, exports,
//! and the built assets.
//!
//! Each has its own route in `router.rs`. Pages and server functions share the handlers of
//! `pages` and `forms`.
//!
//! | file | content |
//! |---|---|
//! | `avatar`, `multipart` | uploads and serves pictures; reads a form with a file piece by piece |
//! | `contact_card` | the vCard and the QR code of a profile |
//! | `export` | a zip of a user's data, written while it is sent |
//! | `events` | the audit log as CSV and as JSON Lines |
//! | `user_list` | the list of users as CSV |
//! | `well_known` | URLs that programs know by convention |
//! | `assets` | the built files, embedded and compressed in a release build |

pub mod assets;
pub mod avatar;
pub mod contact_card;
pub mod events;
pub mod export;
pub mod multipart;
pub mod user_list;
pub mod well_known;
