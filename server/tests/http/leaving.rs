//! Leaving: taking one's data along, and deleting the account: the plan, and then
//! exactly that.

use app::account::types::{
    erasure::{Effect, TableImpact},
    user::UserId,
};
use axum::http::StatusCode;
use server::accounts::deletion::erase_due;
use server::accounts::roles::set_disabled;
use sqlx::{Connection, SqliteConnection};
use std::io::{Cursor, Read};

use crate::harness::{Answer, Browser, DAY, PASSWORD, Setup, Site, site};

const HOUR: i64 = 60 * 60 * 1000;

/// The outline that the page carries for the form to send back.
async fn outline(browser: &Browser) -> String {
    let page = browser.visit("/settings/delete").await;
    page.hidden("outline").replace("&quot;", "\"")
}

async fn delete(browser: &Browser, username: &str, password: &str, outline: &str) -> Answer {
    let fields = [
        ("typed_username", username),
        ("current_password", password),
        ("outline", outline),
    ];
    browser.submit("/settings/delete", &fields).await
}

async fn leave(browser: &Browser, username: &str) {
    let outline = outline(browser).await;
    let left = delete(browser, username, PASSWORD, &outline).await;
    assert_eq!(left.location(), "/login?left", "{}", left.summary());
}

async fn at_once() -> Site {
    let setup = Setup {
        grace_days: 0,
        ..Setup::default()
    };
    setup.build().await
}

#[tokio::test]
async fn one_reads_what_goes_and_what_stays_before_it_does() {
    let site = at_once().await;
    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    ann.save(&[("location", "Kiel")]).await;
    ann.save(&[("location", "Husum")]).await;
    editor.submit("/u/ann/edit", &[("location", "List")]).await;
    let bob = site.member("bob").await;
    bob.save(&[("location", "Ulm")]).await;
    editor.submit("/u/bob/edit", &[("location", "Bonn")]).await;

    let plan = ann.visit("/settings/delete").await;
    for words in [
        "Permanently deleted",
        "Your profile",
        "changes in your profile history",
        "1 session",
        "1 browser you logged in with",
        "Kept, but no longer linked to you",
        "1 entry in the activity log",
        "Your account will be permanently deleted right away.",
    ] {
        plan.says(words);
    }
    plan.says_not("Delete this first");
    let editors = editor.visit("/settings/delete").await;
    editors.says("changes you made to other people’s profiles");

    leave(&editor, "editor").await;
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE username = 'editor'")
            .await,
        0
    );
    let theirs = bob.visit("/profile/history").await;
    theirs.says("by a former member");
    assert_eq!(
        editor.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(
        site.guest().visit("/u/editor").await.status,
        StatusCode::NOT_FOUND
    );
    site.guest()
        .visit("/login?left")
        .await
        .says("Your account has been permanently deleted.");
}

