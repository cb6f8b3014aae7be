//! Several programs on one database: whatever was done at one of them is so at every other, with
//! the next request.

use app::{account::types::user::UserId, error::AppError};
use axum::http::StatusCode;
use futures_util::future::join_all;
use server::{accounts::schema::refresh, database::Database, jobs::Swept};
use std::{
    fs,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use store::{bucket::Bucket, limits::Tries};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    database::{Plain, TestDatabase},
    faults::Program,
    harness::{Browser, DAY, PASSWORD, Setup, Site, in_project, is_long, site},
};

/// Two nodes.
async fn nodes() -> [Site; 2] {
    let first = site().await;
    let second = Setup::default().build_beside(&first).await;
    [first, second]
}

/// The same browser at another node.
fn at(node: &Site, browser: &Browser) -> Browser {
    let there = node.guest();
    there.set_cookie(&browser.cookie().unwrap());
    there
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn who_logs_in_at_one_is_logged_in_at_the_other_until_they_log_out_at_either() {
    let [one, other] = nodes().await;
    let ann = one.member("ann").await;
    let there = at(&other, &ann);
    there.visit("/profile").await.says("ann");
    ann.submit("/logout", &[]).await;
    assert_eq!(there.visit("/profile").await.status, StatusCode::SEE_OTHER);

    let again = other.guest();
    let login = [("username", "ann"), ("password", PASSWORD)];
    again.submit("/login", &login).await;
    let back = at(&one, &again);
    back.visit("/profile").await.says("ann");
    one.run("UPDATE users SET status = 'disabled'")
        .await
        .unwrap();
    for browser in [again, back] {
        let answer = browser.visit("/profile").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.summary());
    }
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn what_is_saved_at_one_is_read_at_the_other_and_edits_at_both_are_merged() {
    let [one, other] = nodes().await;
    let ann = one.member("ann").await;
    let there = at(&other, &ann);
    let (saved, saved_there) = tokio::join!(
        ann.submit("/profile/edit", &[("version", "1"), ("location", "Kiel")]),
        there.submit(
            "/profile/edit",
            &[("version", "1"), ("bio", "Mends boats.")]
        )
    );
    for answer in [saved, saved_there] {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.summary());
    }
    for browser in [&ann, &there] {
        let page = browser.visit("/profile").await;
        page.says("Kiel");
        page.says("Mends boats.");
    }
    // The same field at both: one is asked.
    let versions = [("version", "3"), ("location", "Husum")];
    ann.submit("/profile/edit", &versions).await;
    let asked = there
        .submit("/profile/edit", &[("version", "3"), ("location", "Emden")])
        .await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    asked.says("Husum");
    asked.says("Emden");
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn one_form_that_comes_to_both_is_one_account() {
    let [one, other] = nodes().await;
    for round in 0..5 {
        let name = format!("ann-{round}");
        let key = one
            .guest()
            .visit("/signup")
            .await
            .hidden("idempotency_key")
            .to_owned();
        let form = [
            ("username", name.as_str()),
            ("password", PASSWORD),
            ("idempotency_key", key.as_str()),
        ];
        let (guest, twice) = (one.guest(), other.guest());
        let (first, second) = tokio::join!(
            guest.submit("/signup", &form),
            twice.submit("/signup", &form)
        );
        for answer in [first, second] {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.summary());
        }
        assert_eq!(one.ask("SELECT count(*) FROM users").await, round + 1);
    }
}

