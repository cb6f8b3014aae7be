//! The site from outside: the real router in this process, a real SQLite file,
//! a clock that stands still, and actors instead of clients. A file an area.

#![allow(clippy::unwrap_used)] // A test that unwraps says where it failed.

mod harness;

mod access;
mod audience;
mod avatars;
mod card;
mod clock;
mod conflicts;
mod content;
mod crash;
mod email;
mod errors;
mod events;
mod faults;
mod field_reports;
mod fields;
mod files;
mod forms;
mod guessing;
mod headers;
mod history;
mod history_kept;
mod hosts;
mod intake;
mod leaving;
mod log_in;
mod look;
mod mail;
mod origins;
mod page_summary;
mod pages;
mod profile;
mod program;
mod races;
mod roles;
mod schema_check;
mod settings;
mod sign_up;
mod sockets;
mod store;
mod timing;
mod words;
