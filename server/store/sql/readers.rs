//! Connections that only read, on loan.
//!
//! sqlx's pool asks a connection whether it answers when it comes back, in a task of its own.
//! That costs as much as the statement before it; and where the line is dead without a word, the
//! question is never answered, and the connection never comes back. So the pool opens and closes
//! connections, and in between they are lent from here. One that may be dead is asked before it
//! is lent, for a short time; one that was lent for long is closed, for its statement may hang.

use sqlx::{Connection, Pool, pool::PoolConnection};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use crate::driver::{Driver, FRESH, Raw, SHORT, losses};

/// Time that a statement waits for a connection before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time that a connection has to say that it is still one.
const TIME_TO_ANSWER: Duration = Duration::from_secs(2);

/// Connections that are lent to one statement, or several, at a time.
#[derive(Debug)]
pub struct Readers {
    pool: Pool<Driver>,
    idle: Mutex<Vec<Idle>>,
    slots: Arc<Semaphore>,
}

#[derive(Debug)]
struct Idle {
    connection: PoolConnection<Driver>,
    since: Instant,
    /// Connections that had been lost by then.
    losses: u64,
}

impl Idle {
    /// Returns whether nothing speaks against it.
    fn is_fresh(&self) -> bool {
        self.since.elapsed() < FRESH && self.losses == losses()
    }
}

impl Readers {
    /// Lends at most so many connections of the pool at once.
    pub fn new(pool: Pool<Driver>, at_once: usize) -> Arc<Readers> {
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
        let connection = match self.find_idle().await {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        Ok(Lent {
            connection: Some(connection),
            readers: Arc::clone(self),
            since: Instant::now(),
            losses: losses(),
            _slot: slot,
        })
    }

    async fn find_idle(&self) -> Option<PoolConnection<Driver>> {
        loop {
            let found = self.idle().pop()?;
            let is_fresh = found.is_fresh();
            let mut connection = found.connection;
            if is_fresh {
                return Some(connection);
            }
            match timeout(TIME_TO_ANSWER, connection.ping()).await {
                Ok(Ok(())) => return Some(connection),
                _ => connection.close_on_drop(),
            }
        }
    }

    /// Waits until every connection has come back, and closes them.
    pub async fn close(&self) {
        // It is closed from here on, before it is waited for.
        let closed = self.pool.close();
        self.slots.close();
        self.idle().clear();
        // One whose statement hangs is not waited for.
        let _ = timeout(PATIENCE, closed).await;
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan; it goes back when this is dropped.
#[derive(Debug)]
pub struct Lent {
    /// Taken when it goes back, and not before.
    connection: Option<PoolConnection<Driver>>,
    readers: Arc<Readers>,
    since: Instant,
    losses: u64,
    _slot: OwnedSemaphorePermit,
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if self.since.elapsed() > SHORT {
            connection.close_on_drop();
            return;
        }
        let mut idle = self.readers.idle();
        // Else it goes back to the pool, which closes it.
        if !self.readers.pool.is_closed() {
            idle.push(Idle {
                connection,
                since: Instant::now(),
                losses: self.losses,
            });
        }
    }
}

impl Deref for Lent {
    type Target = Raw;

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
