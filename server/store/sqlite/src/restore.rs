//! Restoring a backup in the place of the database.
//!
//! The previous database is kept, together with its log, because SQLite would replay a log that
//! stays over the file that takes its place. The backup is copied, checked and flushed to disk
//! before anything is moved. If the program dies while files are moved, a note says so, and no site
//! starts on an incomplete database.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};
use time::OffsetDateTime;

use crate::{
    copy::{Content, Damage, finish, free_name, private, remove, watch},
    file::{DatabaseFile, Found, InUse, folder_of, give_to_owner},
    mark::Note,
    migrations::newest_known,
    open::{another_mark, lock},
    open_error::OpenError,
};

/// A restored backup.
#[derive(Debug)]
pub struct Restored {
    pub users: i64,
    /// The time of the last change to a profile.
    pub changed_at: Option<i64>,
    /// The previous database, if there was one.
    pub kept: Option<PathBuf>,
    /// True if the next start migrates it.
    pub is_older: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// An error of the backup, or of the path to restore it to.
    #[error("{0}")]
    Open(#[from] OpenError),
    #[error("there is no backup {path}, or it is empty")]
    Nothing { path: PathBuf },
    #[error("{path} is not a Silhouette backup: {why}. Nothing was changed; restore another file")]
    NoBackup { path: PathBuf, why: String },
    #[error(
        "{path} is the database of a running site and cannot be copied safely. Make a backup of it with `silhouette backup`"
    )]
    Alive { path: PathBuf },
    #[error("{path} is the current database; give a backup of it")]
    Itself { path: PathBuf },
    #[error(
        "the backup {path} was made by a newer Silhouette (migration {version} is unknown here). Restore it with that version"
    )]
    Newer { path: PathBuf, version: i64 },
    #[error("{damage}, in the backup {path}. Nothing was changed; restore another backup")]
    Damaged { path: PathBuf, damage: Damage },
    #[error("a site or a command is using the database {path}. Stop it first; nothing was changed")]
    InUse { path: PathBuf },
    #[error(
        "cannot write next to the database {path}: {source}. Check that this user may write there, and that there is enough disk space. Nothing was changed"
    )]
    Write { path: PathBuf, source: io::Error },
    #[error(
        "cannot move the files of the database {path}: {source}. Run `silhouette restore` again; until then no site starts on it"
    )]
    Move { path: PathBuf, source: io::Error },
}

/// Restores a backup in the place of a database. If it takes long, `tell` is called with the number
/// of bytes copied and the total.
pub async fn restore(
    backup: &Path,
    database: &Path,
    now: i64,
    tell: impl Fn(u64, u64),
) -> Result<Restored, RestoreError> {
    let (source, file) = (DatabaseFile::at(backup), DatabaseFile::at(database));
    let header = look(&source, &file).await?;
    file.make_folder()?;
    let _preparing = lock(file.folder()).await?;
    let path = || database.to_owned();
    let Some(place) = file.take_alone()? else {
        return Err(RestoreError::InUse { path: path() });
    };
    let copy = place.file.beside(".restoring");
    let restored = async {
        let copied = copy_to(&source, &place.file, &copy, tell).await;
        let bytes = copied.map_err(|source| RestoreError::Write {
            path: path(),
            source,
        })?;
        let mark = another_mark(header).map_err(|source| RestoreError::Write {
            path: path(),
            source,
        })?;
        let damaged = |damage| RestoreError::Damaged {
            path: backup.into(),
            damage,
        };
        let content = finish(&copy, mark).await.map_err(damaged)?;
        if Some(content.version) > newest_known() {
            return Err(RestoreError::Newer {
                path: backup.into(),
                version: content.version,
            });
        }
        bytes.sync_all().map_err(|source| RestoreError::Write {
            path: path(),
            source,
        })?;
        Ok(content)
    };
    let content = match restored.await {
        Ok(restored) => restored,
        Err(error) => {
            remove(&copy);
            return Err(error);
        }
    };
    let kept = exchange(&place, &copy, now).map_err(|source| RestoreError::Move {
        path: path(),
        source,
    })?;
    let Content {
        users,
        changed_at,
        version,
    } = content;
    Ok(Restored {
        users,
        changed_at,
        kept,
        is_older: Some(version) < newest_known(),
    })
}