#[tokio::test]
async fn every_rule_of_a_foreign_key_of_sqlite_is_planned_and_then_kept() {
    // (the table that an operator adds, its rows, what the plan says of it)
    type Case = (
        &'static str,
        &'static str,
        &'static [(Effect, &'static str, u64)],
    );
    const CASES: [Case; 19] = [
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users (id) ON DELETE CASCADE)",
            "INSERT INTO notes (owner) VALUES (1), (1), (2)",
            &[(Effect::Goes, "notes", 2)],
        ),
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users (id) ON DELETE SET NULL)",
            "INSERT INTO notes (owner) VALUES (1), (2), (NULL)",
            &[(Effect::Nameless, "notes", 1)],
        ),
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users (id) ON DELETE RESTRICT)",
            "INSERT INTO notes (owner) VALUES (1), (1), (1), (2)",
            &[(Effect::Forbids, "notes", 3)],
        ),
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users)",
            "INSERT INTO notes (owner) VALUES (1)",
            &[(Effect::Forbids, "notes", 1)],
        ),
        // Nobody's are nobody's matter.
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users (id) ON DELETE RESTRICT)",
            "INSERT INTO notes (owner) VALUES (2)",
            &[],
        ),
        // What must not be NULL cannot become nameless.
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES users (id) ON DELETE SET NULL)",
            "INSERT INTO notes (owner) VALUES (1)",
            &[(Effect::Forbids, "notes", 1)],
        ),
        // Two keys to the user: one row, one fate.
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, a INTEGER REFERENCES users (id) ON DELETE SET NULL,
                b INTEGER REFERENCES users (id) ON DELETE SET NULL)",
            "INSERT INTO notes (a, b) VALUES (1, 1), (1, 2), (2, 2)",
            &[(Effect::Nameless, "notes", 2)],
        ),
        // What goes by one key does not stay by another.
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, a INTEGER REFERENCES users (id) ON DELETE CASCADE,
                b INTEGER REFERENCES users (id) ON DELETE SET NULL)",
            "INSERT INTO notes (a, b) VALUES (1, 1), (2, 1), (NULL, 1)",
            &[(Effect::Goes, "notes", 1), (Effect::Nameless, "notes", 2)],
        ),
        // Through another table, by a name that needs its quotes.
        (
            "CREATE TABLE \"my \"\"notes\" (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES USERS (id) ON DELETE CASCADE);
             CREATE TABLE \"order\" (\"from\" INTEGER REFERENCES \"my \"\"notes\" ON DELETE CASCADE);
             CREATE TABLE marks (note INTEGER REFERENCES \"my \"\"notes\" (id) ON DELETE SET NULL)",
            "INSERT INTO \"my \"\"notes\" (id, owner) VALUES (1, 1), (2, 2);
             INSERT INTO \"order\" VALUES (1), (1), (2);
             INSERT INTO marks VALUES (1), (2), (NULL)",
            &[
                (Effect::Goes, "my \"notes", 1),
                (Effect::Goes, "order", 2),
                (Effect::Nameless, "marks", 1),
            ],
        ),
        // What forbids, further away.
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users (id) ON DELETE CASCADE);
             CREATE TABLE bills (note INTEGER REFERENCES notes (id) ON DELETE RESTRICT)",
            "INSERT INTO notes (id, owner) VALUES (1, 1); INSERT INTO bills VALUES (1)",
            &[(Effect::Goes, "notes", 1), (Effect::Forbids, "bills", 1)],
        ),
        // A tree in one table: answers to a note go with it, whosever they are.
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users (id) ON DELETE CASCADE,
                answers INTEGER REFERENCES notes (id) ON DELETE CASCADE)",
            "INSERT INTO notes (id, owner, answers) VALUES (1, 1, NULL), (2, 2, 1), (3, 2, 2), (4, 2, NULL)",
            &[(Effect::Goes, "notes", 3)],
        ),
        // A key of two columns.
        (
            "CREATE TABLE notes (owner INTEGER REFERENCES users (id) ON DELETE CASCADE, number INTEGER,
                PRIMARY KEY (owner, number)) WITHOUT ROWID;
             CREATE TABLE marks (owner INTEGER, number INTEGER,
                FOREIGN KEY (owner, number) REFERENCES notes ON DELETE CASCADE)",
            "INSERT INTO notes VALUES (1, 1), (1, 2), (2, 1);
             INSERT INTO marks VALUES (1, 1), (1, 1), (2, 1), (1, NULL)",
            &[(Effect::Goes, "notes", 2), (Effect::Goes, "marks", 2)],
        ),
        // NO ACTION asks at the end, when those rows have gone by another way.
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES users (id) ON DELETE CASCADE,
                author INTEGER REFERENCES users (id))",
            "INSERT INTO notes (owner, author) VALUES (1, 1)",
            &[(Effect::Goes, "notes", 1)],
        ),
        // Keys are compared as the parent compares them.
        (
            "CREATE TABLE notes (slug TEXT COLLATE NOCASE PRIMARY KEY, owner INTEGER REFERENCES users ON DELETE CASCADE);
             CREATE TABLE marks (slug TEXT REFERENCES notes ON DELETE CASCADE)",
            "INSERT INTO notes VALUES ('abc', 1), ('def', 2); INSERT INTO marks VALUES ('ABC'), ('Def')",
            &[(Effect::Goes, "notes", 1), (Effect::Goes, "marks", 1)],
        ),
        // Whoever somebody invited goes with them, if an operator wants that.
        (
            "ALTER TABLE users ADD COLUMN invited_by INTEGER REFERENCES users (id) ON DELETE CASCADE",
            "UPDATE users SET invited_by = 1 WHERE id = 2",
            &[(Effect::Goes, "users", 1)],
        ),
        // Rows that would become another user's.
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER DEFAULT 2 REFERENCES users (id) ON DELETE SET DEFAULT)",
            "INSERT INTO notes (owner) VALUES (1)",
            &[(Effect::Forbids, "notes", 1)],
        ),
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INTEGER DEFAULT NULL REFERENCES users (id) ON DELETE SET DEFAULT)",
            "INSERT INTO notes (owner) VALUES (1)",
            &[(Effect::Nameless, "notes", 1)],
        ),
        // A primary key of an old kind of table may be NULL.
        (
            "CREATE TABLE notes (name TEXT PRIMARY KEY REFERENCES users (username_key) ON DELETE SET NULL)",
            "INSERT INTO notes VALUES ('ann'), ('bob')",
            &[(Effect::Nameless, "notes", 1)],
        ),
        // A circle that no user is part of.
        (
            "CREATE TABLE doomed (id INTEGER PRIMARY KEY, other INTEGER REFERENCES others ON DELETE CASCADE);
             CREATE TABLE others (id INTEGER PRIMARY KEY, doomed INTEGER REFERENCES doomed ON DELETE CASCADE)",
            "INSERT INTO doomed VALUES (1, NULL)",
            &[],
        ),
    ];
    for (tables, rows, expected) in CASES {
        let site = at_once().await;
        let ann = site.member("ann").await;
        site.member("bob").await;
        site.run(tables).await.unwrap();
        site.run(rows).await.unwrap();
        let mut snapshot = site.store.snapshot().await.unwrap();
        let plan = snapshot.plan(UserId(1)).await.unwrap();
        drop(snapshot);
        let ours = [
            "profiles",
            "sessions",
            "devices",
            "events",
            "profile_changes",
            "directory",
            "directory_words",
        ];
        let share = |share: &TableImpact| (share.fate, share.table.clone(), share.rows);
        let shares = [Effect::Goes, Effect::Nameless, Effect::Forbids];
        let shares = shares.into_iter().flat_map(|fate| plan.with(fate));
        let shares = shares.filter(|share| !ours.contains(&share.table.as_str()));
        let mut shares: Vec<_> = shares.map(share).collect();
        let expected = expected.iter();
        let mut expected: Vec<_> = expected
            .map(|(fate, table, rows)| (*fate, (*table).to_owned(), *rows))
            .collect();
        shares.sort();
        expected.sort();
        assert_eq!(shares, expected, "{tables}");

        let url = format!("sqlite://{}", site.database().display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let before = contents(&mut connection, &expected).await;
        let page = ann.visit("/settings/delete").await;
        if plan.is_forbidden() {
            page.says("Delete this first");
            page.says_not("name=\"typed_username\"");
            let answer = delete(&ann, "ann", PASSWORD, &plan.outline()).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{tables}");
            assert_eq!(contents(&mut connection, &expected).await, before);
            assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
            continue;
        }
        leave(&ann, "ann").await;
        let after = contents(&mut connection, &expected).await;
        for (fate, table, rows) in &expected {
            let (was, is) = (before[table], after[table]);
            let gone = expected
                .iter()
                .filter(|(fate, name, _)| *fate == Effect::Goes && name == table);
            let gone: u64 = gone.map(|(_, _, rows)| rows).sum();
            let gone = gone + u64::from(table == "users");
            assert_eq!(was.0 - is.0, gone, "{tables}: {table}");
            if *fate == Effect::Nameless {
                assert!(is.1 > was.1 || *rows == 0, "{tables}: {table}");
            }
        }
    }
}

