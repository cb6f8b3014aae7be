//! Endpoints that answer with files instead of pages: pictures, contact cards, exports,
//! and the built assets.
//!
//! They are handlers for routes of their own in `router.rs`. Pages and server functions
//! share the handlers of `pages` and `forms`.

pub mod assets;
pub mod avatar;
pub mod contact_card;
pub mod export;
mod multipart;
