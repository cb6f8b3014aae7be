//! The store in SQLite.
//!
//! SQLite runs in WAL mode: readers never wait for the writer. There is one writing
//! connection, and every write queues for it; those that wait are committed together. No
//! pool of writers: SQLite has one write lock, and connections that fight for it wait with
//! sleeps, where tasks that queue for one are woken in order.
//!
//! | file | what |
//! |---|---|
//! | `sql` | the statements, which `store-postgres` compiles too |
//! | `driver`, `engine` | connections and errors, as `sql` needs them |
//! | `near` | reads in the thread that asks, for what pages ask most |
//! | `references` | foreign keys, which an erasure follows |
//! | `open`, `repair` | refuses a file that is not safe to use, migrates, repairs |
//! | `file`, `mark` | the database file and what lies beside it: locks, logs, whose it is |
//! | `commit` | writes that wait share a transaction |
//! | `migrations` | which there are, and which one a database has |
//! | `copy`, `backup`, `restore` | one file with everything, and back |
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

/// The level at which sqlx logs.
pub const LOG: &str = "sqlx=warn";

/// A SQLite database that is open.
#[derive(Debug, Clone)]
pub struct SqliteEngine {
    /// Read-only connections, for snapshots and whoever keeps one for long.
    reading: SqlitePool,
    /// Those of them that are lent for a statement.
    readers: Arc<Readers>,
    /// Reads in the thread that asks; `None` where the database may be of another age.
    near: Option<Arc<Near>>,
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

    /// Reads one moment: whoever is alone with the database needs no more.
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

    /// Waits for running writes, folds the log into the database file, and closes it.
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
