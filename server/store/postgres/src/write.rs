//! Transactions: as if nobody else wrote meanwhile, and once more where somebody did.

use app::error::AppError;
use futures_util::FutureExt;
use sqlx::PgPool;
use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{
    engine::{Isolation, Transaction},
    failure::{DatabaseFailure, Failure, Result},
};
use tokio::sync::Mutex;

use crate::{
    engine::{Connection, is_conflict, is_lost},
    sql::failed,
};

const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";

/// Times that a write is tried.
const TRIES: u32 = 10;

/// Time after which a write is not tried again.
const PATIENCE: Duration = Duration::from_secs(10);

/// The writers of one program: the connections and the queue that they share.
#[derive(Debug, Clone)]
pub struct Writer {
    pub pool: PgPool,
    /// The queue for another try, one after the other: many at once would be in each other's way
    /// again.
    pub turn: Arc<Mutex<()>>,
    /// Further tries, since the start.
    pub retries: Arc<AtomicU64>,
}

/// Does a write, and tells whoever waits for it.
pub async fn write(writer: Writer, mut write: Box<dyn Transaction>) {
    let done = count_and_do(&writer, &mut *write).await;
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
        let mut connection = connect(&writer.pool).await?;
        // Not worth a failure: the try counts for a while, and that is all.
        let _ = write.tries().give_back(&mut connection).await;
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
    let begun = Instant::now();
    let mut turn = None;
    let mut tries = 0;
    loop {
        tries += 1;
        let failure = match do_once(&writer.pool, write).await {
            Err(Failure::Database(failure)) => failure,
            done => return done,
        };
        let Some(reason) = reason_for_another_try(&failure) else {
            return Err(Failure::Database(failure));
        };
        if tries == TRIES || begun.elapsed() > PATIENCE {
            return Err(Failure::Database(failure));
        }
        writer.retries.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(
            tries,
            operation = failure.operation,
            "a write is tried again"
        );
        match (reason, &turn) {
            // Whoever it was in the way of may be done when its turn has come.
            (Reason::Conflict, None) => turn = Some(writer.turn.lock().await),
            _ => tokio::time::sleep(pause(tries)).await,
        }
    }
}

async fn do_once(pool: &PgPool, write: &mut dyn Transaction) -> Result<()> {
    if write.isolation() == Isolation::Statement {
        return run(write, &mut connect(pool).await?).await;
    }
    let begun = pool.begin_with(BEGIN).await;
    let mut tx = Connection::Transaction(begun.map_err(failed("store.begin"))?);
    run(write, &mut tx).await?;
    let Connection::Transaction(tx) = tx else {
        return Ok(());
    };
    tx.commit().await.map_err(|error| match is_lost(&error) {
        // The server may have committed before the line went down.
        true => {
            tracing::error!(%error, "a commit was not confirmed; it may be done");
            AppError::Unconfirmed.into()
        }
        false => failed("store.commit")(error),
    })
}

/// Does a write; a panic in it is its failure, and nobody else's.
async fn run(write: &mut dyn Transaction, connection: &mut Connection) -> Result<()> {
    let run = AssertUnwindSafe(write.run(connection)).catch_unwind();
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
