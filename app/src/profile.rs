//! The profile: its rules, presentation, editor and pages.
//!
//! | folder or file | content |
//! |---|---|
//! | `rules` | The schema and its values, permissions, and saving. Pure, the same on both sides. |
//! | `card` | The presentation of a profile, to people and to programs. |
//! | `editor` | The forms for a profile and its picture, and their islands. |
//! | `pages` | The pages. |
//! | `api` | The server functions. |
//! | `reserved_keys` | The keys that fields may not use. |

pub mod api;
pub mod card;
pub mod editor;
pub mod pages;
pub mod reserved_keys;
pub mod rules;
