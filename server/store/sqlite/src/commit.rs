//! Group commit: writes that wait share one transaction, and one flush to the disk.
//!
//! A flush costs more than all statements of a write, and SQLite makes one for each commit.
//! So whoever comes while another transaction is written is written together with all who
//! have come by then, each in a savepoint of its own. Nobody waits for a timer: a write that
//! comes alone is a transaction of its own, as if there were no groups.
//!
//! Each is told after the commit that holds it. A write that fails undoes its own savepoint;
//! if the commit fails, or SQLite gives all of it up because the disk is full, each is done
//! once more, alone, so that every answer is true.

use app::error::AppError;
use futures_util::FutureExt;
use sqlx::SqlitePool;
use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use store::{engine::Transaction, failure::Result, stats::WriteStats};

use crate::{engine::Connection, sql::failed};

/// The most writes in one transaction: the first of them waits for the last.
const MOST: usize = 64;

/// The beginning of the second write of a transaction, and what else it needs to know. One step,
/// because each is a way to the thread of the connection and back.
const FIRST_SAVEPOINT: &str = "SAVEPOINT write; SELECT coalesce(max(id), 0) FROM schema_revisions";

/// The beginning of those after it, which keeps what the one before has written.
const NEXT_SAVEPOINT: &str =
    "RELEASE write; SAVEPOINT write; SELECT coalesce(max(id), 0) FROM schema_revisions";

type Write = Box<dyn Transaction>;

/// Writes that wait for the one connection that writes.
#[derive(Debug)]
pub struct WriteQueue {
    /// A single connection.
    writer: SqlitePool,
    waiting: Mutex<Waiting>,
    done: Done,
}

/// Counters of what was written.
#[derive(Debug, Default)]
struct Done {
    writes: AtomicU64,
    transactions: AtomicU64,
    retries: AtomicU64,
    waited_us: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    /// Each with the time at which it came.
    writes: VecDeque<(Write, Instant)>,
    /// A task takes them.
    is_served: bool,
}

impl WriteQueue {
    pub fn new(writer: SqlitePool) -> Arc<WriteQueue> {
        Arc::new(WriteQueue {
            writer,
            waiting: Mutex::default(),
            done: Done::default(),
        })
    }

    /// Takes a write, which is told its outcome.
    pub fn push(self: &Arc<Self>, write: Write) {
        let mut waiting = self.lock();
        waiting.writes.push_back((write, Instant::now()));
        let is_served = std::mem::replace(&mut waiting.is_served, true);
        // A runtime that ends drops the task at once, and with it locks the queue.
        drop(waiting);
        if !is_served {
            let served = Served {
                queue: Arc::clone(self),
                is_over: false,
            };
            tokio::spawn(served.serve());
        }
    }

