//! The database as decisions see it: tables to read and write, and transactions.
//!
//! Each table has a trait with the queries on its rows, in plain types; [`Tables`] combines all of
//! them. Nothing here makes decisions or contains SQL: an engine is a crate next to this one,
//! `store-sqlite` or `store-postgres`, which implements [`engine::Engine`]. Both compile the same
//! statements, from `server/store/sql`.
//!
//! | file | content |
//! |---|---|
//! | `engine` | the interface of a database engine |
//! | `failure` | failures of statements and transactions |
//! | `tables` | all traits of tables in one |
//! | `users`, `addresses`, `closing` | the table `users`: login, email addresses, closed accounts |
//! | `management` | accounts as managers see them |
//! | `approval` | accounts that wait for approval, and the last digest about them |
//! | `arrivals` | imported users, and their passwords until they first log in |
//! | `factors` | second factors: apps, passkeys, recovery codes |
//! | `names` | current and former usernames |
//! | `sessions`, `devices` | sessions, and the browsers that users have logged in with |
//! | `tokens`, `mails` | links in emails, and the outbox |
//! | `invitations` | invitations and their links |
//! | `profiles`, `changes`, `avatars` | profiles, their history, their pictures |
//! | `directory` | the index of the members' directory |
//! | `events`, `limits`, `watch` | the audit log, rate limits, the last trusted time |
//! | `revisions` | schemas that were applied |
//! | `transfer` | whole tables, copied from one database to another |
//! | `erasure`, `export` | everything about one user, to erase or to download |
//! | `stats` | counters of an engine |
//! | `checkup` | queries about a whole database |
//! | `bucket`, `client` | the buckets of rate limits, and the client that sends a request |
//!
//! To add a query, declare a method in the trait of its table, with a doc comment that callers can
//! rely on; write its statement into the file of that table in `server/store/sql`, followed by
//! `failed("table.method")`, so that the log can name it; then run `make sql`.

pub mod addresses;
pub mod approval;
pub mod arrivals;
pub mod avatars;
pub mod bucket;
pub mod changes;
pub mod checkup;
pub mod client;
pub mod closing;
pub mod devices;
pub mod directory;
pub mod engine;
pub mod erasure;
pub mod events;
pub mod export;
pub mod factors;
pub mod failure;
pub mod invitations;
pub mod limits;
pub mod mails;
pub mod management;
pub mod names;
pub mod profiles;
pub mod revisions;
pub mod sessions;
pub mod stats;
pub mod tables;
pub mod tokens;
pub mod transfer;
pub mod users;
pub mod watch;

use app::{
    error::AppError,
    text::{Language, language, with_locale},
};
use std::{
    error::Error,
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
};
use tokio::sync::oneshot;
use tracing::{Instrument, Span};

use engine::{Engine, Isolation, Lease, Transaction, Work};
use failure::Result;
use limits::Tries;
use profiles::{Findable, ProfileRow};
use sessions::{ActiveSession, SessionCutoffs};
use stats::WriteStats;
use tables::Tables;

/// The SHA-256 hash of a secret, the only form in which a secret is stored.
pub type SecretHash = [u8; 32];

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Arc<dyn Engine>,
    /// The revision of the schema that writes are based on; `None` if it does not matter.
    revision: Option<i64>,
}

impl Store {
    pub fn new(engine: impl Engine + 'static) -> Store {
        Store {
            engine: Arc::new(engine),
            revision: None,
        }
    }

    /// Returns this database for decisions that are based on a revision of the schema. Once another
    /// revision is the newest, [`write`](Store::write) and [`write_counted`](Store::write_counted)
    /// write nothing any more: the decision was made by rules that no longer apply.
    #[must_use]
    pub fn under(&self, revision: Option<i64>) -> Store {
        Store {
            engine: Arc::clone(&self.engine),
            revision,
        }
    }

