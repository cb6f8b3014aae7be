//! A database of an earlier version: what it holds is there afterwards, and a copy of it from
//! before lies beside it, to which one command leads back.

use sqlx::{Connection, Executor, SqliteConnection, migrate::Migrator};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

use crate::harness::{PROGRAM, in_project};

/// The first version that was given out.
const FIRST: u32 = 10;

/// The content of a database of that version.
const CONTENT: &str = r#"
    INSERT INTO users (id, username, username_key, email, email_key, password_hash, status, role, created_at)
    VALUES (1, 'Ann', 'ann', 'ann@example.org', 'ann@example.org', '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$aHzkBKyWOTWWkya9H3vOeNoviPeIusQxH9M0M/H+APg', 'active', 'admin', 1),
           (2, 'bob', 'bob', NULL, NULL, NULL, 'disabled', NULL, 2);
    UPDATE profiles SET fields = '{"bio":"Hello","gone":{"kept":1}}', version = 2 WHERE user_id = 1;
    INSERT INTO profile_changes (user_id, version, item, old, new, actor_id, at)
    VALUES (1, 2, 'bio', NULL, '"Hello"', 1, 3);
    INSERT INTO events (at, kind, actor_id, subject_id, of_user) VALUES (4, 'logged_in', 1, 1, 1);
    INSERT INTO mails (user_id, kind, recipient, password_version, created_at, next_try_at)
    VALUES (1, 'reset', 'ann@example.org', 1, 5, 5);
"#;

