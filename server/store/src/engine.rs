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

/// A database engine, which a [`Store`](crate::Store) stands on.
#[async_trait]
pub trait Engine: Send + Sync {
    async fn reader(&self) -> Result<Box<dyn Lease>>;

    /// Finds a profile at a username in the thread that asks, without a connection on loan. `None`
    /// if the engine cannot, or not at once.
    fn find_profile_near(&self, _key: &str, _who: Findable) -> Option<Option<ProfileRow>> {
        None
    }

    /// Finds the session of an id the same way.
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

    /// Counts the tries of a transaction, runs and commits it, and then tells it so: once more,
    /// from the start, where the engine has undone it for the sake of another one.
    fn write(&self, transaction: Box<dyn Transaction>);

    /// The damage of the database, as far as the engine looks for it itself.
    async fn damage(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn stats(&self) -> WriteStats;

    async fn close(&self);

    async fn announce(&self);

    async fn settle(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>>;
}

/// A connection on loan.
pub trait Lease: Send {
    fn tables(&self) -> &(dyn Tables + 'static);

    fn tables_mut(&mut self) -> &mut (dyn Tables + 'static);
}

/// The writes of others that a transaction is shielded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// The transaction is done as if nobody else wrote meanwhile.
    Serializable,
    /// Each statement is done so, by itself.
    Statement,
}

/// The work of a transaction, and who waits for it.
pub trait Transaction: Send {
    fn isolation(&self) -> Isolation;

    /// The tries that count the write. It does not count if it fails.
    fn tries(&self) -> &Tries;

    /// Does the work; perhaps more than once. `newest` is the newest revision of the schema, if the
    /// engine has read it in this transaction.
    fn run<'c>(&'c mut self, tables: &'c mut dyn Tables, newest: Option<i64>) -> Work<'c, ()>;

    /// Tells the outcome to who waits: `Ok` once the work is on disk.
    fn finish(self: Box<Self>, outcome: Result<()>);
}
