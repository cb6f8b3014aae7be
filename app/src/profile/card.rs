//! The presentation of a profile, to people and to programs.

pub mod addresses;
pub mod link_preview;
pub mod property;
pub mod vcard;
pub mod view;
pub mod view_as;
