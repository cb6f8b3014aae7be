//! The machine room: everything between a socket and the disk.
//!
//! - `main`, `cli`, `config`: commands and settings.
//! - `serve`: sockets, and a graceful end. `connections`: who holds how many.
//! - `log`: lines on standard error that nobody waits for.
//! - `router`: all routes and layers, on one page. `http`: those layers.
//! - `session`, `password`, `password_rules`: who is it. `limits`: how often
//!   something may be tried, `slots`: how much at once. `phones`: numbering plans. `secret`: random ids and tokens.
//! - `mail`: sends what is in the outbox. `media`: makes pictures small.
//! - `accent`: the operator's colour. `doubt`: whether the clock is to be believed.
//! - `store`: every line of SQL.
//! - `schema_file`: `profile.toml` into a `Schema`; `schema_check`: what another
//!   one would do.
//!
//! It implements the traits of `app::backend`; `app` never names it.

mod accent;
pub mod accounts;
pub mod cli;
pub mod client;
mod clock;
mod config;
mod connections;
mod cookies;
mod doubt;
mod http;
pub mod jobs;
mod limits;
mod log;
mod mail;
pub mod media;
mod password;
mod password_rules;
mod phones;
pub mod profiles;
mod proxies;
mod router;
mod schema_check;
mod schema_file;
pub mod secret;
mod serve;
mod site;
mod slots;
pub mod store;

pub use accent::Accent;
pub use clock::Clock;
pub use http::{client::Peer, endpoints::assets::Assets};
pub use limits::Limits;
pub use mail::{Mailer, Sender, SmtpUrl, Transport};
pub use password::{Cost, Passwords};
pub use proxies::TrustedProxies;
pub use router::router;
pub use schema_file::{SchemaError, Schemas, default_schema, read_schema, schemas_of};
pub use site::Site;
