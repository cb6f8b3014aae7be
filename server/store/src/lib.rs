//! The database as decisions see it: tables to read and write, and transactions.
//!
//! Each table has a trait with what can be asked of its rows, in plain types; [`Tables`] is all
//! of them. Nothing here makes decisions or knows SQL: an engine is a crate beside this one,
//! `store-sqlite` or `store-postgres`, which implements [`engine::Engine`]. Both compile the same
//! statements, from `server/store/sql`.
//!
//! | file | content |
//! |---|---|
//! | `engine` | the interface of a database engine |
//! | `failure` | failures of statements and transactions |
//! | `tables` | all traits of tables in one |
//! | `users`, `addresses`, `closing` | the table `users`: login, email addresses, closed accounts |
//! | `management` | accounts as administrators see them |
//! | `approval` | accounts that wait for approval, and when approvers were last notified |
//! | `arrivals` | imported users, and their passwords until they first log in |
//! | `factors` | second factors: apps, passkeys, recovery codes |
//! | `names` | current and former usernames |
//! | `sessions`, `devices` | sessions, and the browsers that users have logged in with |
//! | `tokens`, `mails` | links in emails, and the outbox |
//! | `invitations` | invitations and their links |
//! | `profiles`, `changes`, `avatars` | profiles, their history, their pictures |
//! | `directory` | the index of the members' directory |
//! | `events`, `limits`, `watch` | the audit log, rate limits, the last time of the clock |
//! | `revisions` | schemas that were applied |
//! | `transfer` | whole tables, copied from one database to another |
//! | `erasure`, `export` | everything about one user, to delete or to download |
//! | `stats` | counters of an engine |
//! | `checkup` | checks of a whole database |
//! | `bucket`, `client` | the keys of rate limits, and the client that sends a request |
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

/// SHA-256 of a secret, the only form in which one is stored.
pub type SecretHash = [u8; 32];

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Arc<dyn Engine>,
    /// The revision of the schema that writes are decided by; `None` where it does not matter.
    revision: Option<i64>,
}

impl Store {
    pub fn new(engine: impl Engine + 'static) -> Store {
        Store {
            engine: Arc::new(engine),
            revision: None,
        }
    }

    /// This database, for who decides by that revision of the schema. Once another one is
    /// the newest, nothing is written any more by [`write`](Store::write) and
    /// [`write_counted`](Store::write_counted): it was decided by rules that do not hold.
    #[must_use]
    pub fn under(&self, revision: Option<i64>) -> Store {
        Store {
            engine: Arc::clone(&self.engine),
            revision,
        }
    }

    /// Does `work` in a serializable transaction: all of it is on disk when this
    /// returns `Ok`, and none of it when it returns `Err`. It goes on when the caller
    /// goes away.
    ///
    /// An engine may run `work` more than once, each time in a fresh transaction. So it
    /// borrows `input`, and touches nothing but that and the transaction.
    ///
    /// # Errors
    /// The error of `work`; [`AppError::Busy`] when the database cannot take the write, or
    /// others kept getting in its way, or when another schema is in force by now;
    /// [`AppError::Unconfirmed`] when the connection was lost
    /// before the database had confirmed the commit: then the write may be on disk.
    pub async fn write<I, T, F>(&self, input: I, work: F) -> std::result::Result<T, AppError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'c> Fn(&'c mut dyn Tables, &'c I) -> Work<'c, T> + Send + Sync + 'static,
    {
        self.run(Isolation::Serializable, Tries::none(), input, work)
            .await
    }

    /// Counts tries, and then does what [`write`](Store::write) does. What
    /// is not written is not counted.
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

    /// Does `work`, whose statements each decide by themselves and need no transaction around
    /// them: counters, claims, sweeps. In a transaction they would get in the way of all others
    /// that touch the same rows.
    ///
    /// # Errors
    /// Those of [`write`](Store::write). What was done before the error may stay.
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

    /// A connection to read with. Each statement sees what is committed by then.
    pub async fn reader(&self) -> Result<Reader> {
        self.engine.reader().await.map(Reader)
    }

    /// The profile that a reader finds at a username ([`Profiles`](profiles::Profiles)), without
    /// waiting for a reader where the engine can do without.
    pub async fn find_profile(&self, key: &str, who: Findable) -> Result<Option<ProfileRow>> {
        match self.engine.find_profile_near(key, who) {
            Some(found) => Ok(found),
            None => self.reader().await?.find_profile(key, who).await,
        }
    }

    /// The session that a reader finds of an id ([`Sessions`](sessions::Sessions)), the same way.
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

    /// A connection whose statements all see the same moment.
    pub async fn snapshot(&self) -> Result<Reader> {
        self.engine.snapshot().await.map(Reader)
    }

    /// A snapshot on a connection beside the pool, for work that takes long: it keeps no
    /// connection from the pages.
    pub async fn snapshot_apart(&self) -> Result<Reader> {
        self.engine.snapshot_apart().await.map(Reader)
    }

    /// A connection to read with while nobody writes to the database, until it is dropped. It may
    /// take as long as it likes.
    pub async fn freeze(&self) -> Result<Reader> {
        self.engine.freeze().await.map(Reader)
    }

    /// A transaction on a connection of its own, which may take as long as it likes and which
    /// [`commit`](transfer::Transfer::commit) ends. Without that, nothing of it is done.
    pub async fn write_apart(&self) -> Result<Reader> {
        self.engine.write_apart().await.map(Reader)
    }

    /// Returns whether nobody else uses the database: no site and no command. In SQLite, nobody
    /// can from then on until it is closed.
    pub async fn is_alone(&self) -> Result<bool> {
        self.engine.is_alone().await
    }

    /// The writes since the database was opened, by this program.
    pub fn stats(&self) -> WriteStats {
        self.engine.stats()
    }

    /// The damage of the database, in the words of its engine; nothing if it is whole. This reads
    /// all of it.
    pub async fn damage(&self) -> Result<Vec<String>> {
        self.engine.damage().await
    }

    /// Waits for running writes, and closes the database.
    pub async fn close(self) {
        self.engine.close().await;
    }

    /// Asks whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.reader().await?.ping().await
    }

    /// Says in the log which database this is: whoever starts in another folder would
    /// find an empty site, and not know why.
    pub async fn announce(&self) {
        self.engine.announce().await;
    }

    /// Brings the files of the database in order, if the engine has any.
    pub async fn settle(&self) -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
        self.engine.settle().await
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

/// A connection that is read with, or has a transaction apart. It goes back when it is dropped.
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
    /// Those of the request that writes; every line of log carries the span's id.
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
        // Here, where it is logged even if nobody waits any more.
        let result = span.in_scope(|| outcome.map_err(AppError::from));
        let _ = reply.send(result);
    }
}
