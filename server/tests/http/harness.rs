//! Actors: a [`Site`] that runs, and a [`Browser`] that visits it.
//!
//! A browser keeps its cookies and sends what Chrome sends. `submit` is a form
//! without script, `call` the request of a program.

use app::{
    account::types::{
        email::EmailRule,
        password::{Password, PasswordRules},
        second::SecondRule,
        sign_up_rule::SignUpRule,
    },
    error::AppError,
    form::Form,
    profile::rules::{directory::DirectoryRule, schema::Schema},
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::BodyExt;
use server::database::OpenError;
use server::{
    Accent, Assets, BuiltFiles, Clock, Cost, Limits, LiveSchemas, Mailer, Passwords, Peer, Schemas,
    Transport, TrustedProxies,
    accounts::{roles::set_role, schema::refresh},
    jobs::Swept,
    media::Media,
    router, schemas_of,
    site_key::SiteKey,
};
use std::{
    env, fs,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex},
    thread,
};
use store::Store;
use tower::ServiceExt;

use crate::database::{Plain, TestDatabase};
use crate::page_summary::{excerpt, summarize};

/// 22 November 2026, noon UTC.
pub const NOW: i64 = 1_795_348_800_000;
/// In milliseconds.
pub const DAY: i64 = 24 * 60 * 60 * 1000;
pub const PASSWORD: &str = "correct horse battery";

/// The program as it is shipped: `make build` makes it.
pub const PROGRAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../target/release/silhouette"
);

pub struct Site {
    router: Router,
    pub store: Store,
    pub clock: Clock,
    pub schema: Arc<Schema>,
    pub schemas: LiveSchemas,
    pub mailer: Mailer,
    database: Arc<TestDatabase>,
}

/// What links in mails begin with.
pub const SITE: &str = "https://example.org";

/// A mail that somebody got.
#[derive(Debug)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Mail {
    /// The path that its link leads to.
    #[track_caller]
    pub fn path(&self) -> String {
        let at = self.text.find(SITE).expect("a link");
        let rest = &self.text[at + SITE.len()..];
        rest[..rest.find(char::is_whitespace).unwrap()].to_owned()
    }
}

/// What a site is made with.
pub struct Setup {
    pub public_url: Option<&'static str>,
    pub cost: Cost,
    pub schemas: Schemas,
    /// Off, for tests that are about something else.
    pub limits: Limits,
    pub trusted_proxies: TrustedProxies,
    pub email_rule: EmailRule,
    pub second_rule: SecondRule,
    pub factor_reset_hours: u32,
    pub sign_up_rule: SignUpRule,
    pub directory: DirectoryRule,
    pub grace_days: u32,
    pub tagline: Option<&'static str>,
    pub accent: Option<&'static str>,
    pub in_development: bool,
}

/// Whether the long version of races and timing is asked for.
pub fn is_long() -> bool {
    env::var_os("TEST_LONG").is_some_and(|value| value == "1")
}

/// The built-in schema, read once for all sites.
static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| schemas_of(None).unwrap());

/// The built files in the default colour, read and hashed once for all sites.
static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets::new(&built_files(), Accent::default()));

/// The key of all sites of the tests, which survives their restarts.
pub static KEY: LazyLock<SiteKey> = LazyLock::new(|| SiteKey::random().unwrap());

/// A file or a folder of the project, by its path from there.
pub fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// The files that the program has in it.
fn built_files() -> BuiltFiles {
    let site = in_project("target/site");
    let mut files = BuiltFiles::new();
    let mut folders = vec![site.clone()];
    while let Some(folder) = folders.pop() {
        for found in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = found.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&site).unwrap().to_str().unwrap();
                files.insert(name.to_owned().into(), fs::read(&path).unwrap().into());
            }
        }
    }
    files
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            public_url: None,
            cost: Cost::Trifling,
            schemas: SCHEMAS.clone(),
            limits: Limits::off(),
            trusted_proxies: TrustedProxies::default(),
            email_rule: EmailRule::Optional,
            second_rule: SecondRule::Optional,
            factor_reset_hours: 24,
            sign_up_rule: SignUpRule::default(),
            directory: DirectoryRule::default(),
            grace_days: 14,
            tagline: None,
            accent: None,
            in_development: false,
        }
    }
}

/// A site with an empty database.
pub async fn site() -> Site {
    Setup::default().build().await
}

