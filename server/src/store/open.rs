//! Opening the database: refuse what is not safe, migrate, repair.

use sqlx::{
    Connection,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Store, emails::renew_keys};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Older ones can lose commits when a WAL is reset (sqlite.org/wal.html#walresetbug).
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// Each reads in a thread of its own; more than a few only fight for the same cores.
const READERS: u32 = 4;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot create the folder {path}: {source}. Choose another place with --database")]
    Folder { path: PathBuf, source: io::Error },
    #[error(
        "cannot open the database {path}: {source}. Check that this user may read and write it and its folder, or choose another with --database"
    )]
    Open { path: PathBuf, source: sqlx::Error },
    #[error("cannot lock the folder {path}: {source}")]
    Lock { path: PathBuf, source: io::Error },
    #[error(
        "this program was built with SQLite {found}, which can lose data; it needs 3.51.3 or newer"
    )]
    OldSqlite { found: String },
    #[error(
        "the database {path} was last used by a newer Silhouette (migration {version} is unknown here). Run that version, or restore an older backup"
    )]
    NewerDatabase { path: PathBuf, version: i64 },
    #[error(
        "there is no database {path}. Name the right one with --database, or run `silhouette serve` once"
    )]
    Missing { path: PathBuf },
    #[error(
        "the database {path} was last used by an older Silhouette. Start this version once with `silhouette serve`, which brings it up to date"
    )]
    OlderDatabase { path: PathBuf },
    #[error("the database {path} could not be brought up to date: {source}")]
    Migrate { path: PathBuf, source: MigrateError },
}

impl Store {
    /// Opens the database file, makes it and its folder if they are missing, and
    /// brings it up to date.
    pub async fn open(path: &Path) -> Result<Store, OpenError> {
        let open_error = |source| OpenError::Open {
            path: path.into(),
            source,
        };
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(|source| OpenError::Folder {
            path: folder.into(),
            source,
        })?;

        let preparing = lock(folder).await?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A commit that was acknowledged survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            // What is deleted is overwritten: who leaves is not in the free pages.
            .pragma("secure_delete", "ON");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .before_acquire(|connection, _| {
                // SQLite rolls back by itself when the disk is full or fails. sqlx
                // then takes the connection for one in a transaction, for ever,
                // and every later write fails. Such a connection is closed.
                // Remove when sqlx asks SQLite (sqlite3_get_autocommit).
                let clean = !connection.is_in_transaction();
                Box::pin(async move { Ok(clean) })
            })
            .connect_with(writing)
            .await
            .map_err(open_error)?;
        refuse_old_sqlite(&writer).await?;
        migrate(&writer, path).await?;
        give_missing_profiles(&writer).await.map_err(open_error)?;
        renew_keys(&writer).await.map_err(open_error)?;
        drop(preparing);
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options.read_only(true))
            .await
            .map_err(open_error)?;
        Ok(Store { readers, writer })
    }
}

impl Store {
    /// Opens a database that is there and up to date: for commands, which make
    /// none by mistake, and bring none up to date under a server that runs.
    pub async fn open_existing(path: &Path) -> Result<Store, OpenError> {
        Store::open_to_read(path).await?.close().await;
        Store::open(path).await
    }

    /// Opens a database that is there, and changes nothing in it, not even to
    /// bring it up to date.
    pub async fn open_to_read(path: &Path) -> Result<Store, OpenError> {
        if !path.exists() {
            return Err(OpenError::Missing { path: path.into() });
        }
        let options = SqliteConnectOptions::new().filename(path).read_only(true);
        let open = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options);
        let readers = open.await.map_err(|source| OpenError::Open {
            path: path.into(),
            source,
        })?;
        refuse_old_sqlite(&readers).await?;
        let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
        // No such table in a file that is no database of ours.
        let found =
            sqlx::query_scalar!("SELECT max(version) AS \"version: i64\" FROM _sqlx_migrations")
                .fetch_one(&readers)
                .await
                .unwrap_or_default();
        match found {
            Some(version) if Some(version) > newest => Err(OpenError::NewerDatabase {
                path: path.into(),
                version,
            }),
            found if found < newest => Err(OpenError::OlderDatabase { path: path.into() }),
            _ => Ok(Store {
                writer: readers.clone(),
                readers,
            }),
        }
    }
}

async fn refuse_old_sqlite(writer: &sqlx::SqlitePool) -> Result<(), OpenError> {
    let found = sqlx::query_scalar!("SELECT sqlite_version() AS \"version!: String\"")
        .fetch_one(writer)
        .await
        .unwrap_or_default();
    if is_old(&found) {
        Err(OpenError::OldSqlite { found })
    } else {
        Ok(())
    }
}

fn is_old(version: &str) -> bool {
    let parts: Vec<u32> = version
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect();
    parts[..] < OLDEST_SQLITE[..]
}

/// Waits until no other process prepares a database in this folder. Two that
/// start at once would both switch a new file to WAL, which SQLite does not wait
/// for, and both migrate it: sqlx's own lock does nothing on SQLite.
///
/// The folder is locked and not the database file: closing any other handle of
/// that file would drop SQLite's own locks on it (sqlite.org/howtocorrupt.html §2.2).
async fn lock(folder: &Path) -> Result<File, OpenError> {
    let locked = match File::open(folder) {
        // In a thread where it may wait, for as long as the other one migrates.
        Ok(folder) => tokio::task::spawn_blocking(move || folder.lock().map(|()| folder))
            .await
            .unwrap_or_else(|_| Err(io::Error::other("the wait was cut off"))),
        Err(source) => Err(source),
    };
    locked.map_err(|source| OpenError::Lock {
        path: folder.into(),
        source,
    })
}

async fn migrate(writer: &sqlx::SqlitePool, path: &Path) -> Result<(), OpenError> {
    MIGRATIONS.run(writer).await.map_err(|source| match source {
        MigrateError::VersionMissing(version) => OpenError::NewerDatabase {
            path: path.into(),
            version,
        },
        source => OpenError::Migrate {
            path: path.into(),
            source,
        },
    })
}

/// Every user has a profile: a trigger sees to it. Should somebody have dropped
/// the trigger and imported users, they get theirs here.
async fn give_missing_profiles(writer: &sqlx::SqlitePool) -> Result<(), sqlx::Error> {
    let given = sqlx::query!(
        "INSERT INTO profiles (user_id, created_at, updated_at)
         SELECT id, created_at, created_at FROM users
         WHERE id NOT IN (SELECT user_id FROM profiles)"
    )
    .execute(writer)
    .await?
    .rows_affected();
    if given > 0 {
        tracing::warn!(given, "users had no profile, and were given one");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_sqlite_is_recognised() {
        for (version, old) in [
            ("3.51.2", true),
            ("3.9.9", true),
            ("3.51.3", false),
            ("3.52.0", false),
            ("4.0.0", false),
            ("", true),
        ] {
            assert_eq!(is_old(version), old, "{version}");
        }
    }
}
