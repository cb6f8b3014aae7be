//! Administration: pages for those whose role lets them manage users. No script.
//!
//! | file | what |
//! |---|---|
//! | `rules` | who may do what to whom, pure |
//! | `guard` | the first line of a page |
//! | `api` | the server functions |
//! | `users` | `/admin/users` |
//! | `user`, `details` | `/admin/users/{username}`: facts and acts; sessions, links and history |
//! | `erase` | `/admin/users/{username}/erase` |
//! | `sees` | `/admin/users/{username}/sees`: a profile as that user sees it |
//! | `events` | `/admin/events` |

pub mod api;
mod details;
pub(crate) mod erase;
pub(crate) mod events;
mod guard;
pub mod rules;
pub(crate) mod sees;
pub(crate) mod user;
pub(crate) mod users;
