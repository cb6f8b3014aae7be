//! Administration: pages for those whose role lets them manage users. No script.
//!
//! | file | what |
//! |---|---|
//! | `rules` | who may do what to whom, pure |
//! | `guard` | the first line of a page |
//! | `api` | the server functions |
//! | `invitations` | `/admin/invitations` |
//! | `users` | `/admin/users` |
//! | `user` | `/admin/users/{username}` |

pub mod api;
mod guard;
pub(crate) mod invitations;
pub mod rules;
pub(crate) mod user;
pub(crate) mod users;
