//! The database file and the files next to it: whose database it is, who is using it, and who may
//! read it.
//!
//! A file is inspected without writing: a database of another program stays unchanged to the byte,
//! and so does its folder.

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown},
    path::{Path, PathBuf},
};

use crate::{
    mark::{self, Header, NOTE_BYTES, Note},
    open_error::OpenError,
};

/// The application id in the header of each of our databases (migration 0011): "Silh".
pub const APPLICATION_ID: i64 = 0x5369_6c68;

/// A database file, which may not exist.
#[derive(Debug, Clone)]
pub struct DatabaseFile {
    /// The path as it was given, for messages.
    pub named: PathBuf,
    /// The path with all symbolic links resolved. SQLite creates its other files next to it.
    pub path: PathBuf,
}

/// The result of inspecting the path of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A missing file, or one that nothing has been written to.
    Nothing,
    Ours(Header),
}

/// A lock on the database file. A restore needs it exclusively; all other uses share it. It is
/// released when the process ends, however it ends.
#[derive(Debug)]
pub struct InUse {
    pub file: DatabaseFile,
    lock: File,
}

impl DatabaseFile {
    pub fn at(named: &Path) -> DatabaseFile {
        let mut path = std::path::absolute(named).unwrap_or_else(|_| named.to_owned());
        // The same number of links as Linux follows.
        for _ in 0..40 {
            match fs::read_link(&path) {
                Ok(target) => path = folder_of(&path).join(target),
                Err(_) => break,
            }
        }
        DatabaseFile {
            named: named.to_owned(),
            path,
        }
    }

    pub fn folder(&self) -> &Path {
        folder_of(&self.path)
    }

