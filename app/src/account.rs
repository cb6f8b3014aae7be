//! The account: who may log in.
//!
//! `model` holds the parsed types, `api` the server functions, `page` the pages.

pub mod api;
mod model;
mod next;
mod page;

pub use model::{Credentials, Email, NewUser, Password, User, UserId, Username};
pub use next::{OwnPath, log_in_and_back};
pub use page::{LogInPage, SignUpPage};
