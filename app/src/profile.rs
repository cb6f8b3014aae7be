//! The profile: its rules, what it looks like, how it is edited, its pages.
//!
//! | folder or file | what it is for |
//! |---|---|
//! | `rules` | What a profile can say, who sees and changes it, what a save does. Pure, the same on both sides. |
//! | `card` | What a profile looks like, to people and to programs. |
//! | `editor` | The forms of a profile and of its picture, and their islands. |
//! | `pages` | The pages. |
//! | `api` | The server functions. |
//! | `reserved_keys` | The keys that no field may have. |

pub mod api;
pub mod card;
pub mod editor;
pub mod pages;
pub mod reserved_keys;
pub mod rules;
