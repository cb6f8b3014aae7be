//! How SQLite finds the rows that a statement asks for: by an index, and not by reading all of a
//! table that grows with the users.

use serde_json::Value;
use sqlx::{Connection, Row, SqliteConnection};
use std::{fs, path::Path};

use crate::harness::site;

/// Tables that grow with the users, under the names that statements give them.
const LARGE: [&str; 7] = [
    "users",
    "u",
    "profiles",
    "profile_changes",
    "c",
    "events",
    "sessions",
];

/// An index of a few rows of such a table: all of it may be read.
const FEW: &str = " USING INDEX users_keys_beyond_ascii";

/// Statements that read all of such a table, as they have to, by their first words.
const WHOLE: [&str; 3] = [
    // At a start after the schema has changed.
    "INSERT INTO profiles (user_id, created_at, updated_at) SELECT id, created_at, created_at FROM users",
    "SELECT count(*) AS \"count!\" FROM users",
    // `schema check`, which looks at every profile.
    "SELECT id, username, role, version, fields, audiences, listed AS \"listed: bool\", \
     profiles.created_at, updated_at FROM profiles JOIN users ON id = user_id ORDER BY user_id",
];

/// Every statement that is checked when the program is built.
fn statements() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("store/sqlite/.sqlx");
    let files = fs::read_dir(folder).unwrap();
    let query = |file: fs::DirEntry| {
        let described: Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
        let query = described["query"].as_str().unwrap();
        query.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    files.map(|file| query(file.unwrap())).collect()
}

#[tokio::test]
async fn no_statement_reads_all_of_a_large_table() {
    let site = site().await;
    let url = format!("sqlite://{}", site.database().display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let (mut scans, mut count) = (Vec::new(), 0);
    for statement in statements() {
        count += 1;
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
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
            let is_whole = is_large && !step.ends_with(FEW);
            if is_whole && !WHOLE.iter().any(|known| statement.starts_with(known)) {
                scans.push(format!("{step}: {statement}"));
            }
        }
    }
    assert!(count > 100, "only {count} statements were found");
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}
