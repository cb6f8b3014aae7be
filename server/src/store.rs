//! Every line of SQL, a file a table, and the way to the disk.
//!
//! SQLite in WAL mode: readers never wait for the writer. There is one writing
//! connection, and every write goes through [`Store::write`], in a transaction
//! of its own, in a task of its own: a browser that goes away in the middle
//! cannot leave half of it, nor hold the connection.
//!
//! No pool of writers: SQLite has one write lock, and connections that fight
//! for it wait with sleeps, where tasks that queue for one are woken in order.

mod avatars;
mod backup;
mod changes;
pub mod emails;
mod erase;
mod error;
pub mod events;
pub mod export;
mod file;
pub mod leaving;
mod limits;
pub mod mails;
mod mark;
mod open;
pub mod profiles;
mod restore;
pub mod sessions;
mod sweep;
pub mod users;

pub use backup::{Backup, BackupError};
pub use erase::{erase, plan};
pub use error::{refuse, unique_column};
pub use open::{OpenError, SettleError};
pub use restore::{RestoreError, Restored};
pub use sweep::Swept;

use app::{
    error::AppError,
    text::{language, with_locale},
};
use sqlx::{SqliteConnection, SqlitePool};
use std::{future::Future, pin::Pin, sync::Arc};
use tracing::Instrument;

use file::InUse;

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    /// Read-only connections.
    readers: SqlitePool,
    /// One connection.
    writer: SqlitePool,
    /// It was made when it was opened.
    is_new: bool,
    /// Held as long as anybody has the database; `None` where it can only be read.
    in_use: Option<Arc<InUse>>,
}

/// The future of a write, which borrows its connection.
pub type Write<'c, T> = Pin<Box<dyn Future<Output = Result<T, AppError>> + Send + 'c>>;

impl Store {
    /// Does `work` in a transaction: all of it is on disk when this returns
    /// `Ok`, and none of it when it returns `Err`.
    ///
    /// # Errors
    /// What `work` answers, and [`AppError::Busy`] when the disk cannot take the write.
    pub async fn write<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Write<'c, T> + Send + 'static,
    {
        let writer = self.writer.clone();
        let write = async move {
            // IMMEDIATE: a transaction that first reads and then writes would
            // fail at once when another process wrote in between.
            let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(refuse)?;
            let result = work(&mut tx).await?;
            tx.commit().await.map_err(refuse)?;
            Ok(result)
        };
        // In the request's language, and in its span, whose id every line of log carries.
        let write = with_locale(language(), write);
        tokio::spawn(write.in_current_span())
            .await
            .unwrap_or_else(|panic| {
                tracing::error!(%panic, "a write did not finish");
                Err(AppError::Internal)
            })
    }

    /// Waits for running writes, folds the log into the database file, and closes it.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), AppError> {
        sqlx::query_scalar!("SELECT 1 AS one")
            .fetch_one(&self.readers)
            .await
            .map(drop)
            .map_err(refuse)
    }
}
