//! Users and profiles of a Django project: from `dumpdata`, or from its SQLite file.
//!
//! Any project of the shape that Django's own documentation teaches: a user model with a username
//! and a password, groups, and a model with a one-to-one field to the user.
//!
//! | file | what |
//! |---|---|
//! | `dump` | objects of either source, alike |
//! | `models` | which of them are users, groups, addresses and profiles |
//! | `people` | a user of each, and what of them does not come |
//! | `schema` | a schema for the model of a profile |

pub mod dump;
pub mod models;
pub mod people;
pub mod schema;
