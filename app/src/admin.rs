//! Administration: pages for users whose role lets them manage others. No script.
//!
//! | file | content |
//! |---|---|
//! | `rules` | who may do what to whom (pure functions) |
//! | `guard` | access to pages, and links between areas |
//! | `api` | the server functions |
//! | `invitations` | `/admin/invitations` |
//! | `users`, `search` | `/admin/users`; its search, as in URLs |
//! | `many`, `bulk` | `/admin/users/bulk`; the rules for plans (pure functions) |
//! | `user`, `details` | `/admin/users/{username}`: facts, actions, sessions, links, history |
//! | `erase` | `/admin/users/{username}/erase` |
//! | `sees` | `/admin/users/{username}/sees`: a profile as that user sees it |
//! | `import`, `import_api` | `/admin/import`, and its server function |
//! | `events` | `/admin/events` |
//! | `schema`, `schema_api` | `/admin/schema`, and its server function |
//! | `revision` | `/admin/schema/{revision}` |

pub mod api;
pub mod bulk;
mod details;
pub(crate) mod erase;
pub(crate) mod events;
mod guard;
pub(crate) mod import;
pub mod import_api;
pub(crate) mod invitations;
pub(crate) mod many;
pub(crate) mod revision;
pub mod rules;
pub(crate) mod schema;
pub mod schema_api;
pub mod search;
pub(crate) mod sees;
pub(crate) mod user;
pub(crate) mod users;
