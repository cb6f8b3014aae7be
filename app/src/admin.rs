//! Administration: pages for those whose role lets them manage users. No script.
//!
//! | file | what |
//! |---|---|
//! | `rules` | who may do what to whom, pure |
//! | `guard` | the first line of a page |
//! | `api` | the server functions |
//! | `users` | `/admin/users` |
//! | `user` | `/admin/users/{username}` |
//! | `schema`, `schema_api` | `/admin/schema`, and its server function |
//! | `revision` | `/admin/schema/{revision}` |

pub mod api;
mod guard;
pub(crate) mod revision;
pub mod rules;
pub(crate) mod schema;
pub mod schema_api;
pub(crate) mod user;
pub(crate) mod users;
