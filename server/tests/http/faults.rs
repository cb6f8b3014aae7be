//! Fault injection: a process that is killed, a disk that is full, a database that is locked, a
//! clock that is wrong, clients that leave or never finish. Nothing is reported as saved that is
//! not, reading goes on, and a passing fault needs nobody's help to be over.

use axum::http::StatusCode;
use sqlx::SqlitePool;
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    content::{form_on, sent},
    database::{Lock, is_postgres},
    harness::{Answer, DAY, PASSWORD, PROGRAM, Setup, Site, is_long, site, site_with_schema},
};

/// The key of every site that [`Program`] serves.
pub const SITE_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The program itself, until it is dropped. Its log is the file `log` in its folder.
pub struct Program {
    child: Child,
    addr: String,
}

impl Program {
    pub fn start(folder: &Path) -> Program {
        Program::start_by(Command::new(PROGRAM), folder)
    }

    pub fn start_by(command: Command, folder: &Path) -> Program {
        Program::start_with(command, folder, "test.db")
    }

    /// Starts it on that database.
    pub fn start_on(database: &str, folder: &Path) -> Program {
        Program::start_with(Command::new(PROGRAM), folder, database)
    }

    fn start_with(mut command: Command, folder: &Path, database: &str) -> Program {
        let mut child = serving(&mut command, folder, database)
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let addr = line.trim().strip_prefix("Silhouette listens on http://");
        let addr = addr.unwrap_or_else(|| {
            let log = fs::read_to_string(folder.join("log"));
            panic!("{line:?}; it said {}", log.unwrap_or_default())
        });
        let addr = addr.to_owned();
        Program { child, addr }
    }

