//! Opening the database: rejects what is not safe, migrates, repairs.

use sqlx::{
    ConnectOptions, Connection as _, Row, SqliteConnection,
    migrate::MigrateError,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    SqliteEngine,
    commit::WriteQueue,
    copy::{BACKUP, finish, free_name, name_it, private, remove, set_mark, write_copy},
    engine::Connection,
    file::{DatabaseFile, Found, InUse, give_to_owner, header},
    mark::{Header, Note},
    migrations::{MIGRATIONS, newest_known, newest_migration},
    near::Near,
    open_error::OpenError,
    repair::{give_missing_profiles, renew_keys},
    sql::readers::Readers,
};
use store::{Store, users::Users};

/// Opens and migrates the database file, and creates it and its folder if they are missing.
pub async fn open(path: &Path) -> Result<Store, OpenError> {
    SqliteEngine::open(path).await.map(Store::new)
}

/// Opens an existing database that is up to date. This is for commands, which never create a
/// database by mistake, nor migrate one under a running site.
pub async fn open_existing(path: &Path) -> Result<Store, OpenError> {
    open_to_read(path).await?.close().await;
    open(path).await
}

/// Opens an existing database that is up to date, without changing anything in it.
pub async fn open_to_read(path: &Path) -> Result<Store, OpenError> {
    let (engine, found) = SqliteEngine::open_of_any_age(path).await?;
    match found < newest_known() {
        true => Err(OpenError::OlderDatabase { path: path.into() }),
        false => Ok(Store::new(engine)),
    }
}

/// The oldest supported version: older ones can lose commits when a WAL is reset
/// (sqlite.org/wal.html#walresetbug).
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// The number of connections for single reads. Each has a thread of its own; more than a few would
/// only compete for the same cores.
const READERS: u32 = 4;

/// The number of further connections, for longer uses: a copy of the database must not keep pages
/// from reading.
const SNAPSHOTS: u32 = 4;

impl SqliteEngine {
    async fn open(path: &Path) -> Result<SqliteEngine, OpenError> {
        let open_error = |source| OpenError::Open {
            path: path.into(),
            source,
        };
        let file = DatabaseFile::at(path);
        file.make_folder()?;
        let preparing = lock(file.folder()).await?;
        let found = file.look().await?;
        let in_use = file.take(found)?;
        in_use.file.make_private()?;
        in_use.file.tighten();

        let options = SqliteConnectOptions::new()
            .filename(&in_use.file.path)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged commit survives a power failure.
            .synchronous(SqliteSynchronous::Full)
            // Deleted data is overwritten, so that an erased user is not left in free pages.
            .pragma("secure_delete", "ON");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .before_acquire(|connection, _| {
                // SQLite rolls back by itself when the disk is full or fails. sqlx then considers
                // the connection to be in a transaction forever, and every later write fails. Such
                // a connection is closed. Remove when sqlx asks SQLite (sqlite3_get_autocommit).
                let clean = !connection.is_in_transaction();
                Box::pin(async move { Ok(clean) })
            })
            .connect_with(writing)
            .await
            .map_err(open_error)?;
        refuse_old_sqlite(&writer).await?;
        let version = newest_migration(&writer).await;
        let mut kept = None;
        if version != newest_known() {
            if version.is_some() && version < newest_known() {
                kept = Some(keep_copy(&writer, &in_use.file).await?);
            }
            let mut connection = writer.acquire().await.map_err(open_error)?;
            let in_log = header(&mut connection).await.map_err(open_error)?;
            expect_another_schema(&in_use, found, in_log)?;
        }
        migrate(&writer, path, kept).await?;
        let _ = fs::remove_file(in_use.file.beside(UPGRADING));
        give_missing_profiles(&writer).await.map_err(open_error)?;
        renew_keys(&writer).await.map_err(open_error)?;
        // From now on, a copy of this file alone contains the tables.
        let mut connection = writer.acquire().await.map_err(open_error)?;
        fold(&mut connection).await.map_err(open_error)?;
        drop(connection);
        drop(preparing);
        let reading = SqlitePoolOptions::new()
            .max_connections(READERS + SNAPSHOTS)
            .acquire_timeout(Duration::from_secs(5))
            // A file does not disconnect. A ping would double the round trips of each statement.
            .test_before_acquire(false)
            .connect_with(options.read_only(true))
            .await
            .map_err(open_error)?;
        Ok(SqliteEngine {
            readers: Readers::new(reading.clone(), READERS as usize),
            near: Some(Arc::new(Near::new(&in_use.file.path))),
            reading,
            writes: WriteQueue::new(writer.clone()),
            writer,
            is_new: found == Found::Nothing,
            in_use: Some(Arc::new(in_use)),
        })
    }
}