    /// Runs `work` in a serializable transaction: all of it is on disk when this returns `Ok`, and
    /// none of it when it returns `Err`. It continues even if the caller is dropped.
    ///
    /// An engine may run `work` more than once, each time in a new transaction. So `work` borrows
    /// `input`, and must use nothing but that and the transaction.
    ///
    /// # Errors
    /// The error of `work`; [`AppError::Busy`] if the database cannot accept the write, conflicts
    /// with other writes persist, or another revision of the schema is in use by now;
    /// [`AppError::Unconfirmed`] if the connection was lost before the database confirmed the
    /// commit: then the write may be on disk.
    pub async fn write<I, T, F>(&self, input: I, work: F) -> std::result::Result<T, AppError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'c> Fn(&'c mut dyn Tables, &'c I) -> Work<'c, T> + Send + Sync + 'static,
    {
        self.run(Isolation::Serializable, Tries::none(), input, work)
            .await
    }

    /// Counts tries, and then does what [`write`](Store::write) does. If nothing is written,
    /// nothing is counted.
    ///
    /// # Errors
    /// Those of [`write`](Store::write), and [`AppError::TooMany`].
    pub async fn write_counted<I, T, F>(
        &self,
        tries: Tries,
        input: I,
        work: F,
    ) -> std::result::Result<T, AppError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'c> Fn(&'c mut dyn Tables, &'c I) -> Work<'c, T> + Send + Sync + 'static,
    {
        self.run(Isolation::Serializable, tries, input, work).await
    }

    /// Runs `work` with statements that are independent of each other and need no transaction
    /// around them: counters, claims, sweeps. In a transaction, they would conflict with all others
    /// that touch the same rows.
    ///
    /// # Errors
    /// Those of [`write`](Store::write). Changes made before the error may stay.
    pub async fn write_singly<I, T, F>(&self, input: I, work: F) -> std::result::Result<T, AppError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'c> Fn(&'c mut dyn Tables, &'c I) -> Work<'c, T> + Send + Sync + 'static,
    {
        self.run(Isolation::Statement, Tries::none(), input, work)
            .await
    }

