//! A backup: one file, whole, of one moment, made beside a site that runs.
//!
//! SQLite writes it (`VACUUM INTO`), in a single read, so that it holds the log too and
//! nothing that was begun. It gets its name at the very end, when it is checked and
//! on the disk: a file of that name is a backup.

use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    SqliteEngine,
    file::{DatabaseFile, folder_of, give_to_owner},
    open::{mark, newest_known},
    open_error::OpenError,
};
use store::engine::Engine;

/// The size of a finished backup.
#[derive(Debug)]
pub struct Backup {
    pub users: i64,
    pub bytes: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("{path} is there already, and stays as it is. Name a file that is not there yet")]
    Exists { path: PathBuf },
    #[error("another backup to {path} is under way. Wait for it, or name another file")]
    UnderWay { path: PathBuf },
    #[error(
        "cannot write the backup {path}: {source}. Check that its folder is there, that this user may write to it, and that there is room"
    )]
    Write { path: PathBuf, source: io::Error },
    #[error(
        "cannot copy the database to {path}: {source}. Check that there is room for {bytes} bytes; no backup was made"
    )]
    Copy {
        path: PathBuf,
        source: sqlx::Error,
        bytes: u64,
    },
    #[error(
        "{0}. No backup was made. Keep the earlier ones; end the site and copy its folder as it is before you do anything else"
    )]
    Damaged(Damage),
}

/// The damage of a database.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    #[error("the database is damaged: {0}")]
    Structure(String),
    #[error(
        "the database is damaged: rows of the table {table} refer to rows of {parent} that are not there"
    )]
    Reference { table: String, parent: String },
    #[error("the database is damaged, or cannot be read: {0}")]
    Unreadable(#[from] sqlx::Error),
}

/// The content of a copy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content {
    pub users: i64,
    /// The time of the last change to a profile.
    pub changed_at: Option<i64>,
    /// The newest migration.
    pub version: i64,
}

/// The mark of a backup, which no database has that a site runs on.
const BACKUP: i64 = 0;

/// Time between two messages about the progress of a copy.
const TELL: Duration = Duration::from_secs(2);

/// Writes a backup of a database to a file that is not there. `tell` hears how many
/// bytes of how many are written, if that takes longer.
pub async fn backup(
    database: &Path,
    target: &Path,
    tell: impl Fn(u64, u64),
) -> Result<Backup, BackupError> {
    let cannot_write = |source| BackupError::Write {
        path: target.into(),
        source,
    };
    if fs::symlink_metadata(target).is_ok() {
        return Err(BackupError::Exists {
            path: target.into(),
        });
    }
    let absolute = std::path::absolute(target).map_err(cannot_write)?;
    let (engine, _) = SqliteEngine::open_of_any_age(database).await?;
    // Named after what it will be: whoever finds one that is left knows what it is,
    // and the next try takes its place.
    let part = DatabaseFile::at(&absolute).beside(".part");
    let file = begin(&part, target)?;
    let written = engine
        .write_backup(&absolute, target, &part, &file, tell)
        .await;
    engine.close().await;
    if written.is_err() {
        remove(&part);
    }
    written
}

impl SqliteEngine {
    async fn write_backup(
        &self,
        absolute: &Path,
        target: &Path,
        part: &Path,
        file: &File,
        tell: impl Fn(u64, u64),
    ) -> Result<Backup, BackupError> {
        let cannot_write = |source| BackupError::Write {
            path: target.into(),
            source,
        };
        let cannot_copy = |bytes| {
            move |source| BackupError::Copy {
                path: target.into(),
                source,
                bytes,
            }
        };
        give_to_owner(file, folder_of(absolute));
        let bytes = self.size().await.map_err(cannot_copy(0))?;
        let name = part.to_str().ok_or_else(|| {
            cannot_write(io::Error::other("SQLite takes only names that are UTF-8"))
        })?;
        let copying = sqlx::query("VACUUM INTO ?").bind(name);
        let copying = copying.execute(&self.reading);
        watch(copying, part, bytes, tell)
            .await
            .map_err(cannot_copy(bytes))?;
        let content = finish(part, BACKUP).await.map_err(BackupError::Damaged)?;
        file.sync_all().map_err(cannot_write)?;
        let bytes = file.metadata().map_err(cannot_write)?.len();
        name_it(part, absolute).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists {
                path: target.into(),
            },
            _ => cannot_write(error),
        })?;
        Ok(Backup {
            users: content.users,
            bytes,
        })
    }

    /// Bytes of the database, without what is free in it.
    async fn size(&self) -> Result<u64, sqlx::Error> {
        let mut reader = self.readers.lend().await?;
        let mut pages: i64 = sqlx::query_scalar("PRAGMA page_count")
            .fetch_one(&mut *reader)
            .await?;
        let free: i64 = sqlx::query_scalar("PRAGMA freelist_count")
            .fetch_one(&mut *reader)
            .await?;
        pages -= free;
        let each: i64 = sqlx::query_scalar("PRAGMA page_size")
            .fetch_one(&mut *reader)
            .await?;
        Ok(pages.unsigned_abs() * each.unsigned_abs())
    }
}

