//! The account: who may log in.
//!
//! | folder or file | what it is for |
//! |---|---|
//! | `types` | Parsed accounts: what is of one of these types has passed its rules. |
//! | `pages` | The pages. |
//! | `api`, `email_api`, `leaving_api` | The server functions. |

pub mod api;
pub mod email_api;
pub mod leaving_api;
pub mod pages;
pub mod types;
