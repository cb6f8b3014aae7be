//! The server functions of accounts. They are public endpoints, whichever page shows their form, so
//! each one checks who may call it.
//!
//! | file | server functions |
//! |---|---|
//! | `sign_up` | `sign_up` |
//! | `join` | `join` |
//! | `session` | `log_in`, `log_out`, `end_sessions` |
//! | `password` | `change_password` |
//! | `again` | authenticating again before sensitive changes |
//! | `second`, `passkeys` | `finish_log_in`, `change_second`, `confirm_app`; `change_passkeys` |
//! | `email` | `ask_reset`, `reset_password`, `confirm_email`, `undo_email`, `change_email` |
//! | `username` | `change_username` |
//! | `preferences` | `save_appearance`, `save_privacy` |
//! | `data` | `export_account`, `delete_account` |

pub mod again;
pub mod data;
pub mod email;
pub mod join;
pub mod passkeys;
pub mod password;
pub mod preferences;
pub mod second;
pub mod session;
pub mod sign_up;
pub mod username;
