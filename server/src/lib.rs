//! The back end: everything between a socket and the disk.
//!
//! | file or folder | content |
//! |---|---|
//! | `main`, `cli`, `config`, `database` | commands and settings; the choice of the database |
//! | `serve`, `connections`, `log` | sockets and graceful shutdown; limits on connections; log lines that never block |
//! | `site` | the composition root |
//! | `router`, `http` | all routes and layers, on one page; the layers |
//! | `accounts`, `profiles` | decisions: who may do what, and the consequences |
//! | `limits` | rate limits, in one table |
//! | `password`, `password_rules` | hashing; strength of new passwords |
//! | `mail`, `jobs` | sending emails; erasing expired data |
//! | `doctor` | checks of a whole site, with advice |
//! | `relocation` | moving a site to another database |
//! | `foreign` | reading tables and databases of other programs |
//! | `media` | decoding pictures, in a separate process |
//! | `schema_file`, `schema_check` | reading `profile.toml`; the effects of a new one |
//! | `metrics` | metrics for monitoring |
//! | `phones` | the world's numbering plans |
//! | `accent` | the accent colour |
//! | `site_key` | the site key, which encrypts secrets in the database |
//! | `proxies`, `cookies`, `secret`, `slots`, `clock`, `doubt`, `csv` | plain values: trusted proxies, cookies, random secrets, caps on concurrent work, the clock, whether it can be trusted, cells of tables |
//!
//! This crate implements the traits of `app::backend`; `app` never refers to this crate.

mod accent;
pub mod accounts;
pub mod cli;
mod clock;
mod config;
mod connections;
mod cookies;
mod csv;
pub mod database;
mod doctor;
mod doubt;
mod foreign;
mod http;
pub mod jobs;
mod limits;
mod log;
mod mail;
pub mod media;
mod metrics;
mod password;
mod password_rules;
mod phones;
pub mod profiles;
mod proxies;
mod relocation;
mod router;
mod schema_check;
mod schema_file;
pub mod secret;
mod serve;
mod site;
pub mod site_key;
mod slots;

pub use accent::Accent;
pub use clock::Clock;
pub use http::{
    client::Peer,
    endpoints::assets::{Assets, BuiltFiles},
};
pub use limits::Limits;
pub use mail::{Mailer, Sender, SmtpUrl, Transport};
pub use password::{Cost, Passwords};
pub use proxies::TrustedProxies;
pub use router::router;
pub use schema_file::{
    SchemaError, Schemas, default_schema,
    live::{InForce, LiveSchemas, Source},
    read_schema, schemas_of,
};
pub use site::Site;
