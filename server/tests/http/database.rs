//! Databases of tests: a file of SQLite for each, or, where `TEST_DATABASE` names a
//! server, a database of PostgreSQL.

use server::database::{Database, OpenError};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection, raw_sql};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, UNIX_EPOCH},
};
use store::Store;
use tempfile::TempDir;
use tokio::{runtime, time};
use url::Url;

/// The server of the tests; `None` for SQLite.
static SERVER: LazyLock<Option<String>> =
    LazyLock::new(|| env::var("TEST_DATABASE").ok().filter(|url| !url.is_empty()));

/// Whether the databases of tests are in PostgreSQL.
pub fn is_postgres() -> bool {
    SERVER.is_some()
}

/// A database of a test, and a folder beside it.
pub struct TestDatabase {
    pub folder: TempDir,
    /// Where it is, if it is in PostgreSQL.
    postgres: Option<PostgresDatabase>,
}

impl TestDatabase {
    /// An empty database with all migrations: a copy of one that the program has made.
    ///
    /// Migrating costs more than the rest of most tests. A copy is opened as the program opens it,
    /// too. That a new one is migrated is tested in `store.rs`, `files.rs` and `program.rs`.
    pub async fn new() -> TestDatabase {
        match &*SERVER {
            Some(server) => TestDatabase::in_postgres(PostgresDatabase::migrated(server).await),
            None => {
                let empty = TestDatabase::of_sqlite();
                copy_template(&empty.file()).await;
                empty
            }
        }
    }

    /// A file of SQLite that no program has seen yet, whatever the others are.
    pub fn of_sqlite() -> TestDatabase {
        TestDatabase {
            folder: tempfile::tempdir().unwrap(),
            postgres: None,
        }
    }

    fn in_postgres(database: PostgresDatabase) -> TestDatabase {
        TestDatabase {
            folder: tempfile::tempdir().unwrap(),
            postgres: Some(database),
        }
    }

    /// A database that no program has seen yet.
    pub async fn without_tables() -> TestDatabase {
        match &*SERVER {
            Some(server) => TestDatabase::in_postgres(PostgresDatabase::empty(server).await),
            None => TestDatabase::of_sqlite(),
        }
    }

    /// Another database with the same rows. Nobody may have this one open.
    pub async fn copy(&self) -> TestDatabase {
        if let Some(from) = &self.postgres {
            return TestDatabase::in_postgres(from.copy().await);
        }
        let copy = TestDatabase::of_sqlite();
        fs::copy(self.file(), copy.file()).unwrap();
        copy
    }

    /// The value of `--database`.
    pub fn name(&self) -> String {
        match &self.postgres {
            Some(postgres) => postgres.url(),
            None => self.file().to_str().unwrap().to_owned(),
        }
    }

    /// Opens it as the program does.
    pub async fn open(&self) -> Store {
        self.try_open().await.unwrap()
    }

    pub async fn try_open(&self) -> Result<Store, OpenError> {
        let database: Database = self.name().parse().unwrap();
        database.open().await
    }

    /// The file of SQLite.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    /// All that is stored, as far as the program has a say in it: the bytes of the file and its
    /// log, or every row. Bytes in a row of PostgreSQL are written in hex.
    pub async fn content(&self) -> Vec<u8> {
        if self.postgres.is_some() {
            return self.connect().await.rows().await.into_bytes();
        }
        let mut content = fs::read(self.file()).unwrap();
        content.extend(fs::read(self.file().with_extension("db-wal")).unwrap_or_default());
        content
    }

    /// A connection past the program.
    pub async fn connect(&self) -> Plain {
        match &self.postgres {
            Some(postgres) => Plain::postgres(&postgres.url()).await,
            None => {
                let url = format!("sqlite://{}", self.file().display());
                Plain::Sqlite(SqliteConnection::connect(&url).await.unwrap())
            }
        }
    }
}

/// A connection past the program, for plain SQL.
pub enum Plain {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Plain {
    pub async fn postgres(url: &str) -> Plain {
        Plain::Postgres(PgConnection::connect(url).await.unwrap())
    }

    pub async fn run(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        let sql = AssertSqlSafe(self.spelled(sql));
        match self {
            Plain::Sqlite(sqlite) => {
                let done = raw_sql(sql).execute(sqlite).await?;
                Ok(done.rows_affected())
            }
            Plain::Postgres(postgres) => {
                let done = raw_sql(sql).execute(postgres).await?;
                Ok(done.rows_affected())
            }
        }
    }