/// Of sixty-four at once at two nodes, twenty.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "on PostgreSQL only"]
async fn a_limit_holds_for_all_together() {
    let [one, other] = nodes().await;
    let bucket = Bucket {
        rule: "test",
        who: [0; 16],
        interval: 60_000,
        period: 20 * 60_000,
    };
    let count = |node: &Site| {
        let (store, tries) = (node.store.clone(), Tries::of([Some(bucket.clone())], DAY));
        async move {
            let count = store.write_singly(tries, |tx, tries| Box::pin(tries.count(tx)));
            count.await
        }
    };
    let counted = join_all((0..64).map(|way| count([&one, &other][way % 2]))).await;
    let refused = |result: &&Result<(), AppError>| matches!(result, Err(AppError::TooMany { .. }));
    assert_eq!(counted.iter().filter(|result| result.is_ok()).count(), 20);
    assert_eq!(counted.iter().filter(refused).count(), 44, "{counted:?}");
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn a_mail_goes_once_whoever_sends_it() {
    let [one, other] = nodes().await;
    for number in 0..20 {
        let (name, email) = (format!("ann-{number}"), format!("ann-{number}@example.net"));
        let form = [
            ("username", name.as_str()),
            ("email", email.as_str()),
            ("password", PASSWORD),
        ];
        one.guest().submit("/signup", &form).await;
    }
    tokio::join!(
        one.mailer.send_due(),
        other.mailer.send_due(),
        one.mailer.send_due(),
        other.mailer.send_due()
    );
    let mut recipients: Vec<_> = one.mails().await.into_iter().map(|mail| mail.to).collect();
    recipients.sort();
    assert_eq!(recipients.len(), 20);
    recipients.dedup();
    assert_eq!(recipients.len(), 20);
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn what_is_due_is_erased_once_and_neither_of_two_sweeps_fails() {
    let [one, other] = nodes().await;
    for number in 0..5 {
        one.member(&format!("ann-{number}")).await;
    }
    one.run("UPDATE users SET leaves_at = 1").await.unwrap();
    let (swept, swept_there) = tokio::join!(one.sweep(0), other.sweep(0));
    let accounts = |swept| match swept {
        Swept::Erased { accounts, .. } => accounts,
        doubted => panic!("{doubted:?}"),
    };
    assert_eq!(accounts(swept) + accounts(swept_there), 5);
    assert_eq!(one.ask("SELECT count(*) FROM users").await, 0);
    let noted = "SELECT count(*) FROM events WHERE kind = 'erased'";
    assert_eq!(one.ask(noted).await, 5);
}

/// A rolling update: the first new node has added to the schema, and the old ones serve on.
#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn a_node_goes_on_beside_a_schema_to_which_a_newer_one_has_added() {
    let [one, other] = nodes().await;
    let ann = one.member("ann").await;
    ann.save(&[("location", "Kiel")]).await;
    let tables = [
        "users",
        "profiles",
        "profile_changes",
        "sessions",
        "devices",
        "mails",
        "tokens",
        "limits",
        "events",
        "avatars",
        "clock",
    ];
    for table in tables {
        let add = format!(
            "ALTER TABLE {table} ADD COLUMN newer text NOT NULL DEFAULT 'x';
             CREATE INDEX {table}_newer ON {table} (newer);
             CREATE TABLE {table}_newer_beside (id bigint PRIMARY KEY)"
        );
        one.run(&add).await.unwrap();
    }
    one.run(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'newer', true, '', 0)",
    )
    .await
    .unwrap();
    for (node, name) in [(&one, "bob"), (&other, "cid")] {
        let member = node.member(name).await;
        member.save(&[("bio", "Written during an update")]).await;
        member
            .visit("/profile")
            .await
            .says("Written during an update");
        member.submit("/logout", &[]).await;
        let login = [("username", name), ("password", PASSWORD)];
        let answer = node.guest().submit("/login", &login).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.summary());
        assert!(matches!(node.sweep(0).await, Swept::Erased { .. }));
    }
    ann.save(&[("location", "Husum")]).await;
    ann.visit("/profile/history").await.says("Kiel");
    // Another of the old program does not start any more.
    let refused = one.open_again().await.unwrap_err().to_string();
    assert!(refused.contains("newer Silhouette"), "{refused}");
}

/// A line to a database that can break.
struct Line {
    url: String,
    /// What was said on lines before is heard by nobody any more, and they are not hung up.
    is_mute: Arc<AtomicBool>,
}

impl Line {
    /// A line on which `breaks` sees what is sent, and says when it is cut.
    async fn to(url: &str, breaks: fn(&[u8]) -> bool) -> Line {
        let server = url.split('@').nth(1).unwrap();
        let server = server.split('/').next().unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let url = url.replace(&server, &address);
        let is_mute = Arc::new(AtomicBool::new(false));
        let mute = Arc::clone(&is_mute);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let database = TcpStream::connect(&server).await.unwrap();
                // Only who was connected before is not heard.
                let mute = match mute.load(Ordering::Relaxed) {
                    true => Arc::default(),
                    false => Arc::clone(&mute),
                };
                tokio::spawn(carry(client, database, mute, breaks));
            }
        });
        Line { url, is_mute }
    }
}

