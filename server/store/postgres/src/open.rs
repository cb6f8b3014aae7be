//! Opening the database: rejects what is not safe, migrates, repairs.

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

/// Opens the database and migrates it. Programs that start at the same time migrate one after the
/// other.
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

/// Opens an existing database that is up to date. This is for commands, which never migrate a
/// database under a running site.
pub async fn open_existing(address: &Address) -> Result<Store, OpenError> {
    check_age(address, Use::Write).await?;
    Ok(Store::new(connect(address, SESSION).await?))
}

/// Opens an existing database without changing anything in it.
pub async fn open_to_read(address: &Address) -> Result<Store, OpenError> {
    check_age(address, Use::Read).await?;
    Ok(Store::new(connect(address, READING).await?))
}

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The oldest supported server, as `server_version_num`.
const OLDEST_SERVER: i32 = 150_000;

/// The time limit for connecting to a server.
const PATIENCE: Duration = Duration::from_secs(10);

/// The time that a request waits for a connection of the pool before it gives up.
const WAIT: Duration = Duration::from_secs(5);

/// The time that a connection has to answer a ping.
const TIME_TO_ANSWER: Duration = Duration::from_secs(2);

/// The session settings for reading and writing. Outside a serializable transaction, each statement
/// sees what has been committed, regardless of the server's default. No statement waits forever,
/// and no lock is held forever, if the other end dies. Every statement finds its rows by an index:
/// a connection caches query plans, so a plan made while tables were small or had no statistics has
/// to be good later too.
pub const SESSION: &str = "
    SET default_transaction_isolation = 'read committed';
    SET enable_seqscan = off;
    SET jit = off;
    SET lock_timeout = '5s';
    SET statement_timeout = '60s';
    SET idle_in_transaction_session_timeout = '60s'";

/// The session settings for reading only, without time limits.
const READING: &str = "
    SET default_transaction_isolation = 'read committed';
    SET default_transaction_read_only = on";

/// Names a connection after its site in the server's list of connections.
const NAME: &str =
    "SELECT set_config('application_name', 'silhouette ' || current_schema(), false)";

async fn connect(address: &Address, session: &'static str) -> Result<PostgresEngine, OpenError> {
    let readers = address.connections / 2;
    // One of these connections is reserved for snapshots.
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
        // sqlx pings as well, but without a timeout: it would wait forever on a dead connection.
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

/// The purpose for which a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Write,
}

/// Inspects a database before anything is changed in it. Returns its newest migration.
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
        // `_sqlx_migrations` is created first, perhaps at this moment by another node.
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
            // undefined_table: without `_sqlx_migrations`, `silhouette` is a table of another
            // program.
            if found.as_ref().err().and_then(state).as_deref() == Some("42P01") {
                return Err(OpenError::Foreign { database });
            }
            let found = found.map_err(of)?;
            match found {
                Some(version) if found > newest_known() => {
                    Err(OpenError::NewerDatabase { database, version })
                }
                // It has our tables, but no record of a migration.
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

/// Migrates the database on a connection of its own, without the time limits of the others. sqlx
/// lets only one program migrate at a time.
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

/// Creates the missing profiles. Normally a trigger creates the profile of each user, but users may
/// have been imported without it.
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