    /// Sends a request as a browser does, given by its first lines and its body, and reads the
    /// whole answer.
    pub fn send(&self, head: &str, body: &str) -> io::Result<String> {
        let mut socket = TcpStream::connect(&self.addr)?;
        write!(
            socket,
            "{head}\r\nHost: {}\r\nAccept: text/html\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.addr,
            body.len(),
        )?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// What a picture's address answers, without its head.
    pub fn get_bytes(&self, path: &str, member: &str) -> Vec<u8> {
        let mut socket = TcpStream::connect(&self.addr).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\n{member}\r\nHost: {}", self.addr);
        write!(socket, "{head}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
        answer.split_off(end.unwrap() + 4)
    }

    pub fn addr(&self) -> &str {
        &self.addr
    }

    pub fn kill(&self) {
        run("kill", &["-KILL", &self.id()]);
    }

    /// Tells it to end, and waits until it has.
    pub fn terminate(&mut self) {
        run("kill", &["-TERM", &self.id()]);
        self.child.wait().unwrap();
    }

    /// Signs Ann up, and gives the line of a request's head that says it is her.
    pub fn sign_up(&self) -> String {
        self.sign_up_as("ann")
    }

    pub fn sign_up_as(&self, name: &str) -> String {
        let body = format!("username={name}&password={}", PASSWORD.replace(' ', "+"));
        let answer = self.send("POST /signup HTTP/1.1", &body).unwrap();
        let cookies = answer.split("set-cookie: ").skip(1);
        let cookies: Vec<_> = cookies
            .map(|rest| rest.split_once(';').unwrap().0)
            .collect();
        assert!(!cookies.is_empty(), "{answer}");
        format!("Cookie: {}", cookies.join("; "))
    }

    fn save(&self, member: &str, bio: &str) -> io::Result<String> {
        let head = format!("POST /profile/edit HTTP/1.1\r\n{member}");
        self.send(&head, &format!("bio={bio}"))
    }

    /// Saves the numbers after this one, in two fields each, until one is not said to be saved.
    /// Returns the last that was.
    pub fn save_from(&self, member: &str, last: u32) -> u32 {
        let saved = |n: &u32| {
            let body = format!("bio=Number+{n}.&location=Number+{n}.");
            let head = format!("POST /profile/edit HTTP/1.1\r\n{member}");
            self.send(&head, &body)
                .is_ok_and(|answer| is_saved(&answer))
        };
        (last + 1..).take_while(saved).last().unwrap_or(last)
    }

    pub fn profile(&self, member: &str) -> String {
        let head = format!("GET /profile HTTP/1.1\r\n{member}");
        self.send(&head, "").unwrap()
    }

    /// The memory that it has, as the kernel counts it.
    pub fn resident_kib(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
        kib.unwrap().trim().parse().unwrap()
    }

    fn id(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serving<'a>(command: &'a mut Command, folder: &Path, database: &str) -> &'a mut Command {
    command
        .args(["serve", "--addr", "127.0.0.1:0", "--database", database])
        .args(["--limits", "off"])
        .current_dir(folder)
        // In PostgreSQL, a site has one key wherever it runs.
        .env("SILHOUETTE_SITE_KEY", SITE_KEY)
        .env_remove("RUST_LOG")
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().unwrap();
    assert!(status.success(), "{program} {arguments:?}");
}

fn is_saved(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 303") && answer.contains("\r\nlocation: /profile?saved")
}

#[tokio::test]
async fn killed_in_the_middle_of_saves_it_has_all_that_it_said_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let member = program.sign_up();
    let saved = thread::scope(|scope| {
        let saves = scope.spawn(|| {
            let saved = |n: &u32| {
                let answer = program.save(&member, &format!("Number+{n}."));
                answer.is_ok_and(|answer| is_saved(&answer))
            };
            (1..).take_while(saved).last().unwrap_or_default()
        });
        thread::sleep(Duration::from_millis(700));
        program.kill();
        saves.join().unwrap()
    });
    assert!(saved > 0, "it was killed before the first save");
    drop(program);

    let program = Program::start(folder.path());
    let page = program.profile(&member);
    // One more was written, perhaps, and its answer cut off.
    let there = |n: u32| page.contains(&format!("Number {n}."));
    assert!(there(saved) || there(saved + 1), "{saved}: {page}");
    drop(program);

    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let pool = SqlitePool::connect(&url).await.unwrap();
    let whole = "SELECT integrity_check = 'ok' AND version - 1 =
                     (SELECT count(*) FROM profile_changes WHERE item = 'bio')
                 FROM profiles, pragma_integrity_check";
    let whole: i64 = sqlx::query_scalar(whole).fetch_one(&pool).await.unwrap();
    assert_eq!(whole, 1);
    pool.close().await;
}

/// Whose saves are committed together: whoever was told has theirs, whole, and no save is
/// there in part.
#[tokio::test]
async fn killed_under_many_writers_nobody_loses_what_they_were_told() {
    let (writers, times) = if is_long() { (64, 200) } else { (16, 3) };
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let names: Vec<_> = (0..writers).map(|n| format!("writer{n}")).collect();
    let members: Vec<_> = names.iter().map(|name| program.sign_up_as(name)).collect();
    drop(program);
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let mut told = vec![0_u32; writers];
    for _ in 0..times {
        let program = Program::start(folder.path());
        let now = thread::scope(|scope| {
            let save = |(member, last): (&String, &u32)| {
                let (member, last, program) = (member.clone(), *last, &program);
                scope.spawn(move || program.save_from(&member, last))
            };
            let saves: Vec<_> = members.iter().zip(&told).map(save).collect();
            thread::sleep(Duration::from_millis(400));
            program.kill();
            saves
                .into_iter()
                .map(|save| save.join().unwrap())
                .collect::<Vec<_>>()
        });
        drop(program);
        let pool = SqlitePool::connect(&url).await.unwrap();
        for (name, told) in names.iter().zip(&now) {
            let saved = "SELECT fields ->> 'bio' AS bio, fields ->> 'location' AS location
                         FROM profiles JOIN users ON id = user_id WHERE username = $1";
            let saved: (String, String) = sqlx::query_as(saved)
                .bind(name)
                .fetch_one(&pool)
                .await
                .unwrap();
            assert_eq!(saved.0, saved.1, "{name}: in part");
            // One more was written, perhaps, and its answer cut off.
            let there = [*told, told + 1].map(|n| format!("Number {n}."));
            assert!(
                there.contains(&saved.0),
                "{name} was told {told}: {saved:?}"
            );
        }
        let whole = "SELECT integrity_check = 'ok' FROM pragma_integrity_check";
        let whole: i64 = sqlx::query_scalar(whole).fetch_one(&pool).await.unwrap();
        assert_eq!(whole, 1);
        pool.close().await;
        assert!(
            now.iter().zip(&told).any(|(now, told)| now > told),
            "nothing was saved"
        );
        told = now;
    }
}

#[test]
fn killed_while_it_prepares_its_database_it_starts_again() {
    for pause in (0..120).step_by(10) {
        let folder = tempfile::tempdir().unwrap();
        let mut first = serving(&mut Command::new(PROGRAM), folder.path(), "test.db")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(pause));
        first.kill().unwrap();
        first.wait().unwrap();
        let program = Program::start(folder.path());
        let page = program.profile(&program.sign_up());
        assert!(page.contains("@ann"), "killed after {pause} ms: {page}");
    }
}

