//! Connections that only read, on loan.
//!
//! sqlx's pool asks a connection whether it answers when it comes back, in a task of its own.
//! A file does not hang up, and the question costs as much as the statement before it. So the
//! pool opens and closes connections, and in between they are lent from here.

use sqlx::{Sqlite, SqliteConnection, SqlitePool, pool::PoolConnection};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Time that a statement waits for a connection before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections that are lent to one statement, or several, at a time.
#[derive(Debug)]
pub struct Readers {
    pool: SqlitePool,
    idle: Mutex<Vec<PoolConnection<Sqlite>>>,
    slots: Arc<Semaphore>,
}

impl Readers {
    /// Lends at most so many connections of the pool at once.
    pub fn new(pool: SqlitePool, at_once: usize) -> Arc<Readers> {
        Arc::new(Readers {
            pool,
            idle: Mutex::default(),
            slots: Arc::new(Semaphore::new(at_once)),
        })
    }

    /// Lends a connection.
    ///
    /// # Errors
    /// [`sqlx::Error::PoolTimedOut`] if none is free for some seconds.
    pub async fn lend(self: &Arc<Self>) -> Result<Lent, sqlx::Error> {
        let slot = timeout(PATIENCE, Arc::clone(&self.slots).acquire_owned()).await;
        let slot = slot.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let slot = slot.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        Ok(Lent {
            connection: Some(connection),
            readers: Arc::clone(self),
            _slot: slot,
        })
    }

    /// Waits until every connection has come back, and closes them.
    pub async fn close(&self) {
        // It is closed from here on, before it is waited for.
        let closed = self.pool.close();
        self.slots.close();
        self.idle().clear();
        closed.await;
    }

    fn idle(&self) -> MutexGuard<'_, Vec<PoolConnection<Sqlite>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan; it goes back when this is dropped.
#[derive(Debug)]
pub struct Lent {
    /// Taken when it goes back, and not before.
    connection: Option<PoolConnection<Sqlite>>,
    readers: Arc<Readers>,
    _slot: OwnedSemaphorePermit,
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut idle = self.readers.idle();
        // Else it goes back to the pool, which closes it.
        if !self.readers.pool.is_closed() {
            idle.extend(self.connection.take());
        }
    }
}

impl Deref for Lent {
    type Target = SqliteConnection;

    fn deref(&self) -> &Self::Target {
        let connection = self.connection.as_deref();
        connection.expect("it is there until it goes back")
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Self::Target {
        let connection = self.connection.as_deref_mut();
        connection.expect("it is there until it goes back")
    }
}
