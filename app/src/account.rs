//! The account: who may log in.
//!
//! `model` holds the parsed types, `api` the server functions, `page` the pages.

pub mod api;
mod model;
mod next;
mod page;

pub use model::{Credentials, Email, NewUser, Password, UserId, Username};
pub use next::OwnPath;
pub use page::{LogInPage, SignUpPage};
