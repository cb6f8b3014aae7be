//! The account: who may log in.
//!
//! | folder or file | what it is for |
//! |---|---|
//! | `types` | Parsed accounts: what is of one of these types has passed its rules. |
//! | `pages` | The pages. |

pub mod api;
pub mod pages;
pub mod types;
