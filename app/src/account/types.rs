//! Parsed accounts: what is of one of these types has passed its rules.
//!
//! | file | content |
//! |---|---|
//! | `user`, `username`, `names` | a user, as others see them; usernames; former ones |
//! | `email`, `addresses` | email addresses: parsing, keys, masking; those of a user, and undelivered email |
//! | `password` | passwords, and the rules for a new one |
//! | `sign_up`, `log_in` | parsed forms; `Authenticated`, which a session starts with, and `LoginReason` |
//! | `token` | the token of a link, recovered from an address that a mail program damaged |
//! | `event` | what the audit log records |
//! | `erasure` | `ErasurePlan`: what erasing a user does, and its `outline` |
//! | `bulk` | the same act on many accounts: its plan, and what came of it |
//! | `managed` | an account as those see it who manage users, and what they do to it |
//! | `invitation` | invitations to sign up: the form, and what is seen of one |
//! | `user_table` | tables of users: the form that imports one, and its plan |
//! | `details`, `session` | more of an account, for those who help its owner; a session in a list |
//! | `log` | the audit log of all users: filters, and a page of it |
//! | `second` | second factors: what a user has, and what a code looks like |
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
