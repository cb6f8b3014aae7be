//! The pages of the account.
//!
//! | file | content |
//! |---|---|
//! | `sign_up`, `log_in` | `/signup`, `/login` |
//! | `second`, `passkeys` | `/login/second`, `/settings/second` and below; `/settings/passkeys` |
//! | `join` | `/join/{token}` |
//! | `reset`, `links` | `/forgot`, `/reset/{token}`; `/verify/{token}`, `/undo/{token}` |
//! | `settings` | `/settings` |
//! | `username`, `password` | `/settings/username`, `/settings/password` |
//! | `email`, `sessions` | `/settings/email`, `/settings/sessions` |
//! | `appearance` | `/settings/appearance` (for guests too) |
//! | `privacy`, `activity` | `/settings/privacy`, `/settings/activity` |
//! | `data` | `/settings/export`, `/settings/delete` |
//! | `form` | `AccountForm`, which shows every form of an account, empty or rejected |
//! | `again` | the controls for authenticating again |
//! | `addresses` | lines about email addresses |

pub mod activity;
pub(crate) mod addresses;
pub(crate) mod again;
pub mod appearance;
pub mod data;
pub mod email;
pub(crate) mod form;
pub mod join;
pub mod links;
pub mod log_in;
pub mod passkeys;
pub mod password;
pub mod privacy;
pub mod reset;
pub mod second;
pub mod sessions;
pub mod settings;
pub mod sign_up;
pub mod username;
