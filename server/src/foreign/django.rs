//! Users and profiles of a Django project: from `dumpdata`, or from its SQLite file.
//!
//! Supports projects structured as in Django's own documentation: a user model with a username
//! and a password, groups, and a model with a one-to-one field to the user.
//!
//! | file | content |
//! |---|---|
//! | `dump` | objects, from either source |
//! | `models` | which models are users, groups, addresses and profiles |
//! | `people` | the users to import, and the data that cannot be imported |
//! | `schema` | a proposed schema for the profile model |

pub mod dump;
pub mod models;
pub mod people;
pub mod schema;
