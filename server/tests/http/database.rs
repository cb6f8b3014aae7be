//! Databases of tests: a file of SQLite for each, or, where `TEST_DATABASE` names a
//! server, a schema of PostgreSQL.

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
    time::UNIX_EPOCH,
};
use store::Store;
use tempfile::TempDir;

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
    /// The URL of its schema in PostgreSQL.
    url: Option<String>,
}

impl TestDatabase {
    /// An empty database with all migrations.
    pub async fn new() -> TestDatabase {
        let empty = TestDatabase::without_tables().await;
        if empty.url.is_none() {
            copy_template(&empty.file()).await;
        }
        empty
    }

    /// A file of SQLite that no program has seen yet, whatever the others are.
    pub fn of_sqlite() -> TestDatabase {
        TestDatabase {
            folder: tempfile::tempdir().unwrap(),
            url: None,
        }
    }

    /// A database that no program has seen yet.
    pub async fn without_tables() -> TestDatabase {
        let Some(server) = &*SERVER else {
            return TestDatabase::of_sqlite();
        };
        let mut connection = PgConnection::connect(server).await.unwrap();
        let schema = new_schema();
        let sql = format!("CREATE SCHEMA {schema}");
        raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        let url = format!("{server}?options=-csearch_path%3D{schema}");
        let folder = tempfile::tempdir().unwrap();
        TestDatabase {
            folder,
            url: Some(url),
        }
    }

    /// Another database with the same rows.
    pub async fn copy(&self) -> TestDatabase {
        let Some(from) = &self.url else {
            let copy = TestDatabase::of_sqlite();
            fs::copy(self.file(), copy.file()).unwrap();
            return copy;
        };
        let copy = TestDatabase::without_tables().await;
        copy.open().await.close().await;
        let schema = |url: &str| url.rsplit("%3D").next().unwrap().to_owned();
        let to = schema(copy.url.as_deref().unwrap());
        let mut connection = PgConnection::connect(SERVER.as_ref().unwrap())
            .await
            .unwrap();
        let sql = COPY
            .replace("FROM_SCHEMA", &schema(from))
            .replace("TO_SCHEMA", &to);
        raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        copy
    }

    /// The value of `--database`.
    pub fn name(&self) -> String {
        let file = || self.file().to_str().unwrap().to_owned();
        self.url.clone().unwrap_or_else(file)
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
        if self.url.is_some() {
            return self.connect().await.rows().await.into_bytes();
        }
        let mut content = fs::read(self.file()).unwrap();
        content.extend(fs::read(self.file().with_extension("db-wal")).unwrap_or_default());
        content
    }

    /// A connection past the program.
    pub async fn connect(&self) -> Plain {
        match &self.url {
            Some(url) => Plain::postgres(url).await,
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

/// Copies every row without a trigger, and goes on with the ids where they ended.
const COPY: &str = "DO $$
DECLARE name text; columns text; serial text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT table_name FROM information_schema.tables
        WHERE table_schema = 'FROM_SCHEMA' AND table_name NOT LIKE '\\_%' LOOP
        SELECT string_agg(quote_ident(column_name), ', ') INTO columns
            FROM information_schema.columns
            WHERE table_schema = 'FROM_SCHEMA' AND table_name = name AND is_generated = 'NEVER';
        EXECUTE format('DELETE FROM TO_SCHEMA.%I', name);
        EXECUTE format('INSERT INTO TO_SCHEMA.%1$I (%2$s) OVERRIDING SYSTEM VALUE
            SELECT %2$s FROM FROM_SCHEMA.%1$I', name, columns);
        serial := CASE WHEN columns LIKE '%id%' AND EXISTS (SELECT 1 FROM information_schema.columns
            WHERE table_schema = 'TO_SCHEMA' AND table_name = name AND column_name = 'id'
              AND is_identity = 'YES')
            THEN pg_get_serial_sequence('TO_SCHEMA.' || name, 'id') END;
        IF serial IS NOT NULL THEN
            EXECUTE format('SELECT setval(%L, coalesce((SELECT max(id) FROM TO_SCHEMA.%I), 0) + 1, false)',
                serial, name);
        END IF;
    END LOOP;
END $$";

/// A name that no other test has, nor one of an earlier run.
fn new_schema() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{now}_{next}", process::id())
}

/// Copies an empty database with all migrations, which is made once for each build of the
/// tests, as the program makes one, and kept in `target/tmp`.
///
/// Migrating costs more than the rest of most tests. A copy is opened as the program opens it,
/// too. That a new file is migrated is tested in `store.rs`, `files.rs` and `program.rs`.
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
        url: None,
    };
    made.open().await.close().await;
    fs::copy(made.file(), to).unwrap();
    fs::rename(made.file(), template).unwrap();
}

/// The name has the time at which this program was built: another build may have other
/// migrations, or open a database in another way.
static TEMPLATE: LazyLock<PathBuf> = LazyLock::new(|| {
    let program = env::current_exe().and_then(fs::metadata).unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH);
    let name = format!("template-{}.db", built.unwrap().as_nanos());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
});

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
