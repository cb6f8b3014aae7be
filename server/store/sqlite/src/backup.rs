//! Backups: each is a single complete file with the data of one moment, made while a site is
//! running.
//!
//! SQLite writes it (`VACUUM INTO`) in a single read transaction, so it includes the log, and
//! nothing uncommitted. It gets its name at the very end, when it has been checked and flushed to
//! disk: a file with that name is always a backup.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    SqliteEngine,
    copy::{BACKUP, Damage, finish, name_it, remove, remove_logs, watch, write_copy},
    file::{DatabaseFile, Found, folder_of, give_to_owner},
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
    #[error("{path} already exists, and was left unchanged. Choose a file that does not exist yet")]
    Exists { path: PathBuf },
    #[error("another backup to {path} is in progress. Wait for it, or choose another file")]
    UnderWay { path: PathBuf },
    #[error(
        "cannot write the backup {path}: {source}. Check that its folder exists, that this user may write to it, and that there is enough disk space"
    )]
    Write { path: PathBuf, source: io::Error },
    #[error(
        "cannot copy the database to {path}: {source}. Check that there is space for {bytes} bytes; no backup was made"
    )]
    Copy {
        path: PathBuf,
        source: sqlx::Error,
        bytes: u64,
    },
    #[error(
        "{0}. No backup was made. Keep the earlier ones; stop the site and copy its folder as it is before you do anything else"
    )]
    Damaged(Damage),
}

/// Writes a backup of a database to a file that does not exist yet. If it takes long, `tell` is
/// called with the number of bytes written and the total.
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
    // Named after the backup, so that a leftover file explains itself and the next attempt replaces
    // it.
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
        let mut reader = self.reading.acquire().await.map_err(cannot_copy(bytes))?;
        let copying = write_copy(&mut reader, part);
        watch(copying, part, bytes, tell)
            .await
            .map_err(cannot_copy(bytes))?;
        drop(reader);
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

    /// Returns the size of the database in bytes, without its free pages.
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

/// Creates an empty, locked file that only this user can read. A file left by a backup that died is
/// reused.
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
    // That backup may have left a log as well.
    remove_logs(part);
    Ok(file)
}

/// Returns the name of a file with each digit replaced by 0: backups of one site differ in their
/// dates.
fn shape(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.replace(|letter: char| letter.is_ascii_digit(), "0")
}

/// Deletes the oldest backups in the folder of `backup`, except for the newest `most`. `backup`
/// itself is kept. Other backups are files that this program has written as backups, with names
/// that differ in digits only. Returns the deleted files.
///
/// # Errors
/// An error if the folder cannot be read or a file cannot be deleted.
pub async fn keep(backup: &Path, most: usize) -> io::Result<Vec<PathBuf>> {
    let backup = std::path::absolute(backup)?;
    let mut found: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder_of(&backup))? {
        let entry = entry?;
        let path = entry.path();
        if shape(&path) != shape(&backup) || !entry.file_type()?.is_file() {
            continue;
        }
        let is_backup = match DatabaseFile::at(&path).look().await {
            Ok(Found::Ours(header)) => header.mark == BACKUP,
            _ => false,
        };
        // A file that a site runs on is not a backup, whatever its mark.
        if is_backup && !DatabaseFile::at(&path).beside(".lock").exists() {
            found.push((entry.metadata()?.modified()?, path));
        }
    }
    found.sort();
    let old = found.len().saturating_sub(most.max(1));
    let old: Vec<PathBuf> = found.into_iter().take(old).map(|(_, path)| path).collect();
    let old: Vec<PathBuf> = old.into_iter().filter(|path| *path != backup).collect();
    for path in &old {
        match fs::remove_file(path) {
            // Another process has deleted it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            removed => removed?,
        }
    }
    Ok(old)
}
