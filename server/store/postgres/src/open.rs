//! Opening the database: refuse what is not safe, migrate, repair.

use sqlx::{
    ConnectOptions, Connection as _, PgConnection, PgPool,
    migrate::{MigrateError, Migrator},
    postgres::PgPoolOptions,
    raw_sql,
};
use std::{fs::File, sync::Arc, time::Duration};
use store::Store;
use tokio::time::timeout;

use crate::{
    PostgresEngine,
    address::Address,
    driver::FRESH,
    engine::state,
    open_error::OpenError,
    sql::{checkup, readers::Readers},
    write::Writer,
};

/// Opens the database, and brings it up to date. Programs that start at once do so one after
/// the other.
pub async fn open(address: &Address) -> Result<Store, OpenError> {
    let found = look(address, Use::Write).await?;
    if found < newest_known() {
        migrate(address).await?;
    }
    let mut engine = connect(address, SESSION).await?;
    engine.is_new = found.is_none();
    give_missing_profiles(&engine.writer.pool, address).await?;
    Ok(Store::new(engine))
}

/// Opens a database that is there and up to date: for commands, which bring none up to date
/// under a site that runs.
pub async fn open_existing(address: &Address) -> Result<Store, OpenError> {
    check_age(address, Use::Write).await?;
    Ok(Store::new(connect(address, SESSION).await?))
}

/// Opens a database that is there, and changes nothing in it.
pub async fn open_to_read(address: &Address) -> Result<Store, OpenError> {
    check_age(address, Use::Read).await?;
    Ok(Store::new(connect(address, READING).await?))
}

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The oldest server that this program was tried with, as `server_version_num`.
const OLDEST_SERVER: i32 = 150_000;

/// Time until a server has to answer a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Time that a request waits for a connection of the pool before it gives up.
const WAIT: Duration = Duration::from_secs(5);

/// Time that a connection has to say that it still is one.
const TIME_TO_ANSWER: Duration = Duration::from_secs(2);

/// The settings of every connection. A statement by itself sees what is committed, whatever the
/// default of the server; nothing waits or holds a lock for ever, should the other end die. Every
/// statement finds its rows by an index: a connection keeps the plans of statements, and those
/// that were made while the tables were small, or of which nothing was known, are right later.
pub const SESSION: &str = "
    SET default_transaction_isolation = 'read committed';
    SET enable_seqscan = off;
    SET jit = off;
    SET lock_timeout = '5s';
    SET statement_timeout = '60s';
    SET idle_in_transaction_session_timeout = '60s'";

/// A session that only reads, and may take its time.
const READING: &str = "
    SET default_transaction_isolation = 'read committed';
    SET default_transaction_read_only = on";

/// Names a connection after its site, as the server lists it.
const NAME: &str =
    "SELECT set_config('application_name', 'silhouette ' || current_schema(), false)";

async fn connect(address: &Address, session: &'static str) -> Result<PostgresEngine, OpenError> {
    let readers = address.connections / 2;
    // One of them is for a snapshot, whoever reads.
    let reading = pool(address, readers, session).await?;
    Ok(PostgresEngine {
        readers: Readers::new(reading.clone(), readers as usize - 1),
        reading,
        writer: Writer {
            pool: pool(address, address.connections - readers, session).await?,
            turn: Arc::default(),
            done: Arc::default(),
        },
        address: address.clone(),
        is_new: false,
    })
}

async fn pool(
    address: &Address,
    connections: u32,
    session: &'static str,
) -> Result<PgPool, OpenError> {
    let names_its_site = address.names_its_site;
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WAIT)
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for < FRESH {
                    return Ok(true);
                }
                let asked = timeout(TIME_TO_ANSWER, connection.ping()).await;
                Ok(matches!(asked, Ok(Ok(()))))
            })
        })
        // sqlx asks too, and would wait for ever for an answer from a line that is dead.
        .after_release(|connection, _| {
            Box::pin(async move {
                match timeout(TIME_TO_ANSWER, connection.ping()).await {
                    Ok(answered) => answered.map(|()| true),
                    Err(_) => Err(sqlx::Error::PoolTimedOut),
                }
            })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move {
                raw_sql(session).execute(&mut *connection).await?;
                if names_its_site {
                    raw_sql(NAME).execute(connection).await?;
                }
                Ok(())
            })
        })
        .connect_with(address.options.clone())
        .await
        .map_err(|error| OpenError::of(&error, address))
}

/// A purpose for which a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Write,
}

/// Looks at a database before anything is changed in it. Returns its newest migration.
async fn look(address: &Address, its_use: Use) -> Result<Option<i64>, OpenError> {
    for (parameter, path) in &address.files {
        File::open(path).map_err(|source| OpenError::File {
            parameter: parameter.clone(),
            path: path.clone(),
            source,
        })?;
    }
    let of = |error| OpenError::of(&error, address);
    let connecting = timeout(PATIENCE, address.options.connect()).await;
    let connecting = connecting.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    let mut connection = connecting.map_err(of)?;
    let found = look_with(&mut connection, address, its_use).await;
    let _ = connection.close().await;
    found
}

