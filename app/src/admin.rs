//! Administration: pages for those whose role lets them manage users. No script.
//!
//! | file | what |
//! |---|---|
//! | `rules` | who may do what to whom, pure |
//! | `guard` | the first line of a page |
//! | `api` | the server functions |
//! | `users`, `search` | `/admin/users`; its search, as addresses have it |
//! | `many`, `bulk` | `/admin/users/bulk`; what a plan for many rests on, pure |
//! | `user` | `/admin/users/{username}` |

pub mod api;
pub mod bulk;
mod guard;
pub(crate) mod many;
pub mod rules;
pub mod search;
pub(crate) mod user;
pub(crate) mod users;
