//! Group commit: waiting writes share one transaction, and one flush to disk.
//!
//! A flush costs more than all statements of a write, and SQLite makes one for each commit. So the
//! writes that arrive during a transaction are run together in the next one, each in a savepoint of
//! its own. No write waits for a timer: one that arrives alone gets its own transaction, as if
//! there were no groups.
//!
//! Each write is told its outcome after the commit that contains it. A write that fails rolls back
//! its own savepoint. If the commit fails, or SQLite rolls back the whole transaction because the
//! disk is full, each write is retried alone, so that every reported outcome is true.

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

/// The maximum number of writes in one transaction: the first of them waits for the last.
const MOST: usize = 64;

/// Begins the second write of a transaction and reads the newest revision of the schema. This is
/// one step, because each step is a round trip to the connection's thread.
const FIRST_SAVEPOINT: &str = "SAVEPOINT write; SELECT coalesce(max(id), 0) FROM schema_revisions";

/// Begins each later write, and keeps what the previous one has written.
const NEXT_SAVEPOINT: &str =
    "RELEASE write; SAVEPOINT write; SELECT coalesce(max(id), 0) FROM schema_revisions";

type Write = Box<dyn Transaction>;

/// The queue for the single connection that writes.
#[derive(Debug)]
pub struct WriteQueue {
    /// A single connection.
    writer: SqlitePool,
    waiting: Mutex<Waiting>,
    done: Done,
}

/// Counters of the writes.
#[derive(Debug, Default)]
struct Done {
    writes: AtomicU64,
    transactions: AtomicU64,
    retries: AtomicU64,
    waited_us: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    /// The writes, each with its time of arrival.
    writes: VecDeque<(Write, Instant)>,
    /// True while a task serves the queue.
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

    /// Queues a write, which will be told its outcome.
    pub fn push(self: &Arc<Self>, write: Write) {
        let mut waiting = self.lock();
        waiting.writes.push_back((write, Instant::now()));
        let is_served = std::mem::replace(&mut waiting.is_served, true);
        // A runtime that shuts down drops the task at once, and dropping the task locks the queue.
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

    /// Begins a transaction. If that fails, every waiting write fails.
    async fn begin(&self) -> Option<Connection> {
        // IMMEDIATE: a transaction that first reads and then writes would fail at once if another
        // process wrote in between.
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

    /// Runs the waiting writes in the order of their arrival, commits them, and reports the
    /// outcomes.
    async fn write_together(&self) {
        let Some(mut tx) = self.begin().await else {
            return;
        };
        let Some(mut first) = self.next() else {
            return;
        };
        self.done.transactions.fetch_add(1, Ordering::Relaxed);
        // The transaction contains no other write yet, so all of it can be rolled back.
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

    /// Retries each write alone.
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

/// Runs a write in a savepoint, after others in the same transaction. Returns `None` if SQLite has
/// rolled back the transaction.
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

/// Runs a write, and turns a panic into a failure of this write alone.
async fn run(write: &mut Write, tx: &mut Connection, newest: Option<i64>) -> Result<()> {
    write.tries().count(tx).await?;
    let run = AssertUnwindSafe(write.run(tx, newest)).catch_unwind();
    run.await.unwrap_or_else(|_| {
        tracing::error!("a write did not finish");
        Err(AppError::Internal.into())
    })
}

/// The task that serves the queue until it is empty.
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

    /// Ends the task if the queue is empty; the next write then starts another.
    fn ends(&mut self) -> bool {
        let mut waiting = self.queue.lock();
        self.is_over = waiting.writes.is_empty();
        waiting.is_served = !self.is_over;
        self.is_over
    }
}

/// Lets the next write start another task if this one is canceled.
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
