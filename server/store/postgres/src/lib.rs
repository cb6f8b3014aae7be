//! The store in PostgreSQL, for one program or as many as one likes beside each other.
//!
//! A write is a SERIALIZABLE transaction; where another one got in its way, it is done once
//! more. What only counts, claims or sweeps is a statement by itself, which nobody gets in the
//! way of. Nothing is kept in the program that could be wrong: each request asks the database.
//!
//! | file | what |
//! |---|---|
//! | `sql` | the statements, which `store-sqlite` compiles too |
//! | `driver`, `engine` | connections and errors, as `sql` needs them |
//! | `references` | foreign keys, which an erasure follows |
//! | `address` | the URL of a database, and what may be said of it |
//! | `open`, `open_error` | refuses a database that is not safe to use, migrates |
//! | `write` | transactions, again where they have to be |

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

/// The levels at which sqlx logs. A notice is no news: each transaction that is given up at its
/// end brings one.
pub const LOG: &str = "sqlx=warn,sqlx::postgres::notice=error";

/// A PostgreSQL database that is open.
#[derive(Debug, Clone)]
pub struct PostgresEngine {
    /// Connections to read with. Whoever keeps one while they wait for a write keeps none from it.
    reading: PgPool,
    /// Those of them that are lent for a statement.
    readers: Arc<Readers>,
    writer: Writer,
    address: Address,
    /// Its tables were made when it was opened.
    is_new: bool,
}

/// Statements of such a transaction all see the moment of the first.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A transaction that reads tables which nobody writes to: with all of them locked, each
/// statement sees the same.
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

/// A transaction that fills tables: nobody else writes to them, and it takes the time that it
/// needs.
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
        // A commit may take so long, and is waited for.
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

    /// PostgreSQL keeps its files in order by itself.
    async fn settle(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }
}
