//! The account: who may log in.
//!
//! `model` and `event` hold the types, `api` the server functions, `page`,
//! `settings` and `activity` the pages.

mod activity;
pub mod api;
mod device;
mod event;
mod model;
mod next;
mod page;
mod settings;

pub use activity::ActivityPage;
pub use device::Device;
pub use event::{EventKind, PastEvent};
pub use model::{
    Credentials, Email, NewUser, Occasion, Password, PasswordChange, PasswordRules, Proof, User,
    UserId, Username, own_words,
};
pub use next::{OwnPath, log_in_and_back};
pub use page::{LogInPage, SignUpPage};
pub use settings::{PasswordPage, SessionsPage, SettingsPage};
