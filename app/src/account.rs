//! Accounts: sign-up, login, settings.
//!
//! | folder or file | what it is for |
//! |---|---|
//! | `api` | The server functions, and what they answer. |
//! | `types` | Parsed values: a value of one of these types has passed its rules. |
//! | `pages` | The pages. |

pub mod api;
pub mod pages;
pub mod types;