pub async fn site_with(public_url: Option<&'static str>, cost: Cost) -> Site {
    let setup = Setup {
        public_url,
        cost,
        ..Setup::default()
    };
    setup.build().await
}

/// A site whose profiles have the fields of a `profile.toml`.
pub async fn site_with_schema(toml: &str) -> Site {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), toml).unwrap();
    let setup = Setup {
        schemas: schemas_of(Some(file.path())).unwrap(),
        ..Setup::default()
    };
    setup.build().await
}

impl Setup {
    pub async fn build(self) -> Site {
        let database = Arc::new(TestDatabase::new().await);
        self.build_in(database, Clock::fixed(NOW)).await
    }

    /// A site that goes on from a snapshot of another one.
    pub async fn build_from(self, snapshot: &Snapshot) -> Site {
        let database = Arc::new(snapshot.database.copy().await);
        self.build_in(database, Clock::fixed(snapshot.now)).await
    }

    /// Another node of a site, on the same database.
    pub async fn build_beside(self, site: &Site) -> Site {
        self.build_in(Arc::clone(&site.database), site.clock.clone())
            .await
    }

    async fn build_in(self, database: Arc<TestDatabase>, clock: Clock) -> Site {
        let accent = self.accent.map(|accent| accent.parse().unwrap());
        let accent: Accent = accent.unwrap_or_default();
        let store = database.open().await;
        let schema = Arc::clone(self.schemas.localized());
        let schemas = LiveSchemas::from(self.schemas);
        refresh(&store, &schemas).await.unwrap();
        let router = router(server::Site {
            store: store.clone(),
            schemas: schemas.clone(),
            info: app::backend::Site {
                name: "Silhouette".to_owned(),
                tagline: self.tagline.map(str::to_owned),
                url: SITE.to_owned(),
                in_development: self.in_development,
            },
            accent,
            passwords: Passwords::new(self.cost),
            password_min: 8,
            clock: clock.clone(),
            limits: self.limits,
            trusted_proxies: self.trusted_proxies,
            email_rule: self.email_rule,
            second_rule: self.second_rule,
            factor_reset_hours: self.factor_reset_hours,
            key: KEY.clone(),
            sign_up_rule: Arc::new(self.sign_up_rule),
            directory: self.directory,
            grace_days: self.grace_days,
            public_url: self.public_url.map(str::to_owned),
            port: None,
            media: Media::of(PROGRAM),
            assets: match accent == Accent::default() {
                true => ASSETS.clone(),
                false => Assets::new(&built_files(), accent),
            },
        });
        Site {
            mailer: Mailer {
                store: store.clone(),
                schemas: schemas.clone(),
                clock: clock.clone(),
                transport: Transport::Folder(database.folder.path().join("mail")),
                sender: "Silhouette <mail@example.org>".parse().unwrap(),
                site_url: SITE.to_owned(),
                accent,
            },
            router,
            store,
            clock,
            schema,
            schemas,
            database,
        }
    }
}

/// A mail with its bodies as they are read: what is not in English is sent as base64.
fn decoded(mail: &str) -> String {
    const CODED: &str = "Content-Transfer-Encoding: base64\r\n\r\n";
    let mut parts = mail.split(CODED);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (body, rest) = part.split_once("\r\n--").unwrap_or((part, ""));
        let bytes = STANDARD.decode(body.replace("\r\n", "")).unwrap();
        text.push_str(&String::from_utf8(bytes).unwrap());
        text.push_str(rest);
    }
    text
}

/// The database of a site that has ended, for others to go on from.
pub struct Snapshot {
    database: Arc<TestDatabase>,
    now: i64,
}

impl Site {
    /// The program ends, and its database is kept.
    pub async fn into_snapshot(self) -> Snapshot {
        let Site {
            store,
            clock,
            database,
            ..
        } = self;
        store.close().await;
        let now = clock.now();
        Snapshot { database, now }
    }

    /// The program ends, and starts again on the same data.
    pub async fn restart(self, setup: Setup) -> Site {
        let Site {
            store,
            clock,
            database,
            ..
        } = self;
        store.close().await;
        setup.build_in(database, clock).await
    }

    /// Somebody without a cookie.
    pub fn guest(&self) -> Browser {
        self.guest_from("192.0.2.1")
    }

    /// The same at the other end of a connection from that address.
    pub fn guest_from(&self, address: &str) -> Browser {
        Browser {
            router: self.router.clone(),
            address: address.parse().unwrap(),
            cookies: Mutex::default(),
        }
    }

