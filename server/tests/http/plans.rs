//! How a database finds the rows that a statement asks for: by an index, and not by reading all
//! of a table that grows with the users.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection, raw_sql};
use std::fs;
use store_postgres::open::SESSION;

use crate::{
    database::TestDatabase,
    harness::{in_project, site},
};

/// Tables that grow with the users, under the names that statements give them.
const LARGE: &[&str] = &[
    "directory",
    "directory_words",
    "users",
    "u",
    "profiles",
    "profile_changes",
    "c",
    "events",
    "sessions",
    "former_names",
];

/// An index of a few rows of such a table: all of it may be read.
const FEW: &str = " USING INDEX users_keys_beyond_ascii";

/// Statements that read all of such a table, as they have to, by their first words.
const WHOLE: [&str; 8] = [
    // An import, which gives nobody a name that is or was somebody's.
    "SELECT name_key FROM former_names",
    // For who watches a site, once a minute at most.
    "SELECT (SELECT count(*) FROM users) AS",
    // `silhouette doctor`, which looks at everything.
    "SELECT count(*) AS \"count!\" FROM users LEFT JOIN profiles",
    "INSERT INTO profiles (user_id, created_at, updated_at) SELECT u.id, u.created_at, u.created_at FROM users u",
    // At a start after the schema has changed.
    "INSERT INTO profiles (user_id, created_at, updated_at) SELECT id, created_at, created_at FROM users",
    "SELECT count(*) AS \"count!\" FROM users",
    // Once in the life of a site.
    "SELECT max(at) AS \"at: i64\" FROM events",
    // `schema check`, which looks at every profile.
    "SELECT id, username, role, version, fields, audiences, listed AS \"listed: bool\", in_directory AS \"in_directory: bool\", \
     profiles.created_at, updated_at FROM profiles JOIN users ON id = user_id ORDER BY user_id",
];

/// A statement that is checked when the program is built.
struct Statement {
    text: String,
    parameters: usize,
}

impl Statement {
    fn is_whole(&self) -> bool {
        WHOLE.iter().any(|start| self.text.starts_with(start))
    }
}

/// Every statement of an engine.
fn statements(engine: &str) -> Vec<Statement> {
    let folder = in_project(&format!("server/store/{engine}/.sqlx"));
    let files = fs::read_dir(folder).unwrap();
    let statement = |file: fs::DirEntry| {
        let described: Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
        let text = described["query"].as_str().unwrap();
        Statement {
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            parameters: described["describe"]["parameters"]["Left"]
                .as_array()
                .map_or(0, Vec::len),
        }
    };
    let found: Vec<_> = files.map(|file| statement(file.unwrap())).collect();
    let count = found.len();
    assert!(count > 100, "only {count} statements were found");
    found
}

#[tokio::test]
async fn no_statement_reads_all_of_a_large_table_of_sqlite() {
    let site = site().await;
    let url = format!("sqlite://{}", site.database().display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let mut scans = Vec::new();
    for statement in statements("sqlite") {
        let explained = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.text));
        let plan = sqlx::query(explained)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        for step in plan {
            let step: String = step.get("detail");
            let scanned = step
                .strip_prefix("SCAN ")
                .and_then(|rest| rest.split(' ').next());
            let is_large = scanned.is_some_and(|table| LARGE.contains(&table));
            if is_large && !step.ends_with(FEW) && !statement.is_whole() {
                scans.push(format!("{step}: {}", statement.text));
            }
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}

/// A plan that a connection keeps is made while nothing is known of the tables, as on a site
/// that has just been restored.
#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn no_statement_reads_all_of_a_large_table_that_postgresql_knows_nothing_of() {
    let database = TestDatabase::new().await;
    database.open().await.close().await;
    let mut connection = PgConnection::connect(&database.name()).await.unwrap();
    let prepare = format!(
        "INSERT INTO users (username, username_key, created_at)
             SELECT 'user' || n, 'user' || n, n FROM generate_series(1, 5000) AS n;
         {SESSION};
         SET plan_cache_mode = force_generic_plan"
    );
    raw_sql(AssertSqlSafe(prepare))
        .execute(&mut connection)
        .await
        .unwrap();
    let mut scans = Vec::new();
    for (number, statement) in statements("postgres").into_iter().enumerate() {
        let parameters = vec!["NULL"; statement.parameters].join(", ");
        let parameters = match statement.parameters {
            0 => String::new(),
            _ => format!("({parameters})"),
        };
        let prepare = format!("PREPARE s{number} AS {}", statement.text);
        raw_sql(AssertSqlSafe(prepare))
            .execute(&mut connection)
            .await
            .unwrap();
        let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE s{number}{parameters}");
        let plan: Value = sqlx::query_scalar(AssertSqlSafe(explain))
            .fetch_one(&mut connection)
            .await
            .unwrap();
        if !statement.is_whole() {
            let mut found = Vec::new();
            find_scans(&plan[0]["Plan"], &mut found);
            scans.extend(
                found
                    .iter()
                    .map(|scan| format!("{scan}: {}", statement.text)),
            );
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}

/// The steps of a plan that read all of a large table, or all of an index of it.
fn find_scans(step: &Value, found: &mut Vec<String>) {
    let kind = step["Node Type"].as_str().unwrap();
    let table = step["Relation Name"].as_str().unwrap_or_default();
    let narrowed = ["Index Cond", "Recheck Cond", "TID Cond"];
    let is_whole = kind.contains("Scan") && narrowed.iter().all(|part| step[part].is_null());
    if is_whole && LARGE.contains(&table) {
        found.push(format!("{kind} {} on {table}", step["Index Name"]));
    }
    for below in step["Plans"].as_array().into_iter().flatten() {
        find_scans(below, found);
    }
}
