//! A site that moves to another database: with everything, or not at all.

use server::site_key::SiteKey;
use std::{
    path::Path,
    process::{Command, Output},
};

use crate::{
    database::{TestDatabase, is_postgres},
    faults::{Program, SITE_KEY},
    harness::PROGRAM,
    upgrades::{ask, database_of},
};

/// Something in every table. The last user, whose id was 9, is gone.
const CONTENT: &str = r#"
    INSERT INTO users (id, username, username_key, email, email_key, password_hash, role, created_at,
        sign_up_form_hash, pending_email, pending_key, waits_since, renamed_at, language)
    VALUES (1, 'Ann', 'ann', 'Ann@example.org', 'ann@example.org',
            '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$aHzkBKyWOTWWkya9H3vOeNoviPeIusQxH9M0M/H+APg',
            'admin', 1, zeroblob(32), NULL, NULL, NULL, 7, 'de'),
           (2, 'bob', 'bob', NULL, NULL, NULL, NULL, 2, NULL, 'bob@example.org', 'bob@example.org', 3, NULL, NULL),
           (9, 'eve', 'eve', NULL, NULL, NULL, NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL);
    DELETE FROM users WHERE id = 9;
    INSERT INTO avatars (user_id, hash, small, medium, large)
    VALUES (1, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', x'00ff', x'', zeroblob(70000));
    UPDATE profiles SET version = 3, listed = 0, audiences = '{"bio":"members"}', updated_at = 8,
        fields = '{"bio":"Zoë, \"x\\y\" 👩‍🚀\n","gone":{"kept":1},"avatar":{"hash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}'
    WHERE user_id = 1;
    INSERT INTO profile_changes (id, user_id, version, item, old, new, new_gone, actor_id, at)
    VALUES (5, 1, 2, 'bio', NULL, NULL, 'erased', 1, 3), (6, 1, 3, 'bio', NULL, '"é"', NULL, NULL, 4);
    INSERT INTO sessions (id_hash, user_id, created_at, expires_at, renew) VALUES (zeroblob(32), 1, 1, 2, 1);
    INSERT INTO devices (id_hash, user_id, last_seen_at) VALUES (zeroblob(32), 1, 1);
    INSERT INTO limits (rule, who, free_at) VALUES ('log_in.name', zeroblob(16), 99999999999999);
    INSERT INTO mails (user_id, kind, recipient, password_version, created_at, next_try_at)
    VALUES (1, 'reset', 'ann@example.org', 1, 5, 99999999999999);
    INSERT INTO tokens (hash, purpose, user_id, email, password_version, created_at, expires_at)
    VALUES (zeroblob(32), 'reset', 1, 'ann@example.org', 1, 1, 2);
    INSERT INTO events (id, at, kind, actor_id, of_user, address) VALUES (70, 4, 'logged_in', 1, 1, '::1');
    INSERT INTO approval_digest (id, sent_at) VALUES (1, 1);
    INSERT INTO invitations (id, created_by, role, given, days, uses, uses_left, created_at, expires_at, mark, language)
    VALUES (3, 1, 'member', '[["bio","Hi"]]', 7, 5, 4, 1, 2, 'm', 'ar');
    INSERT INTO invitation_links (hash, invitation_id, is_mailed) VALUES (zeroblob(32), 3, 0);
    INSERT INTO former_names (name_key, user_id, created_at, until) VALUES ('anna', 1, 1, 99999999999999);
    INSERT INTO directory (audience, choice, sort_key, user_id) VALUES ('members', '', 'ann', 1);
    INSERT INTO directory_words (audience, word, user_id) VALUES ('members', '1ann', 1);
    INSERT INTO directory_state (id, rules, done) VALUES (1, 'r', 2);
    INSERT INTO clock (id, believed_at) VALUES (1, 5);
    INSERT INTO schema_revisions (id, text, hash, applied_at, by_operator) VALUES (2, 'THE SCHEMA', zeroblob(32), 1, 1);
    INSERT INTO imported_passwords (user_id, hash, imported_at) VALUES (2, 'pbkdf2_sha256$1$a$b', 1);
    INSERT INTO arrivals (source, source_key, user_id, arrived_at) VALUES ('django', '7', 2, 1), ('django', '8', NULL, 1);
    INSERT INTO authenticator_apps (user_id, secret, created_at, confirmed_at, last_step)
    VALUES (1, x'0001', 1, NULL, 3), (2, x'0002', 1, NULL, 0);
    INSERT INTO passkeys (id, user_id, credential_id, credential, name, verifies, created_at)
    VALUES (4, 1, x'00ff', '{}', 'Blue key', 1, 1);
    INSERT INTO recovery_codes (user_id, number, hash, created_at, used_at)
    VALUES (1, 0, '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$aHzkBKyWOTWWkya9H3vOeNoviPeIusQxH9M0M/H+APg', 1, 2);
    INSERT INTO used_challenges (hash, expires_at) VALUES (zeroblob(32), 99999999999999);
    INSERT INTO site_key (id, fingerprint) VALUES (1, x'THE KEY');
"#;

/// A file of SQLite with something in every table.
async fn full() -> TestDatabase {
    let database = TestDatabase::of_sqlite();
    database.open().await.close().await;
    let mut connection = database.connect().await;
    let schema = include_str!("../../../profile.toml").replace('\'', "''");
    let key = SiteKey::parse(SITE_KEY).unwrap().fingerprint();
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    connection
        .run(
            &CONTENT
                .replace("THE SCHEMA", &schema)
                .replace("THE KEY", &key),
        )
        .await
        .unwrap();
    connection.close().await;
    database
}

fn relocate(from: &str, to: &str) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(["move", "--to", to]);
    command.env("SILHOUETTE_DATABASE", from).output().unwrap()
}

