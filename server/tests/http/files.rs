//! The database as a file: whose it is, who may read it, what becomes of a backup, and of
//! a log that lies beside the wrong file.

use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};
use store_sqlite::open::open;

use crate::{
    faults::Program,
    harness::{DAY, PASSWORD, PROGRAM, Site, in_project, site},
};
use server::jobs::Swept;

/// A command on the database of the folder: its status, and what it says.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(PROGRAM)
        .args(arguments)
        .args(["--database", "test.db"])
        .current_dir(folder)
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> String {
    let (status, said, error) = run(folder, arguments);
    assert_eq!(status, Some(0), "{arguments:?}: {error}");
    said
}

/// What a command says that has to fail.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let (status, said, error) = run(folder, arguments);
    assert_eq!((status, &said[..]), (Some(1), ""), "{arguments:?}: {error}");
    error
}

/// What `serve` says instead of starting.
#[track_caller]
fn does_not_start(folder: &Path) -> String {
    refused(folder, &["serve", "--addr", "127.0.0.1:0"])
}

fn sign_up(program: &Program, username: &str) -> bool {
    let body = format!(
        "username={username}&password={}",
        PASSWORD.replace(' ', "+")
    );
    let answer = program.send("POST /signup HTTP/1.1", &body);
    answer.is_ok_and(|answer| answer.starts_with("HTTP/1.1 303"))
}

fn log_in(program: &Program, username: &str) -> bool {
    let body = format!(
        "username={username}&password={}",
        PASSWORD.replace(' ', "+")
    );
    let answer = program.send("POST /login HTTP/1.1", &body);
    answer.is_ok_and(|answer| answer.starts_with("HTTP/1.1 303"))
}

/// One number, by plain SQL.
async fn ask(database: &Path, sql: &'static str) -> i64 {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .immutable(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let answer = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
    pool.close().await;
    answer
}

/// Plain SQL past the program.
async fn sql(database: &Path, statements: &str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    sqlx::raw_sql(statements).execute(&pool).await.unwrap();
    pool.close().await;
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Everything in a folder, by name.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let hashed = files.filter(|file| file.path().is_file()).map(|file| {
        let hash = Sha256::digest(fs::read(file.path()).unwrap()).to_vec();
        (file.file_name().into_string().unwrap(), hash)
    });
    hashed.collect()
}

