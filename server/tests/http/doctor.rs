//! `silhouette doctor`: a site in order, and then one thing after the other broken on purpose.

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
};

use crate::{
    commands::{Said, silhouette, site_of_today},
    harness::{DAY, Site},
};

/// A site in order, and whoever listens at its address.
struct Patient {
    site: Site,
    address: String,
    _listener: TcpListener,
}

/// Stands for no flag that names a proxy.
const NO_PROXY: &str = "no proxy";

impl Patient {
    async fn healthy() -> Patient {
        let site = site_of_today().await;
        let ann = site.member("ann").await;
        ann.save(&[("bio", "Hello"), ("location", "Kiel")]).await;
        site.member("boss").await;
        site.set_role("boss", "admin").await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Patient {
            site,
            address: format!("https://{}", listener.local_addr().unwrap()),
            _listener: listener,
        }
    }

    fn examine(&self, more: &[&str]) -> Said {
        let mut arguments = vec!["doctor", "--smtp", "smtp://127.0.0.1:2525"];
        if !more.contains(&"--public-url") {
            arguments.extend(["--public-url", &self.address]);
        }
        if !more.contains(&NO_PROXY) {
            arguments.extend(["--trusted-proxies", "127.0.0.1"]);
        }
        arguments.extend(more.iter().filter(|more| **more != NO_PROXY));
        silhouette(&self.site, &arguments, "")
    }

    /// The checks that found something.
    fn findings(&self, more: &[&str]) -> BTreeMap<String, String> {
        let said = self.examine(&[more, &["--json"]].concat());
        let Value::Array(found) = said.json() else {
            panic!("{}", said.stdout);
        };
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let found = found.iter().filter(|finding| finding["state"] != "fine");
        let found: BTreeMap<_, _> = found
            .map(|finding| {
                let open = ["warning", "error"].contains(&&*text(finding, "state"));
                assert!(
                    !open
                        || !text(finding, "advice").is_empty()
                        || ["database", "schema"].contains(&&*text(finding, "check"))
                );
                (
                    text(finding, "check"),
                    format!("{}: {}", text(finding, "state"), text(finding, "text")),
                )
            })
            .collect();
        let is_open = found
            .values()
            .any(|text| text.starts_with("warning") || text.starts_with("error"));
        assert_eq!(said.code, if is_open { 3 } else { 0 }, "{}", said.stderr);
        found
    }

    #[track_caller]
    fn has(&self, more: &[&str], check: &str, expected: &str) {
        let found = self.findings(more);
        assert!(
            found.len() == 1 && found.get(check).is_some_and(|text| text.contains(expected)),
            "{check}, {expected}: {found:?}"
        );
    }

    #[track_caller]
    fn is_well(&self) {
        assert_eq!(self.findings(&[]), BTreeMap::new());
    }
}

#[tokio::test]
async fn a_site_in_order_has_nothing_to_do_and_says_what_was_looked_at() {
    let patient = Patient::healthy().await;
    patient.is_well();
    let said = patient.examine(&[]).well();
    assert!(
        said.stdout
            .contains("fine     profiles    every user has a profile.\n"),
        "{}",
        said.stdout
    );
    assert!(said.stderr.contains("Nothing is wrong."));
}

#[tokio::test]
async fn what_is_broken_in_the_database_is_found_and_some_of_it_mended() {
    let patient = Patient::healthy().await;
    let site = &patient.site;

    site.run("DELETE FROM directory_words").await.unwrap();
    patient.has(
        &[],
        "directory",
        "warning: the search index of 2 profiles do not match",
    );
    patient.has(&["--fix"], "directory", "fixed: 2 profiles were reindexed");
    patient.is_well();

    let user = "(SELECT id FROM users WHERE username = 'ann')";
    let set = format!(
        "UPDATE profiles SET fields = '{{\"bio\":\"Hello\",\"location\":\"Kiel\",\"nope\":1,\"birth_date\":7}}' WHERE user_id = {user}"
    );
    site.run(&set).await.unwrap();
    patient.has(
        &[],
        "values",
        "warning: 2 values are shown to nobody: 1 of fields that the schema does not have, 1 that",
    );
    let unset = format!(
        "UPDATE profiles SET fields = '{{\"bio\":\"Hello\",\"location\":\"Kiel\"}}' WHERE user_id = {user}"
    );
    site.run(&unset).await.unwrap();
    patient.is_well();

    site.run("UPDATE users SET role = NULL WHERE username = 'boss'")
        .await
        .unwrap();
    patient.has(&[], "managers", "warning: nobody may manage users");
    site.run("UPDATE users SET role = 'admin' WHERE username = 'boss'")
        .await
        .unwrap();

    let mail = format!(
        "INSERT INTO mails (user_id, kind, recipient, password_version, created_at, next_try_at, failed_at)
         VALUES ({user}, 'reset', 'ann@example.org', 1, 1, 1, 1)"
    );
    site.run(&mail).await.unwrap();
    patient.has(&[], "mails", "warning: 1 email could not be delivered");
    site.run("UPDATE mails SET failed_at = NULL").await.unwrap();
    patient.has(
        &[],
        "mails",
        "error: 1 email has waited for more than an hour",
    );
    site.run("DELETE FROM mails").await.unwrap();

    let import = format!(
        "INSERT INTO imported_passwords (user_id, hash, imported_at) VALUES ({user}, 'x', 1)"
    );
    site.run(&import).await.unwrap();
    patient.has(
        &[],
        "passwords",
        "note: 1 of 2 users have a password hash from another program",
    );
    site.run("DELETE FROM imported_passwords").await.unwrap();

    let later = site.clock.now() + 60 * DAY;
    site.sweep(0).await;
    site.run(&format!("UPDATE clock SET believed_at = {later}"))
        .await
        .unwrap();
    patient.has(&[], "clock", "error: the clock is a month behind");
    let now = site.clock.now();
    site.run(&format!(
        "UPDATE clock SET believed_at = {now}, doubted_at = {now}"
    ))
    .await
    .unwrap();
    patient.has(&[], "clock", "warning: the clock is far from the time");
    site.run("UPDATE clock SET doubted_at = NULL")
        .await
        .unwrap();
    patient.is_well();
}

