//! Every statement that both engines understand, in a file a table.
//!
//! No crate of its own: each engine compiles these files as a part of itself, against its own
//! schema, and brings what differs in its `engine`. So a statement here is written once and
//! checked twice when the program is built.
//!
//! To stay within what both understand: parameters are `$1`; a column that is no plain column
//! of a table says whether it can be NULL, `AS "name!"` or `AS "name?"`; a flag is read as
//! `AS "name: bool"`; numbers are `i64`; sums are cast to `BIGINT`.

pub mod account_row;
mod addresses;
mod approval;
mod arrivals;
mod avatars;
mod changes;
pub mod checkup;
mod closing;
mod devices;
mod directory;
mod erase;
mod events;
mod export;
mod factors;
pub mod found_session;
mod invitations;
mod limits;
mod mails;
mod management;
mod names;
pub mod next_version;
mod profiles;
pub mod readers;
pub mod reference;
mod revisions;
mod sessions;
mod tokens;
mod transfer;
mod users;
mod watch;

use async_trait::async_trait;
use store::{
    failure::{DatabaseFailure, Failure, Result},
    tables::Ping,
};

use crate::engine::{Connection, is_passing};

/// The failure of the statement of an operation, like `users.find_login`.
pub fn failed(operation: &'static str) -> impl FnOnce(sqlx::Error) -> Failure {
    move |error| {
        Failure::Database(DatabaseFailure {
            operation,
            is_passing: is_passing(&error),
            error: error.into(),
        })
    }
}

/// The hash in the value of a picture, as the history has it; `None` in any other value.
fn picture_hash(value: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(value).ok()?;
    value.get("hash")?.as_str().map(str::to_owned)
}

#[async_trait]
impl Ping for Connection {
    async fn ping(&mut self) -> Result<()> {
        sqlx::query_scalar!("SELECT CAST(1 AS BIGINT) AS \"one!: i64\"")
            .fetch_one(&mut **self)
            .await
            .map(drop)
            .map_err(failed("store.ping"))
    }
}