pub fn copy_folder(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap().map(|file| file.unwrap()) {
        let to = to.join(file.file_name());
        if file.path().is_dir() {
            fs::create_dir(&to).unwrap();
            copy_folder(&file.path(), &to);
        } else if file.path().is_file() {
            fs::copy(file.path(), to).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_site_that_is_being_used_is_whole_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let program = Program::start(folder);
    assert!(sign_up(&program, "first"));
    let (stop, number) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (before, after) = thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    let next = number.fetch_add(1, Ordering::SeqCst);
                    sign_up(&program, &format!("member{next}"));
                }
            });
        }
        // However busy the machine is, some are there by then.
        while number.load(Ordering::SeqCst) < 8 {
            thread::sleep(Duration::from_millis(20));
        }
        let before = number.load(Ordering::SeqCst);
        let said = done(folder, &["backup", "backup.db"]);
        let after = number.load(Ordering::SeqCst);
        assert!(
            said.contains("backup.db now holds") && said.contains(" users from "),
            "{said}"
        );
        stop.store(true, Ordering::SeqCst);
        (before, after)
    });
    let backup = folder.join("backup.db");
    assert_eq!(mode(&backup), 0o600);
    assert!(!folder.join("backup.db.part").exists());
    let users = ask(&backup, "SELECT count(*) FROM users").await;
    // Of those that were under way, three may not have been there yet.
    let range = before.saturating_sub(3)..=after + 4;
    assert!(
        range.contains(&usize::try_from(users).unwrap()),
        "{users} {range:?}"
    );
    for (sql, answer) in [
        (
            "SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM profiles)",
            0,
        ),
        (
            "SELECT integrity_check = 'ok' FROM pragma_integrity_check",
            1,
        ),
        ("PRAGMA application_id", 0x5369_6c68),
        ("PRAGMA user_version", 0),
    ] {
        assert_eq!(ask(&backup, sql).await, answer, "{sql}");
    }

    assert!(sign_up(&program, "latecomer"));
    program.kill();
    drop(program);
    let said = done(folder, &["restore", "backup.db"]);
    assert!(
        said.contains(&format!("{users} users, last changed on 2")),
        "{said}"
    );
    assert!(said.contains("is kept as "), "{said}");
    assert_eq!(mode(&folder.join("test.db")), 0o600);
    let program = Program::start(folder);
    assert!(log_in(&program, "first"));
    assert!(!log_in(&program, "latecomer"));
    drop(program);

    // And what was there before can be had back, its log included.
    let kept = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let kept = kept.map(|name| name.into_string().unwrap());
    let kept = kept.filter(|name| name.contains(".before-") && !name.ends_with("-wal"));
    let kept = kept
        .filter(|name| !name.ends_with("-shm"))
        .collect::<Vec<_>>();
    assert_eq!(kept.len(), 1, "{kept:?}");
    done(folder, &["restore", &kept[0]]);
    assert!(log_in(&Program::start(folder), "latecomer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_takes_the_place_of_no_file_and_leaves_no_half_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(refused(folder, &["backup", "backup.db"]).contains("there is no database test.db"));
    drop(Program::start(folder));
    fs::write(folder.join("there"), "something else").unwrap();
    let said = refused(folder, &["backup", "there"]);
    assert!(said.contains("there already exists"), "{said}");
    assert_eq!(fs::read(folder.join("there")).unwrap(), b"something else");
    let said = refused(folder, &["backup", "test.db"]);
    assert!(said.contains("already"), "{said}");
    let said = refused(folder, &["backup", "missing/backup.db"]);
    assert!(said.contains("Check that its folder exists"), "{said}");
    // Left by one that was killed; and by one that was killed with a journal.
    fs::write(folder.join("backup.db.part"), "half of a backup").unwrap();
    fs::write(folder.join("backup.db.part-journal"), "half").unwrap();
    done(folder, &["backup", "backup.db"]);
    assert!(!folder.join("backup.db.part").exists());
    assert!(!folder.join("backup.db.part-journal").exists());
    let (status, _, _) = run(folder, &["backup"]);
    assert_eq!(status, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_restored_that_is_no_sound_backup_or_under_a_site_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let program = Program::start(folder);
    assert!(sign_up(&program, "first"));
    done(folder, &["backup", "backup.db"]);
    let said = refused(folder, &["restore", "backup.db"]);
    assert!(
        said.contains("is using the database test.db. Stop it first"),
        "{said}"
    );
    assert!(log_in(&program, "first"), "it goes on");
    drop(program);

    let sound = fs::read(folder.join("backup.db")).unwrap();
    let mut damaged = sound.clone();
    let middle = damaged.len() / 2;
    damaged[middle..].fill(0x55);
    fs::write(folder.join("damaged.db"), damaged).unwrap();
    fs::write(folder.join("cut.db"), &sound[..sound.len() / 2]).unwrap();
    fs::write(folder.join("empty.db"), "").unwrap();
    fs::write(folder.join("text.db"), "no database at all\n".repeat(100)).unwrap();
    fs::write(folder.join("newer.db"), &sound).unwrap();
    let newer = "INSERT INTO _sqlx_migrations
        (version, description, success, checksum, execution_time)
        VALUES (9999, 'from the future', 1, x'00', 0)";
    sql(&folder.join("newer.db"), newer).await;
    sql(
        &folder.join("foreign.db"),
        "CREATE TABLE notes (id INTEGER)",
    )
    .await;
    let named = "CREATE TABLE notes (id INTEGER); PRAGMA application_id = 77";
    sql(&folder.join("named.db"), named).await;
    let before = contents(folder);
    for (file, words) in [
        ("damaged.db", "damaged"),
        ("cut.db", "damaged"),
        ("empty.db", "or it is empty"),
        ("missing.db", "there is no backup"),
        ("text.db", "is not a database, or it is damaged"),
        ("newer.db", "by a newer Silhouette"),
        ("foreign.db", "of another program"),
        ("named.db", "application_id"),
        ("test.db", "the current database"),
    ] {
        let said = refused(folder, &["restore", file]);
        assert!(said.contains(words), "{file}: {said}");
        assert_eq!(contents(folder), before, "{file}");
    }
    assert!(log_in(&Program::start(folder), "first"));
    let (status, _, _) = run(folder, &["restore"]);
    assert_eq!(status, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_a_restore_there_is_one_state_or_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let program = Program::start(folder);
    assert!(sign_up(&program, "first"));
    done(folder, &["backup", "backup.db"]);
    assert!(sign_up(&program, "second"));
    drop(program);
    for pause in (0..40).step_by(2) {
        let mut restoring = Command::new(PROGRAM)
            .args(["restore", "backup.db", "--database", "test.db"])
            .current_dir(folder)
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(pause));
        let _ = restoring.kill();
        restoring.wait().unwrap();
        let (status, _, said) = run(folder, &["user", "enable", "first"]);
        if status == Some(1) {
            assert!(said.contains("did not finish"), "after {pause} ms: {said}");
            done(folder, &["restore", "backup.db"]);
        }
        let users = ask(&folder.join("test.db"), "SELECT count(*) FROM users").await;
        assert!((1..=2).contains(&users), "after {pause} ms: {users}");
    }
    // A note that it began, and nothing more.
    fs::write(
        folder.join("test.db.lock"),
        format!("{:<47}\n", "restoring"),
    )
    .unwrap();
    assert!(does_not_start(folder).contains("Run `silhouette restore` again"));
    done(folder, &["restore", "backup.db"]);
    assert!(log_in(&Program::start(folder), "first"));
}

/// Ways to copy a database that runs, and what it says when the copy is put in its place
/// by hand.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_lies_beside_another_file_than_its_own_is_not_replayed() {
    for way in ["silhouette", "VACUUM INTO", ".backup", "stopped"] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let mut program = Program::start(folder);
        assert!(sign_up(&program, "first"));
        let (database, backup) = (folder.join("test.db"), folder.join("backup.db"));
        match way {
            "silhouette" => drop(done(folder, &["backup", "backup.db"])),
            "VACUUM INTO" => {
                let into = format!("VACUUM INTO '{}'", backup.display());
                sql(&database, &into).await;
            }
            ".backup" => {
                let copied = Command::new("sqlite3")
                    .args(["test.db", ".backup backup.db"])
                    .current_dir(folder)
                    .status();
                if !copied.is_ok_and(|copied| copied.success()) {
                    println!("sqlite3 is not installed; `.backup` was not tried");
                    continue;
                }
            }
            _ => {
                program.terminate();
                drop(program);
                fs::copy(&database, &backup).unwrap();
                program = Program::start(folder);
            }
        }
        assert!(sign_up(&program, "second"));
        program.kill();
        drop(program);
        fs::copy(&backup, &database).unwrap();
        let before = contents(folder);
        let said = does_not_start(folder);
        assert!(said.contains("was replaced by a copy"), "{way}: {said}");
        let said = refused(folder, &["user", "enable", "first"]);
        assert!(said.contains("was replaced by a copy"), "{way}: {said}");
        let now = contents(folder);
        assert_eq!(now["test.db-wal"], before["test.db-wal"], "{way}");
        assert_eq!(now["test.db"], before["test.db"], "{way}");
        // What the message says.
        let real = fs::canonicalize(folder).unwrap().join("test.db");
        assert!(
            said.contains(&format!("mv {0}-wal {0}-wal.old", real.display())),
            "{said}"
        );
        fs::rename(folder.join("test.db-wal"), folder.join("test.db-wal.old")).unwrap();
        let program = Program::start(folder);
        assert!(log_in(&program, "first"), "{way}");
        assert!(!log_in(&program, "second"), "{way}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_replayed_after_a_crash_wherever_its_folder_is_now() {
    let mut folder = tempfile::tempdir().unwrap();
    for number in 0..6 {
        let program = Program::start(folder.path());
        assert!(sign_up(&program, &format!("member{number}")));
        if number == 2 {
            // By hand, beside it.
            let database = folder.path().join("test.db");
            sql(&database, "CREATE TABLE notes (id INTEGER); VACUUM").await;
        }
        program.kill();
        drop(program);
        assert!(folder.path().join("test.db-wal").metadata().unwrap().len() > 32);
        if number % 2 == 1 {
            let elsewhere = tempfile::tempdir().unwrap();
            copy_folder(folder.path(), elsewhere.path());
            folder = elsewhere;
        }
        if number == 4 {
            fs::remove_file(folder.path().join("test.db.lock")).unwrap();
        }
    }
    let program = Program::start(folder.path());
    for number in 0..6 {
        assert!(log_in(&program, &format!("member{number}")), "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_folds_the_log_in_it_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let program = Program::start(folder.path());
    assert!(sign_up(&program, "first"));
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        INSERT INTO users (username, username_key) SELECT 'many' || i, 'many' || i FROM n";
    sql(&path("test.db"), many).await;
    program.kill();
    drop(program);
    let small = fs::metadata(path("test.db")).unwrap().len();
    for file in ["test.db-wal", "test.db.lock"] {
        fs::copy(path(file), path(&format!("{file}.copy"))).unwrap();
    }
    // Folded in, which goes page by page, from the first on, as far as it got.
    sql(&path("test.db"), "PRAGMA wal_checkpoint(TRUNCATE)").await;
    let large = fs::metadata(path("test.db")).unwrap().len();
    assert!(large > small + 3 * 4096, "{small} {large}");
    let file = fs::File::options()
        .write(true)
        .open(path("test.db"))
        .unwrap();
    file.set_len(small + 4096).unwrap();
    for file in ["test.db-wal", "test.db.lock"] {
        fs::rename(path(&format!("{file}.copy")), path(file)).unwrap();
    }
    let program = Program::start(folder.path());
    assert!(log_in(&program, "first"));
    drop(program);
    done(folder.path(), &["backup", "backup.db"]);
    let users = ask(&path("backup.db"), "SELECT count(*) FROM users").await;
    assert_eq!(users, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_without_its_database_is_not_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let program = Program::start(folder);
    assert!(sign_up(&program, "first"));
    program.kill();
    drop(program);
    let log = fs::read(folder.join("test.db-wal")).unwrap();
    fs::rename(folder.join("test.db"), folder.join("elsewhere.db")).unwrap();
    for _ in 0..2 {
        assert!(does_not_start(folder).contains("which would be lost"));
        assert_eq!(fs::read(folder.join("test.db-wal")).unwrap(), log);
        fs::write(folder.join("test.db"), "").unwrap();
    }
    fs::rename(folder.join("elsewhere.db"), folder.join("test.db")).unwrap();
    assert!(log_in(&Program::start(folder), "first"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_into_the_file_of_another_program_or_beside_it() {
    for (made, words) in [
        (
            "CREATE TABLE notes (id INTEGER); INSERT INTO notes VALUES (1)",
            "\"notes\"",
        ),
        (
            "PRAGMA journal_mode = WAL; CREATE TABLE notes (id INTEGER)",
            "\"notes\"",
        ),
        (
            "CREATE TABLE users (id INTEGER); PRAGMA application_id = 77",
            "0x0000004d",
        ),
        (
            "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT);
             INSERT INTO _sqlx_migrations VALUES (1, 'users');
             CREATE TABLE users (id INTEGER); CREATE TABLE profiles (id INTEGER);
             CREATE TABLE sessions (id INTEGER)",
            "another program",
        ),
        ("no SQL", "is not a database"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        match made {
            "no SQL" => fs::write(folder.join("test.db"), "notes\n".repeat(2000)).unwrap(),
            made => sql(&folder.join("test.db"), made).await,
        }
        fs::write(folder.join("backup.db"), "").unwrap();
        let before = contents(folder);
        for command in [
            &["serve", "--addr", "127.0.0.1:0"][..],
            &["user", "enable", "ann"],
            &[
                "schema",
                "check",
                in_project("profile.toml").to_str().unwrap(),
            ],
            &["backup", "new.db"],
        ] {
            let said = refused(folder, command);
            assert!(
                said.contains(words) && said.contains("nothing was written"),
                "{said}"
            );
            assert_eq!(contents(folder), before, "{made} {command:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_before_the_id_gets_it_with_everything_in_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("test.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&database)
        .create_if_missing(true)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let mut old = sqlx::migrate!("../store/sqlite/migrations");
    let migrations = old.migrations.to_mut();
    migrations.retain(|migration| migration.version < 11);
    old.run(&pool).await.unwrap();
    sqlx::raw_sql("INSERT INTO users (username, username_key) VALUES ('Old', 'old');
        INSERT INTO profile_changes (user_id, version, item, new, at) VALUES (1, 1, 'bio', '\"x\"', 1)")
        .execute(&pool).await.unwrap();
    // As it lies there after a crash.
    let crashed = tempfile::tempdir().unwrap();
    copy_folder(folder.path(), crashed.path());
    fs::remove_file(crashed.path().join("test.db-shm")).unwrap();
    pool.close().await;
    assert_eq!(
        fs::metadata(crashed.path().join("test.db")).unwrap().len(),
        4096
    );

    let database = crashed.path().join("test.db");
    open(&database).await.unwrap().close().await;
    assert_eq!(ask(&database, "PRAGMA application_id").await, 0x5369_6c68);
    assert_eq!(ask(&database, "SELECT count(*) FROM users").await, 1);
    assert_eq!(
        ask(&database, "SELECT count(*) FROM profile_changes").await,
        1
    );
    let text = "SELECT count(*) FROM sqlite_schema
                WHERE sql LIKE '%(old IS NULL OR json_valid(old))%(new IS NULL OR json_valid(new))%'";
    assert_eq!(ask(&database, text).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_one_file_has_the_tables_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let copy = folder.path().join("copy.db");
    fs::copy(folder.path().join("test.db"), &copy).unwrap();
    assert_eq!(ask(&copy, "SELECT count(*) FROM users").await, 0);
    drop(program);
}

#[test]
fn nobody_else_may_read_the_data_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\""), PROGRAM]);
        let mut made = Command::new("sh");
        made.args([
            "-c",
            &format!("umask {umask}; \"$0\" user enable x --database data/x/test.db"),
            PROGRAM,
        ]);
        made.current_dir(folder);
        made.output().unwrap();
        assert!(!folder.join("data").exists(), "a command makes nothing");
        let program = Program::start_by(shell, folder);
        let body = format!(
            "username=ann&email=ann%40example.org&password={}",
            PASSWORD.replace(' ', "+")
        );
        program.send("POST /signup HTTP/1.1", &body).unwrap();
        for file in ["test.db", "test.db-wal", "test.db-shm", "test.db.lock"] {
            assert_eq!(mode(&folder.join(file)), 0o600, "{umask} {file}");
        }
        for _ in 0..100 {
            if folder.join("mail").exists() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(mode(&folder.join("mail")), 0o700, "{umask}");
        drop(program);
    }
}

#[tokio::test]
async fn a_folder_that_is_made_and_files_that_others_could_read_are_for_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/deep/test.db");
    open(&path).await.unwrap().close().await;
    assert_eq!(mode(&folder.path().join("new")), 0o700);
    assert_eq!(mode(&folder.path().join("new/deep")), 0o700);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(path.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
    open(&path).await.unwrap().close().await;
    assert_eq!(mode(&path), 0o600);
    // Who runs the site may have a reason.
    assert_eq!(mode(path.parent().unwrap()), 0o755);
}

#[test]
fn it_says_which_database_it_uses_and_that_it_made_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = fs::canonicalize(folder.path()).unwrap().join("test.db");
    let log = || fs::read_to_string(folder.path().join("log")).unwrap();
    let mut program = Program::start(folder.path());
    assert!(sign_up(&program, "first"));
    program.terminate();
    let made = format!("created a new, empty database at {}", path.display());
    assert!(log().contains(&made), "{}", log());
    let mut program = Program::start(folder.path());
    program.terminate();
    let uses = format!("using the database {} users=1", path.display());
    assert!(log().contains(&uses), "{}", log());
    assert!(!log().contains("created a new"), "{}", log());
}

#[tokio::test]
async fn what_is_behind_a_link_is_the_database_and_keeps_its_log_there() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = folder.path().join("test.db");
    std::os::unix::fs::symlink(elsewhere.path().join("real.db"), &link).unwrap();
    let store = open(&link).await.unwrap();
    assert!(elsewhere.path().join("real.db.lock").exists());
    assert_eq!(contents(folder.path()).len(), 1);
    store.close().await;
}

/// `json_valid(NULL)` is 0 before SQLite 3.45.
#[tokio::test]
async fn no_check_depends_on_the_sqlite_that_reads_the_file() {
    let site = site().await;
    let bare = "SELECT count(*) FROM sqlite_schema s, pragma_table_info(s.name) c
        WHERE s.type = 'table' AND NOT c.\"notnull\" AND c.pk = 0
          AND s.sql LIKE '%json_valid(' || c.name || ')%'
          AND s.sql NOT LIKE '%' || c.name || ' IS NULL OR json_valid(' || c.name || ')%'";
    assert_eq!(site.ask(bare).await, 0);
    assert_eq!(
        site.ask("SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%json_valid(%'")
            .await,
        1
    );
    // And it still refuses what is none.
    site.member("ann").await;
    let wrong = "INSERT INTO profile_changes (user_id, version, item, old, at) VALUES (1, 1, 'bio', 'x', 1)";
    assert!(site.run(wrong).await.is_err());
    let neither =
        "INSERT INTO profile_changes (user_id, version, item, at) VALUES (1, 1, 'bio', 1)";
    assert!(site.run(neither).await.is_err());
}

#[tokio::test]
async fn a_dump_by_the_sqlite3_of_the_machine_reads_back_whole() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("location", "Kiel")]).await;
    ann.save(&[("location", "")]).await;
    let changes = site.ask("SELECT count(*) FROM profile_changes").await;
    let script = "sqlite3 \"$0\" 'PRAGMA integrity_check'; \
                  sqlite3 \"$0\" .dump | sqlite3 \"$0.new\"; \
                  sqlite3 \"$0.new\" 'SELECT count(*) FROM profile_changes'";
    let Output { stdout, stderr, .. } = Command::new("sh")
        .args(["-c", script])
        .arg(site.database())
        .output()
        .unwrap();
    let error = String::from_utf8(stderr).unwrap();
    if error.contains("not found") {
        println!("sqlite3 is not installed; the dump was not tried");
        return;
    }
    let said = String::from_utf8(stdout).unwrap();
    assert_eq!((said, error), (format!("ok\n{changes}\n"), String::new()));
}

const HOUR: i64 = 60 * 60 * 1000;

/// Ann has closed her account, and the site has seen the time.
async fn left() -> Site {
    let site = site().await;
    let ann = site.member("ann").await;
    let page = ann.visit("/settings/delete").await;
    let outline = page.hidden("outline").replace("&quot;", "\"");
    let fields = [
        ("typed_username", "ann"),
        ("current_password", PASSWORD),
        ("outline", &outline),
    ];
    let left = ann.submit("/settings/delete", &fields).await;
    assert_eq!(left.location(), "/login?left");
    assert!(matches!(
        site.sweep(0).await,
        Swept::Erased { accounts: 0, .. }
    ));
    site
}

#[tokio::test]
async fn one_start_with_a_clock_that_is_years_ahead_erases_nobody() {
    let site = left().await;
    site.clock.advance(3652 * DAY);
    for start in 0..3 {
        let swept = site.sweep(0).await;
        let is_new = start == 0;
        assert!(
            matches!(swept, Swept::Doubted { is_new: new, for_ms: DAY, .. } if new == is_new),
            "{swept:?}"
        );
    }
    site.clock.advance(-3652 * DAY);
    assert!(matches!(
        site.sweep(0).await,
        Swept::Erased { accounts: 0, .. }
    ));
    let login = [("username", "ann"), ("password", PASSWORD)];
    let back = site.guest().submit("/login", &login).await;
    assert_eq!(back.location(), "/settings?stayed");
}

#[tokio::test]
async fn a_site_that_was_off_for_weeks_erases_after_it_has_run_for_a_day() {
    let site = left().await;
    site.clock.advance(30 * DAY);
    assert!(matches!(
        site.sweep(0).await,
        Swept::Doubted { is_new: true, .. }
    ));
    for hour in 1..24 {
        site.clock.advance(HOUR);
        let swept = site.sweep(HOUR).await;
        assert!(
            matches!(swept, Swept::Doubted { is_new: false, .. }),
            "{hour}: {swept:?}"
        );
    }
    site.clock.advance(HOUR);
    assert!(matches!(
        site.sweep(HOUR).await,
        Swept::Erased { accounts: 1, .. }
    ));
}

#[tokio::test]
async fn a_site_that_runs_erases_on_the_day() {
    let site = left().await;
    let mut erased = 0;
    for day in 1..=14 {
        site.clock.advance(DAY);
        match site.sweep(DAY).await {
            Swept::Erased { accounts, .. } => erased += accounts,
            doubted => panic!("{day}: {doubted:?}"),
        }
        assert_eq!(erased, u64::from(day == 14), "{day}");
    }
}

#[tokio::test]
async fn the_way_back_to_an_address_outlives_a_clock_that_was_ahead() {
    let site = left().await;
    site.run(
        "INSERT INTO tokens (hash, purpose, user_id, email, password_version, created_at, expires_at)
         VALUES (zeroblob(32), 'undo', 1, 'ann@example.org', 1, 1, 1795348900000)",
    )
    .await
    .unwrap();
    site.clock.advance(3652 * DAY);
    site.sweep(0).await;
    assert_eq!(site.ask("SELECT count(*) FROM tokens").await, 1);
    site.clock.advance(-3652 * DAY + HOUR);
    site.sweep(HOUR).await;
    assert_eq!(site.ask("SELECT count(*) FROM tokens").await, 0);
}
