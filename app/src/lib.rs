//! Everything that the server and the browser both compile.
//!
//! | file or folder | content |
//! |---|---|
//! | `shell`, `head` | the HTML document; what a page declares for its head |
//! | `routes` | every page, one line each; the home page |
//! | `profile`, `account` | the features: pure rules, server functions, pages |
//! | `ui`, `design` | components that know no feature; a page that shows all of them |
//! | `text` | every word a person reads |
//! | `backend` | what pages need from a server, as traits |
//! | `viewer`, `guard` | who is looking; the first line of a page or server function |
//! | `location` | the address of a page: what its path names, and its query |
//! | `form`, `rejected`, `next` | what a browser submits; a rejected form; where to go afterwards |
//! | `error` | every way in which a request can be rejected, with its status |
//! | `look` | language and theme |
//! | `unicode` | which characters are visible, and which are equivalent |
//!
//! There is no `cfg(feature = …)` in this crate. Pages are rendered by the server only, and
//! reach it through the traits of `backend`: the browser's build compiles them, never calls
//! them, and the linker drops them.

// A page is a single type, nested as deeply as its HTML.
#![recursion_limit = "256"]

pub mod account;
pub mod admin;
pub mod backend;
mod design;
pub mod error;
pub mod form;
pub mod guard;
pub mod head;
pub mod location;
pub mod look;
pub mod next;
pub mod profile;
pub mod rejected;
pub mod routes;
pub mod shell;
pub mod text;
pub mod ui;
pub mod unicode;
pub mod viewer;