    pub fn stats(&self) -> WriteStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        WriteStats {
            writes: read(&self.done.writes),
            transactions: read(&self.done.transactions),
            retries: read(&self.done.retries),
            waited_us: read(&self.done.waited_us),
            waiting: self.lock().writes.len() as u64,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Write> {
        let (write, came) = self.lock().writes.pop_front()?;
        let waited = u64::try_from(came.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.done.waited_us.fetch_add(waited, Ordering::Relaxed);
        self.done.writes.fetch_add(1, Ordering::Relaxed);
        Some(write)
    }

    /// Begins a transaction. If that fails, it fails for everybody who waits for it.
    async fn begin(&self) -> Option<Connection> {
        // IMMEDIATE: a transaction that first reads and then writes would fail at once
        // when another process wrote in between.
        let begun = self.writer.begin_with("BEGIN IMMEDIATE").await;
        let error = match begun.map_err(failed("store.begin")) {
            Ok(tx) => return Some(Connection::Transaction(tx)),
            Err(failure) => AppError::from(failure),
        };
        let waiting = std::mem::take(&mut self.lock().writes);
        for (write, _) in waiting {
            write.finish(Err(error.clone().into()));
        }
        None
    }

    /// Writes those who wait, in the order in which they came, and tells them.
    async fn write_together(&self) {
        let Some(mut tx) = self.begin().await else {
            return;
        };
        let Some(mut first) = self.next() else {
            return;
        };
        self.done.transactions.fetch_add(1, Ordering::Relaxed);
        // There is nothing else in the transaction yet that would have to stay.
        if let Err(failure) = run(&mut first, &mut tx, None).await {
            drop(tx);
            return first.finish(Err(failure));
        }
        let mut done = vec![(first, Ok(()))];
        let mut savepoint = FIRST_SAVEPOINT;
        while done.len() < MOST
            && let Some(mut write) = self.next()
        {
            let written = run_beside(&mut write, &mut tx, savepoint).await;
            savepoint = NEXT_SAVEPOINT;
            let is_whole = written.is_some();
            done.push((write, written.unwrap_or(Ok(()))));
            if !is_whole {
                drop(tx);
                return self.write_each(done).await;
            }
        }
        match commit(tx).await {
            Ok(()) => {
                for (write, written) in done {
                    write.finish(written);
                }
            }
            Err(failure) => match (done.pop(), done.is_empty()) {
                (Some((write, _)), true) => write.finish(Err(failure)),
                (last, _) => {
                    done.extend(last);
                    self.write_each(done).await;
                }
            },
        }
    }

    /// Does each once more, alone.
    async fn write_each(&self, writes: Vec<(Write, Result<()>)>) {
        tracing::warn!(
            writes = writes.len(),
            "a transaction was lost; each write is tried alone"
        );
        for (mut write, _) in writes {
            self.done.retries.fetch_add(1, Ordering::Relaxed);
            let written = self.write_alone(&mut write).await;
            write.finish(written);
        }
    }

    async fn write_alone(&self, write: &mut Write) -> Result<()> {
        let begun = self.writer.begin_with("BEGIN IMMEDIATE").await;
        let mut tx = Connection::Transaction(begun.map_err(failed("store.begin"))?);
        run(write, &mut tx, None).await?;
        commit(tx).await
    }
}

/// Does a write beside others, in a savepoint; `None` if SQLite has given up the transaction.
async fn run_beside(
    write: &mut Write,
    tx: &mut Connection,
    savepoint: &'static str,
) -> Option<Result<()>> {
    let newest = sqlx::query_scalar(savepoint).fetch_one(&mut **tx).await;
    let written = run(write, tx, Some(newest.ok()?)).await;
    if written.is_err() {
        let undone = sqlx::raw_sql("ROLLBACK TO write").execute(&mut **tx).await;
        undone.ok()?;
    }
    Some(written)
}

async fn commit(tx: Connection) -> Result<()> {
    let Connection::Transaction(tx) = tx else {
        return Ok(());
    };
    tx.commit().await.map_err(failed("store.commit"))
}

/// Does a write; a panic in it is its failure, and nobody else's.
async fn run(write: &mut Write, tx: &mut Connection, newest: Option<i64>) -> Result<()> {
    write.tries().count(tx).await?;
    let run = AssertUnwindSafe(write.run(tx, newest)).catch_unwind();
    run.await.unwrap_or_else(|_| {
        tracing::error!("a write did not finish");
        Err(AppError::Internal.into())
    })
}

/// The task that serves the queue until nobody waits.
struct Served {
    queue: Arc<WriteQueue>,
    is_over: bool,
}

impl Served {
    async fn serve(mut self) {
        while !self.ends() {
            self.queue.write_together().await;
        }
    }

    /// Ends the service if nobody waits; whoever comes then begins another.
    fn ends(&mut self) -> bool {
        let mut waiting = self.queue.lock();
        self.is_over = waiting.writes.is_empty();
        waiting.is_served = !self.is_over;
        self.is_over
    }
}

/// Should the task be ended in the middle, the next write begins another.
impl Drop for Served {
    fn drop(&mut self) {
        if !self.is_over {
            self.queue.lock().is_served = false;
        }
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting")
            .field("writes", &self.writes.len())
            .field("is_served", &self.is_served)
            .finish()
    }
}