    /// A new member, logged in.
    pub async fn member(&self, username: &str) -> Browser {
        let browser = self.guest();
        let answer = browser
            .submit("/signup", &[("username", username), ("password", PASSWORD)])
            .await;
        assert_eq!(answer.location(), "/profile");
        browser
    }

    /// A new member of that role, named after it.
    pub async fn member_as(&self, role: &str) -> Browser {
        let browser = self.member(role_name(role)).await;
        self.set_role(role_name(role), role).await;
        // The session gets its new id.
        browser.visit("/profile").await;
        browser
    }

    /// What `silhouette user role` does.
    pub async fn set_role(&self, username: &str, role: &str) {
        let set = set_role(&self.store, username, role, &self.schema, NOW);
        assert!(set.await.unwrap().is_some(), "{username}");
    }

    /// Waits until it is noted, which happens beside the request, that some
    /// session was used at this hour.
    pub async fn until_seen(&self) {
        for _ in 0..500 {
            if self.ask("SELECT max(last_seen_at) FROM sessions").await == self.clock.now() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("no session was seen");
    }

    /// Sends what is in the outbox, and answers it, the oldest first.
    pub async fn mails(&self) -> Vec<Mail> {
        self.mailer.send_due().await;
        let folder = self.database.folder.path().join("mail");
        let files = fs::read_dir(&folder).into_iter().flatten();
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        let read = |path: PathBuf| {
            let text = fs::read_to_string(&path).unwrap();
            fs::remove_file(path).unwrap();
            let text = decoded(&text);
            let line = |start| text.lines().find_map(|line| line.strip_prefix(start));
            Mail {
                to: line("To: ").unwrap().to_owned(),
                subject: line("Subject: ").unwrap().to_owned(),
                text,
            }
        };
        paths.into_iter().map(read).collect()
    }

    /// The one mail in the outbox.
    pub async fn mail(&self) -> Mail {
        let mut mails = self.mails().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.remove(0)
    }

    /// The file of the database, in SQLite.
    pub fn database(&self) -> PathBuf {
        self.database.file()
    }

    /// All that is stored, also beside the rows.
    pub async fn content(&self) -> Vec<u8> {
        self.database.content().await
    }

    /// Opens the database once more, beside the site.
    pub async fn open_again(&self) -> Result<Store, OpenError> {
        self.database.try_open().await
    }

    /// The value of `--database`.
    pub fn database_name(&self) -> String {
        self.database.name()
    }

    /// A folder that goes with the site.
    pub fn folder(&self) -> &Path {
        self.database.folder.path()
    }

    /// One value, asked by plain SQL past the program.
    pub async fn ask(&self, sql: &str) -> i64 {
        let mut connection = self.connect().await;
        let answer = connection.number(sql).await;
        connection.close().await;
        answer
    }

    /// Plain SQL past the program.
    pub async fn run(&self, sql: &str) -> Result<(), sqlx::Error> {
        let mut connection = self.connect().await;
        let done = connection.run(sql).await.map(drop);
        connection.close().await;
        done
    }

    /// A connection of its own, past the program.
    pub async fn connect(&self) -> Plain {
        self.database.connect().await
    }

    /// Does what is done every ten minutes, after the site has run for so many milliseconds.
    pub async fn sweep(&self, ran_ms: i64) -> Swept {
        let swept = server::jobs::sweep(&self.store, self.clock.now(), ran_ms);
        swept.await.unwrap()
    }

    /// Tells those who may approve users that somebody waits, as is done every ten minutes.
    /// Returns how many were told.
    pub async fn remind(&self) -> usize {
        let told = server::jobs::remind(&self.store, &self.schema, self.clock.now());
        told.await.unwrap()
    }
}

/// "admin" is reserved; nobody can be called so.
fn role_name(role: &str) -> &str {
    match role {
        "admin" => "the-admin",
        role => role,
    }
}

/// Rules that every password passes, for tests that are about something else.
pub const ANY_PASSWORD: PasswordRules = PasswordRules {
    min_length: 1,
    guessable: false,
};

pub fn any_password(text: &str) -> Password {
    Password::parse(text, &[""; 0], ANY_PASSWORD).unwrap()
}

pub struct Browser {
    router: Router,
    address: IpAddr,
    /// Each as `name=value`.
    cookies: Mutex<Vec<String>>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Vec<u8>,
}

impl Browser {
    /// Follows a link.
    pub async fn visit(&self, path: &str) -> Answer {
        self.send(
            Request::get(path)
                .header(header::ACCEPT, "text/html")
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// Submits a form without script.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form: Form = fields.iter().copied().collect();
        self.post(path, "text/html,application/xhtml+xml", form.encode())
            .await
    }

    /// Saves fields of the own profile, which has to succeed.
    #[track_caller]
    pub fn save<'a>(&'a self, fields: &'a [(&'a str, &'a str)]) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let saved = self.submit("/profile/edit", fields).await;
            let to = saved.header("location");
            assert_eq!(to, "/profile?saved", "{caller}: {}", saved.summary());
        }
    }