    async fn run<I, T, F>(
        &self,
        isolation: Isolation,
        tries: Tries,
        input: I,
        work: F,
    ) -> std::result::Result<T, AppError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'c> Fn(&'c mut dyn Tables, &'c I) -> Work<'c, T> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.engine.write(Box::new(Pending {
            revision: self
                .revision
                .filter(|_| isolation == Isolation::Serializable),
            isolation,
            tries,
            input,
            work,
            result: None,
            reply,
            language: language(),
            span: Span::current(),
        }));
        answer.await.unwrap_or_else(|_| {
            tracing::error!("a write was given up");
            Err(AppError::Internal)
        })
    }

    /// Returns a connection for reading. Each statement sees what has been committed by then.
    pub async fn reader(&self) -> Result<Reader> {
        self.engine.reader().await.map(Reader)
    }

    /// Returns the profile that a reader finds by username ([`Profiles`](profiles::Profiles)),
    /// without waiting for a reader if the engine can do without one.
    pub async fn find_profile(&self, key: &str, who: Findable) -> Result<Option<ProfileRow>> {
        match self.engine.find_profile_near(key, who) {
            Some(found) => Ok(found),
            None => self.reader().await?.find_profile(key, who).await,
        }
    }

    /// Returns the session that a reader finds by id ([`Sessions`](sessions::Sessions)), in the
    /// same way.
    pub async fn find_session(
        &self,
        id: &SecretHash,
        at: SessionCutoffs,
    ) -> Result<Option<ActiveSession>> {
        match self.engine.find_session_near(id, at) {
            Some(found) => Ok(found),
            None => self.reader().await?.find_session(id, at).await,
        }
    }

    /// Returns a connection whose statements all see the same moment.
    pub async fn snapshot(&self) -> Result<Reader> {
        self.engine.snapshot().await.map(Reader)
    }

    /// Returns a snapshot on a connection outside the pool, for work that takes long: it takes no
    /// connection away from the pages.
    pub async fn snapshot_apart(&self) -> Result<Reader> {
        self.engine.snapshot_apart().await.map(Reader)
    }

    /// Returns a connection for reading that no write affects until it is dropped. It has no time
    /// limit.
    pub async fn freeze(&self) -> Result<Reader> {
        self.engine.freeze().await.map(Reader)
    }

    /// Returns a transaction on a connection of its own, without a time limit. It ends with
    /// [`commit`](transfer::Transfer::commit); without that, it is rolled back.
    pub async fn write_apart(&self) -> Result<Reader> {
        self.engine.write_apart().await.map(Reader)
    }

    /// Returns whether nobody else uses the database: no site and no command. In SQLite, nobody can
    /// from then on until it is closed.
    pub async fn is_alone(&self) -> Result<bool> {
        self.engine.is_alone().await
    }

    /// Returns the counters of this program's writes since the database was opened.
    pub fn stats(&self) -> WriteStats {
        self.engine.stats()
    }

    /// Returns the damage of the database, as described by its engine; empty if there is none. This
    /// reads the whole database.
    pub async fn damage(&self) -> Result<Vec<String>> {
        self.engine.damage().await
    }

    /// Waits for running writes, and closes the database.
    pub async fn close(self) {
        self.engine.close().await;
    }

    /// Checks that the database responds.
    pub async fn ping(&self) -> Result<()> {
        self.reader().await?.ping().await
    }

    /// Logs which database this is: a program started in another folder would find an empty site,
    /// and nothing else would tell why.
    pub async fn announce(&self) {
        self.engine.announce().await;
    }

    /// Tidies the files of the database, if the engine has any.
    pub async fn settle(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
        self.engine.settle().await
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

/// A connection for reading, or with a transaction of its own. It is returned when it is dropped.
pub struct Reader(Box<dyn Lease>);

impl Deref for Reader {
    type Target = dyn Tables;

    fn deref(&self) -> &Self::Target {
        self.0.tables()
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.0.tables_mut()
    }
}

/// A write and, once it has run, its result.
struct Pending<I, T, F> {
    revision: Option<i64>,
    isolation: Isolation,
    tries: Tries,
    input: I,
    work: F,
    result: Option<T>,
    reply: oneshot::Sender<std::result::Result<T, AppError>>,
    /// The language and the span of the request that writes. Each log line has the span's id.
    language: Language,
    span: Span,
}

impl<I, T, F> Transaction for Pending<I, T, F>
where
    I: Send + Sync,
    T: Send,
    F: for<'c> Fn(&'c mut dyn Tables, &'c I) -> Work<'c, T> + Send + Sync,
{
    fn isolation(&self) -> Isolation {
        self.isolation
    }

    fn tries(&self) -> &Tries {
        &self.tries
    }

    fn run<'c>(&'c mut self, tables: &'c mut dyn Tables, newest: Option<i64>) -> Work<'c, ()> {
        let (revision, work, input) = (self.revision, &self.work, &self.input);
        let work = async move {
            if let Some(revision) = revision {
                let newest = match newest {
                    Some(newest) => newest,
                    None => tables.newest_revision().await?,
                };
                if newest != revision {
                    return Err(AppError::Busy.into());
                }
            }
            work(tables, input).await
        };
        let work = with_locale(self.language, work).instrument(self.span.clone());
        let result = &mut self.result;
        Box::pin(async move {
            *result = Some(work.await?);
            Ok(())
        })
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let Pending {
            result,
            reply,
            span,
            ..
        } = *self;
        let outcome = outcome.and_then(|()| Ok(result.ok_or(AppError::Internal)?));
        // Here, so that it is logged even if the caller no longer waits.
        let result = span.in_scope(|| outcome.map_err(AppError::from));
        let _ = reply.send(result);
    }
}