/// SET NULL may come before the CASCADE that would have found the row.
#[tokio::test]
async fn what_sqlite_does_otherwise_than_planned_is_not_done_at_all() {
    for grace_days in [0, 14] {
        let setup = Setup {
            grace_days,
            ..Setup::default()
        };
        let site = setup.build().await;
        let ann = site.member("ann").await;
        site.run(
            "CREATE TABLE notes (owner INTEGER REFERENCES users (id) ON DELETE CASCADE, number INTEGER,
                PRIMARY KEY (owner, number));
             CREATE TABLE marks (owner INTEGER REFERENCES users (id) ON DELETE SET NULL, number INTEGER,
                FOREIGN KEY (owner, number) REFERENCES notes ON DELETE CASCADE);
             INSERT INTO notes VALUES (1, 1); INSERT INTO marks VALUES (1, 1)",
        )
        .await
        .unwrap();
        let outline = outline(&ann).await;
        let refused = delete(&ann, "ann", PASSWORD, &outline).await;
        assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
        assert_eq!(
            site.ask("SELECT count(*) FROM marks WHERE owner = 1").await,
            1
        );
        assert_eq!(
            site.ask("SELECT count(*) FROM users WHERE leaves_at").await,
            0
        );
    }
}

#[tokio::test]
async fn a_second_click_finds_the_account_closed_and_that_is_no_error() {
    let site = site().await;
    let ann = site.member("ann").await;
    let outline = outline(&ann).await;
    let (first, second) = tokio::join!(
        delete(&ann, "ann", PASSWORD, &outline),
        delete(&ann, "ann", PASSWORD, &outline)
    );
    // The second may find nobody logged in; never that the plan has changed.
    assert!(
        [&first, &second]
            .iter()
            .any(|answer| answer.location() == "/login?left")
    );
    for answer in [first, second] {
        assert_ne!(answer.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn an_account_that_is_disabled_is_not_erased_behind_its_owners_back() {
    let site = site().await;
    let ann = site.member("ann").await;
    leave(&ann, "ann").await;
    let disabled = set_disabled(&site.store, "ann", true, None, &site.schema, 1);
    disabled.await.unwrap();
    site.clock.advance(15 * DAY);
    assert_eq!(erase_due(&site.store, site.clock.now()).await, Ok(0));
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE username = 'ann'")
            .await,
        1
    );
}

/// Rows, and rows with a NULL in a foreign key, by table.
async fn contents(
    connection: &mut SqliteConnection,
    shares: &[(Effect, String, u64)],
) -> std::collections::BTreeMap<String, (u64, u64)> {
    let mut contents = std::collections::BTreeMap::new();
    for (_, table, _) in shares {
        let name = format!("\"{}\"", table.replace('"', "\"\""));
        let keys =
            "SELECT group_concat(\"from\", '\" IS NULL OR \"') FROM pragma_foreign_key_list(?)";
        let keys: String = sqlx::query_scalar(keys)
            .bind(table)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        let sql = format!("SELECT count(*), coalesce(sum(\"{keys}\" IS NULL), 0) FROM {name}");
        let row: (i64, i64) = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        contents.insert(table.clone(), (row.0.unsigned_abs(), row.1.unsigned_abs()));
    }
    contents
}

#[tokio::test]
async fn a_closed_account_is_hidden_and_logging_in_keeps_it() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("location", "Kiel")]).await;
    let page = ann.visit("/settings/delete").await;
    page.says("permanently deleted after 14 days");
    leave(&ann, "ann").await;
    ann.visit("/login?left").await.says("in 14 days unless");
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(
        site.guest().visit("/u/ann").await.status,
        StatusCode::NOT_FOUND
    );
    site.clock.advance(14 * DAY - 1);
    assert_eq!(erase_due(&site.store, site.clock.now()).await, Ok(0));
    let login = [("username", "ann"), ("password", PASSWORD)];
    let back = ann.submit("/login", &login).await;
    assert_eq!(back.location(), "/settings?stayed");
    ann.visit("/settings?stayed")
        .await
        .says("Your account will not be deleted.");
    site.clock.advance(100 * DAY);
    assert_eq!(erase_due(&site.store, site.clock.now()).await, Ok(0));
    site.guest().visit("/u/ann").await.says("Kiel");
    ann.submit("/login", &login).await;
    ann.visit("/settings/activity")
        .await
        .says("Account deletion cancelled by logging in");
}