#[tokio::test]
async fn killed_while_it_wrote_the_first_page_of_its_log_it_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let options = options.create_if_missing(true);
    let options = options.journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    pool.close().await;
    // The header of a log with pages of 4 KiB, and that of a frame.
    let mut log = [0; 32 + 24];
    log[..4].copy_from_slice(&[0x37, 0x7f, 0x06, 0x82]);
    log[10] = 0x10;
    fs::write(folder.path().join("test.db-wal"), log).unwrap();
    let program = Program::start(folder.path());
    let page = program.profile(&program.sign_up());
    assert!(page.contains("@ann"), "{page}");
}

#[test]
fn a_disk_that_takes_no_more_is_told_reading_goes_on_and_saving_too_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    // No file may grow beyond some MiB. What would make it so fails, as it does on a full disk.
    let limited = "trap '' XFSZ; ulimit -S -f 3000; exec \"$0\" \"$@\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", limited, PROGRAM]);
    let program = Program::start_by(shell, folder.path());
    let member = program.sign_up();

    let save = |n: u32| {
        let bio = format!("Number+{n}.+{}", "x".repeat(1800));
        program.save(&member, &bio).unwrap()
    };
    let saved = (1..2000).take_while(|n| is_saved(&save(*n))).last();
    let saved = saved.expect("the first save has room");
    let (kept, typed) = (format!("Number {saved}."), format!("Number {}.", saved + 1));
    let refused = save(saved + 1);
    assert!(refused.starts_with("HTTP/1.1 503"), "still full: {refused}");
    let told = "What you typed is still here";
    assert!(
        refused.contains(told) && refused.contains(&typed),
        "{refused}"
    );
    let page = program.profile(&member);
    assert!(page.contains(&kept) && !page.contains(&typed), "{page}");

    run("prlimit", &["--fsize=unlimited", "--pid", &program.id()]);
    let answer = save(saved + 1);
    assert!(is_saved(&answer), "there is room again: {answer}");
    assert!(program.profile(&member).contains(&typed));
}

#[tokio::test]
async fn a_write_that_sqlite_gave_up_by_itself_does_not_keep_the_next_from_writing() {
    let site = site().await;
    let ann = site.member("ann").await;
    // What SQLite does with a transaction when the disk is full.
    let full = "CREATE TRIGGER full BEFORE UPDATE ON profiles
                BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    site.run(full).await.unwrap();
    let refused = ann.submit("/profile/edit", &[("bio", "Typed")]).await;
    assert!(refused.status.is_server_error(), "{}", refused.status);
    refused.says("What you typed is still here");
    refused.says("\nTyped</textarea>");
    site.run("DROP TRIGGER full").await.unwrap();
    ann.save(&[("bio", "Typed")]).await;
    ann.visit("/profile").await.says("Typed");
}

