//! The account: who may log in.
//!
//! `model` holds the parsed types, `api` the server functions, `page` and
//! `settings` the pages.

pub mod api;
mod device;
mod model;
mod next;
mod page;
mod settings;

pub use device::Device;
pub use model::{
    Credentials, Email, NewUser, Password, PasswordChange, PasswordRules, Proof, User, UserId,
    Username, own_words,
};
pub use next::{OwnPath, log_in_and_back};
pub use page::{LogInPage, SignUpPage};
pub use settings::{PasswordPage, SessionsPage, SettingsPage};