    /// Calls a server function as a program does: as the island, but for JSON.
    pub async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form: Form = fields.iter().copied().collect();
        self.post(path, "application/json", form.encode()).await
    }

    pub async fn post(&self, path: &str, accept: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::HOST, "localhost")
            .header(header::ORIGIN, "http://localhost")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let cookies = self.cookies.lock().unwrap().join("; ");
        if !cookies.is_empty() {
            request.headers_mut().insert(
                header::COOKIE,
                HeaderValue::from_bytes(cookies.as_bytes()).unwrap(),
            );
        }
        request.extensions_mut().insert(Peer(self.address));
        // As every client says it.
        request
            .headers_mut()
            .entry(header::HOST)
            .or_insert(HeaderValue::from_static("localhost"));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.keep(pair);
        }
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let text = String::from_utf8(body.clone()).unwrap_or_default();
        Answer {
            status: head.status,
            headers: head.headers,
            text,
            body,
        }
    }

    fn keep(&self, pair: &str) {
        let name = &pair[..=pair.find('=').unwrap()];
        let mut cookies = self.cookies.lock().unwrap();
        cookies.retain(|cookie| !cookie.starts_with(name));
        if pair != name {
            cookies.push(pair.to_owned());
        }
    }

    /// The session's cookie, as `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().find(|pair| is_session(pair)).cloned()
    }

    /// Forgets all cookies but this one.
    pub fn set_cookie(&self, cookie: &str) {
        *self.cookies.lock().unwrap() = vec![cookie.to_owned()];
    }

    /// Forgets the session, and not the browser.
    pub fn forget_session(&self) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.retain(|pair| !is_session(pair));
    }

    /// All cookies, as they are sent.
    pub fn cookies(&self) -> String {
        self.cookies.lock().unwrap().join("; ")
    }
}

/// Its name may have a prefix and a port.
fn is_session(pair: &str) -> bool {
    let name = pair.split('=').next();
    name.is_some_and(|name| name.contains("session"))
}

impl Answer {
    /// Where a 303 leads to.
    #[track_caller]
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.summary());
        self.header("location")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The typed error of a call.
    #[track_caller]
    pub fn error(&self) -> AppError {
        serde_json::from_str(&self.text).unwrap()
    }

    /// What the page's first hidden control of that name holds.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> &str {
        let control = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let (_, value) = self.text.split_once(&control).expect("a hidden control");
        value.split_once('"').expect("quoted").0
    }

    /// The page without what a passkey is asked, which is another question each time.
    pub fn without_question(&self) -> String {
        let mut text = self.text.clone();
        for before in ["data-passkey=\"", "name=\"passkey-question\" value=\""] {
            if let Some(at) = text.find(before) {
                let at = at + before.len();
                let end = at + text[at..].find('"').expect("quoted");
                text.replace_range(at..end, "");
            }
        }
        text
    }

    #[track_caller]
    pub fn says(&self, words: &str) {
        assert!(
            self.text.contains(words),
            "{} has no {words:?}:\n{}",
            self.status,
            self.summary()
        );
    }

    #[track_caller]
    pub fn says_not(&self, words: &str) {
        let Some(at) = self.text.find(words) else {
            return;
        };
        let there = excerpt(&self.text, at, 200);
        panic!("{words:?} is in …{there}…\n{}", self.summary());
    }

    /// The page in a few lines, for the message of an assertion, and the file that it is
    /// written to as a whole.
    pub fn summary(&self) -> String {
        let test = thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.html"));
        match fs::write(&file, &self.body) {
            Ok(()) => format!("{}\n(all of it: {})", summarize(&self.text), file.display()),
            Err(_) => summarize(&self.text),
        }
    }
}