    /// The same for many rows at once: PostgreSQL leaves out the triggers, one of which takes
    /// longer with each change of the same profile in a transaction.
    pub async fn import(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        match self {
            Plain::Sqlite(_) => self.run(sql).await,
            Plain::Postgres(_) => {
                let sql = format!("SET session_replication_role = replica; {sql}");
                self.run(&sql).await
            }
        }
    }

    /// A number, or a truth value as 0 or 1.
    pub async fn number(&mut self, sql: &str) -> i64 {
        let sql = self.spelled(sql);
        match self {
            Plain::Sqlite(sqlite) => sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(sqlite)
                .await
                .unwrap(),
            // Sums are of a type of their own.
            Plain::Postgres(postgres) => {
                let sql = format!("SELECT cast(({sql}) AS text)");
                let text: String = sqlx::query_scalar(AssertSqlSafe(sql))
                    .fetch_one(postgres)
                    .await
                    .unwrap();
                match text.as_str() {
                    "true" => 1,
                    "false" => 0,
                    number => number.parse().unwrap(),
                }
            }
        }
    }

    /// JSON is text in both. PostgreSQL wants to be told that it is JSON before it reads it.
    fn spelled(&self, sql: &str) -> String {
        match self {
            Plain::Sqlite(_) => sql.to_owned(),
            Plain::Postgres(_) => sql
                .replace("fields ->", "fields::json ->")
                .replace("json_each(fields)", "json_each(fields::json)")
                .replace("json_each(audiences)", "json_each(audiences::json)")
                .replace("json_quote(value)", "value::text"),
        }
    }

    /// The texts of a column.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(self.spelled(sql));
        match self {
            Plain::Sqlite(sqlite) => sqlx::query_scalar(sql).fetch_all(sqlite).await.unwrap(),
            Plain::Postgres(postgres) => sqlx::query_scalar(sql).fetch_all(postgres).await.unwrap(),
        }
    }

    /// Every row of every table, as text.
    async fn rows(&mut self) -> String {
        let tables = "SELECT table_name::text FROM information_schema.tables
            WHERE table_schema = current_schema() ORDER BY 1";
        let mut rows = Vec::new();
        for table in self.texts(tables).await {
            rows.extend(self.texts(&format!("SELECT t::text FROM {table} t")).await);
        }
        rows.join("\n")
    }

    pub async fn close(self) {
        match self {
            Plain::Sqlite(sqlite) => sqlite.close().await.unwrap(),
            Plain::Postgres(postgres) => postgres.close().await.unwrap(),
        }
    }
}

/// The statement that drops the trigger which gives a user a profile.
pub fn drop_profile_trigger() -> &'static str {
    match is_postgres() {
        true => "DROP TRIGGER users_insert_profile ON users",
        false => "DROP TRIGGER users_insert_profile",
    }
}

/// An expression: a JSON object with another value of a key.
pub fn with_json(column: &str, key: &str, value: &str) -> String {
    match is_postgres() {
        true => format!("({column}::jsonb || '{{\"{key}\":{value}}}')::text"),
        false => format!("json_set({column}, '$.{key}', json('{value}'))"),
    }
}

/// The right to write, taken from everybody else, as a tool of who runs the site may.
pub struct Lock(Plain);

impl Lock {
    pub async fn take(mut connection: Plain) -> Lock {
        let lock = match is_postgres() {
            true => {
                "BEGIN; LOCK TABLE users, profiles, profile_changes, sessions, events IN EXCLUSIVE MODE"
            }
            false => "BEGIN EXCLUSIVE",
        };
        connection.run(lock).await.unwrap();
        Lock(connection)
    }

    pub async fn give_back(mut self) {
        self.0.run("ROLLBACK").await.unwrap();
        self.0.close().await;
    }
}

/// Bytes as both databases read them in SQL.
pub fn bytes(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match is_postgres() {
        true => format!("'\\x{hex}'::bytea"),
        false => format!("x'{hex}'"),
    }
}

/// A database of PostgreSQL, which is dropped with this.
///
/// Its tables are in a schema of their own, as in the database of another program
/// (docs/postgres.md).
struct PostgresDatabase {
    server: &'static str,
    name: String,
}