/// Checks that there is a backup that may be restored here. Returns its mark.
async fn look(source: &DatabaseFile, place: &DatabaseFile) -> Result<i64, RestoreError> {
    let path = || source.named.clone();
    let (one, other) = (
        fs::canonicalize(&source.path),
        fs::canonicalize(&place.path),
    );
    if let (Ok(one), Ok(other)) = (one, other)
        && one == other
    {
        return Err(RestoreError::Itself { path: path() });
    }
    let no_backup = |error| RestoreError::NoBackup {
        path: path(),
        why: match error {
            OpenError::NoDatabase { .. } => "it is not a database, or it is damaged".to_owned(),
            OpenError::Foreign { what, .. } => {
                format!("it is a database of another program ({what})")
            }
            OpenError::Open { source, .. } => source.to_string(),
            error => error.to_string(),
        },
    };
    let found = source.look().await.map_err(no_backup)?;
    let Found::Ours(header) = found else {
        return Err(RestoreError::Nothing { path: path() });
    };
    // A backup has no lock file.
    if source.beside(".lock").exists() {
        match source.clone().take_alone()? {
            None => return Err(RestoreError::Alive { path: path() }),
            Some(taken) => drop(taken),
        }
        // Checks that its log belongs to it.
        source.clone().take(found)?;
    }
    Ok(header.mark)
}

/// Copies a backup, with its log if it has one.
async fn copy_to(
    source: &DatabaseFile,
    place: &DatabaseFile,
    copy: &Path,
    tell: impl Fn(u64, u64),
) -> io::Result<File> {
    remove(copy);
    let owner = match place.path.exists() {
        true => place.path.clone(),
        false => place.folder().to_owned(),
    };
    let mut from = File::open(&source.path)?;
    let bytes = from.metadata()?.len();
    let log = source.has_log().then(|| source.beside("-wal"));
    let (target, log_target) = (copy.to_owned(), DatabaseFile::at(copy).beside("-wal"));
    let copying = tokio::task::spawn_blocking(move || {
        let mut to = private(&target)?;
        give_to_owner(&to, &owner);
        io::copy(&mut from, &mut to)?;
        if let Some(log) = log {
            io::copy(&mut File::open(log)?, &mut private(&log_target)?)?;
        }
        Ok(())
    });
    let copied: io::Result<()> = watch(copying, copy, bytes, tell)
        .await
        .unwrap_or_else(|_| Err(io::Error::other("the copy was cut off")));
    copied?;
    // Opened again before SQLite opens it: closing a handle of a file drops SQLite's locks on it.
    OpenOptions::new().read(true).write(true).open(copy)
}

/// Moves the existing files aside together, and the copy into their place. Returns the new path of
/// the previous database, if there was one.
fn exchange(place: &InUse, copy: &Path, now: i64) -> io::Result<Option<PathBuf>> {
    let file = &place.file;
    file.tighten();
    place.write_note(Note::Restoring)?;
    let aside = aside(file, now);
    let mut kept = None;
    // The log first: in the new place, a log without its file is useless, but a file without its
    // log would be taken for the complete database.
    for ending in ["-shm", "-wal", ""] {
        let from = file.beside(ending);
        let mut to = aside.clone().into_os_string();
        to.push(ending);
        match fs::rename(&from, &to) {
            Ok(()) => kept = Some(aside.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    fs::rename(copy, &file.path)?;
    File::open(folder_of(&file.path))?.sync_all()?;
    place.write_note(Note::Blank)?;
    Ok(kept)
}

/// Returns an unused name that says what the files are and when they were moved aside.
fn aside(file: &DatabaseFile, now: i64) -> PathBuf {
    let at = OffsetDateTime::from_unix_timestamp(now.div_euclid(1000))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (hour, minute, second) = at.to_hms();
    let stamp = format!(
        ".before-{:04}{:02}{:02}-{hour:02}{minute:02}{second:02}",
        at.year(),
        u8::from(at.month()),
        at.day()
    );
    free_name(file, &stamp)
}
