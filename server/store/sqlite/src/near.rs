//! The most frequent reads, run in the calling thread.
//!
//! sqlx gives each connection a thread of its own, and the round trip to that thread costs several
//! times as much as looking up a row by an index. So the statements here, each of which reads one
//! row, are run by rusqlite in the calling thread, with the same copy of SQLite and the same SQL
//! text, on read-only connections. They never wait: what cannot be answered at once goes to sqlx's
//! connection, which waits and reports errors. Decision 30 has the reasons.

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Params, Row, named_params};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::{
    SecretHash,
    profiles::{Findable, ProfileRow},
    sessions::{ActiveSession, SessionCutoffs},
};

use crate::sql::found_session::FoundSession;

/// The connections. A statement never awaits, so there are no more of them than threads that call.
#[derive(Debug)]
pub struct Near {
    path: PathBuf,
    /// `None` once they are closed.
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Near {
    pub fn new(path: &Path) -> Near {
        Near {
            path: path.into(),
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    /// Closes the connections. One that is in use is closed when its statement has ended.
    pub fn close(&self) {
        *self.idle() = None;
    }

    /// Returns the profile at a username; the outer `None` means that sqlx has to be asked.
    pub fn find_profile(&self, username_key: &str, who: Findable) -> Option<Option<ProfileRow>> {
        let confirmed_only = who == Findable::Confirmed;
        self.find(
            include_str!("../../sql/find_profile.sql"),
            named_params! {"$1": username_key, "$2": confirmed_only},
            |row| {
                Ok(ProfileRow {
                    id: row.get(0)?,
                    username: row.get(1)?,
                    role: row.get(2)?,
                    version: row.get(3)?,
                    fields: row.get(4)?,
                    audiences: row.get(5)?,
                    listed: row.get(6)?,
                    in_directory: row.get(7)?,
                    created_at: row.get(8)?,
                    updated_at: row.get(9)?,
                })
            },
        )
    }

    /// Returns the session with an id; the outer `None` means that sqlx has to be asked.
    pub fn find_session(
        &self,
        id: &SecretHash,
        at: SessionCutoffs,
    ) -> Option<Option<ActiveSession>> {
        let found = self.find(
            include_str!("../../sql/find_session.sql"),
            named_params! {"$1": &id[..], "$2": at.now, "$3": at.idle_since, "$4": at.rotated_since},
            |row| {
                Ok(FoundSession {
                    id_hash: row.get(0)?,
                    id: row.get(1)?,
                    username: row.get(2)?,
                    role: row.get(3)?,
                    last_seen_at: row.get(4)?,
                    rotate: row.get(5)?,
                    confirmed_at: row.get(6)?,
                    second_at: row.get(7)?,
                    has_second: row.get(8)?,
                    has_email: row.get(9)?,
                    waits_since: row.get(10)?,
                    version: row.get(11)?,
                    fields: row.get(12)?,
                    audiences: row.get(13)?,
                    listed: row.get(14)?,
                    in_directory: row.get(15)?,
                    created_at: row.get(16)?,
                    updated_at: row.get(17)?,
                })
            },
        );
        found.map(|found| found.map(FoundSession::active))
    }

    /// Returns the row that a statement finds; the outer `None` means that it could not be run.
    fn find<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Option<Option<T>> {
        let connection = self.take()?;
        let found = connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(parameters, read).optional());
        match found {
            Ok(found) => {
                self.give_back(connection);
                Some(found)
            }
            Err(error) => {
                tracing::debug!(%error, "a statement is left to sqlx");
                None
            }
        }
    }

    fn take(&self) -> Option<Connection> {
        if let Some(connection) = self.idle().as_mut()?.pop() {
            return Some(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(&self.path, flags)
            .and_then(|connection| {
                connection.busy_timeout(Duration::ZERO)?;
                Ok(connection)
            })
            .inspect_err(|error| tracing::debug!(%error, "a connection is left to sqlx"))
            .ok()
    }

    fn give_back(&self, connection: Connection) {
        if let Some(idle) = self.idle().as_mut() {
            idle.push(connection);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
