//! Serializable transactions, which are retried after conflicts.

use app::error::AppError;
use futures_util::FutureExt;
use sqlx::{PgPool, Postgres, Transaction as SqlxTransaction};
use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{
    engine::{Isolation, Transaction},
    failure::{DatabaseFailure, Failure, Result},
    stats::WriteStats,
};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout, timeout_at},
};

use crate::{
    engine::{Connection, is_conflict, is_lost},
    sql::failed,
};

const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";

/// The number of lost connections after which a write fails, and the number of tries after which it
/// gives other writes their turn.
const TRIES: u32 = 10;

/// The time limit of a write until its commit, all tries together. Requests have a longer timeout,
/// so no client is told that its request failed while the write may still succeed.
const PATIENCE: Duration = Duration::from_secs(10);

/// The time limit of a commit, after which it counts as unconfirmed.
pub const PATIENCE_TO_COMMIT: Duration = Duration::from_secs(10);

/// The writer of one program: its connections and the queue for retries.
#[derive(Debug, Clone)]
pub struct Writer {
    pub pool: PgPool,
    /// The lock that serializes retries: several at once would conflict again.
    pub turn: Arc<Mutex<()>>,
    pub done: Arc<Done>,
}

/// Counters of the writes.
#[derive(Debug, Default)]
pub struct Done {
    writes: AtomicU64,
    transactions: AtomicU64,
    retries: AtomicU64,
    waited_us: AtomicU64,
    waiting: AtomicU64,
}

impl Done {
    pub fn stats(&self) -> WriteStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        WriteStats {
            writes: read(&self.writes),
            transactions: read(&self.transactions),
            retries: read(&self.retries),
            waited_us: read(&self.waited_us),
            waiting: read(&self.waiting),
        }
    }
}

/// Runs a write and reports the outcome to its caller.
pub async fn write(writer: Writer, mut write: Box<dyn Transaction>) {
    let came = Instant::now();
    writer.done.waiting.fetch_add(1, Ordering::Relaxed);
    let done = count_and_do(&writer, &mut *write).await;
    let took = u64::try_from(came.elapsed().as_micros()).unwrap_or(u64::MAX);
    // The write goes to the database at once, so all of its time counts as waiting.
    writer.done.waited_us.fetch_add(took, Ordering::Relaxed);
    writer.done.waiting.fetch_sub(1, Ordering::Relaxed);
    writer.done.writes.fetch_add(1, Ordering::Relaxed);
    write.finish(done);
}

/// Counts each try by a statement of its own, outside the transaction: inside, all writes that
/// count would conflict with each other. If the write fails, the tries are given back.
async fn count_and_do(writer: &Writer, write: &mut dyn Transaction) -> Result<()> {
    let is_counted = !write.tries().buckets.is_empty();
    if is_counted {
        let mut connection = connect(&writer.pool).await?;
        write.tries().count(&mut connection).await?;
    }
    let done = do_often(writer, write).await;
    if is_counted && done.as_ref().is_err_and(|failure| !may_be_done(failure)) {
        // An error is ignored: the try then counts until it expires, which does little harm.
        if let Ok(mut connection) = connect(&writer.pool).await {
            let _ = write.tries().give_back(&mut connection).await;
        }
    }
    done
}

async fn connect(pool: &PgPool) -> Result<Connection> {
    let connection = pool.acquire().await.map_err(failed("store.acquire"))?;
    Ok(Connection::Pooled(connection))
}

fn may_be_done(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(AppError::Unconfirmed))
}

async fn do_often(writer: &Writer, write: &mut dyn Transaction) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let (mut turn, mut losses) = (None, 0);
    for tries in 1.. {
        let counter = match tries {
            1 => &writer.done.transactions,
            _ => &writer.done.retries,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        let run = timeout_at(deadline, run_once(&writer.pool, write)).await;
        let failure = match run.unwrap_or_else(|_| Err(too_late())) {
            Ok(None) => return Ok(()),
            Ok(Some(tx)) => match commit(tx).await {
                Err(Failure::Database(failure)) => failure,
                done => return done,
            },
            Err(Failure::Database(failure)) => failure,
            Err(refused) => return Err(refused),
        };
        let reason = reason_for_another_try(&failure);
        losses += u32::from(reason == Some(Reason::Lost));
        let Some(reason) = reason.filter(|_| losses < TRIES) else {
            return Err(Failure::Database(failure));
        };
        tracing::debug!(
            tries,
            operation = failure.operation,
            "a write is tried again"
        );
        match (reason, &turn) {
            // The conflicting write may have finished by the time this one has its turn.
            (Reason::Conflict, None) => {
                let own = timeout_at(deadline, writer.turn.lock()).await;
                turn = Some(own.map_err(|_| too_late())?);
            }
            _ => {
                if tries % TRIES == 0 {
                    turn = None;
                }
                sleep(pause(tries)).await;
            }
        }
    }
    Err(too_late())
}

/// Runs a write and returns the transaction to commit, or `None` if the write runs without one.
async fn run_once(
    pool: &PgPool,
    write: &mut dyn Transaction,
) -> Result<Option<SqlxTransaction<'static, Postgres>>> {
    if write.isolation() == Isolation::Statement {
        run(write, &mut connect(pool).await?).await?;
        return Ok(None);
    }
    let begun = pool.begin_with(BEGIN).await;
    let mut tx = Connection::Transaction(begun.map_err(failed("store.begin"))?);
    run(write, &mut tx).await?;
    Ok(match tx {
        Connection::Transaction(tx) => Some(tx),
        _ => None,
    })
}

async fn commit(tx: SqlxTransaction<'static, Postgres>) -> Result<()> {
    let error = match timeout(PATIENCE_TO_COMMIT, tx.commit()).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) if !is_lost(&error) => return Err(failed("store.commit")(error)),
        Ok(Err(error)) => error.to_string(),
        Err(elapsed) => elapsed.to_string(),
    };
    // The server may have committed before the connection was lost.
    tracing::error!(error, "a commit was not confirmed; it may have succeeded");
    Err(AppError::Unconfirmed.into())
}

/// The failure of a write that was not finished in time, because of other writes or of the
/// database.
fn too_late() -> Failure {
    Failure::Database(DatabaseFailure {
        operation: "store.write",
        is_passing: true,
        error: "it was not done in time".into(),
    })
}

/// Runs a write, and turns a panic into a failure of this write alone.
async fn run(write: &mut dyn Transaction, connection: &mut Connection) -> Result<()> {
    let run = AssertUnwindSafe(write.run(connection, None)).catch_unwind();
    run.await.unwrap_or_else(|_| {
        tracing::error!("a write did not finish");
        Err(AppError::Internal.into())
    })
}

/// A reason that a write has changed nothing and may succeed if it is retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The transaction was rolled back in favor of another one.
    Conflict,
    /// The connection was lost before the commit.
    Lost,
}

fn reason_for_another_try(failure: &DatabaseFailure) -> Option<Reason> {
    let error = failure.error.downcast_ref::<sqlx::Error>()?;
    if is_conflict(error) {
        return Some(Reason::Conflict);
    }
    is_lost(error).then_some(Reason::Lost)
}

/// Returns the pause before the next try. It is random, up to a limit that grows to 128 ms, so that
/// two conflicting writes do not conflict again.
fn pause(tries: u32) -> Duration {
    let most = 1000_u64 << tries.min(7);
    let random = getrandom::u64().unwrap_or(most / 2);
    Duration::from_micros(random % most)
}
