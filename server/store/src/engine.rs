//! The interface of a database engine: connections and transactions.

use async_trait::async_trait;
use std::{error::Error, future::Future, pin::Pin};

use crate::{
    SecretHash,
    failure::Result,
    limits::Tries,
    profiles::{Findable, ProfileRow},
    sessions::{ActiveSession, SessionCutoffs},
    stats::WriteStats,
    tables::Tables,
};

/// The future of a write, which borrows its transaction and its input.
pub type Work<'c, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'c>>;

/// A database engine, which a [`Store`](crate::Store) is based on.
#[async_trait]
pub trait Engine: Send + Sync {
    async fn reader(&self) -> Result<Box<dyn Lease>>;

    /// Finds a profile by username in the calling thread, without leasing a connection. The outer
    /// `None` means that the engine cannot do so, or not at once.
    fn find_profile_near(&self, _key: &str, _who: Findable) -> Option<Option<ProfileRow>> {
        None
    }

    /// Finds the session with an id in the same way.
    fn find_session_near(
        &self,
        _id: &SecretHash,
        _at: SessionCutoffs,
    ) -> Option<Option<ActiveSession>> {
        None
    }

    async fn snapshot(&self) -> Result<Box<dyn Lease>>;

    async fn snapshot_apart(&self) -> Result<Box<dyn Lease>>;

    async fn freeze(&self) -> Result<Box<dyn Lease>>;

    async fn write_apart(&self) -> Result<Box<dyn Lease>>;

    async fn is_alone(&self) -> Result<bool>;

    /// Counts the tries of a transaction, runs and commits it, and tells it the outcome. If the
    /// engine has rolled it back in favor of another one, this starts again from the beginning.
    fn write(&self, transaction: Box<dyn Transaction>);

    /// Returns the damage of the database, if the engine checks for any itself.
    async fn damage(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn stats(&self) -> WriteStats;

    async fn close(&self);

    async fn announce(&self);

    async fn settle(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>>;
}

/// A leased connection.
pub trait Lease: Send {
    fn tables(&self) -> &(dyn Tables + 'static);

    fn tables_mut(&mut self) -> &mut (dyn Tables + 'static);
}

/// The isolation of a transaction from concurrent writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// The transaction runs as if there were no concurrent writes.
    Serializable,
    /// Each statement runs like that, but not the transaction as a whole.
    Statement,
}

/// The work of a transaction, and the caller who waits for it.
pub trait Transaction: Send {
    fn isolation(&self) -> Isolation;

    /// Returns the tries to count for the write. They are not counted if it fails.
    fn tries(&self) -> &Tries;

    /// Does the work, possibly more than once. `newest` is the newest revision of the schema, if
    /// the engine has read it in this transaction.
    fn run<'c>(&'c mut self, tables: &'c mut dyn Tables, newest: Option<i64>) -> Work<'c, ()>;

    /// Reports the outcome to the caller: `Ok` once the work is on disk.
    fn finish(self: Box<Self>, outcome: Result<()>);
}
