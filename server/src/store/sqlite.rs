//! The database in SQLite: every line of SQL, and the way to the disk.
//!
//! SQLite runs in WAL mode: readers never wait for the writer. There is one writing
//! connection, and every write queues for it; those that wait are committed together. No
//! pool of writers: SQLite has one write lock, and connections that fight for it wait with
//! sleeps, where tasks that queue for one are woken in order.
//!
//! | file | what |
//! |---|---|
//! | `open` | refuses a file that is not safe to use, migrates, repairs |
//! | `file`, `mark` | the database file and what lies beside it: locks, logs, whose it is |
//! | `commit` | writes that wait share a transaction |
//! | `readers` | connections that only read, lent for a statement |
//! | `backup`, `restore` | one file with everything, and back |
//! | `error` | SQLite's errors as failures, each with the name of its operation |
//! | `erase` | deletion plans, read off the foreign keys |
//! | the others | a file a table, with the statements of its trait |

mod addresses;
mod avatars;
pub mod backup;
mod changes;
mod closing;
mod commit;
mod devices;
mod erase;
mod error;
mod events;
mod export;
mod file;
mod limits;
mod mails;
mod mark;
pub mod open;
pub mod open_error;
mod profiles;
mod readers;
mod repair;
pub mod restore;
mod sessions;
mod tokens;
mod users;
mod watch;

use async_trait::async_trait;
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool, Transaction as SqlxTransaction};
use std::{error::Error, sync::Arc};

use super::{
    engine::{Engine, Lease, Transaction},
    failure::Result,
    tables::{Ping, Tables},
};
use commit::WriteQueue;
use error::failed;
use file::InUse;
use readers::{Lent, Readers};

/// The level at which sqlx logs.
pub const LOG: &str = "sqlx=warn";

/// A SQLite database that is open.
#[derive(Debug, Clone)]
pub struct SqliteEngine {
    /// Read-only connections, for snapshots and whoever keeps one for long.
    reading: SqlitePool,
    /// Those of them that are lent for a statement.
    readers: Arc<Readers>,
    /// A single connection.
    writer: SqlitePool,
    /// Writes that wait for it.
    writes: Arc<WriteQueue>,
    /// The database was created when it was opened.
    is_new: bool,
    /// Held as long as anybody has the database; `None` where it can only be read.
    in_use: Option<Arc<InUse>>,
}

#[async_trait]
impl Engine for SqliteEngine {
    async fn reader(&self) -> Result<Box<dyn Lease>> {
        let reader = self.readers.lend().await;
        Ok(Box::new(reader.map_err(failed("store.reader"))?))
    }

    async fn snapshot(&self) -> Result<Box<dyn Lease>> {
        let snapshot = self.reading.begin().await;
        Ok(Box::new(snapshot.map_err(failed("store.snapshot"))?))
    }

    async fn snapshot_apart(&self) -> Result<Box<dyn Lease>> {
        let options = self.reading.connect_options();
        let connection = SqliteConnection::connect_with(&options).await;
        let mut connection = connection.map_err(failed("store.snapshot_apart"))?;
        sqlx::query("BEGIN")
            .execute(&mut connection)
            .await
            .map_err(failed("store.snapshot_apart"))?;
        Ok(Box::new(connection))
    }

    fn write(&self, transaction: Box<dyn Transaction>) {
        self.writes.push(transaction);
    }

    /// Waits for running writes, folds the log into the database file, and closes it.
    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn announce(&self) {
        self.say_which().await;
    }

    async fn settle(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
        Ok(self.fold_and_mark().await?)
    }
}

impl Lease for Lent {
    fn tables(&self) -> &(dyn Tables + 'static) {
        &**self
    }

    fn tables_mut(&mut self) -> &mut (dyn Tables + 'static) {
        &mut **self
    }
}

impl Lease for SqlxTransaction<'static, Sqlite> {
    fn tables(&self) -> &(dyn Tables + 'static) {
        &**self
    }

    fn tables_mut(&mut self) -> &mut (dyn Tables + 'static) {
        &mut **self
    }
}

impl Lease for SqliteConnection {
    fn tables(&self) -> &(dyn Tables + 'static) {
        self
    }

    fn tables_mut(&mut self) -> &mut (dyn Tables + 'static) {
        self
    }
}

#[async_trait]
impl Ping for SqliteConnection {
    async fn ping(&mut self) -> Result<()> {
        sqlx::query_scalar!("SELECT 1 AS one")
            .fetch_one(self)
            .await
            .map(drop)
            .map_err(failed("store.ping"))
    }
}