/// Writes that wait for one another are committed together.
#[tokio::test]
async fn a_write_that_fails_beside_others_takes_back_itself_and_nobody_else() {
    let ways: &[&str] = match is_postgres() {
        true => &["ALTER TABLE profiles ADD CONSTRAINT fails CHECK (fields NOT LIKE '%Poison%')"],
        // One that SQLite undoes alone, and one for which it gives up the whole transaction.
        false => &[
            "CREATE TRIGGER fails BEFORE UPDATE ON profiles WHEN NEW.fields LIKE '%Poison%'
                 BEGIN SELECT RAISE(ABORT, 'fails'); END",
            "CREATE TRIGGER fails BEFORE UPDATE ON profiles WHEN NEW.fields LIKE '%Poison%'
                 BEGIN SELECT RAISE(ROLLBACK, 'fails'); END",
        ],
    };
    for how in ways {
        let site = site().await;
        let members = [
            site.member("ann").await,
            site.member("bob").await,
            site.member("cid").await,
            site.member("dan").await,
        ];
        site.run(how).await.unwrap();
        let locked = lock(&site).await;
        let [ann, bob, cid, dan] = &members;
        let (first, second, third, fourth, ()) = tokio::join!(
            ann.submit("/profile/edit", &[("bio", "Kept")]),
            bob.submit("/profile/edit", &[("bio", "Kept")]),
            cid.submit("/profile/edit", &[("bio", "Poison")]),
            dan.submit("/profile/edit", &[("bio", "Kept")]),
            async {
                // Until all of them wait.
                tokio::time::sleep(Duration::from_millis(500)).await;
                locked.give_back().await;
            }
        );
        for (answer, member) in [(first, ann), (second, bob), (fourth, dan)] {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{how}");
            member.visit("/profile").await.says("Kept");
        }
        assert!(third.status.is_server_error(), "{how}: {}", third.status);
        cid.visit("/profile").await.says_not("Poison");
        let saved = "SELECT count(*) FROM profile_changes WHERE item = 'bio'";
        assert_eq!(site.ask(saved).await, 3, "{how}: each once");
    }
}

async fn lock(site: &Site) -> Lock {
    Lock::take(site.connect().await).await
}

#[tokio::test]
async fn while_the_database_is_locked_nothing_is_said_to_be_saved_and_pages_go_on() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("bio", "Before")]).await;
    let form = [("bio", "After"), ("version", "2")];
    let locked = lock(&site).await;
    let (refused, ()) = tokio::join!(ann.submit("/profile/edit", &form), async {
        for path in [
            "/",
            "/profile",
            "/profile/edit",
            "/profile/history",
            "/u/ann",
        ] {
            let start = Instant::now();
            ann.visit(path).await.says("Before");
            assert!(start.elapsed() < Duration::from_secs(2), "{path} waited");
        }
    });
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.header("retry-after"), "2");
    refused.says("What you typed is still here");
    refused.says("\nAfter</textarea>");
    refused.says("name=\"version\" value=\"2\"");
    ann.visit("/profile").await.says_not("After");
    locked.give_back().await;
    ann.save(&form).await;
    ann.visit("/profile").await.says("After");
}

#[tokio::test]
async fn what_was_not_done_is_said_in_the_settings_too() {
    let site = site().await;
    let ann = site.member("ann").await;
    let locked = lock(&site).await;
    let (privacy, sessions) = tokio::join!(
        ann.submit("/settings/privacy", &[("listed", "no")]),
        ann.submit("/settings/sessions", &[("session", "others")])
    );
    locked.give_back().await;
    for refused in [&privacy, &sessions] {
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        refused.says("The server is busy.");
    }
    // Sent again, it is what was chosen.
    let ticked = |answer: &Answer, value: &str| {
        let at = answer.text.find(&format!("value=\"{value}\"")).unwrap();
        let tag = answer.text[..at].rfind('<').unwrap();
        let end = answer.text[at..].find('>').unwrap() + at;
        answer.text[tag..end].contains("checked")
    };
    assert!(ticked(&privacy, "no") && !ticked(&privacy, "yes"));
}

#[tokio::test]
async fn clients_that_leave_in_the_middle_hold_nothing_up_and_leave_nothing_half_done() {
    let site = site().await;
    let ann = site.member("ann").await;
    let locked = lock(&site).await;
    for _ in 0..10 {
        let form = [("bio", "Left"), ("location", "Left"), ("version", "1")];
        let save = ann.submit("/profile/edit", &form);
        let left = tokio::time::timeout(Duration::from_millis(50), save).await;
        assert!(left.is_err(), "it did not have to wait");
    }
    locked.give_back().await;
    ann.save(&[("bio", "Stayed")]).await;
    ann.visit("/profile").await.says("Stayed");
    let half_done = "SELECT version - 1 - (SELECT count(DISTINCT version) FROM profile_changes)
                     FROM profiles";
    assert_eq!(site.ask(half_done).await, 0);
}

