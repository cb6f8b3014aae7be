//! `silhouette user` and `invitation`: what an operator types beside a running site, and what it
//! does there.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Clock;
use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use crate::{
    approval::approved,
    harness::{PASSWORD, PROGRAM, Site, site},
};

/// A site on whose clock it is as late as on that of commands.
pub async fn site_of_today() -> Site {
    let site = site().await;
    site.clock.advance(Clock::system().now() - site.clock.now());
    site
}

/// What a command said, and its exit status.
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// Fails unless the command did what it was told.
    #[track_caller]
    pub fn well(self) -> Said {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    #[track_caller]
    pub fn fails(self, code: i32, with: &str) {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.contains(with), "{}", self.stderr);
        assert_eq!(self.stdout, "");
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The path of the link that was printed.
    fn path(&self) -> &str {
        let link = self.stdout.trim_end();
        link.strip_prefix("https://example.org").unwrap()
    }
}

/// Runs `silhouette user`, with nothing on its standard input.
fn user(site: &Site, arguments: &[&str]) -> Said {
    user_with(site, arguments, "")
}

fn user_with(site: &Site, arguments: &[&str], input: &str) -> Said {
    silhouette(site, &[&["user"], arguments].concat(), input)
}

/// Runs `silhouette invitation`.
fn invitation(site: &Site, arguments: &[&str]) -> Said {
    silhouette(site, &[&["invitation"], arguments].concat(), "")
}

