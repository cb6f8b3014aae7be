//! Parsed accounts: a value of one of these types has been validated.
//!
//! | file | content |
//! |---|---|
//! | `user`, `username`, `names` | a user, as others see them; usernames; former names |
//! | `email` | email addresses: parsing, keys, masking |
//! | `addresses` | the addresses of a user, and undelivered emails |
//! | `password` | passwords, and the rules for a new one |
//! | `sign_up` | the parsed sign-up form |
//! | `log_in` | the parsed login form; `Authenticated`, with which a session starts |
//! | `token` | the token of a link, recovered from a damaged URL |
//! | `event` | what the audit log records |
//! | `erasure` | `ErasurePlan`: what erasing a user does, and its `outline` |
//! | `bulk` | an action on many accounts: its plan and its results |
//! | `managed` | an account, as managers see it, and their actions on it |
//! | `invitation` | invitations to sign up: the form, and how they are shown |
//! | `user_table` | tables of users: the form that imports one, and its plan |
//! | `details`, `session` | details of an account, for its helpers; a session in a list |
//! | `log` | the audit log of all users: filters, and a page of it |
//! | `second` | second factors: those of a user, and the format of codes |
//! | `device` | the browser of a session, by its user agent |

pub mod addresses;
pub mod bulk;
pub mod details;
pub mod device;
pub mod email;
pub mod erasure;
pub mod event;
pub mod invitation;
pub mod log;
pub mod log_in;
pub mod managed;
pub mod names;
pub mod password;
pub mod second;
pub mod session;
pub mod sign_up;
pub mod sign_up_rule;
pub mod token;
pub mod user;
pub mod user_table;
pub mod username;