#[tokio::test]
async fn when_the_time_is_up_all_of_it_goes_and_the_name_is_free_again() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.member("bob").await;
    ann.save(&[("location", "A-place-to-forget")]).await;
    leave(&ann, "ann").await;
    site.clock.advance(14 * DAY);
    assert_eq!(erase_due(&site.store, site.clock.now()).await, Ok(1));
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
    assert_eq!(site.ask("SELECT count(*) FROM profiles").await, 1);
    for anns in [
        "SELECT count(*) FROM profile_changes WHERE user_id = 1",
        "SELECT count(*) FROM devices WHERE user_id = 1",
        "SELECT count(*) FROM events WHERE actor_id = 1 OR subject_id = 1",
        "SELECT count(*) FROM events WHERE address IS NOT NULL AND actor_id IS NULL",
    ] {
        assert_eq!(site.ask(anns).await, 0, "{anns}");
    }
    assert_eq!(
        site.ask("SELECT count(*) FROM events WHERE kind = 'erased'")
            .await,
        1
    );
    let login = [("username", "ann"), ("password", PASSWORD)];
    let refused = site.guest().submit("/login", &login).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Nor is it left in the free pages of the file.
    site.store.clone().close().await;
    let content = site.content().await;
    let words = b"A-place-to-forget";
    assert!(!content.windows(words.len()).any(|bytes| bytes == words));
}

