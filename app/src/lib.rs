//! Everything that the server and the browser both compile.
//!
//! The map, in reading order:
//! - `shell`: the HTML document; `routes`: one line a page.
//! - `profile`, `account`: the features. Each has pure rules (`model`, `schema`,
//!   `value`, `patch`), the signatures of its server functions (`api`), and pages.
//! - `ui`: components that know no feature, shown together by `design`; `text`: every word a person reads.
//! - `form`: what a browser submits; `next`: where it leads; `error`: how anything
//!   can be refused; `look`: colours and language.
//! - `unicode`: what of a text is seen, and what its signs stand for.
//! - `backend`: what the pages need from a server, as traits; `viewer`: who looks.
//!
//! There is no `cfg(feature = …)` in this crate. Pages are server-rendered only,
//! and they reach the machine room through the traits of `backend`, so the
//! browser's build compiles them, never calls them, and the linker drops them.

// A page is one type, as deep as its HTML.
#![recursion_limit = "256"]

pub mod account;
pub mod backend;
mod design;
pub mod error;
pub mod form;
pub mod guard;
pub mod head;
pub mod look;
pub mod next;
pub mod profile;
pub mod rejected;
mod routes;
pub mod shell;
pub mod text;
pub mod ui;
pub mod unicode;
pub mod viewer;

pub use routes::App;