async fn carry(
    mut client: TcpStream,
    mut database: TcpStream,
    is_mute: Arc<AtomicBool>,
    breaks: fn(&[u8]) -> bool,
) {
    let (mut asked, mut said) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(bytes @ 1..) = read else { return };
                if is_mute.load(Ordering::Relaxed) {
                    continue;
                }
                database.write_all(&asked[..bytes]).await.unwrap();
                if breaks(&asked[..bytes]) {
                    // The database answers, and nobody hears it.
                    let _ = database.read(&mut said).await;
                    return;
                }
            }
            read = database.read(&mut said) => {
                let Ok(bytes @ 1..) = read else { return };
                client.write_all(&said[..bytes]).await.unwrap();
            }
        }
    }
}

fn is_commit(sent: &[u8]) -> bool {
    sent.windows(6).any(|word| word == b"COMMIT")
}

/// A machine that is gone hangs up on nobody.
#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn a_line_that_is_dead_without_a_word_is_given_up_and_another_one_taken() {
    let site = site().await;
    site.member("ann").await;
    let line = Line::to(&site.database_name(), |_| false).await;
    let database: Database = line.url.parse().unwrap();
    let store = database.open().await.unwrap();
    let list = |listed| {
        store.write((), move |tx, ()| {
            Box::pin(async move { tx.set_listed(UserId(1), listed).await })
        })
    };
    list(false).await.unwrap();
    store.ping().await.unwrap();

    line.is_mute.store(true, Ordering::Relaxed);
    let (write, read) = tokio::join!(list(true), timeout(Duration::from_secs(3), store.ping()));
    assert_eq!(write, Err(AppError::Busy));
    assert!(read.is_err(), "{read:?}");
    // On other lines.
    store.ping().await.unwrap();
    list(true).await.unwrap();
    assert_eq!(
        site.ask("SELECT count(*) FROM profiles WHERE listed").await,
        1
    );
    store.close().await;
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn a_commit_whose_answer_is_lost_is_said_to_be_unknown_and_never_to_have_failed() {
    let site = site().await;
    let ann = site.member("ann").await;
    let line = Line::to(&site.database_name(), is_commit).await;
    let database: Database = line.url.parse().unwrap();
    let store = database.open().await.unwrap();
    let user = UserId(1);
    let write = store.write((), move |tx, ()| {
        Box::pin(async move { tx.set_listed(user, false).await })
    });
    assert_eq!(write.await, Err(AppError::Unconfirmed));
    // It was done, and once.
    assert_eq!(
        site.ask("SELECT count(*) FROM profiles WHERE NOT listed")
            .await,
        1
    );
    ann.visit("/profile").await.says("ann");
    store.close().await;
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn a_node_that_is_killed_loses_nothing_that_it_said_was_saved() {
    let database = TestDatabase::new().await;
    let (folder, name) = (database.folder.path(), database.name());
    let (writers, times) = if is_long() { (64, 100) } else { (16, 3) };
    let mut writing = Writing::begin(Program::start_on(&name, folder), writers);
    for _ in 0..times {
        writing.until(Program::kill);
        writing.check(database.connect().await).await;
        writing.program = Program::start_on(&name, folder);
    }
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn a_database_that_is_killed_loses_nothing_that_was_said_to_be_saved() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let (writers, times) = if is_long() { (64, 20) } else { (16, 2) };
    let program = Program::start_on(&cluster.url, folder.path());
    let mut writing = Writing::begin(program, writers);
    for _ in 0..times {
        writing.until(|_| cluster.kill());
        cluster.run("start");
        // The program is the same one; it finds the database again by itself.
        writing.check(Plain::postgres(&cluster.url).await).await;
    }
}

/// Members who save, one number after the other.
struct Writing {
    program: Program,
    members: Vec<String>,
    /// The last number that each was told is saved.
    told: Vec<u32>,
}

impl Writing {
    fn begin(program: Program, writers: usize) -> Writing {
        let sign_up = |n| program.sign_up_as(&format!("writer{n:02}"));
        Writing {
            members: (0..writers).map(sign_up).collect(),
            told: vec![0; writers],
            program,
        }
    }

    /// Saves until something is killed, and everybody was told that something was not saved.
    fn until(&mut self, kill: impl Fn(&Program)) {
        let before = self.told.clone();
        self.told = thread::scope(|scope| {
            let save = |(member, last): (&String, &u32)| {
                let (program, member, last) = (&self.program, member.clone(), *last);
                scope.spawn(move || program.save_from(&member, last))
            };
            let saves: Vec<_> = self.members.iter().zip(&self.told).map(save).collect();
            thread::sleep(Duration::from_millis(400));
            kill(&self.program);
            saves.into_iter().map(|save| save.join().unwrap()).collect()
        });
        assert_ne!(self.told, before, "nothing was saved");
    }

    /// Whoever was told has theirs, whole, and no save is there in part.
    async fn check(&mut self, mut sql: Plain) {
        let saved = "SELECT coalesce(fields ->> 'bio', 'Number 0.') || coalesce(fields ->> 'location', 'Number 0.')
                     FROM profiles JOIN users ON id = user_id ORDER BY username";
        let saved = sql.texts(saved).await;
        assert_eq!(saved.len(), self.told.len());
        for (saved, told) in saved.iter().zip(&mut self.told) {
            // One more was written, perhaps, and its answer cut off.
            let there = [*told, *told + 1];
            let there = there
                .into_iter()
                .find(|n| *saved == format!("Number {n}.Number {n}."));
            *told = there.unwrap_or_else(|| panic!("told {told}: {saved}"));
        }
        let lost = "SELECT count(*) FROM profiles WHERE version - 1 <>
            (SELECT count(DISTINCT version) FROM profile_changes c WHERE c.user_id = profiles.user_id)";
        assert_eq!(sql.number(lost).await, 0);
        sql.close().await;
    }
}

/// A cluster of PostgreSQL that flushes what is committed, until it is dropped.
struct Cluster {
    folder: TempDir,
    url: String,
}

impl Cluster {
    fn start() -> Cluster {
        let mut cluster = Cluster {
            folder: tempfile::tempdir().unwrap(),
            url: String::new(),
        };
        cluster.url = cluster.run("start");
        cluster
    }

    /// Calls `.ci/postgres`, and returns what it prints.
    fn run(&self, what: &str) -> String {
        let script = in_project(".ci/postgres");
        let mut command = Command::new(script);
        command.arg(what).env("POSTGRES_FOLDER", self.folder.path());
        if what == "start" {
            command.arg("--durable");
        }
        let output = command.stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "{what}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn kill(&self) {
        let file = self.folder.path().join("data/postmaster.pid");
        let file = fs::read_to_string(file).unwrap();
        let server = file.lines().next().unwrap();
        let killed = Command::new("kill").args(["-KILL", server]).status();
        assert!(killed.unwrap().success());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("erase");
    }
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn a_schema_that_is_applied_at_one_is_in_force_at_the_other_within_seconds() {
    let [one, other] = nodes().await;
    let admin = one.member_as("admin").await;
    let there = at(&other, &admin);
    let built_in = one.schemas.now().schemas.text().to_owned();
    let text = built_in.replacen("label.en = \"Location\"", "label.en = \"Harbour\"", 1);
    let form = [("text", text.as_str()), ("base", "0"), ("apply", "yes")];
    let applied = admin.submit("/admin/schema", &form).await;
    assert_eq!(applied.location(), "/admin/schema?applied");
    // The other one has not looked yet, and writes nothing by what it has.
    let save = [("location", "Kiel"), ("username", "the-admin")];
    let refused = there.submit("/profile/edit", &save).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    refused.says("value=\"Kiel\"");
    assert!(refresh(&other.store, &other.schemas).await.unwrap());
    there.save(&save).await;
    there.visit("/profile/edit").await.says("Harbour");
}