pub fn silhouette(site: &Site, arguments: &[&str], input: &str) -> Said {
    let mut child = Command::new(PROGRAM)
        .current_dir(site.folder())
        .env_remove("RUST_LOG")
        .env("SILHOUETTE_DATABASE", site.database_name())
        .env("SILHOUETTE_PUBLIC_URL", "https://example.org")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Who reads none is gone before.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    Said {
        code: status.code().unwrap(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

#[tokio::test]
async fn the_first_manager_is_made_by_a_link_that_works_once() {
    let site = site_of_today().await;
    let made = user(&site, &["create", "Maya", "--role", "admin", "--link"]).well();
    assert!(made.stderr.contains("Created Maya, with the role admin."));
    assert!(made.stderr.contains("works once, until "));
    let maya = site.guest();
    let nobody = [("username", "maya"), ("password", PASSWORD)];
    let refused = maya.submit("/login", &nobody).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    maya.visit(made.path()).await.says("Maya");
    let chosen = [("password", PASSWORD)];
    let answer = maya.submit(made.path(), &chosen).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(maya.submit("/login", &nobody).await.location(), "/profile");
    maya.visit("/profile").await.says("@Maya");
    maya.visit("/settings/activity")
        .await
        .says("Account created by the site operator");
    let again = site.guest().submit(made.path(), &chosen).await;
    assert_eq!(again.status, StatusCode::GONE);
    let admins = user(&site, &["list", "--role", "admin", "--json"]).well();
    assert_eq!(admins.json()[0]["username"], "Maya");
}

#[tokio::test]
async fn a_link_that_was_handed_out_confirms_no_address_and_a_newer_one_voids_it() {
    let site = site_of_today().await;
    let create = ["create", "ann", "--email", "ann@example.org", "--link"];
    let first = user(&site, &create).well();
    assert!(site.mails().await.is_empty());
    let second = user(&site, &["link", "ANN"]).well();
    let ann = site.guest();
    let chosen = [("password", PASSWORD)];
    assert_eq!(ann.visit(first.path()).await.status, StatusCode::GONE);
    assert_eq!(
        ann.submit(second.path(), &chosen).await.status,
        StatusCode::SEE_OTHER
    );
    let shown = user(&site, &["show", "ann", "--json"]).well().json();
    assert_eq!(shown["email"], Value::Null);
    assert_eq!(shown["pending_email"], "ann@example.org");
    let by_address = [("username", "ann@example.org"), ("password", PASSWORD)];
    let refused = ann.submit("/login", &by_address).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The mail to the address does.
    let confirm = site.mail().await;
    assert_eq!(confirm.to, "ann@example.org");
    ann.submit(&confirm.path(), &[]).await;
    assert_eq!(
        ann.submit("/login", &by_address).await.location(),
        "/profile"
    );
}

#[tokio::test]
async fn a_password_from_standard_input_is_judged_as_every_other() {
    let site = site().await;
    let create = ["create", "ann", "--password-stdin"];
    user_with(&site, &create, "short\n").fails(1, "Password: use at least 8 characters");
    user_with(&site, &create, "password\n").fails(1, "easy to guess");
    user_with(&site, &create, "\n").fails(1, "Password");
    user_with(&site, &create, &format!("{PASSWORD}\r\n")).well();
    let ann = site.guest();
    let answer = ann
        .submit("/login", &[("username", "ann"), ("password", PASSWORD)])
        .await;
    assert_eq!(answer.location(), "/profile");
}

#[tokio::test]
async fn what_cannot_be_created_is_said_with_what_to_do_and_nothing_is() {
    let site = site().await;
    site.member("ann").await;
    for (arguments, code, words) in [
        (&["create", "bob"][..], 2, "--password-stdin"),
        (
            &["create", "bob", "--link", "--password-stdin"],
            2,
            "--link",
        ),
        (&["create", "Ann", "--link"], 1, "Username"),
        (&["create", "a b", "--link"], 1, "Username"),
        (&["create", "admin", "--link"], 1, "Username"),
        (
            &["create", "bob", "--link", "--email", "nowhere"],
            1,
            "Email address",
        ),
        (
            &["create", "bob", "--link", "--role", "king"],
            1,
            "there is no role \"king\"; the schema defines reader, editor, admin",
        ),
        (&["show", "bob"], 1, "there is no user \"bob\""),
        (&["link", "bob"], 1, "there is no user \"bob\""),
        (&["sessions", "bob"], 1, "there is no user \"bob\""),
        (&["erase", "bob", "--yes"], 1, "there is no user \"bob\""),
        (&["list", "--role", "king"], 1, "there is no role"),
        (
            &["list", "--status", "asleep"],
            2,
            "active, waiting, disabled, closed",
        ),
    ] {
        user(&site, arguments).fails(code, words);
    }
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
    assert_eq!(site.ask("SELECT count(*) FROM tokens").await, 0);
}

#[tokio::test]
async fn users_are_listed_for_people_and_for_programs() {
    let site = site().await;
    let nobody = user(&site, &["list"]).well();
    assert_eq!((&*nobody.stdout, &*nobody.stderr), ("", "no users\n"));
    assert_eq!(
        user(&site, &["list", "--json"]).well().json(),
        Value::Array(vec![])
    );
    site.member("zoe").await;
    site.member_as("editor").await;
    site.member("Ann").await;
    user(&site, &["disable", "zoe"]).well();
    let all = user(&site, &["list", "--json"]).well().json();
    let names: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["username"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Ann", "editor", "zoe"]);
    assert_eq!(all[1]["role"], "editor");
    assert_eq!(all[2]["status"], "disabled");
    for key in ["email", "created_at", "last_login_at"] {
        assert!(all[0].get(key).is_some(), "{key}");
    }
    let disabled = user(&site, &["list", "--status", "disabled"]).well().stdout;
    let lines: Vec<&str> = disabled.lines().collect();
    assert_eq!(lines.len(), 2, "{disabled}");
    assert!(lines[0].starts_with("USERNAME  ROLE"), "{disabled}");
    assert!(
        lines[1].starts_with("zoe       reader  disabled"),
        "{disabled}"
    );
    let table = user(&site, &["list", "--csv"]).well().stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(
        lines[0].starts_with("\"username\",\"email\",\"role\""),
        "{table}"
    );
    assert!(
        lines[1].starts_with("\"Ann\",\"\",\"reader\",\"active\""),
        "{table}"
    );
    let shown = user(&site, &["show", "ann"]).well().stdout;
    assert!(shown.contains("username              Ann\n"), "{shown}");
}

#[tokio::test]
async fn the_operator_sees_where_somebody_is_logged_in_and_ends_it() {
    let site = site_of_today().await;
    let phone = site.member("ann").await;
    let laptop = site.guest();
    let in_again = [("username", "ann"), ("password", PASSWORD)];
    laptop.submit("/login", &in_again).await;
    let sessions = user(&site, &["sessions", "ann", "--json"]).well().json();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let id = sessions[0]["id"].as_str().unwrap();
    user(&site, &["sessions", "ann", "--end", "0"]).fails(1, "has no session \"0\"");
    user(&site, &["sessions", "ann", "--end", id]).well();
    let left = [
        phone.visit("/profile").await,
        laptop.visit("/profile").await,
    ];
    let still_in = left.iter().filter(|page| page.status == StatusCode::OK);
    assert_eq!(still_in.count(), 1);
    user(&site, &["sessions", "ann", "--end-all"]).well();
    for browser in [&phone, &laptop] {
        assert_eq!(
            browser.visit("/profile").await.location(),
            "/login?next=/profile"
        );
    }
    laptop.submit("/login", &in_again).await;
    laptop
        .visit("/settings/activity")
        .await
        .says("Logged out by someone else");
}

#[tokio::test]
async fn erasing_asks_first_and_the_last_manager_stays() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    let asked = user(&site, &["erase", "ann"]);
    assert!(
        asked.stderr.contains("erased: 1 row of profiles"),
        "{}",
        asked.stderr
    );
    asked.fails(2, "pass --yes");
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    user(&site, &["erase", "the-admin", "--yes"]).fails(1, "the only account that can");
    assert_eq!(admin.visit("/profile").await.status, StatusCode::OK);
    let erased = user(&site, &["erase", "ANN", "--yes"]).well();
    assert_eq!(erased.stdout, "ann is erased.\n");
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(
        site.guest().visit("/u/ann").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn who_is_disabled_gets_no_link() {
    let site = site().await;
    site.member("ann").await;
    user(&site, &["disable", "ann"]).well();
    user(&site, &["link", "ann"]).fails(1, "silhouette user enable ann");
}

#[tokio::test]
async fn the_operator_lists_who_waits_approves_one_and_refuses_another() {
    let site = approved().build().await;
    site.clock.advance(Clock::system().now() - site.clock.now());
    let ann = site.member("ann").await;
    let ben = site.member("ben").await;
    user(&site, &["create", "maya", "--link"]).well();
    let waiting = ["list", "--status", "waiting", "--json"];
    let listed = user(&site, &waiting).well().json();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0]["username"], "ann");
    assert_eq!(listed[0]["status"], "waiting");
    assert!(listed[0]["waits_since"].is_string());
    user(&site, &["show", "ann"])
        .well()
        .stdout
        .contains("waiting since")
        .then_some(())
        .unwrap();

    let done = user(&site, &["approve", "ANN"]).well();
    assert_eq!(done.stdout, "ann is approved.\n");
    ann.visit("/profile").await.says_not("waiting for approval");
    assert_eq!(site.guest().visit("/u/ann").await.status, StatusCode::OK);
    user(&site, &["approve", "ann"]).fails(1, "ann is not waiting for approval");
    user(&site, &["refuse", "maya", "--yes"]).fails(1, "maya is not waiting for approval");
    user(&site, &["approve", "nobody"]).fails(1, "there is no user \"nobody\"");

    let asked = user(&site, &["refuse", "ben"]);
    assert!(
        asked.stderr.contains("erased: 1 row of profiles"),
        "{}",
        asked.stderr
    );
    asked.fails(2, "pass --yes");
    assert_eq!(ben.visit("/profile").await.status, StatusCode::OK);
    let refused = ["refuse", "ben", "--reason", "Members only", "--yes"];
    user(&site, &refused).well();
    assert_eq!(
        ben.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    let shown = user(&site, &["show", "ben", "--json"]).well().json();
    assert_eq!(shown["status"], "refused");
    user(&site, &["refuse", "ben", "--yes"]).fails(1, "the account is refused");
    // On second thoughts, in time.
    user(&site, &["enable", "ben"]).well();
    let shown = user(&site, &["show", "ben", "--json"]).well().json();
    assert_eq!(shown["status"], "waiting");
    let no_one = user(&site, &["list", "--status", "refused"]).well();
    assert!(no_one.stderr.contains("no users"));
}

#[tokio::test]
async fn a_renamed_user_keeps_the_old_name_and_nobody_else_gets_it() {
    let site = site_of_today().await;
    let ann = site.member("ann").await;
    site.member("bob").await;
    let renamed = user(&site, &["rename", "ANN", "Bea"]).well();
    assert_eq!(renamed.stdout, "ann is now Bea.\n");
    let again = user(&site, &["rename", "ann", "Bea"]).well();
    assert_eq!(again.stdout, "Bea already has that name.\n");
    ann.visit("/profile").await.says("@Bea");
    let taken = "New username: this name is taken. Choose another one";
    user(&site, &["rename", "bob", "ann"]).fails(1, taken);
    user(&site, &["create", "ann", "--link"]).fails(1, "this name is taken");
    user(&site, &["rename", "bob", "root"]).fails(1, "this name is reserved");
    user(&site, &["rename", "eve", "cleo"]).fails(1, "there is no user \"eve\"");
    user(&site, &["rename", "bob"]).fails(2, "");
    let shown = user(&site, &["show", "ann", "--json"]).well().json();
    assert_eq!(shown["username"], "Bea");
}

#[tokio::test]
async fn the_operator_invites_lists_and_ends() {
    let site = site_of_today().await;
    let none = invitation(&site, &["list"]).well();
    assert!(none.stderr.contains("no invitations"), "{}", none.stderr);
    let link = user(&site, &["invite", "--role", "editor", "--uses", "2"]).well();
    let ann = site.guest();
    let form = [("username", "ann"), ("password", PASSWORD)];
    let joined = ann.submit(link.path(), &form).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER);
    let shown = user(&site, &["show", "ann", "--json"]).well().json();
    assert_eq!(shown["role"], "editor");

    let mailed = user(&site, &["invite", "ben@example.net", "--days", "3"]).well();
    assert_eq!(mailed.stdout, "");
    let said = "sends it to ben@example.net";
    assert!(mailed.stderr.contains(said), "{}", mailed.stderr);
    site.clock.advance(60_000);
    assert_eq!(site.mail().await.to, "ben@example.net");

    let listed = invitation(&site, &["list", "--json"]).well().json();
    let facts: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["email"], &one["state"], &one["uses_left"]))
        .collect();
    let expected = json!([["ben@example.net", "pending", 1], [null, "pending", 1]]);
    assert_eq!(json!(facts), expected);
    let id = listed[1]["id"].to_string();
    let table = invitation(&site, &["list"]).well().stdout;
    assert!(table.contains("a link") && table.contains("1/2"), "{table}");

    let ended = invitation(&site, &["end", &id]).well();
    assert_eq!(ended.stdout, format!("Invitation {id} has been ended.\n"));
    let again = invitation(&site, &["end", &id]).well();
    assert!(again.stdout.contains("had already ended"));
    let form = [("username", "carl"), ("password", PASSWORD)];
    let late = site.guest().submit(link.path(), &form).await;
    assert_eq!(late.status, StatusCode::GONE);
    invitation(&site, &["end", "77"]).fails(1, "there is no invitation 77");
}

#[tokio::test]
async fn an_invitation_that_cannot_be_made_is_said_with_the_flag_and_is_not() {
    let site = site_of_today().await;
    for (arguments, said) in [
        (&["--role", "king"][..], "king"),
        (&["--days", "91"], "--days"),
        (&["--uses", "0"], "--uses"),
        (&["not-an-address"], "address"),
        (&["--field", "shoe-size=43"], "has no field \"shoe-size\""),
        (&["--field", "shoe-size"], "the form KEY=VALUE"),
    ] {
        let said_so = user(&site, &[&["invite"], arguments].concat());
        assert!(
            said_so.code > 0 && said_so.stderr.contains(said),
            "{}",
            said_so.stderr
        );
        assert_eq!(said_so.stdout, "");
    }
    assert_eq!(site.ask("SELECT count(*) FROM invitations").await, 0);
}