#[tokio::test]
async fn what_sqlite_does_not_keep_together_is_found() {
    let patient = Patient::healthy().await;
    let site = &patient.site;
    site.run("DROP TRIGGER profiles_keep_with_user; DELETE FROM profiles WHERE user_id = 1")
        .await
        .unwrap();
    patient.has(&[], "profiles", "error: 1 user has no profile");
    let fixed = patient.findings(&["--fix"]);
    // Whoever opens the database to mend it finds that its schema is another one, and mends it.
    assert!(
        !fixed.values().any(|text| text.starts_with("error")),
        "{fixed:?}"
    );
    assert_eq!(site.ask("SELECT count(*) FROM profiles").await, 2);

    let copy = site.folder().join("copy.db");
    let copy = copy.to_str().unwrap();
    silhouette(site, &["backup", copy], "").well();
    let mut bytes = fs::read(copy).unwrap();
    bytes[4096 * 3..4096 * 5].fill(7);
    fs::write(copy, bytes).unwrap();
    let found = patient.findings(&["--database", copy]);
    let damaged = |text: &String| text.contains("damaged") || text.contains("cannot");
    assert!(found.values().any(damaged), "{found:?}");

    site.run("PRAGMA foreign_keys = OFF; INSERT INTO devices (id_hash, user_id, first_hash, last_seen_at)
        SELECT randomblob(32), 999, randomblob(32), 1")
        .await
        .unwrap();
    patient.has(
        &[],
        "integrity",
        "a row of devices refers to a row of users that is not there",
    );
}

#[tokio::test]
async fn what_is_risky_around_the_database_is_found() {
    let patient = Patient::healthy().await;
    let site = &patient.site;
    patient.has(
        &["--limits", "off"],
        "limits",
        "warning: these rate limits are off: ",
    );
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", closed.local_addr().unwrap());
    drop(closed);
    patient.has(
        &["--public-url", &address],
        "answers",
        "does not accept connections",
    );
    let plain = patient.address.replace("https", "http");
    patient.has(&["--public-url", &plain], "public_url", "is not encrypted");
    patient.has(&[NO_PROXY], "proxies", "no proxy is trusted");

    let file = site.folder().join("own.toml");
    let built_in = include_str!("../../../profile.toml");
    fs::write(&file, format!("{built_in}\n# Another one.\n")).unwrap();
    let file = file.to_str().unwrap();
    silhouette(site, &["schema", "apply", file, "--yes"], "").well();
    patient.is_well();
    patient.has(
        &["--schema", file],
        "schema",
        "hides revision 1 in the database",
    );
    fs::write(file, "[roles.reader]\nlabel = 1\n").unwrap();
    let found = patient.findings(&["--schema", file]);
    assert!(found["schema"].starts_with("error: "), "{found:?}");

    let nowhere = site.folder().join("nowhere.db");
    let found = patient.findings(&["--database", nowhere.to_str().unwrap()]);
    assert!(
        found["database"].contains("there is no database"),
        "{found:?}"
    );
}

#[tokio::test]
async fn files_of_sqlite_that_others_can_read_are_found_and_closed() {
    let patient = Patient::healthy().await;
    let database = patient.site.database();
    fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
    patient.has(&[], "files", "error: other users of this machine can read ");
    patient.has(&["--fix"], "files", "fixed: nobody else can read ");
    patient.is_well();
    let mode = fs::metadata(&database).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
