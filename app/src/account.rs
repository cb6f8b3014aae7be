//! Accounts: sign-up, login, settings.
//!
//! | folder | content |
//! |---|---|
//! | `api` | The server functions. |
//! | `types` | Parsed values: a value of one of these types has been validated. |
//! | `pages` | The pages. |

pub mod api;
pub mod pages;
pub mod types;