/// The time that a statement waits for a lock of another process.
const BUSY: Duration = Duration::from_secs(5);

impl SqliteEngine {
    /// Opens a database for reading, up to date or not, unless it is of a newer program. Also
    /// returns its newest migration.
    pub(crate) async fn open_of_any_age(
        path: &Path,
    ) -> Result<(SqliteEngine, Option<i64>), OpenError> {
        let missing = || OpenError::Missing { path: path.into() };
        let file = DatabaseFile::at(path);
        if !file.path.exists() {
            return Err(match file.is_half_restored() {
                true => OpenError::Interrupted { path: path.into() },
                false => missing(),
            });
        }
        let preparing = lock(file.folder()).await?;
        let found = file.look().await?;
        if found == Found::Nothing {
            return Err(missing());
        }
        let options = SqliteConnectOptions::new()
            .filename(&file.path)
            .read_only(true)
            // A command may take its time: a backup is a single statement.
            .disable_statement_logging();
        let in_use = match file.take(found) {
            Ok(in_use) => Some(Arc::new(in_use)),
            // The folder is not writable, so no process can restore into it either.
            Err(OpenError::Open { .. }) => None,
            Err(error) => return Err(error),
        };
        drop(preparing);
        let open = SqlitePoolOptions::new()
            .max_connections(1 + SNAPSHOTS)
            .connect_with(options);
        let reading = open.await.map_err(|source| OpenError::Open {
            path: path.into(),
            source,
        })?;
        refuse_old_sqlite(&reading).await?;
        let found = newest_migration(&reading).await;
        match found {
            Some(version) if found > newest_known() => Err(OpenError::NewerDatabase {
                path: path.into(),
                version,
            }),
            _ => Ok((
                SqliteEngine {
                    writes: WriteQueue::new(reading.clone()),
                    writer: reading.clone(),
                    readers: Readers::new(reading.clone(), 1),
                    near: None,
                    reading,
                    is_new: false,
                    in_use,
                },
                found,
            )),
        }
    }

    pub(crate) async fn say_which(&self) {
        let Some(in_use) = &self.in_use else {
            return;
        };
        let path = in_use.file.path.display();
        if self.is_new {
            tracing::warn!(
                "created a new, empty database at {path}. If you expected an existing one, stop this program and name that one with --database"
            );
            return;
        }
        let users = match self.readers.lend().await {
            Ok(reader) => Connection::Lent(reader)
                .count_users()
                .await
                .unwrap_or_default(),
            Err(_) => 0,
        };
        tracing::info!(users, "using the database {path}");
    }

