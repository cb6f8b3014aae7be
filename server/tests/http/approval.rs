//! Approval: who signs up waits, sees no more than a guest, and becomes a member or goes; and who
//! is told that somebody waits.

use app::{
    account::types::{
        sign_up_rule::{SignUpMode, SignUpRule},
        username::Username,
    },
    error::AppError,
    routes::PAGES,
};
use axum::http::StatusCode;
use server::accounts::{
    management::{NewAccount, create, hand_out_link},
    roles::set_disabled,
};
use std::fs;

use crate::{
    avatars::{png, send},
    harness::{Answer, Browser, DAY, NOW, PASSWORD, Setup, Site},
};

const WAITS: &str = "Your account has been waiting for approval since";
const NEW: &str = "another long sentence";
const ADDRESS: &str = "ann@example.org";

/// A doorkeeper may approve users, and nothing else.
const DOORKEEPERS: &str = "
[roles.reader]
[roles.doorkeeper]
may = [\"approve_users\"]
[roles.helper]
may = [\"help_users\"]
[roles.admin]
may = [\"edit_profiles\", \"help_users\", \"approve_users\", \"manage_users\"]
[[group]]
key = \"about\"
label = \"About\"
[[field]]
key = \"bio\"
group = \"about\"
label = \"Bio\"
type = \"text\"
max = 100
audience = \"members\"
";

pub fn approved() -> Setup {
    Setup {
        sign_up_rule: SignUpRule {
            mode: SignUpMode::Approved,
            domains: Vec::new(),
        },
        ..Setup::default()
    }
}

/// A site where somebody approves new users, and those who may: an admin and a doorkeeper.
async fn site_of_doorkeepers() -> (Site, Browser, Browser) {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), DOORKEEPERS).unwrap();
    let schemas = server::schemas_of(Some(file.path())).unwrap();
    let first = Setup {
        schemas: schemas.clone(),
        ..Setup::default()
    };
    let first = first.build().await;
    first.member_as("admin").await;
    first.member_as("doorkeeper").await;
    let site = first
        .restart(Setup {
            schemas,
            ..approved()
        })
        .await;
    let log_in = async |name| {
        let browser = site.guest();
        let form = [("username", name), ("password", PASSWORD)];
        let answer = browser.submit("/login", &form).await;
        assert_eq!(answer.location(), "/profile");
        browser
    };
    let (admin, doorkeeper) = (log_in("the-admin").await, log_in("doorkeeper").await);
    (site, admin, doorkeeper)
}

/// Somebody who signs up, and waits.
async fn newcomer(site: &Site, username: &str, email: &str) -> Browser {
    let browser = site.guest();
    sign_up(&browser, username, email).await;
    browser
}

async fn sign_up(browser: &Browser, username: &str, email: &str) {
    let form = [
        ("username", username),
        ("email", email),
        ("password", PASSWORD),
    ];
    let answer = browser.submit("/signup", &form).await;
    assert_eq!(answer.location(), "/profile", "{}", answer.summary());
}

async fn act(by: &Browser, username: &str, form: &[(&str, &str)]) -> Answer {
    by.submit(&format!("/admin/users/{username}"), form).await
}

async fn waiting(site: &Site) -> i64 {
    site.ask("SELECT count(*) FROM users WHERE waits_since IS NOT NULL")
        .await
}

#[tokio::test]
async fn whoever_signs_up_waits_and_is_seen_by_nobody_but_themselves() {
    let (site, admin, doorkeeper) = site_of_doorkeepers().await;
    site.guest()
        .visit("/signup")
        .await
        .says("New accounts need approval");
    let ann = newcomer(&site, "ann", ADDRESS).await;
    let page = ann.visit("/profile").await;
    page.says(WAITS);
    page.says("22 November 2026, 12:00 UTC");
    page.says_not("href=\"/u/ann\"");
    assert_eq!(page.header("cache-control"), "no-store");
    ann.visit("/").await.says(WAITS);
    // She may fill in what is hers.
    ann.save(&[("bio", "I mend boats")]).await;
    ann.visit("/profile").await.says("I mend boats");
    for path in ["/settings", "/settings/privacy", "/profile/history"] {
        let page = ann.visit(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.says(WAITS);
    }
    let listed = [("listed", "no")];
    ann.visit("/settings")
        .await
        .says_not("href=\"/settings/username\"");
    let saved = ann.submit("/settings/privacy", &listed).await;
    assert_eq!(saved.location(), "/settings/privacy?saved");
    let guest = site.guest();
    for viewer in [&guest, &admin, &doorkeeper, &ann] {
        for path in ["/u/ann", "/u/ann/card.vcf", "/u/ann/qr.svg"] {
            let gone = viewer.visit(path).await;
            assert_eq!(gone.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    // At each login she is told again.
    let again = site.guest();
    let form = [("username", "ann"), ("password", PASSWORD)];
    let to = again.submit("/login", &form).await;
    again.visit(to.location()).await.says(WAITS);
    again.visit("/signup").await.says("href=\"/profile\"");
    assert_eq!(again.visit("/login").await.location(), "/profile");
    let arabic = [("language", "ar")];
    again.submit("/settings/appearance", &arabic).await;
    let page = again.visit("/profile").await;
    page.says("ينتظر حسابك الموافقة منذ");
    page.says_not("waiting");
    assert_eq!(waiting(&site).await, 1);
}

#[tokio::test]
async fn a_picture_of_who_waits_is_seen_by_its_owner_alone() {
    let site = approved().build().await;
    let ann = newcomer(&site, "ann", ADDRESS).await;
    let bob = newcomer(&site, "bob", "bob@example.org").await;
    let sent = send(&ann, &[("avatar.alt", "A boat")], &png([200, 30, 30])).await;
    let picture = sent.header("content-location").to_owned();
    assert!(!picture.is_empty(), "{}", sent.summary());
    assert_eq!(ann.visit(&picture).await.status, StatusCode::OK);
    for other in [&bob, &site.guest()] {
        assert_eq!(other.visit(&picture).await.status, StatusCode::NOT_FOUND);
    }
    let removed = ann.submit("/profile/avatar/delete", &[]).await;
    assert_eq!(removed.location(), "/profile?saved");
}

/// Server functions about what is one's own.
const OWN: [&str; 9] = [
    "/settings/privacy",
    "/settings/sessions",
    "/settings/export",
    "/settings/delete",
    "/settings/email",
    "/settings/password",
    "/profile/edit",
    "/profile/avatar/delete",
    "/profile/history",
];

/// Those that anybody may call.
const ANYBODYS: [&str; 13] = [
    "/join",
    "/signup",
    "/login",
    "/logout",
    "/forgot",
    "/reset",
    "/verify",
    "/undo",
    "/settings/appearance",
    // With a first step, or for who lacks a second factor, too.
    "/login/second",
    "/settings/second",
    "/settings/second/app",
    "/settings/passkeys",
];

#[tokio::test]
async fn to_every_function_but_those_about_their_own_whoever_waits_is_a_guest() {
    let site = approved().build().await;
    let ann = newcomer(&site, "ann", ADDRESS).await;
    for (path, _) in server_fn::axum::server_fn_paths() {
        let answer = ann.call(path, &[]).await;
        let is_own = OWN.contains(&path) || path == "/profile/history/erase";
        if !is_own && !ANYBODYS.contains(&path) {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
    }
    for path in [
        "/u/ann/edit",
        "/u/bob/edit",
        "/u/ann/avatar/delete",
        "/admin/users/ann",
    ] {
        let refused = ann.call(path, &[("act", "approve"), ("bio", "x")]).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(waiting(&site).await, 1);
}

#[tokio::test]
async fn on_no_page_does_whoever_waits_read_what_members_read() {
    let (site, admin, _) = site_of_doorkeepers().await;
    admin.save(&[("bio", "CANARY for members")]).await;
    let ann = newcomer(&site, "ann", ADDRESS).await;
    let guest = site.guest();
    guest.visit("/u/the-admin").await.says_not("CANARY");
    for (path, _) in PAGES {
        let path = path
            .replace("{username}", "the-admin")
            .replace("{revision}", "1");
        let page = ann.visit(&path).await;
        page.says_not("CANARY");
        if path.starts_with("/admin/") {
            assert_eq!(page.location(), "/profile", "{path}");
        }
    }
    act(&admin, "ann", &[("act", "approve")]).await;
    ann.visit("/u/the-admin").await.says("CANARY");
}

/// Fails unless Ann waits, as a browser of hers finds it.
async fn still_waits(site: &Site, ann: &Browser, door: &str) {
    assert_eq!(waiting(site).await, 1, "{door}");
    let page = ann.visit("/profile").await;
    assert_eq!(page.status, StatusCode::OK, "{door}: {}", page.summary());
    page.says(WAITS);
    let other = ann.visit("/u/the-admin").await;
    other.says_not("CANARY");
    let hers = site.guest().visit("/u/ann").await;
    assert_eq!(hers.status, StatusCode::NOT_FOUND, "{door}");
    let refused = ann.call("/u/the-admin/edit", &[("bio", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{door}");
}

async fn log_in(site: &Site, name: &str, password: &str) -> Browser {
    let browser = site.guest();
    let form = [("username", name), ("password", password)];
    let answer = browser.submit("/login", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.summary());
    browser
}

#[tokio::test]
async fn no_door_gives_whoever_waits_more_than_waiting() {
    let (site, admin, _) = site_of_doorkeepers().await;
    admin.save(&[("bio", "CANARY for members")]).await;
    let ann = newcomer(&site, "ann", ADDRESS).await;
    still_waits(&site, &ann, "the form").await;

    // The link in the mail.
    let confirm = site.mail().await.path();
    ann.submit(&confirm, &[]).await.location();
    still_waits(&site, &ann, "a confirmed address").await;

    for name in ["ann", "ANN", ADDRESS] {
        let browser = log_in(&site, name, PASSWORD).await;
        still_waits(&site, &browser, name).await;
    }

    let change = [("current_password", PASSWORD), ("password", NEW)];
    ann.submit("/settings/password", &change).await.location();
    still_waits(&site, &ann, "another password").await;
    site.mails().await;

    site.guest()
        .submit("/forgot", &[("email", ADDRESS)])
        .await
        .location();
    let reset = site.mail().await.path();
    let chosen = [("password", "the third long one")];
    site.guest().submit(&reset, &chosen).await.location();
    let ann = log_in(&site, "ann", "the third long one").await;
    still_waits(&site, &ann, "a link to choose a password").await;
    site.mails().await;

    // Another address, and the way back.
    let change = [("email", "ann@example.net")];
    ann.submit("/settings/email", &change).await.location();
    let confirm = site.mail().await.path();
    ann.submit(&confirm, &[]).await.location();
    let undo = site.mail().await.path();
    assert!(undo.starts_with("/undo/"), "{undo}");
    let undone = site.guest().submit(&undo, &[]).await;
    let reset = undone.location().to_owned();
    let chosen = [("password", PASSWORD)];
    site.guest().submit(&reset, &chosen).await.location();
    let ann = log_in(&site, "ann", PASSWORD).await;
    still_waits(&site, &ann, "the way back to an address").await;
    site.mails().await;

    // A link that the operator hands out.
    let id = site
        .ask("SELECT id FROM users WHERE username = 'ann'")
        .await;
    let user = app::account::types::user::UserId(id);
    let link = hand_out_link(&site.store, user, NOW).await.unwrap();
    let path = format!("/reset/{}", link.token);
    site.guest().submit(&path, &chosen).await.location();
    let ann = log_in(&site, "ann", PASSWORD).await;
    still_waits(&site, &ann, "a link that was handed out").await;

    // A role, which counts once she is a member.
    site.set_role("ann", "admin").await;
    let ann = log_in(&site, "ann", PASSWORD).await;
    still_waits(&site, &ann, "a role").await;
    site.set_role("ann", "reader").await;

    // Closed, and opened again by a login.
    let ann = log_in(&site, "ann", PASSWORD).await;
    let page = ann.visit("/settings/delete").await;
    let leave = [
        ("typed_username", "ann"),
        ("current_password", PASSWORD),
        ("outline", page.hidden("outline")),
    ];
    assert_eq!(
        ann.submit("/settings/delete", &leave).await.location(),
        "/login?left"
    );
    let ann = log_in(&site, "ann", PASSWORD).await;
    still_waits(&site, &ann, "an account that was closed").await;

    for disabled in [true, false] {
        let set = set_disabled(&site.store, "ann", disabled, None, &site.schema, NOW);
        set.await.unwrap();
    }
    let ann = log_in(&site, "ann", PASSWORD).await;
    still_waits(&site, &ann, "an account that was disabled").await;

    // Where signing up is for everybody by now, those who wait go on waiting.
    let site = site.restart(Setup::default()).await;
    let ann = log_in(&site, "ann", PASSWORD).await;
    assert_eq!(waiting(&site).await, 1);
    ann.visit("/profile").await.says(WAITS);
}

#[tokio::test]
async fn whom_the_operator_makes_does_not_wait() {
    let site = approved().build().await;
    let new = NewAccount {
        username: Username::parse("ben").unwrap(),
        email: None,
        password_hash: None,
        role: None,
    };
    create(&site.store, new, &site.schema, NOW).await.unwrap();
    assert_eq!(waiting(&site).await, 0);
    assert_eq!(site.guest().visit("/u/ben").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_is_approved_is_a_member_at_once_and_told_in_their_language() {
    let (site, admin, doorkeeper) = site_of_doorkeepers().await;
    admin.save(&[("bio", "CANARY for members")]).await;
    let ann = site.guest();
    ann.set_cookie("language=de");
    sign_up(&ann, "ann", ADDRESS).await;
    site.mails().await;
    let before = ann.cookie();
    let page = doorkeeper.visit("/admin/users/ann").await;
    page.says("Approve");
    page.says("Waiting since");
    page.says_not("Change role");
    let done = act(&doorkeeper, "ann", &[("act", "approve")]).await;
    assert_eq!(done.location(), "/admin/users?status=waiting&approved");
    let list = doorkeeper.visit(done.location()).await;
    list.says("User approved.");
    list.says("No user matches.");
    ann.visit("/u/the-admin").await.says("CANARY");
    assert_ne!(ann.cookie(), before, "other rights, another session id");
    assert_eq!(site.guest().visit("/u/ann").await.status, StatusCode::OK);
    ann.visit("/profile").await.says_not("wartet");
    let mail = site.mail().await;
    assert_eq!(mail.to, ADDRESS);
    assert_eq!(mail.subject, "Dein Konto bei example.org ist freigegeben");
    assert_eq!(mail.path(), "/login");
    let events = "SELECT count(*) FROM events WHERE kind = 'approved' AND actor_id IS NOT NULL";
    assert_eq!(site.ask(events).await, 1);
    // The doorkeeper sees no member's account.
    let gone = doorkeeper.visit("/admin/users/ann").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_is_refused_is_out_at_once_reads_why_and_is_erased_after_the_mail() {
    let (site, admin, doorkeeper) = site_of_doorkeepers().await;
    site.sweep(0).await;
    let ann = newcomer(&site, "ann", ADDRESS).await;
    site.mails().await;
    site.clock.advance(1);
    let form = [("act", "refuse"), ("words", "Members of the <club> only.")];
    let done = act(&doorkeeper, "ann", &form).await;
    assert_eq!(done.location(), "/admin/users?status=waiting&refused");
    doorkeeper
        .visit(done.location())
        .await
        .says("User refused. The account will be deleted.");
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    let form = [("username", "ann"), ("password", PASSWORD)];
    let refused = ann.submit("/login", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The mail first: erasing takes with it what waits to be sent.
    site.sweep(0).await;
    let page = admin.visit("/admin/users/ann").await;
    page.says("Refused");
    page.says("will be deleted as soon as the email to them has been sent");
    page.says_not("class=\"card act\"");
    page.says_not("/admin/users/ann/erase");
    for form in [&[("act", "sessions")][..], &[("act", "enable")]] {
        let gone = act(&admin, "ann", form).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{form:?}");
    }
    let mail = site.mail().await;
    assert_eq!(mail.to, ADDRESS);
    assert_eq!(mail.subject, "Your account on example.org was not approved");
    assert!(
        mail.text.contains("Members of the <club> only."),
        "{}",
        mail.text
    );
    site.sweep(0).await;
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE username = 'ann'")
            .await,
        0
    );
    let gone = admin.visit("/admin/users/ann").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    // Neither the name nor the words stay in the log.
    let told = "SELECT count(*) FROM events WHERE kind = 'approval_refused'
        AND actor_id IS NOT NULL AND subject_id IS NULL AND detail IS NULL";
    assert_eq!(site.ask(told).await, 1);
    // The name is free again.
    newcomer(&site, "ann", ADDRESS).await;
}

#[tokio::test]
async fn whoever_gave_no_address_is_erased_with_the_next_sweep() {
    let (site, admin, _) = site_of_doorkeepers().await;
    site.sweep(0).await;
    newcomer(&site, "ann", "").await;
    admin
        .visit("/admin/users/ann")
        .await
        .says("The user has no email address, so no email is sent.");
    act(&admin, "ann", &[("act", "refuse")]).await.location();
    assert!(site.mails().await.is_empty());
    site.sweep(0).await;
    assert_eq!(waiting(&site).await, 0);
}

#[tokio::test]
async fn no_mail_goes_to_an_address_that_is_somebody_elses() {
    let (site, admin, _) = site_of_doorkeepers().await;
    site.run("UPDATE users SET email = 'ann@example.org', email_key = 'ann@example.org' WHERE username = 'doorkeeper'")
        .await
        .unwrap();
    newcomer(&site, "eve", ADDRESS).await;
    site.mails().await;
    act(&admin, "eve", &[("act", "approve")]).await.location();
    assert!(site.mails().await.is_empty());
}

#[tokio::test]
async fn a_doorkeeper_finds_those_who_wait_and_nobody_else() {
    let (site, admin, doorkeeper) = site_of_doorkeepers().await;
    for name in ["ann", "ben", "maya"] {
        newcomer(&site, name, "").await;
    }
    act(&admin, "ben", &[("act", "approve")]).await.location();
    for (by, query, found) in [
        (&doorkeeper, "", "ann maya"),
        (&doorkeeper, "?status=waiting", "ann maya"),
        (&doorkeeper, "?q=MA", "maya"),
        (&doorkeeper, "?q=the-admin", ""),
        (&doorkeeper, "?role=admin", ""),
        (&admin, "?status=waiting", "ann maya"),
        (&admin, "?status=active", "ben doorkeeper the-admin"),
        (&admin, "", "ann ben doorkeeper maya the-admin"),
    ] {
        let page = by.visit(&format!("/admin/users{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let shown = ["ann", "ben", "doorkeeper", "maya", "the-admin"];
        let shown = shown
            .into_iter()
            .filter(|name| page.text.contains(&format!("href=\"/admin/users/{name}\"")));
        assert_eq!(shown.collect::<Vec<_>>().join(" "), found, "{query}");
    }
    for status in ["active", "disabled", "closed", "asleep"] {
        let page = doorkeeper
            .visit(&format!("/admin/users?status={status}"))
            .await;
        page.says("contains an unknown role, status or order");
        page.says_not("href=\"/admin/users/ben\"");
    }
    for name in ["ben", "the-admin", "nobody"] {
        let gone = doorkeeper.visit(&format!("/admin/users/{name}")).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{name}");
        // Not even that there was a decision.
        for done in ["sessions", "link", "disable"] {
            let gone = act(&doorkeeper, name, &[("act", done)]).await;
            assert_eq!(gone.status, StatusCode::NOT_FOUND, "{done} {name}");
        }
    }
    // Nobody is approved by who may only help.
    let helper = log_in(&site, "ben", PASSWORD).await;
    site.set_role("ben", "helper").await;
    helper.visit("/profile").await;
    helper.visit("/admin/users/ann").await.says_not("Approve");
    let refused = act(&helper, "ann", &[("act", "approve")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(waiting(&site).await, 2);
}

#[tokio::test]
async fn a_decision_that_comes_too_late_is_told_what_was_decided_and_changes_nothing() {
    let (site, admin, doorkeeper) = site_of_doorkeepers().await;
    for name in ["ann", "ben"] {
        newcomer(&site, name, "").await;
    }
    act(&admin, "ann", &[("act", "approve")]).await.location();
    act(&admin, "ben", &[("act", "refuse")]).await.location();
    for (name, words) in [
        (
            "ann",
            "Nothing was changed: @the-admin has already approved this user.",
        ),
        (
            "ben",
            "Nothing was changed: @the-admin has already refused this user",
        ),
    ] {
        for form in [[("act", "approve")], [("act", "refuse")]] {
            for by in [&admin, &doorkeeper] {
                let late = act(by, name, &form).await;
                assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.summary());
                late.says(words);
            }
            let called = admin.call(&format!("/admin/users/{name}"), &form).await;
            let AppError::AlreadyDecided { by, .. } = called.error() else {
                panic!("{}", called.text);
            };
            assert_eq!(by.as_deref(), Some("the-admin"));
        }
    }
    // Whoever never waited was never decided about.
    let never = act(&admin, "doorkeeper", &[("act", "refuse")]).await;
    assert_eq!(never.status, StatusCode::NOT_FOUND);
    let decisions = "SELECT count(*) FROM events WHERE kind IN ('approved', 'approval_refused')";
    assert_eq!(site.ask(decisions).await, 2);
}

#[tokio::test]
async fn words_that_are_too_long_come_back_and_the_password_is_asked_for_again() {
    let (site, admin, _) = site_of_doorkeepers().await;
    newcomer(&site, "ann", "").await;
    let long = "x".repeat(501);
    let refused = act(&admin, "ann", &[("act", "refuse"), ("words", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(&long);
    refused.says("Message to the user: shorten it");
    site.clock.advance(11 * 60 * 1000);
    let form = [("act", "refuse"), ("words", "Not yet")];
    let asked = act(&admin, "ann", &form).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(asked.hidden("words"), "Not yet");
    assert_eq!(asked.hidden("act"), "refuse");
    assert_eq!(waiting(&site).await, 1);
    let with = [form[0], form[1], ("current_password", PASSWORD)];
    assert_eq!(
        act(&admin, "ann", &with).await.location(),
        "/admin/users?status=waiting&refused"
    );
}

/// Gives somebody a confirmed address.
async fn give_address(site: &Site, username: &str) {
    let give = format!(
        "UPDATE users SET email = '{username}@example.net', email_key = '{username}@example.net'
         WHERE username = '{username}'"
    );
    site.run(&give).await.unwrap();
}

#[tokio::test]
async fn a_digest_tells_those_who_may_approve_once_a_day_and_only_if_somebody_waits() {
    let (site, _, doorkeeper) = site_of_doorkeepers().await;
    // Where the clock is not believed yet, nobody is told of anything.
    assert_eq!(site.remind().await, 0);
    site.sweep(0).await;
    assert_eq!(site.remind().await, 0, "nobody waits");
    newcomer(&site, "ann", "").await;
    assert_eq!(site.remind().await, 0, "nobody has an address");
    give_address(&site, "doorkeeper").await;
    give_address(&site, "the-admin").await;
    doorkeeper
        .submit("/settings/appearance", &[("language", "de")])
        .await;
    let in_german = [("username", "doorkeeper"), ("password", PASSWORD)];
    doorkeeper.submit("/login", &in_german).await.location();
    for number in 0..11 {
        site.clock.advance(1);
        newcomer(&site, &format!("user-{number:02}"), "").await;
    }
    site.sweep(11).await;
    assert_eq!(site.remind().await, 2);
    let mails = site.mails().await;
    let to = |address: &str| mails.iter().find(|mail| mail.to == address).unwrap();
    let english = to("the-admin@example.net");
    // As it is encoded on the way.
    assert_eq!(english.path(), "/admin/users?status=3Dwaiting");
    assert_eq!(
        english.subject,
        "Users are waiting for approval on example.org"
    );
    let first = "12 users are waiting for approval: ann, user-00, user-01, user-02, user-03, \
                 user-04, user-05, user-06, user-07, user-08, and 2 more.";
    let text = english.text.replace("=\r\n", "").replace("=\n", "");
    assert!(text.contains(first), "{text}");
    let german = to("doorkeeper@example.net");
    assert!(
        german.text.contains("12 Konten warten auf Freigabe: ann,"),
        "{}",
        german.text
    );
    for (later, told) in [(DAY - 1, 0), (1, 2), (1, 0)] {
        site.clock.advance(later);
        site.sweep(later).await;
        assert_eq!(site.remind().await, told);
    }
    site.mails().await;
    // Whoever cannot decide any more is not told.
    let set = set_disabled(&site.store, "doorkeeper", true, None, &site.schema, NOW);
    set.await.unwrap();
    site.clock.advance(DAY);
    site.sweep(DAY).await;
    assert_eq!(site.remind().await, 1);
    site.run("UPDATE users SET waits_since = NULL")
        .await
        .unwrap();
    site.clock.advance(DAY);
    site.sweep(DAY).await;
    assert_eq!(site.remind().await, 0);
}

#[tokio::test]
async fn of_two_nodes_that_send_the_digest_one_does() {
    let (site, ..) = site_of_doorkeepers().await;
    site.sweep(0).await;
    give_address(&site, "the-admin").await;
    newcomer(&site, "ann", "").await;
    let (one, other) = tokio::join!(site.remind(), site.remind());
    assert_eq!(one + other, 1);
    assert_eq!(site.mails().await.len(), 1);
}

#[tokio::test]
async fn where_an_address_is_required_it_comes_first_and_then_the_waiting() {
    let setup = Setup {
        email_rule: app::account::types::email::EmailRule::Required,
        ..approved()
    };
    let site = setup.build().await;
    let ann = newcomer(&site, "ann", ADDRESS).await;
    assert_eq!(ann.visit("/profile").await.location(), "/settings/email");
    let confirm = site.mail().await.path();
    ann.submit(&confirm, &[]).await.location();
    ann.visit("/profile").await.says(WAITS);
    assert_eq!(site.guest().visit("/u/ann").await.status, 404);
}