fn migrations() -> Vec<PathBuf> {
    let folder = in_project("server/store/sqlite/migrations");
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn version(migration: &Path) -> u32 {
    let name = migration.file_name().unwrap().to_str().unwrap();
    name[..4].parse().unwrap()
}

/// Brings a database to a version.
async fn migrate_to(database: &Path, to: u32) {
    let folder = TempDir::new().unwrap();
    for file in migrations().iter().filter(|file| version(file) <= to) {
        fs::copy(file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    let url = format!("sqlite://{}?mode=rwc", database.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let migrator = Migrator::new(folder.path()).await.unwrap();
    migrator.run(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn run(database: &Path, sql: &'static str) {
    let url = format!("sqlite://{}", database.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    connection.execute(sqlx::raw_sql(sql)).await.unwrap();
    connection.close().await.unwrap();
}

pub async fn ask(database: &Path, sql: &'static str) -> i64 {
    let url = format!("sqlite://{}?mode=ro", database.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let answer = sqlx::query_scalar(sql).fetch_one(&mut connection).await;
    connection.close().await.unwrap();
    answer.unwrap()
}

/// A database of a version, with content.
pub async fn database_of(folder: &Path, version: u32) -> PathBuf {
    let database = folder.join("test.db");
    migrate_to(&database, FIRST).await;
    run(&database, CONTENT).await;
    migrate_to(&database, version).await;
    database
}

fn silhouette(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(folder)
        .env("SILHOUETTE_DATABASE", "test.db");
    command.args(arguments).output().unwrap()
}

/// The copies that lie beside a database.
fn copies(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".before-")).collect()
}

#[tokio::test]
async fn a_database_of_every_version_is_brought_up_to_date_with_all_it_holds() {
    let all = migrations();
    let newest = version(all.last().unwrap());
    for from in all
        .iter()
        .map(|file| version(file))
        .filter(|from| *from >= FIRST)
    {
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        let database = database_of(folder, from).await;
        store_sqlite::open::open(&database)
            .await
            .unwrap()
            .close()
            .await;
        for (sql, expected) in [
            ("SELECT count(*) FROM users WHERE id IN (1, 2)", 2),
            (
                "SELECT count(*) FROM users WHERE role = 'admin' AND email_key = 'ann@example.org'",
                1,
            ),
            (
                "SELECT count(*) FROM profiles WHERE fields LIKE '%\"kept\":1%'",
                1,
            ),
            ("SELECT count(*) FROM profile_changes", 1),
            ("SELECT count(*) FROM events", 1),
            ("SELECT count(*) FROM mails", 1),
        ] {
            assert_eq!(ask(&database, sql).await, expected, "from {from}: {sql}");
        }
        let expected = match from == newest {
            true => vec![],
            false => vec![format!("test.db.before-{newest:04}")],
        };
        assert_eq!(copies(folder), expected, "from {from}");
        if from < newest {
            let copy = folder.join(&expected[0]);
            let version = ask(&copy, "SELECT max(version) FROM _sqlx_migrations").await;
            assert_eq!(version, i64::from(from));
            assert_eq!(ask(&copy, "SELECT count(*) FROM users").await, 2);
        }
    }
}

#[tokio::test]
async fn a_migration_that_fails_says_how_to_go_back_and_that_works() {
    let newest = version(migrations().last().unwrap());
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let database = database_of(folder, newest - 1).await;
    run(&database, "CREATE TABLE passkeys (id INTEGER)").await;
    let failed = silhouette(folder, &["serve", "--addr", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert_eq!(failed.status.code(), Some(1), "{said}");
    // Started once more, it makes no other copy, and names the same.
    let again = silhouette(folder, &["serve", "--addr", "127.0.0.1:0"]);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(copies(folder).len(), 1);
    let copy = &copies(folder)[0];
    assert!(String::from_utf8_lossy(&again.stderr).contains(copy));
    assert!(said.contains("could not be migrated"), "{said}");
    let command = said.split('`').nth(1).unwrap();
    assert!(
        command.starts_with("silhouette restore ") && command.ends_with(copy),
        "{command}"
    );
    let restored = silhouette(folder, &["restore", copy]);
    assert!(
        restored.status.success(),
        "{}",
        String::from_utf8_lossy(&restored.stderr)
    );
    let version = ask(&database, "SELECT max(version) FROM _sqlx_migrations").await;
    assert_eq!(version, i64::from(newest - 1));
    assert_eq!(ask(&database, "SELECT count(*) FROM users").await, 2);
}

#[tokio::test]
async fn a_start_without_room_for_the_copy_changes_nothing() {
    let newest = version(migrations().last().unwrap());
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let database = database_of(folder, newest - 1).await;
    // A folder in the way is as good as a full disk.
    fs::create_dir(folder.join(format!("test.db.before-{newest:04}.part"))).unwrap();
    let failed = silhouette(folder, &["serve", "--addr", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert_eq!(failed.status.code(), Some(1), "{said}");
    assert!(said.contains("The database was not changed"), "{said}");
    let version = ask(&database, "SELECT max(version) FROM _sqlx_migrations").await;
    assert_eq!(version, i64::from(newest - 1));
}

#[tokio::test]
async fn old_backups_are_deleted_and_nothing_else_is() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let newest = version(migrations().last().unwrap());
    database_of(folder, newest).await;
    let backups = folder.join("backups");
    fs::create_dir(&backups).unwrap();
    fs::write(backups.join("notes.db"), "mine").unwrap();
    migrate_to(&backups.join("site.db"), FIRST).await;
    run(&backups.join("site.db"), "PRAGMA user_version = 7").await;
    for day in 1..=4 {
        let file = format!("backups/2026-11-0{day}.db");
        let made = silhouette(folder, &["backup", &file, "--keep", "2"]);
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let said = String::from_utf8_lossy(&made.stderr).into_owned();
        assert_eq!(
            said.contains("was deleted; backups to keep: 2."),
            day > 2,
            "{said}"
        );
    }
    fs::write(backups.join("2026-11-01.txt"), "mine").unwrap();
    let mut names: Vec<_> = fs::read_dir(&backups)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "2026-11-01.txt",
        "2026-11-03.db",
        "2026-11-04.db",
        "notes.db",
        "site.db",
    ];
    assert_eq!(names, expected);
    let none = silhouette(folder, &["backup", "backups/x.db", "--keep", "0"]);
    assert_eq!(none.status.code(), Some(2));
}
