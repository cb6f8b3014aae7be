//! The reasons that a database cannot be opened, and what to do about each.

use sqlx::migrate::MigrateError;
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot create the folder {path}: {source}. Choose another location with --database")]
    Folder { path: PathBuf, source: io::Error },
    #[error(
        "cannot open the database {path}: {source}. Check that this user may read and write it and its folder, or choose another file with --database"
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
        "the database {path} was last used by an older Silhouette. Start this version once with `silhouette serve`, which migrates it"
    )]
    OlderDatabase { path: PathBuf },
    #[error(
        "cannot copy the database to {path} before it is migrated: {source}. Free up disk space there, and check that this user may write there. The database was not changed"
    )]
    Copy { path: PathBuf, source: io::Error },
    #[error(
        "the database {path} could not be migrated: {source}. To go back, run `silhouette restore {kept}`, then start the previous version"
    )]
    Migrate {
        path: PathBuf,
        source: MigrateError,
        /// The copy made before the migration.
        kept: PathBuf,
    },
    #[error(
        "{path} is not a database, or is damaged; nothing was written to it. Choose another file with --database, or put a backup in its place with `silhouette restore`"
    )]
    NoDatabase { path: PathBuf },
    #[error(
        "{path} is a database of another program ({what}); nothing was written to it. Choose another file with --database"
    )]
    Foreign { path: PathBuf, what: String },
    #[error(
        "the database {path} is missing or empty, but there is a log next to it, {path}-wal, which would be lost. Put back the database that the log belongs to, or move the log elsewhere"
    )]
    LogAlone { path: PathBuf },
    #[error(
        "{path} was replaced by a copy, and the log next to it belongs to the previous database and would bring back some or all of its data. Nothing was changed. To use the copy: mv {real}-wal {real}-wal.old. If the two were copied together and belong to each other: rm {real}.lock. Then start again. `silhouette restore` puts a backup in place without this problem", real = .real.display()
    )]
    OtherLog { path: PathBuf, real: PathBuf },
    #[error(
        "a restore of the database {path} did not finish. Run `silhouette restore` again; the previous files are next to it"
    )]
    Interrupted { path: PathBuf },
    #[error("the database {path} is being restored; try again when the restore has finished")]
    Restoring { path: PathBuf },
}
