//! The store in SQLite.
//!
//! SQLite runs in WAL mode: readers never wait for the writer. There is a single connection for
//! writing, and a queue for it; waiting writes are committed together. There is no pool of writers:
//! SQLite has one write lock, and connections that compete for it poll with sleeps, whereas tasks
//! in a queue are woken in order.
//!
//! | file | content |
//! |---|---|
//! | `sql` | the statements, which `store-postgres` compiles too |
//! | `driver`, `engine` | connections and errors, as `sql` needs them |
//! | `near` | the most frequent reads, run in the calling thread |
//! | `references` | foreign keys, which an erasure follows |
//! | `open`, `repair` | rejects a file that is not safe to use, migrates, repairs |
//! | `file`, `mark` | the database file and those next to it: locks, logs, whose it is |
//! | `commit` | waiting writes share a transaction |
//! | `migrations` | the known migrations, and the newest one of a database |
//! | `copy`, `backup`, `restore` | copies of a database in a single file, and back |
//! | `other` | files of other programs |

pub mod backup;
mod commit;
mod copy;
mod driver;
mod engine;
mod file;
mod mark;
mod migrations;
mod near;
pub mod open;
pub mod open_error;
pub mod other;
mod references;
mod repair;
pub mod restore;
#[path = "../../sql/mod.rs"]
mod sql;

use async_trait::async_trait;
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use std::{error::Error, sync::Arc};
use store::{
    SecretHash,
    engine::{Engine, Lease, Transaction},
    failure::Result,
    profiles::{Findable, ProfileRow},
    sessions::{ActiveSession, SessionCutoffs},
    stats::WriteStats,
};

use commit::WriteQueue;
use copy::damage;
use engine::Connection;
use file::InUse;
use near::Near;
use sql::{failed, readers::Readers};

/// The log level of sqlx.
pub const LOG: &str = "sqlx=warn";

/// An open SQLite database.
#[derive(Debug, Clone)]
pub struct SqliteEngine {
    /// Read-only connections, for snapshots and other long uses.
    reading: SqlitePool,
    /// The part of these connections that is lent for single statements.
    readers: Arc<Readers>,
    /// Reads in the calling thread; `None` if the database may not be up to date.
    near: Option<Arc<Near>>,
    /// The pool with the single connection that writes.
    writer: SqlitePool,
    /// The queue for that connection.
    writes: Arc<WriteQueue>,
    /// True if the database was created when it was opened.
    is_new: bool,
    /// The lock on the file, held while the database is open; `None` if the folder is read-only.
    in_use: Option<Arc<InUse>>,
}

#[async_trait]
impl Engine for SqliteEngine {
    async fn reader(&self) -> Result<Box<dyn Lease>> {
        let reader = self.readers.lend().await;
        let reader = reader.map_err(failed("store.reader"))?;
        Ok(Box::new(Connection::Lent(reader)))
    }

    fn find_profile_near(&self, key: &str, who: Findable) -> Option<Option<ProfileRow>> {
        self.near.as_ref()?.find_profile(key, who)
    }

    fn find_session_near(
        &self,
        id: &SecretHash,
        at: SessionCutoffs,
    ) -> Option<Option<ActiveSession>> {
        self.near.as_ref()?.find_session(id, at)
    }

    async fn snapshot(&self) -> Result<Box<dyn Lease>> {
        let snapshot = self.reading.begin().await;
        let snapshot = snapshot.map_err(failed("store.snapshot"))?;
        Ok(Box::new(Connection::Transaction(snapshot)))
    }

    async fn snapshot_apart(&self) -> Result<Box<dyn Lease>> {
        let options = self.reading.connect_options();
        let connection = SqliteConnection::connect_with(&options).await;
        let mut connection = connection.map_err(failed("store.snapshot_apart"))?;
        sqlx::query("BEGIN")
            .execute(&mut connection)
            .await
            .map_err(failed("store.snapshot_apart"))?;
        Ok(Box::new(Connection::Own(connection)))
    }

    /// Returns a snapshot, which is enough for a caller that has the database to itself.
    async fn freeze(&self) -> Result<Box<dyn Lease>> {
        self.snapshot_apart().await
    }

    async fn write_apart(&self) -> Result<Box<dyn Lease>> {
        let options = self.writer.connect_options();
        let connection = SqliteConnection::connect_with(&options).await;
        let mut connection = connection.map_err(failed("store.write_apart"))?;
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut connection)
            .await
            .map_err(failed("store.write_apart"))?;
        Ok(Box::new(Connection::Own(connection)))
    }

    async fn is_alone(&self) -> Result<bool> {
        let alone = self
            .in_use
            .as_ref()
            .map_or(Ok(true), |used| used.is_alone());
        alone.map_err(|error| failed("store.is_alone")(error.into()))
    }

    fn write(&self, transaction: Box<dyn Transaction>) {
        self.writes.push(transaction);
    }

    fn stats(&self) -> WriteStats {
        self.writes.stats()
    }

    async fn damage(&self) -> Result<Vec<String>> {
        let mut reader = self
            .reading
            .acquire()
            .await
            .map_err(failed("store.damage"))?;
        damage(&mut reader).await.map_err(failed("store.damage"))
    }

    /// Waits for running writes, moves the log into the database file, and closes it.
    async fn close(&self) {
        self.readers.close().await;
        if let Some(near) = &self.near {
            near.close();
        }
        self.writer.close().await;
    }

    async fn announce(&self) {
        self.say_which().await;
    }

    async fn settle(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
        Ok(self.fold_and_mark().await?)
    }
}