/// An empty file for nobody else to read, locked. One that is left of a backup that
/// died is taken over.
fn begin(part: &Path, target: &Path) -> Result<File, BackupError> {
    let cannot_write = |source| BackupError::Write {
        path: target.into(),
        source,
    };
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(part)
        .map_err(cannot_write)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(BackupError::UnderWay {
                path: target.into(),
            });
        }
        Err(TryLockError::Error(source)) => return Err(cannot_write(source)),
    }
    file.set_len(0).map_err(cannot_write)?;
    // A log of its own that it may have left.
    remove_logs(part);
    Ok(file)
}

/// Removes a copy that came to nothing.
pub(crate) fn remove(copy: &Path) {
    let _ = fs::remove_file(copy);
    remove_logs(copy);
}

fn remove_logs(copy: &Path) {
    for ending in ["-journal", "-wal", "-shm"] {
        let _ = fs::remove_file(DatabaseFile::at(copy).beside(ending));
    }
}

/// Gives a file its name, which no other file has, and waits until that is on the disk.
fn name_it(part: &Path, target: &Path) -> io::Result<()> {
    match fs::hard_link(part, target) {
        Ok(()) => fs::remove_file(part)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // A file system without hard links.
        Err(_) if fs::symlink_metadata(target).is_err() => fs::rename(part, target)?,
        Err(_) => return Err(io::ErrorKind::AlreadyExists.into()),
    }
    File::open(folder_of(target))?.sync_all()
}

/// Waits for a copy, and tells how far it is.
pub(crate) async fn watch<T>(
    copying: impl Future<Output = T>,
    file: &Path,
    bytes: u64,
    tell: impl Fn(u64, u64),
) -> T {
    let mut copying = std::pin::pin!(copying);
    let mut ticks = tokio::time::interval(TELL);
    ticks.tick().await;
    loop {
        tokio::select! {
            done = &mut copying => return done,
            _ = ticks.tick() => {
                tell(fs::metadata(file).map_or(0, |file| file.len()), bytes);
            }
        }
    }
}

/// Makes one file of a copy and its log, marks it, checks all of it, and says what it
/// holds.
pub(crate) async fn finish(copy: &Path, new_mark: i64) -> Result<Content, Damage> {
    let mut connection = SqliteConnectOptions::new()
        .filename(copy)
        .journal_mode(SqliteJournalMode::Delete)
        // A large one takes its time, and that is no news.
        .disable_statement_logging()
        .connect()
        .await?;
    let content = async {
        check(&mut connection).await?;
        mark(&mut connection, new_mark).await?;
        content(&mut connection).await.map_err(Damage::Unreadable)
    };
    let content = content.await;
    connection.close().await?;
    content
}

async fn check(connection: &mut SqliteConnection) -> Result<(), Damage> {
    let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await?;
    if found != "ok" {
        return Err(Damage::Structure(found));
    }
    let dangling = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(connection)
        .await?;
    match dangling {
        Some(row) => Err(Damage::Reference {
            table: row.try_get(0)?,
            parent: row.try_get(2)?,
        }),
        None => Ok(()),
    }
}

/// Reads only what has existed since the first migration. Of one by a newer program nothing is
/// known but its version.
async fn content(connection: &mut SqliteConnection) -> Result<Content, sqlx::Error> {
    let version: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await?;
    let (users, changed_at) = match Some(version) > newest_known() {
        true => (0, None),
        false => {
            sqlx::query_as("SELECT count(*), max(updated_at) FROM profiles")
                .fetch_one(connection)
                .await?
        }
    };
    Ok(Content {
        users,
        changed_at,
        version,
    })
}