#[tokio::test]
async fn a_clock_that_is_a_day_off_logs_nobody_out_and_mixes_nothing_up() {
    for off in [-DAY, DAY] {
        let site = site().await;
        let ann = site.member("ann").await;
        let first = [("bio", "First"), ("birth_date", "1990-02-03")];
        ann.save(&first).await;
        site.clock.advance(off);
        for path in [
            "/",
            "/profile/edit",
            "/profile/history",
            "/settings/sessions",
        ] {
            assert_eq!(ann.visit(path).await.status, StatusCode::OK, "{path}");
        }
        ann.save(&[("bio", "Second"), ("version", "2")]).await;
        let phone = site.guest();
        let form = [("username", "ann"), ("password", PASSWORD)];
        assert_eq!(phone.submit("/login", &form).await.location(), "/profile");
        site.clock.advance(-off);
        for browser in [&ann, &phone] {
            let page = browser.visit("/profile").await;
            page.says("Second");
            page.says("3 February 1990");
        }
        ann.save(&[("bio", "Third"), ("version", "3")]).await;
        let history = ann.visit("/profile/history").await.text;
        let saves: Vec<_> = history.split("<li class=\"card\">").skip(1).collect();
        let told = ["Third", "Second", "First"];
        assert_eq!(saves.len(), told.len());
        for (save, bio) in saves.iter().zip(told) {
            assert!(save.contains(&format!("{bio}</dd>")), "{bio}: {save}");
        }
    }
}

const BEFORE_DEPLOYMENT: &str = r#"
[[group]]
key = "g"
label = "G"
[[field]]
key = "bio"
group = "g"
type = "long_text"
label = "Bio"
max = 2000
[[field]]
key = "location"
group = "g"
type = "text"
label = "Location"
max = 100
[[field]]
key = "shoe_size"
group = "g"
type = "number"
label = "Shoe size"
"#;

#[tokio::test]
async fn a_tab_from_before_a_deployment_is_told_what_is_gone_and_loses_nothing() {
    let site = site_with_schema(BEFORE_DEPLOYMENT).await;
    let ann = site.member("ann").await;
    ann.save(&[("shoe_size", "43")]).await;
    let mut tab = form_on(&ann.visit("/profile/edit").await.text, "/profile/edit");
    let bio = tab.iter_mut().find(|(name, _)| name == "bio").unwrap();
    bio.1 = "Written for an hour".to_owned();
    // In another tab, and then the site has another schema.
    ann.save(&[("location", "Kiel")]).await;
    let site = site.restart(Setup::default()).await;
    let browser = site.guest();
    browser.set_cookie(&ann.cookie().unwrap());

    let refused = browser.submit("/profile/edit", &sent(&tab)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("shoe_size: this field is not part of the form, so nothing was saved");
    refused.says("Not saved: fields you can no longer edit");
    refused.says(">43</dd>");
    browser.visit("/profile").await.says_not("Written");

    let form = form_on(&refused.text, "/profile/edit");
    assert!(form.iter().all(|(name, _)| !name.starts_with("shoe_size")));
    let saved = browser.submit("/profile/edit", &sent(&form)).await;
    assert!(saved.location().starts_with("/profile?saved"));
    let page = browser.visit("/profile").await;
    page.says("Written for an hour");
    page.says("Kiel");
    let kept = "SELECT count(*) FROM profiles WHERE CAST(fields ->> 'shoe_size' AS INTEGER) = 43";
    assert_eq!(site.ask(kept).await, 1);
}

#[test]
fn hundreds_of_idle_and_slow_connections_hold_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let idle = (0..300).map(|n| {
        let mut socket = TcpStream::connect(&program.addr).unwrap();
        if n % 2 == 0 {
            write!(socket, "GET /login HTTP/1.1\r\nHost: x\r\nX-").unwrap();
        }
        socket
    });
    let idle: Vec<_> = idle.collect();
    let start = Instant::now();
    let page = program.send("GET /login HTTP/1.1", "").unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    drop(idle);
}