#[tokio::test]
async fn what_forbids_it_in_the_end_keeps_it_closed_until_it_is_gone() {
    let site = site().await;
    let ann = site.member("ann").await;
    leave(&ann, "ann").await;
    site.run("CREATE TABLE bills (owner INTEGER REFERENCES users (id) ON DELETE RESTRICT)")
        .await
        .unwrap();
    site.run("INSERT INTO bills VALUES (1)").await.unwrap();
    site.clock.advance(15 * DAY);
    assert_eq!(erase_due(&site.store, site.clock.now()).await, Ok(0));
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
    site.run("DELETE FROM bills").await.unwrap();
    assert_eq!(erase_due(&site.store, site.clock.now()).await, Ok(1));
}

#[tokio::test]
async fn it_takes_the_username_the_password_and_the_plan_that_was_read() {
    let site = at_once().await;
    let ann = site.member("ann").await;
    let plan = outline(&ann).await;
    for (username, password, words) in [
        ("", "", "Your username: this field is required"),
        ("", PASSWORD, "Your username: this field is required"),
        ("bob", PASSWORD, "Your username: enter your own username"),
        ("ann", "", "Your password: this field is required"),
        (
            "ann",
            "wrong password",
            "Your password: this is not your password",
        ),
    ] {
        let refused = delete(&ann, username, password, &plan).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(words);
        refused.says("<title>Error: Delete account");
    }
    // Something else would go by now.
    site.run("CREATE TABLE notes (owner INTEGER REFERENCES users (id) ON DELETE CASCADE)")
        .await
        .unwrap();
    site.run("INSERT INTO notes VALUES (1)").await.unwrap();
    let refused = delete(&ann, "ann", PASSWORD, &plan).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("What will be deleted with your account has changed");
    refused.says("1 notes");
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
    leave(&ann, "@Ann").await;
    assert_eq!(site.ask("SELECT count(*) FROM notes").await, 0);
}

#[tokio::test]
async fn the_last_who_may_manage_users_does_not_leave() {
    let site = at_once().await;
    let admin = site.member_as("admin").await;
    let plan = outline(&admin).await;
    let refused = delete(&admin, "the-admin", PASSWORD, &plan).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("This is the only account that can manage users.");
    site.member("bob").await;
    site.set_role("bob", "admin").await;
    leave(&admin, "the-admin").await;
}

#[tokio::test]
async fn of_deleting_and_fifty_saves_at_once_nothing_is_left_half() {
    for _ in 0..4 {
        let site = std::sync::Arc::new(at_once().await);
        let ann = std::sync::Arc::new(site.member("ann").await);
        let plan = outline(&ann).await;
        let saves = (0..50).map(|number| {
            let ann = std::sync::Arc::clone(&ann);
            tokio::spawn(async move {
                let place = format!("Place {number}");
                ann.call("/profile/edit", &[("location", &place)])
                    .await
                    .status
            })
        });
        let saves: Vec<_> = saves.collect();
        let left = delete(&ann, "ann", PASSWORD, &plan).await;
        for save in saves {
            let status = save.await.unwrap().as_u16();
            assert!(matches!(status, 200 | 401 | 404), "{status}");
        }
        // Saves that came first were in the history, which the plan did not name.
        let rest = site.ask("SELECT count(*) FROM profile_changes").await;
        let profiles = site.ask("SELECT count(*) FROM profiles").await;
        match left.status {
            StatusCode::SEE_OTHER => assert_eq!((rest, profiles), (0, 0)),
            StatusCode::CONFLICT => assert_eq!((rest > 0, profiles), (true, 1)),
            status => panic!("{status}: {}", left.summary()),
        }
    }
}

