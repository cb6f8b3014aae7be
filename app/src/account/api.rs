//! The server functions of the account. Public endpoints, whatever page shows
//! their form: each one decides itself who may call it.
//!
//! | file | server functions |
//! |---|---|
//! | `sign_up` | `sign_up` |
//! | `join` | `join` |
//! | `session` | `log_in`, `log_out`, `end_sessions` |
//! | `password` | `change_password`; `ask_password`, before sensitive changes |
//! | `email` | `ask_reset`, `reset_password`, `confirm_email`, `undo_email`, `change_email` |
//! | `username` | `change_username` |
//! | `preferences` | `save_appearance`, `save_privacy` |
//! | `data` | `export_account`, `delete_account` |

pub mod data;
pub mod email;
pub mod join;
pub mod password;
pub mod preferences;
pub mod session;
pub mod sign_up;
pub mod username;