impl PostgresDatabase {
    async fn empty(server: &'static str) -> PostgresDatabase {
        let database = PostgresDatabase::create(server, "template0").await;
        let mut connection = Plain::postgres(&database.url()).await;
        connection.run("CREATE SCHEMA site").await.unwrap();
        connection.close().await;
        database
    }

    /// Copies the one that is kept for this build of the tests.
    async fn migrated(server: &'static str) -> PostgresDatabase {
        static KEPT: LazyLock<String> = LazyLock::new(|| format!("template_{}", built()));
        let kept = &*KEPT;
        let mut connection = Plain::postgres(server).await;
        // Several processes may find none at the same time.
        let lock = "SELECT pg_advisory_lock(0)";
        connection.run(lock).await.unwrap();
        let is_kept = format!("SELECT count(*) FROM pg_database WHERE datname = '{kept}'");
        if connection.number(&is_kept).await == 0 {
            let made = TestDatabase::in_postgres(PostgresDatabase::empty(server).await);
            made.open().await.close().await;
            let made = &made.postgres.as_ref().unwrap().name;
            let keep = format!("ALTER DATABASE {made} RENAME TO {kept}");
            connection.run(&keep).await.unwrap();
        }
        connection.close().await;
        PostgresDatabase::create(server, kept).await
    }

    async fn copy(&self) -> PostgresDatabase {
        PostgresDatabase::create(self.server, &self.name).await
    }

    async fn create(server: &'static str, template: &str) -> PostgresDatabase {
        let name = new_name();
        let mut connection = Plain::postgres(server).await;
        // By its files, which is faster than through the log.
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        connection.run(&create).await.unwrap();
        connection.close().await;
        PostgresDatabase { server, name }
    }

    fn url(&self) -> String {
        let mut url: Url = self.server.parse().unwrap();
        url.set_path(&self.name);
        url.set_query(Some("options=-csearch_path%3Dsite"));
        url.into()
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server, self.name.clone());
        // The test's own runtime does not go on while something is dropped.
        let dropping = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let mut connection = Plain::postgres(server).await;
                let visitors = format!("FROM pg_stat_activity WHERE datname = '{name}'");
                let end = format!("SELECT count(pg_terminate_backend(pid)) {visitors}");
                // WITH (FORCE) does the same, and looks again after a tenth of a second.
                for _ in 0..1000 {
                    if connection.number(&end).await == 0 {
                        break;
                    }
                    time::sleep(Duration::from_millis(1)).await;
                }
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                connection.run(&drop).await.unwrap();
                connection.close().await;
            });
        });
        dropping.join().unwrap();
    }
}

/// A name that no other test has, nor one of an earlier run.
fn new_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{now}_{next}", process::id())
}

/// Copies the file that is made once for each build of the tests and kept in `target/tmp`.
async fn copy_template(to: &Path) {
    let template = &*TEMPLATE;
    match fs::copy(template, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        copied => {
            copied.unwrap();
            return;
        }
    }
    // Several processes may find none at the same time: each makes one of its own, and
    // renames it, so that nobody copies half of one.
    let folder = template.parent().unwrap();
    fs::create_dir_all(folder).unwrap();
    remove_old_templates(folder);
    let made = TestDatabase {
        folder: tempfile::tempdir_in(folder).unwrap(),
        postgres: None,
    };
    made.open().await.close().await;
    fs::copy(made.file(), to).unwrap();
    fs::rename(made.file(), template).unwrap();
}

static TEMPLATE: LazyLock<PathBuf> = LazyLock::new(|| {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("template-{}.db", built()))
});

/// When this program was built, which tells a template from that of another build: that one may
/// have other migrations, or open a database in another way.
fn built() -> u128 {
    let program = env::current_exe().and_then(fs::metadata).unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH);
    built.unwrap().as_nanos()
}

/// Removes the templates of earlier builds. One that still runs makes its own again.
fn remove_old_templates(folder: &Path) {
    for file in fs::read_dir(folder).unwrap().flatten() {
        let is_template = file.file_name().to_string_lossy().starts_with("template-");
        if is_template && file.path() != *TEMPLATE {
            // Another process may have been faster.
            let _ = fs::remove_file(file.path());
        }
    }
}
