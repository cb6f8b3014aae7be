//! Copies of a database: each is a single complete file, which is checked and flushed to disk
//! before it gets its name.

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    file::{DatabaseFile, folder_of},
    migrations::newest_known,
};

/// The damage of a database.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    #[error("the database is damaged: {0}")]
    Structure(String),
    #[error(
        "the database is damaged: rows of the table {table} refer to rows of {parent} that do not exist"
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

/// The mark of a backup, which is never given to a database that a site runs on.
pub(crate) const BACKUP: i64 = 0;

/// The time between two progress reports of a copy.
const TELL: Duration = Duration::from_secs(2);

/// Writes the database of a connection to a file that does not exist yet, in a single read
/// transaction of SQLite.
pub(crate) async fn write_copy(
    connection: &mut SqliteConnection,
    copy: &Path,
) -> Result<(), sqlx::Error> {
    let name = copy.to_str().ok_or_else(|| {
        sqlx::Error::Io(io::Error::other("SQLite takes only names that are UTF-8"))
    })?;
    let copying = sqlx::query("VACUUM INTO ?").bind(name);
    copying.execute(connection).await.map(drop)
}

/// Sets the mark of a database (`mark.rs`).
pub(crate) async fn set_mark(
    connection: &mut SqliteConnection,
    mark: i64,
) -> Result<(), sqlx::Error> {
    // A pragma takes no parameters.
    let sql = AssertSqlSafe(format!("PRAGMA user_version = {mark}"));
    sqlx::query(sql).execute(connection).await.map(drop)
}

/// Removes a failed copy.
pub(crate) fn remove(copy: &Path) {
    let _ = fs::remove_file(copy);
    remove_logs(copy);
}

pub(crate) fn remove_logs(copy: &Path) {
    for ending in ["-journal", "-wal", "-shm"] {
        let _ = fs::remove_file(DatabaseFile::at(copy).beside(ending));
    }
}

/// Gives a file its final name, which must not be in use, and waits until that is on disk.
pub(crate) fn name_it(part: &Path, target: &Path) -> io::Result<()> {
    match fs::hard_link(part, target) {
        Ok(()) => fs::remove_file(part)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // A file system without hard links.
        Err(_) if fs::symlink_metadata(target).is_err() => fs::rename(part, target)?,
        Err(_) => return Err(io::ErrorKind::AlreadyExists.into()),
    }
    File::open(folder_of(target))?.sync_all()
}

/// Waits for a copy, and reports its progress.
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

/// Merges a copy and its log into one file, checks all of it, sets its mark, and returns its
/// content.
pub(crate) async fn finish(copy: &Path, new_mark: i64) -> Result<Content, Damage> {
    let mut connection = SqliteConnectOptions::new()
        .filename(copy)
        .journal_mode(SqliteJournalMode::Delete)
        // Slow statements are expected with a large database.
        .disable_statement_logging()
        .connect()
        .await?;
    let content = async {
        check(&mut connection).await?;
        set_mark(&mut connection, new_mark).await?;
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

/// Reads the content of a copy, from tables that have existed since the first migration. The
/// version is all that is known of a copy by a newer program.
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

/// Creates a file that only this user can read.
pub(crate) fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Returns a name next to a database that is not in use by a file or a log.
pub(crate) fn free_name(file: &DatabaseFile, ending: &str) -> PathBuf {
    let mut name = file.beside(ending);
    let mut number = 1;
    while ["", "-wal", "-shm"]
        .iter()
        .any(|ending| DatabaseFile::at(&name).beside(ending).exists())
    {
        number += 1;
        name = file.beside(&format!("{ending}-{number}"));
    }
    name
}

/// Describes what is wrong with a database: at most 100 findings of the integrity check, and at
/// most 100 dangling references.
pub(crate) async fn damage(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(100)")
        .fetch_all(&mut *connection)
        .await?;
    let mut found: Vec<String> = found.into_iter().filter(|line| line != "ok").collect();
    let dangling = sqlx::query("PRAGMA foreign_key_check")
        .fetch_all(connection)
        .await?;
    for row in dangling.iter().take(100) {
        let (table, parent): (String, String) = (row.try_get(0)?, row.try_get(2)?);
        found.push(format!(
            "a row of {table} refers to a row of {parent} that is not there"
        ));
    }
    Ok(found)
}