/// The files of an export, by name.
pub fn unzip(answer: &Answer) -> std::collections::BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(&answer.body)).unwrap();
    let names = zip.file_names().map(|name| name.unwrap().into_owned());
    let names: Vec<String> = names.collect();
    let read = |name: String| {
        let mut text = String::new();
        zip.by_name(&name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        (name, text)
    };
    names.into_iter().map(read).collect()
}

#[tokio::test]
async fn one_takes_everything_along_and_nothing_of_anybody_else() {
    let site = site().await;
    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    let odd = "\"; <script>\u{1F469}\u{200D}\u{1F52C} =cmd";
    ann.save(&[("location", odd), ("location.audience", "me")])
        .await;
    editor
        .submit("/u/ann/edit", &[("bio", "By the editor")])
        .await;
    let eve = site.member("eve").await;
    eve.save(&[("location", "Eve's place")]).await;
    let asked = ann.submit("/settings/export", &[]).await;
    assert_eq!(asked.location(), "/settings/export/ann.zip");
    let answer = ann.visit("/settings/export/ann.zip").await;
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"ann.zip\""
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let files = unzip(&answer);
    let json = |name: &str| -> serde_json::Value { serde_json::from_str(&files[name]).unwrap() };
    assert_eq!(json("account.json")["username"], "ann");
    assert_eq!(json("account.json")["created_at"], "2026-11-22T12:00:00Z");
    assert_eq!(json("profile.json")["fields"]["location"], odd);
    assert_eq!(json("profile.json")["audiences"]["location"], "me");
    let history = json("history.json");
    let history = history.as_array().unwrap();
    assert!(history.iter().any(|change| change["by"] == "editor"));
    assert!(history.iter().any(|change| change["new"] == odd));
    assert_eq!(json("sessions.json").as_array().unwrap().len(), 1);
    let activity = json("activity.json");
    assert!(
        activity
            .as_array()
            .unwrap()
            .iter()
            .any(|event| event["kind"] == "exported")
    );
    for (name, text) in &files {
        assert!(!text.contains("Eve"), "{name}");
        assert!(!text.contains("argon2"), "{name}");
        assert!(!text.contains(&ann.cookie().unwrap()[8..]), "{name}");
    }
}

#[tokio::test]
async fn an_export_asks_for_the_password_again_and_is_nobody_elses() {
    let site = site().await;
    let ann = site.member("ann").await;
    let eve = site.member("eve").await;
    let foreign = eve.visit("/settings/export/ann.zip").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let guest = site.guest().visit("/settings/export/ann.zip").await;
    assert_eq!(guest.status, StatusCode::UNAUTHORIZED);
    site.clock.advance(HOUR);
    let stale = ann.visit("/settings/export/ann.zip").await;
    assert_eq!(stale.location(), "/settings/export");
    let refused = ann.submit("/settings/export", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Your password: this field is required");
    let asked = ann
        .submit("/settings/export", &[("current_password", PASSWORD)])
        .await;
    let file = ann.visit(asked.location()).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(unzip(&file).contains_key("profile.json"));
}

#[tokio::test]
async fn a_long_history_is_taken_along_whole() {
    let site = site().await;
    let ann = site.member("ann").await;
    let mut connection = site.connect().await;
    let changes = connection.import(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
         INSERT INTO profile_changes (user_id, version, item, old, new, actor_id, at)
         SELECT 1, i, 'bio', NULL, '\"a long text, many times over, number ' || i || '\"', 1, i FROM n",
    );
    changes.await.unwrap();
    connection.close().await;
    ann.submit("/settings/export", &[]).await;
    let file = ann.visit("/settings/export/ann.zip").await;
    let history: serde_json::Value = serde_json::from_str(&unzip(&file)["history.json"]).unwrap();
    assert_eq!(history.as_array().unwrap().len(), 49_999);
}
