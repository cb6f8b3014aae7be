//! The account: who may log in.
//!
//! `model` and `event` hold the types, `api`, `email_api` and `leaving_api` the server
//! functions,
//! the others the pages.

mod activity;
pub mod api;
mod appearance;
mod device;
pub mod email_api;
mod email_page;
mod event;
pub mod leaving;
pub mod leaving_api;
mod model;
mod page;
mod privacy;
mod settings;
mod token;

pub use activity::ActivityPage;
pub use appearance::AppearancePage;
pub use device::Device;
pub use email_page::{EmailPage, ForgotPage, ResetPage, UndoPage, VerifyPage};
pub use event::{EventKind, PastEvent};
pub use leaving::{DeletePage, ExportPage, Fate, Plan, Share};
pub use model::{
    Addresses, Credentials, Email, EmailRule, Failure, IDEMPOTENCY_KEY, Link, NewUser, Occasion,
    Password, PasswordChange, PasswordRules, Proof, Purpose, Undelivered, User, UserId, Username,
    WayBack, ascii_domain, masked, own_words,
};
pub use page::{LogInPage, SignUpPage};
pub use privacy::PrivacyPage;
pub use settings::{PasswordPage, SessionsPage, SettingsPage};