async fn look_with(
    connection: &mut PgConnection,
    address: &Address,
    its_use: Use,
) -> Result<Option<i64>, OpenError> {
    let of = |error| OpenError::of(&error, address);
    let database = address.to_string();
    let server = sqlx::query!(
        r#"SELECT current_setting('server_version_num')::int AS "number!",
             current_setting('server_version') AS "version!",
             current_setting('server_encoding') AS "encoding!",
             (SELECT datcollate::text FROM pg_database WHERE datname = current_database())
                 AS "locale!",
             'B' < 'a' AND 'a b' < 'a!' AND 'z' < 'é' AND lower('É') = 'É' AS "by_bytes!",
             current_setting('track_counts') = 'on' AS "counts!",
             current_schema()::text AS "schema?",
             pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'
                 AS "read_only!""#
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(of)?;
    if server.number < OLDEST_SERVER {
        return Err(OpenError::OldServer {
            database,
            found: server.version,
        });
    }
    if server.encoding != "UTF8" || !server.by_bytes {
        return Err(OpenError::Locale {
            name: address
                .options
                .get_database()
                .unwrap_or_default()
                .to_owned(),
            database,
            encoding: server.encoding,
            locale: server.locale,
        });
    }
    if server.read_only && its_use == Use::Write {
        return Err(OpenError::ReadOnly { database });
    }
    if !server.counts {
        return Err(OpenError::Uncounted { database });
    }
    if server.schema.is_none() {
        return Err(OpenError::NoSchema {
            database,
            user: address.options.get_username().to_owned(),
        });
    }
    let tables = sqlx::query!(
        // That one comes first, while another node makes the others.
        r#"SELECT count(*) FILTER (WHERE relname <> '_sqlx_migrations') AS "all!",
             count(*) FILTER (WHERE relname = 'silhouette') AS "ours!"
           FROM pg_class
           WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"#
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(of)?;
    match (tables.all, tables.ours) {
        (0, _) => Ok(None),
        (_, 0) => Err(OpenError::Foreign { database }),
        _ => {
            let found = sqlx::query_scalar!(
                r#"SELECT max(version) AS "version: i64" FROM _sqlx_migrations WHERE success"#
            );
            let found = found.fetch_one(connection).await;
            // undefined_table: the other table of ours is somebody else's.
            if found.as_ref().err().and_then(state).as_deref() == Some("42P01") {
                return Err(OpenError::Foreign { database });
            }
            let found = found.map_err(of)?;
            match found {
                Some(version) if found > newest_known() => {
                    Err(OpenError::NewerDatabase { database, version })
                }
                // Its own tables, and no note of how they were made.
                found => Ok(found.or(Some(0))),
            }
        }
    }
}

async fn check_age(address: &Address, its_use: Use) -> Result<(), OpenError> {
    let database = address.to_string();
    match look(address, its_use).await? {
        None => Err(OpenError::Empty { database }),
        found if found < newest_known() => Err(OpenError::OlderDatabase { database }),
        _ => Ok(()),
    }
}

fn newest_known() -> Option<i64> {
    MIGRATIONS.iter().map(|migration| migration.version).max()
}

/// Brings the database up to date, in a connection of its own, without the limits on time of
/// the others. sqlx lets one program at a time do so.
async fn migrate(address: &Address) -> Result<(), OpenError> {
    let of = |error| OpenError::of(&error, address);
    let mut connection = address.options.connect().await.map_err(of)?;
    let migrated = MIGRATIONS.run(&mut connection).await;
    let _ = connection.close().await;
    let database = address.to_string();
    migrated.map_err(|error| match error {
        MigrateError::VersionMissing(version) => OpenError::NewerDatabase { database, version },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)
            if state(&error).as_deref() == Some("42501") =>
        {
            OpenError::NotOwner {
                database,
                user: address.options.get_username().to_owned(),
            }
        }
        error => OpenError::Migrate {
            database,
            source: Box::new(error),
        },
    })
}

/// Gives a profile to every user without one. A trigger sees to it that there are none; but
/// somebody may have imported users without it.
async fn give_missing_profiles(pool: &PgPool, address: &Address) -> Result<(), OpenError> {
    let of = |error| OpenError::of(&error, address);
    let mut connection = pool.acquire().await.map_err(of)?;
    let given = checkup::give_missing_profiles(&mut connection).await;
    let given = given.map_err(of)?;
    if given > 0 {
        tracing::warn!(given, "users had no profile, and were given one");
    }
    Ok(())
}
