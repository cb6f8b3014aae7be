//! Transactions: as if nobody else wrote meanwhile, and once more where somebody did.

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

/// Connections that a write loses until it fails; and tries after which others have their turn.
const TRIES: u32 = 10;

/// Time that a write has until its commit, all tries together. A request waits longer, so that
/// nobody is told of a failure by whom the write is not given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Time that a commit has until it counts as not confirmed.
pub const PATIENCE_TO_COMMIT: Duration = Duration::from_secs(10);

/// The writers of one program: the connections and the queue that they share.
#[derive(Debug, Clone)]
pub struct Writer {
    pub pool: PgPool,
    /// The queue for another try, one after the other: many at once would be in each other's way
    /// again.
    pub turn: Arc<Mutex<()>>,
    pub done: Arc<Done>,
}

/// Counters of what was written.
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

/// Does a write, and tells whoever waits for it.
pub async fn write(writer: Writer, mut write: Box<dyn Transaction>) {
    let came = Instant::now();
    writer.done.waiting.fetch_add(1, Ordering::Relaxed);
    let done = count_and_do(&writer, &mut *write).await;
    let took = u64::try_from(came.elapsed().as_micros()).unwrap_or(u64::MAX);
    // It goes to the database at once: all of its time is waiting for that.
    writer.done.waited_us.fetch_add(took, Ordering::Relaxed);
    writer.done.waiting.fetch_sub(1, Ordering::Relaxed);
    writer.done.writes.fetch_add(1, Ordering::Relaxed);
    write.finish(done);
}

/// Counts the tries by a statement each, outside of the transaction: within it, all that count
/// would get in each other's way. What then fails is given back.
async fn count_and_do(writer: &Writer, write: &mut dyn Transaction) -> Result<()> {
    let is_counted = !write.tries().buckets.is_empty();
    if is_counted {
        let mut connection = connect(&writer.pool).await?;
        write.tries().count(&mut connection).await?;
    }
    let done = do_often(writer, write).await;
    if is_counted && done.as_ref().is_err_and(|failure| !may_be_done(failure)) {
        // Not worth a failure: the try counts for a while, and that is all.
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
            // Whoever it was in the way of may be done when its turn has come.
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

/// Runs a write, and returns the transaction that is to be committed; `None` if it has none.
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
    // The server may have committed before the line went down.
    tracing::error!(error, "a commit was not confirmed; it may have succeeded");
    Err(AppError::Unconfirmed.into())
}

/// The failure of a write that others kept waiting, or the database.
fn too_late() -> Failure {
    Failure::Database(DatabaseFailure {
        operation: "store.write",
        is_passing: true,
        error: "it was not done in time".into(),
    })
}

/// Does a write; a panic in it is its failure, and nobody else's.
async fn run(write: &mut dyn Transaction, connection: &mut Connection) -> Result<()> {
    let run = AssertUnwindSafe(write.run(connection, None)).catch_unwind();
    run.await.unwrap_or_else(|_| {
        tracing::error!("a write did not finish");
        Err(AppError::Internal.into())
    })
}

/// A reason for which a write has changed nothing, and may succeed in another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The transaction was given up for the sake of another one.
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

/// The pause before another try: longer each time, up to 128 ms, and random, so that two that
/// got in each other's way do not do so again.
fn pause(tries: u32) -> Duration {
    let most = 1000_u64 << tries.min(7);
    let random = getrandom::u64().unwrap_or(most / 2);
    Duration::from_micros(random % most)
}