    /// Moves the log into the database file, and gives it a new mark (`mark.rs`). Does neither
    /// while somebody reads an earlier state, for example a backup.
    pub(crate) async fn fold_and_mark(&self) -> Result<(), SettleError> {
        let Some(in_use) = &self.in_use else {
            return Ok(());
        };
        let _preparing = lock(in_use.file.folder()).await?;
        let mut connection = self.writer.acquire().await?;
        if !fold(&mut connection).await? {
            return Ok(());
        }
        let was = header(&mut connection).await?;
        let next = another_mark(was.mark)?;
        let note = |marks| Note::Marked {
            marks,
            schema: Some(was.schema),
        };
        in_use.write_note(note([was.mark, next]))?;
        set_mark(&mut connection, next).await?;
        if fold(&mut connection).await? {
            // From now on, only copies have the earlier mark.
            in_use.write_note(note([next; 2]))?;
        }
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error(transparent)]
    Lock(#[from] OpenError),
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Returns a random mark that differs from the current one and from that of backups, which is 0.
pub(crate) fn another_mark(was: i64) -> io::Result<i64> {
    let random = getrandom::u32().map_err(|error| io::Error::other(error.to_string()))?;
    Ok(match i64::from(random >> 1) {
        mark if mark == was || mark == 0 => was % 1000 + 1,
        mark => mark,
    })
}

/// Moves all of the log into the database file. Returns `false` if somebody reads an earlier state.
/// It does not wait for them, because every write would wait as well.
pub(crate) async fn fold(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::query("PRAGMA busy_timeout = 100")
        .execute(&mut *connection)
        .await?;
    let folded = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *connection)
        .await;
    let patient = format!("PRAGMA busy_timeout = {}", BUSY.as_millis());
    sqlx::query(sqlx::AssertSqlSafe(patient))
        .execute(connection)
        .await?;
    folded?.try_get::<i64, _>(0).map(|busy| busy == 0)
}

/// Notes that the schema is about to differ from the noted one, until the migrated database gets a
/// new mark. Its mark is either the one in the file or the one in the log.
fn expect_another_schema(in_use: &InUse, found: Found, in_log: Header) -> Result<(), OpenError> {
    let note = match found {
        Found::Nothing => Note::Blank,
        Found::Ours(in_file) => Note::Marked {
            marks: [in_file.mark, in_log.mark],
            schema: None,
        },
    };
    in_use
        .write_note(note)
        .map_err(|source| in_use.file.cannot_open(source))
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

/// Locks a folder, once no other process is preparing a database in it. Two that start at the same
/// time would both switch a new file to WAL, which SQLite does not wait for, and both migrate it:
/// sqlx's own lock does nothing on SQLite.
///
/// The folder is locked instead of the database file: closing any other handle of that file would
/// drop SQLite's own locks on it (sqlite.org/howtocorrupt.html §2.2).
pub(crate) async fn lock(folder: &Path) -> Result<File, OpenError> {
    let locked = match File::open(folder) {
        // On a thread that may block for as long as the other process migrates.
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

/// The ending of the file that names the copy made before a migration, until the migration has
/// succeeded.
const UPGRADING: &str = ".upgrading";

/// Copies a database to a file next to it before it is migrated. To go back to the previous version
/// of the program, the operator restores this copy.
async fn keep_copy(writer: &sqlx::SqlitePool, file: &DatabaseFile) -> Result<PathBuf, OpenError> {
    // An earlier start has made the copy and then failed: the database may be partly migrated by
    // now.
    let note = file.beside(UPGRADING);
    if let Ok(name) = fs::read_to_string(&note)
        && let copy = PathBuf::from(name)
        && copy.exists()
    {
        return Ok(copy);
    }
    let version = newest_known().unwrap_or_default();
    let copy = free_name(file, &format!(".before-{version:04}"));
    let part = DatabaseFile::at(&copy).beside(".part");
    remove(&part);
    tracing::info!(
        "copying the database to {} before migrating it",
        copy.display()
    );
    let written = async {
        let handle = private(&part)?;
        give_to_owner(&handle, &file.path);
        let mut connection = writer.acquire().await.map_err(io::Error::other)?;
        write_copy(&mut connection, &part)
            .await
            .map_err(io::Error::other)?;
        finish(&part, BACKUP).await.map_err(io::Error::other)?;
        handle.sync_all()?;
        name_it(&part, &copy)?;
        fs::write(&note, copy.display().to_string())
    };
    match written.await {
        Ok(()) => Ok(copy),
        Err(source) => {
            remove(&part);
            Err(OpenError::Copy { path: copy, source })
        }
    }
}

async fn migrate(
    writer: &sqlx::SqlitePool,
    path: &Path,
    kept: Option<PathBuf>,
) -> Result<(), OpenError> {
    MIGRATIONS.run(writer).await.map_err(|source| match source {
        MigrateError::VersionMissing(version) => OpenError::NewerDatabase {
            path: path.into(),
            version,
        },
        source => OpenError::Migrate {
            path: path.into(),
            source,
            kept: kept.unwrap_or_default(),
        },
    })
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
