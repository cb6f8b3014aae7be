//! The store in PostgreSQL, for one or more nodes.
//!
//! A write is a SERIALIZABLE transaction, and is retried if it conflicts with another one.
//! Counters, claims and sweeps are single statements outside of such transactions, so that they do
//! not cause conflicts. Nothing is cached in the program: each request queries the database.
//!
//! | file | content |
//! |---|---|
//! | `sql` | the statements, which `store-sqlite` compiles too |
//! | `driver`, `engine` | connections and errors, as `sql` needs them |
//! | `references` | foreign keys, which an erasure follows |
//! | `address` | the URL of a database |
//! | `open`, `open_error` | rejects a database that is not safe to use, migrates |
//! | `write` | transactions and their retries |

pub mod address;
mod driver;
mod engine;
pub mod open;
pub mod open_error;
mod references;
#[path = "../../sql/mod.rs"]
mod sql;
mod write;

use async_trait::async_trait;
use sqlx::{ConnectOptions, PgPool, raw_sql};
use std::{error::Error, sync::Arc};
use store::{
    engine::{Engine, Lease, Transaction},
    failure::Result,
    stats::WriteStats,
    users::Users,
};
use tokio::time::timeout;

use address::Address;
use engine::Connection;
use sql::{failed, readers::Readers};
use write::Writer;

/// The log levels of sqlx. Notices of PostgreSQL are hidden: each transaction that is rolled back
/// at its end causes one.
pub const LOG: &str = "sqlx=warn,sqlx::postgres::notice=error";

/// An open PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresEngine {
    /// Connections for reading. A task that holds one while it waits for a write does not take it
    /// from the connections for writing.
    reading: PgPool,
    /// The part of these connections that is lent for single statements.
    readers: Arc<Readers>,
    writer: Writer,
    address: Address,
    /// True if the tables were created when the database was opened.
    is_new: bool,
}

/// Begins a transaction whose statements all see the database as of the first one.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Begins a transaction for reading while nobody writes: with all tables locked, every statement
/// sees the same data.
const FREEZE: &str = "
    BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '5s';
    DO $$
    DECLARE
        name text;
    BEGIN
        FOR name IN SELECT oid::regclass::text FROM pg_class
            WHERE relkind IN ('r', 'p') AND NOT relispartition
                AND relnamespace = current_schema()::regnamespace
        LOOP
            EXECUTE format('LOCK TABLE %s IN SHARE MODE', name);
        END LOOP;
    END
    $$";

/// Begins a transaction that fills tables. Nobody else writes to them, and it has no time limit.
const LONG_WRITE: &str = "
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '5s';
    LOCK TABLE users IN EXCLUSIVE MODE";

#[async_trait]
impl Engine for PostgresEngine {
    async fn reader(&self) -> Result<Box<dyn Lease>> {
        let reader = self.readers.lend().await;
        Ok(Box::new(Connection::Lent(
            reader.map_err(failed("store.reader"))?,
        )))
    }

    async fn snapshot(&self) -> Result<Box<dyn Lease>> {
        let snapshot = self.reading.begin_with(SNAPSHOT).await;
        let snapshot = snapshot.map_err(failed("store.snapshot"))?;
        Ok(Box::new(Connection::Transaction(snapshot)))
    }

    async fn snapshot_apart(&self) -> Result<Box<dyn Lease>> {
        let connection = self.reading.connect_options().connect().await;
        let mut connection = connection.map_err(failed("store.snapshot_apart"))?;
        raw_sql(SNAPSHOT)
            .execute(&mut connection)
            .await
            .map_err(failed("store.snapshot_apart"))?;
        Ok(Box::new(Connection::Own(connection)))
    }

    async fn freeze(&self) -> Result<Box<dyn Lease>> {
        let connection = self.reading.connect_options().connect().await;
        let mut connection = connection.map_err(failed("store.freeze"))?;
        let begun = raw_sql(FREEZE).execute(&mut connection).await;
        begun.map_err(failed("store.freeze"))?;
        Ok(Box::new(Connection::Own(connection)))
    }

    async fn write_apart(&self) -> Result<Box<dyn Lease>> {
        let connection = self.writer.pool.connect_options().connect().await;
        let mut connection = connection.map_err(failed("store.write_apart"))?;
        raw_sql(LONG_WRITE)
            .execute(&mut connection)
            .await
            .map_err(failed("store.write_apart"))?;
        Ok(Box::new(Connection::Own(connection)))
    }

    async fn is_alone(&self) -> Result<bool> {
        let connection = self.reading.acquire().await;
        let mut connection = connection.map_err(failed("store.is_alone"))?;
        let others = sqlx::query_scalar!(
            r#"SELECT count(*) AS "others!" FROM pg_stat_activity
               WHERE datname = current_database()
                 AND application_name = 'silhouette ' || current_schema()"#
        );
        let others = others.fetch_one(&mut *connection).await;
        Ok(others.map_err(failed("store.is_alone"))? == 0)
    }

    fn write(&self, transaction: Box<dyn Transaction>) {
        tokio::spawn(write::write(self.writer.clone(), transaction));
    }

    fn stats(&self) -> WriteStats {
        self.writer.done.stats()
    }

    async fn close(&self) {
        self.readers.close().await;
        // Waits as long as a commit may take.
        let _ = timeout(write::PATIENCE_TO_COMMIT, self.writer.pool.close()).await;
    }

    async fn announce(&self) {
        if self.is_new {
            tracing::warn!(
                "created the tables of a new, empty site in the database {}. If you expected an existing site, stop this program and name its database with --database",
                self.address
            );
            return;
        }
        let users = match self.readers.lend().await {
            Ok(reader) => Connection::Lent(reader)
                .count_users()
                .await
                .unwrap_or_default(),
            Err(_) => 0,
        };
        tracing::info!(users, "using the database {}", self.address);
    }

    /// Does nothing: PostgreSQL maintains its files itself.
    async fn settle(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }
}