    /// Returns the path of a file with the same name and an ending.
    pub fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(ending);
        path.into()
    }

    /// Creates the folder if it is missing, accessible to this user only.
    pub fn make_folder(&self) -> Result<(), OpenError> {
        let folder = self.folder();
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|source| OpenError::Folder {
            path: folder_of(&self.named).into(),
            source,
        })
    }

    /// Determines whose database the file is, and reads its header. The log is not taken into
    /// account.
    pub async fn look(&self) -> Result<Found, OpenError> {
        let bytes = match fs::metadata(&self.path) {
            Ok(found) if found.is_dir() => {
                return Err(self.cannot_open(io::ErrorKind::IsADirectory.into()));
            }
            Ok(found) => found.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(source) => return Err(self.cannot_open(source)),
        };
        if bytes == 0 {
            // SQLite would delete the log.
            return match self.has_log() {
                true => Err(OpenError::LogAlone {
                    path: self.named.clone(),
                }),
                false => Ok(Found::Nothing),
            };
        }
        let options = SqliteConnectOptions::new().filename(&self.path);
        let error = |source| self.refused(source);
        let mut connection = options
            .read_only(true)
            // Creates neither locks nor files next to it.
            .immutable(true)
            // Otherwise SQLite rejects a file that is shorter than its header says, such as one of
            // a program that died during a checkpoint.
            .pragma("writable_schema", "ON")
            .connect()
            .await
            .map_err(error)?;
        let found = self.judge(&mut connection).await;
        // An error here is harmless: nothing was written.
        let _ = connection.close().await;
        found
    }

    async fn judge(&self, connection: &mut SqliteConnection) -> Result<Found, OpenError> {
        let id: i64 = sqlx::query_scalar("PRAGMA application_id")
            .fetch_one(&mut *connection)
            .await
            .map_err(|source| self.refused(source))?;
        let header = header(&mut *connection)
            .await
            .map_err(|source| self.refused(source))?;
        if id == APPLICATION_ID {
            return Ok(Found::Ours(header));
        }
        let foreign = |what| OpenError::Foreign {
            path: self.named.clone(),
            what,
        };
        if id != 0 {
            return Err(foreign(format!("its application_id is {id:#010x}")));
        }
        // The database is from before there was an id, or its creation was interrupted.
        match tables(connection).await {
            Ok(tables) if tables.is_empty() => match self.has_log() {
                false => Ok(Found::Nothing),
                true if self.log_makes_our_tables() => Ok(Found::Ours(header)),
                true => Err(foreign(
                    "the contents of its log are not Silhouette's".to_owned(),
                )),
            },
            Ok(tables) => match first_migration(connection, &tables).await {
                Ok(true) => Ok(Found::Ours(header)),
                Ok(false) => {
                    let some = tables.iter().take(3).map(|name| format!("{name:?}"));
                    let some = some.collect::<Vec<_>>().join(", ");
                    Err(foreign(format!("it has the tables {some}")))
                }
                Err(source) => Err(self.refused(source)),
            },
            // Partly written when the program died; the rest is in the log.
            Err(_) if self.has_log() && self.log_makes_our_tables() => Ok(Found::Ours(header)),
            Err(source) => Err(self.refused(source)),
        }
    }

    /// Returns whether there is a log with changes that are not in the file, or may not be.
    pub fn has_log(&self) -> bool {
        // An unreadable log may hold changes.
        File::open(self.beside("-wal")).is_ok_and(|log| mark::holds_frames(log).unwrap_or(true))
    }

    /// Returns whether the log creates our tables. This is for a database that exists only in its
    /// log: one from before there was an id, or one whose creation was interrupted.
    fn log_makes_our_tables(&self) -> bool {
        let Ok(mut log) = File::open(self.beside("-wal")) else {
            return false;
        };
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes).is_ok() && makes_our_tables(&bytes)
    }

    /// Creates the file so that only this user can read it, before SQLite creates one that others
    /// can read. SQLite gives the files next to it the same mode.
    pub fn make_private(&self) -> Result<(), OpenError> {
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.path);
        match made {
            Ok(file) => {
                give_to_owner(&file, self.folder());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(source) => Err(self.cannot_open(source)),
        }
    }

    /// Removes the permissions of other users on the existing files.
    pub fn tighten(&self) {
        for ending in ["", "-wal", "-shm", ".lock"] {
            let path = self.beside(ending);
            let Ok(found) = fs::metadata(&path) else {
                continue;
            };
            let mode = found.permissions().mode();
            if mode & 0o077 == 0 {
                continue;
            }
            let path = path.display();
            match fs::set_permissions(self.beside(ending), Permissions::from_mode(mode & 0o7700)) {
                Ok(()) => tracing::warn!(
                    "{path} could be read by other users of this machine; its mode was changed so that it cannot"
                ),
                Err(error) => tracing::warn!(
                    %error,
                    "{path} can be read by other users of this machine, and its mode cannot be changed"
                ),
            }
        }
    }

    /// Locks the file for shared use.
    ///
    /// # Errors
    /// An error if the log does not belong to the file, or a restore has not finished.
    pub fn take(self, found: Found) -> Result<InUse, OpenError> {
        let lock = self
            .open_lock()
            .map_err(|source| self.cannot_open(source))?;
        let in_use = InUse { file: self, lock };
        match in_use.lock.try_lock() {
            // No other process uses the file. One that did would have checked it already.
            Ok(()) => in_use.check(found)?,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(in_use.file.cannot_open(source)),
        }
        match in_use.lock.try_lock_shared() {
            Ok(()) => Ok(in_use),
            Err(TryLockError::WouldBlock) => Err(OpenError::Restoring {
                path: in_use.file.named.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(in_use.file.cannot_open(source)),
        }
    }

    /// Locks the file for exclusive use. Returns `None` if another process uses it.
    pub fn take_alone(self) -> Result<Option<InUse>, OpenError> {
        let lock = self
            .open_lock()
            .map_err(|source| self.cannot_open(source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(InUse { file: self, lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(self.cannot_open(source)),
        }
    }

    /// Returns whether a restore has started here and has not finished.
    pub fn is_half_restored(&self) -> bool {
        fs::read(self.beside(".lock")).is_ok_and(|note| Note::parse(&note) == Note::Restoring)
    }

    fn open_lock(&self) -> io::Result<File> {
        let path = self.beside(".lock");
        let is_new = !path.exists();
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path);
        match opened {
            Ok(file) => {
                if is_new {
                    give_to_owner(&file, &self.path);
                }
                Ok(file)
            }
            // Read access is enough for a lock.
            Err(error) => File::open(&path).map_err(|_| error),
        }
    }

    pub fn cannot_open(&self, source: io::Error) -> OpenError {
        self.refused(sqlx::Error::Io(source))
    }

    fn refused(&self, source: sqlx::Error) -> OpenError {
        let path = self.named.clone();
        match has_code(&source, NOT_A_DATABASE) || has_code(&source, CORRUPT) {
            true => OpenError::NoDatabase { path },
            false => OpenError::Open { path, source },
        }
    }
}

impl InUse {
    fn check(&self, found: Found) -> Result<(), OpenError> {
        let path = || self.file.named.clone();
        let note = self.note();
        if note == Note::Restoring {
            return Err(OpenError::Interrupted { path: path() });
        }
        let Found::Ours(header) = found else {
            return Ok(());
        };
        if !self.file.has_log() {
            return Ok(());
        }
        let log = File::open(self.file.beside("-wal"));
        let in_log = log.and_then(|log| mark::headers_in_log(io::BufReader::new(log)));
        let in_log = in_log.map_err(|source| self.file.cannot_open(source))?;
        match mark::belongs(header, note, &in_log) {
            true => Ok(()),
            false => Err(OpenError::OtherLog {
                path: path(),
                real: self.file.path.clone(),
            }),
        }
    }

    /// Returns whether no other process uses the file. If so, none can until this lock is dropped.
    /// If not, this process may have lost its own lock.
    pub fn is_alone(&self) -> io::Result<bool> {
        match self.lock.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(source)) => Err(source),
        }
    }

    fn note(&self) -> Note {
        let mut bytes = [0; NOTE_BYTES];
        match self.lock.read_exact_at(&mut bytes, 0) {
            Ok(()) => Note::parse(&bytes),
            Err(_) => Note::Blank,
        }
    }

    /// Writes a note about the database, and flushes it to disk.
    pub fn write_note(&self, note: Note) -> io::Result<()> {
        self.lock.write_all_at(&note.print(), 0)?;
        self.lock.sync_all()
    }
}

/// Reads the header as this connection sees it.
pub async fn header(connection: &mut SqliteConnection) -> Result<Header, sqlx::Error> {
    Ok(Header {
        mark: sqlx::query_scalar("PRAGMA user_version")
            .fetch_one(&mut *connection)
            .await?,
        schema: sqlx::query_scalar("PRAGMA schema_version")
            .fetch_one(connection)
            .await?,
    })
}

async fn tables(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rootpage")
        .fetch_all(connection)
        .await
}

/// Returns whether the first migration is ours. If the program died before it, checks instead that
/// there is no table except the one for migrations.
async fn first_migration(
    connection: &mut SqliteConnection,
    tables: &[String],
) -> Result<bool, sqlx::Error> {
    if !tables.iter().any(|table| table == "_sqlx_migrations") {
        return Ok(false);
    }
    let first: Option<String> =
        sqlx::query_scalar("SELECT description FROM _sqlx_migrations ORDER BY version LIMIT 1")
            .fetch_optional(connection)
            .await?;
    Ok(match first {
        Some(first) => first == "users profiles sessions",
        None => tables.len() == 1,
    })
}

/// Checks the statements in a log: those of our first migration, or only those of sqlx.
fn makes_our_tables(log: &[u8]) -> bool {
    let starts = |words: &[u8]| {
        let ends = log.windows(words.len()).enumerate();
        let ends = ends.filter(|(_, part)| *part == words);
        ends.map(|(at, _)| at + words.len()).collect::<Vec<_>>()
    };
    let tables = starts(b"CREATE TABLE ");
    !starts(b"CREATE TRIGGER users_insert_profile").is_empty()
        || !tables.is_empty()
            && tables
                .into_iter()
                .all(|at| log[at..].starts_with(b"_sqlx_migrations"))
}

/// Returns the folder that contains a file.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Changes the owner of a file created by root to the owner of another file, or of that file's
/// folder if it does not exist: the site does not run as root.
pub fn give_to_owner(file: &File, of: &Path) {
    let owner = fs::metadata(of).or_else(|_| fs::metadata(folder_of(of)));
    if let (Ok(owner), Ok(own)) = (owner, file.metadata())
        && (owner.uid(), owner.gid()) != (own.uid(), own.gid())
        && own.uid() == 0
    {
        // If this fails, the site reports that it cannot read the file.
        let _ = fchown(file, Some(owner.uid()), Some(owner.gid()));
    }
}

/// Primary result codes of SQLite (sqlite.org/rescode.html).
const CORRUPT: u32 = 11;
const NOT_A_DATABASE: u32 = 26;

fn has_code(error: &sqlx::Error, code: u32) -> bool {
    let found = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    found
        .and_then(|code| code.parse::<u32>().ok())
        .map(|found| found & 0xff)
        == Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_says_whose_tables_it_makes() {
        for (log, ours) in [
            ("", false),
            ("..CREATE TABLE _sqlx_migrations (..", true),
            (
                "..CREATE TABLE _sqlx_migrations (..CREATE TABLE notes (..",
                false,
            ),
            (
                "..CREATE TABLE users (..CREATE TRIGGER users_insert_profile AFTER..",
                true,
            ),
            ("..CREATE TABLE notes (..", false),
        ] {
            assert_eq!(makes_our_tables(log.as_bytes()), ours, "{log}");
        }
    }
}