/// Moves a site that will not be moved, and returns the reason.
fn refused(from: &str, to: &str) -> String {
    let output = relocate(from, to);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn moved(from: &str, to: &str) -> String {
    let output = relocate(from, to);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// All of a file of SQLite, as the statements that would make it, but for what an engine keeps
/// for itself.
fn dump(file: &Path) -> String {
    let dump = Command::new("python3")
        .args(["-c", DUMP])
        .arg(file)
        .output()
        .unwrap();
    assert!(dump.status.success(), "{dump:?}");
    String::from_utf8(dump.stdout).unwrap()
}

/// Every row, and which ids were given out.
const DUMP: &str = r#"
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
tables = [t for (t,) in c.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
empty = []
for table in tables + ["sqlite_sequence"]:
    if table.startswith(("users_found", "_sqlx", "profiles_seen")):
        continue
    rows = sorted(map(repr, c.execute(f'SELECT * FROM "{table}"')))
    if not rows:
        empty.append(table)
    print(table, *(row[:2000] for row in rows), sep="\n  ")
assert empty == [], f"the test has nothing in {empty}"
"#;

#[tokio::test]
async fn a_site_moves_to_another_database_and_back_with_all_it_holds() {
    let (here, back) = (full().await, TestDatabase::of_sqlite());
    let there = TestDatabase::without_tables().await;
    let before = dump(&here.file());

    let said = moved(&here.name(), &there.name());
    assert!(
        said.lines()
            .any(|line| line.starts_with("users ") && line.contains(" 2 ")),
        "{said}"
    );
    assert!(said.contains("now holds 2 users"), "{said}");
    let again = moved(&there.name(), &back.name());
    let digests = |said: &str| {
        let mut lines: Vec<String> = said.lines().map(str::to_owned).collect();
        lines.retain(|line| line.split_whitespace().count() == 3);
        lines.sort();
        lines
    };
    assert_eq!(digests(&said), digests(&again));
    assert_eq!(before, dump(&back.file()));
    assert_eq!(before, dump(&here.file()), "the source has changed");

    // It is a site like any other: the next user gets the id that they would have got.
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_on(&there.name(), folder.path());
    let page = program.send("GET /u/ann HTTP/1.1", "").unwrap();
    assert!(page.contains("Ann’s profile"), "{page}");
    assert!(!page.contains("Zoë"), "{page}");
    drop(program);
    let made = Command::new(PROGRAM)
        .args(["user", "create", "zoe", "--link"])
        .env("SILHOUETTE_DATABASE", there.name())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut connection = there.connect().await;
    let id = connection.number("SELECT max(id) FROM users").await;
    assert_eq!(id, 10);
    connection.close().await;
}

#[tokio::test]
async fn a_site_that_runs_is_not_moved() {
    let (here, other) = (full().await, TestDatabase::of_sqlite());
    let there = TestDatabase::without_tables().await;
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_on(&here.name(), folder.path());
    let reason = refused(&here.name(), &there.name());
    assert!(reason.contains("is using the source. Stop it"), "{reason}");
    drop(program);

    let program = Program::start_on(&there.name(), folder.path());
    let reason = refused(&here.name(), &there.name());
    assert!(reason.contains("is using the target. Stop it"), "{reason}");
    let reason = refused(&there.name(), &other.name());
    assert!(reason.contains("is using the source. Stop it"), "{reason}");
    drop(program);

    // What a start has put there is no reason to refuse.
    moved(&here.name(), &there.name());
}

#[tokio::test]
async fn nothing_is_moved_where_something_does_not_fit() {
    let (here, there) = (full().await, TestDatabase::without_tables().await);
    let reason = refused(&here.name(), &here.name());
    assert!(reason.contains("is the current database"), "{reason}");
    let reason = refused(&here.name(), "postgre://ann:s3cret@db/site");
    assert!(!reason.contains("s3cret"), "{reason}");

    there.open().await.close().await;
    let mut source = here.connect().await;
    let mut target = there.connect().await;
    for (on_source, on_target, expected) in [
        (
            "CREATE TABLE notes (text TEXT)",
            "",
            "the table notes is in the source",
        ),
        (
            "",
            "CREATE TABLE notes (words TEXT)",
            "the table notes is in the source",
        ),
        (
            "ALTER TABLE notes ADD COLUMN size REAL",
            "DROP TABLE notes; CREATE TABLE notes (text TEXT, size REAL)",
            "the column size of the table notes has a type",
        ),
        (
            "DROP TABLE notes; CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('long')",
            "DROP TABLE notes; CREATE TABLE notes (text TEXT CHECK (length(text) < 4))",
            "the table notes cannot be copied: ",
        ),
        (
            "",
            "DROP TABLE notes; CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('old')",
            "the target is not empty: there are rows in its table notes",
        ),
        (
            "DROP TABLE notes",
            "",
            "the target is not empty: there are rows in its table notes",
        ),
    ] {
        source.run(on_source).await.unwrap();
        target.run(on_target).await.unwrap();
        let reason = refused(&here.name(), &there.name());
        assert!(reason.contains(expected), "{reason}");
        assert!(reason.contains(". Nothing was moved"), "{reason}");
        assert_eq!(target.number("SELECT count(*) FROM users").await, 0);
    }
    source.close().await;
    target.close().await;
}

#[tokio::test]
async fn a_target_of_an_older_version_stays_as_it_is() {
    let here = full().await;
    let folder = tempfile::tempdir().unwrap();
    let older = database_of(folder.path(), 27).await;
    let reason = refused(&here.name(), older.to_str().unwrap());
    assert!(reason.contains("older"), "{reason}");
    let version = ask(&older, "SELECT max(version) FROM _sqlx_migrations").await;
    assert_eq!(version, 27);
}

#[tokio::test]
async fn an_added_table_goes_on_with_its_ids() {
    let (here, there) = (full().await, TestDatabase::without_tables().await);
    there.open().await.close().await;
    let mut source = here.connect().await;
    let made = "CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT);
        INSERT INTO notes (words) VALUES ('one'), ('two')";
    source.run(made).await.unwrap();
    source.close().await;
    let mut target = there.connect().await;
    let id = match is_postgres() {
        true => "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        false => "INTEGER PRIMARY KEY",
    };
    let made = format!("CREATE TABLE notes (id {id}, words TEXT)");
    target.run(&made).await.unwrap();
    moved(&here.name(), &there.name());
    let added = "INSERT INTO notes (words) VALUES ('three')";
    target.run(added).await.unwrap();
    let last = target.number("SELECT max(id) FROM notes").await;
    assert_eq!(last, 3);
    target.close().await;
}

#[tokio::test]
async fn nobody_writes_to_what_is_being_moved() {
    if !is_postgres() {
        // There, nobody can open the file.
        return;
    }
    let (here, other) = (
        TestDatabase::without_tables().await,
        TestDatabase::of_sqlite(),
    );
    here.open().await.close().await;
    let mut writer = here.connect().await;
    writer.run("BEGIN").await.unwrap();
    let write =
        "INSERT INTO limits (rule, who, free_at) VALUES ('x', decode(repeat('00', 16), 'hex'), 1)";
    writer.run(write).await.unwrap();
    let reason = refused(&here.name(), &other.name());
    assert!(reason.contains("is using the source"), "{reason}");
    writer.run("COMMIT").await.unwrap();
    moved(&here.name(), &other.name());
    writer.close().await;
}
