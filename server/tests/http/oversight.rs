//! The rest of what managers read and do: sessions, links, history and erasing; the
//! audit log; a profile as a member sees it. And that whoever is acted upon is told.

use axum::http::StatusCode;

use crate::harness::{Answer, Browser, PASSWORD, Setup, Site, site, site_with_schema};

/// A role for each right that counts here, and one for all of them.
const RIGHTS: &str = "
[roles.reader]
[roles.editor]
may = [\"edit_profiles\"]
[roles.helper]
may = [\"help_users\"]
[roles.auditor]
may = [\"read_events\"]
[roles.manager]
may = [\"manage_users\"]
[roles.doorkeeper]
may = [\"approve_users\"]
[roles.host]
may = [\"invite_users\"]
[roles.curator]
may = [\"manage_schema\"]
[roles.admin]
may = [\"edit_profiles\", \"help_users\", \"manage_users\", \"read_events\",
    \"approve_users\", \"invite_users\", \"manage_schema\"]
[[group]]
key = \"about\"
label = \"About\"
[[field]]
key = \"bio\"
group = \"about\"
label = \"Bio\"
type = \"text\"
max = 100
[[field]]
key = \"note\"
group = \"about\"
label = \"Note\"
type = \"text\"
max = 100
view = [\"editor\", \"admin\"]
";

/// A new member whose address is confirmed.
async fn confirmed(site: &Site, username: &str) -> Browser {
    let browser = site.guest();
    let email = format!("{username}@example.org");
    let form = [
        ("username", username),
        ("email", &email),
        ("password", PASSWORD),
    ];
    browser.submit("/signup", &form).await;
    browser.submit(&site.mail().await.path(), &[]).await;
    browser
}

/// Sends a form of the page of a user.
async fn act(by: &Browser, username: &str, form: &[(&str, &str)]) -> Answer {
    by.submit(&format!("/admin/users/{username}"), form).await
}

/// The session or the link of the first button for one.
fn handle(page: &Answer) -> String {
    page.hidden("handle").to_owned()
}

#[tokio::test]
async fn whoever_is_acted_upon_is_told_in_the_language_of_their_last_login() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let ann = confirmed(&site, "ann").await;
    ann.submit("/settings/appearance", &[("language", "de")])
        .await;
    ann.submit("/logout", &[]).await;
    let form = [("username", "ann"), ("password", PASSWORD)];
    ann.submit("/login", &form).await;
    for (form, words) in [
        (
            &[("act", "role"), ("role", "editor")][..],
            "deine Rolle von Mitglied zu Redaktion",
        ),
        (&[("act", "sessions")], "hat dich abgemeldet: auf allen Ger"),
        (
            &[("act", "disable"), ("reason", "Sold pills")],
            "Grund: Sold pills",
        ),
        (&[("act", "enable")], "hat dein Konto entsperrt"),
        (&[("act", "disable")], "Grund: keiner angegeben"),
    ] {
        let done = act(&admin, "ann", form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{form:?}");
        let mail = site.mail().await;
        assert_eq!(mail.to, "ann@example.org");
        assert!(mail.text.contains(words), "{form:?}: {}", mail.text);
        assert!(!mail.text.contains("the-admin"), "{}", mail.text);
    }
    // What changes nothing is no news.
    act(&admin, "ann", &[("act", "disable")]).await;
    assert!(site.mails().await.is_empty());
}

#[tokio::test]
async fn an_address_that_is_not_confirmed_gets_no_notice() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let form = [
        ("username", "ann"),
        ("email", "somebody-elses@example.org"),
        ("password", PASSWORD),
    ];
    site.guest().submit("/signup", &form).await;
    site.mails().await;
    for form in [
        &[("act", "role"), ("role", "editor")][..],
        &[("act", "disable")],
    ] {
        act(&admin, "ann", form).await.location();
    }
    assert!(site.mails().await.is_empty());
}

#[tokio::test]
async fn a_mail_that_somebody_is_disabled_is_not_sent_when_they_no_longer_are() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    confirmed(&site, "ann").await;
    act(&admin, "ann", &[("act", "disable")]).await.location();
    act(&admin, "ann", &[("act", "enable")]).await.location();
    assert!(site.mail().await.subject.contains("enabled again"));
}

#[tokio::test]
async fn one_session_is_ended_and_the_others_stay() {
    let site = site_with_schema(RIGHTS).await;
    let helper = site.member_as("helper").await;
    let ann = confirmed(&site, "ann").await;
    let page = helper.visit("/admin/users/ann").await;
    page.says("End session");
    let first = handle(&page);
    let elsewhere = site.guest_from("203.0.113.9");
    let form = [("username", "ann"), ("password", PASSWORD)];
    elsewhere.submit("/login", &form).await;
    // Where from is hers to know.
    let page = helper.visit("/admin/users/ann").await;
    page.says_not("203.0.113.9");
    let form = [("act", "session"), ("handle", first.as_str())];
    let done = act(&helper, "ann", &form).await;
    assert_eq!(done.location(), "/admin/users/ann?session");
    helper.visit(done.location()).await.says("Session ended.");
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(elsewhere.visit("/profile").await.status, StatusCode::OK);
    assert!(site.mail().await.text.contains("have logged you out"));
    let gone = act(&helper, "ann", &form).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    gone.says("That session has already ended. Nothing was changed.");
    elsewhere
        .visit("/settings/activity")
        .await
        .says("Logged out by someone else");
}

#[tokio::test]
async fn a_link_that_was_sent_is_listed_and_made_void() {
    let site = site_with_schema(RIGHTS).await;
    let helper = site.member_as("helper").await;
    confirmed(&site, "ann").await;
    helper
        .visit("/admin/users/ann")
        .await
        .says("No active links.");
    act(&helper, "ann", &[("act", "link")]).await.location();
    let link = site.mail().await.path();
    let page = helper.visit("/admin/users/ann").await;
    page.says("To reset the password");
    page.says("ann@example.org");
    page.says_not(link.trim_start_matches("/reset/"));
    let at = page.text.find("value=\"void\"").unwrap();
    let rest = &page.text[at..];
    let handle = rest.split("name=\"handle\" value=\"").nth(1).unwrap();
    let handle = handle.split('"').next().unwrap();
    let form = [("act", "void"), ("handle", handle)];
    let done = act(&helper, "ann", &form).await;
    assert_eq!(done.location(), "/admin/users/ann?void");
    let used = [("password", "another long sentence")];
    assert_eq!(
        site.guest().submit(&link, &used).await.status,
        StatusCode::GONE
    );
    assert!(site.mail().await.text.contains("have revoked a link"));
    let gone = act(&helper, "ann", &form).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    gone.says("That link no longer works. Nothing was changed.");
}

#[tokio::test]
async fn the_way_back_of_an_owner_is_shown_masked_and_stays() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let ann = confirmed(&site, "ann").await;
    let form = [("email", "thief@example.net")];
    ann.submit("/settings/email", &form).await;
    ann.submit(&site.mail().await.path(), &[]).await;
    let undo = site.mail().await.path();
    assert!(undo.starts_with("/undo/"), "{undo}");
    let page = admin.visit("/admin/users/ann").await;
    page.says("To restore the previous email address");
    page.says("a…@e….org");
    page.says_not("ann@example.org");
    page.says_not("value=\"void\"");
    let hash = site
        .ask("SELECT count(*) FROM tokens WHERE purpose = 'undo'")
        .await;
    assert_eq!(hash, 1);
}

#[tokio::test]
async fn an_address_that_gets_no_link_is_told_and_not_offered() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let form = [
        ("username", "ann"),
        ("email", "ann@example.org"),
        ("password", PASSWORD),
    ];
    site.guest().submit("/signup", &form).await;
    let offered = "value=\"link\"";
    admin.visit("/admin/users/ann").await.says(offered);
    site.run("UPDATE users SET password_version = 2 WHERE username = 'ann'")
        .await
        .unwrap();
    let page = admin.visit("/admin/users/ann").await;
    page.says_not(offered);
    page.says("No password reset link can be sent to ann@example.org");
}

#[tokio::test]
async fn a_manager_reads_why_and_by_whom_an_account_is_disabled_and_its_history() {
    let site = site_with_schema(RIGHTS).await;
    let admin = site.member_as("admin").await;
    let manager = site.member_as("manager").await;
    let helper = site.member_as("helper").await;
    let ann = site.member("ann").await;
    for number in 0..25 {
        let form = [("username", "ann"), ("password", "wrong password")];
        site.guest_from(&format!("203.0.113.{number}"))
            .submit("/login", &form)
            .await;
    }
    drop(ann);
    let form = [("act", "disable"), ("reason", "Sold pills")];
    act(&manager, "ann", &form).await.location();
    for reader in [&admin, &manager] {
        let page = reader.visit("/admin/users/ann").await;
        page.says("Sold pills");
        page.says("by @manager");
        page.says("Account history");
        page.says("Login attempt with a wrong password");
        page.says_not("Signed up</strong>");
        let older = page.text.split("rel=\"next\"").next().unwrap();
        let older = older.rsplit("href=\"").next().unwrap();
        let older = older.split('"').next().unwrap();
        let older = older.split('#').next().unwrap();
        let page = reader.visit(older).await;
        page.says("Signed up</strong>");
        page.says_not("rel=\"next\"");
    }
    let page = helper.visit("/admin/users/ann").await;
    page.says("Sold pills");
    page.says_not("Account history");
    let lost = admin.visit("/admin/users/ann?before=elsewhere").await;
    lost.says("This address does not point to a place in the list.");
}

#[tokio::test]
async fn an_account_is_erased_as_planned_by_who_types_its_name_and_their_password() {
    let site = site_with_schema(RIGHTS).await;
    let admin = site.member_as("admin").await;
    let helper = site.member_as("helper").await;
    let ann = confirmed(&site, "ann").await;
    ann.save(&[("bio", "Sails")]).await;
    let path = "/admin/users/ann/erase";
    admin.visit("/admin/users/ann").await.says(path);
    let page = admin.visit(path).await;
    page.says("1 profile");
    page.says("changes in the history of the profile");
    page.says_not("your ");
    let outline = page.hidden("outline").to_owned();
    let erase = |typed: &'static str, password: &'static str, outline: &str| {
        let (admin, outline) = (&admin, outline.to_owned());
        async move {
            let form = [
                ("act", "erase"),
                ("outline", &*outline),
                ("typed_username", typed),
                ("current_password", password),
            ];
            admin.submit(path, &form).await
        }
    };
    let another = erase("the-admin", PASSWORD, &outline).await;
    assert_eq!(another.status, StatusCode::UNPROCESSABLE_ENTITY);
    another.says("Type ann to confirm.");
    another.says("value=\"the-admin\"");
    another.says_not("your own username");
    for (typed, password) in [("ann", ""), ("", PASSWORD), ("ann", "wrong password")] {
        let refused = erase(typed, password, &outline).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
    }
    let changed = erase("ann", PASSWORD, "goes profiles").await;
    assert_eq!(changed.status, StatusCode::CONFLICT);
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 3);

    let form = [("act", "erase"), ("outline", &*outline)];
    let done = erase("@Ann", PASSWORD, &outline).await;
    assert_eq!(done.location(), "/admin/users?erased");
    admin.visit(done.location()).await.says("Account deleted.");
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 2);
    assert_eq!(admin.visit(path).await.status, StatusCode::NOT_FOUND);
    admin
        .visit("/settings/activity")
        .await
        .says("Account deleted");
    // For whoever may only help, there is no such page.
    assert_eq!(
        helper.visit("/admin/users/the-admin/erase").await.status,
        StatusCode::NOT_FOUND
    );
    let refused = act(&helper, "the-admin", &form).await;
    assert_ne!(refused.status, StatusCode::SEE_OTHER);
    let own = admin.visit("/admin/users/the-admin/erase").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whoever_is_erased_gets_a_last_mail_and_is_forgotten_with_it() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let ann = confirmed(&site, "ann").await;
    drop(ann);
    let path = "/admin/users/ann/erase";
    let outline = admin.visit(path).await.hidden("outline").to_owned();
    let form = [
        ("act", "erase"),
        ("outline", &*outline),
        ("typed_username", "ann"),
        ("current_password", PASSWORD),
    ];
    admin.submit(path, &form).await.location();
    let waiting =
        "SELECT count(*) FROM mails WHERE user_id IS NULL AND recipient = 'ann@example.org'";
    assert_eq!(site.ask(waiting).await, 1);
    let mail = site.mail().await;
    assert_eq!(mail.to, "ann@example.org");
    assert!(mail.subject.contains("was deleted"), "{}", mail.subject);
    assert!(mail.text.contains("Hello @ann,"), "{}", mail.text);
    assert_eq!(site.ask("SELECT count(*) FROM mails").await, 0);
}

#[tokio::test]
async fn two_managers_who_erase_each_other_at_once_leave_one() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let other = site.member("other").await;
    site.set_role("other", "admin").await;
    other.visit("/profile").await;
    let erase = async |by: &Browser, name: &str| {
        let path = format!("/admin/users/{name}/erase");
        let outline = by.visit(&path).await.hidden("outline").to_owned();
        let form = [
            ("act", "erase"),
            ("outline", &*outline),
            ("typed_username", name),
            ("current_password", PASSWORD),
        ];
        by.submit(&path, &form).await.status
    };
    let done = tokio::join!(erase(&admin, "other"), erase(&other, "the-admin"));
    let left = "SELECT count(*) FROM users WHERE role = 'admin' AND status = 'active'";
    assert_eq!(site.ask(left).await, 1, "{done:?}");
}

/// The number of lines of a page that begin with those words.
fn lines(page: &Answer, words: &str) -> usize {
    page.text.matches(&format!("<strong>{words}")).count()
}

#[tokio::test]
async fn the_log_is_filtered_by_person_kind_and_day_and_each_page_has_an_address() {
    let site = site_with_schema(RIGHTS).await;
    let auditor = site.member_as("auditor").await;
    site.member("bob").await;
    let ann = site.member("ann").await;
    site.clock.advance(crate::harness::DAY);
    for _ in 0..60 {
        let form = [("username", "ann"), ("password", "wrong password")];
        site.guest().submit("/login", &form).await;
    }
    drop(ann);
    let signed_up = "Signed up</strong>";
    let failed = "Login attempt";
    for (query, ups, fails) in [
        ("?kind=signed_up", 3, 0),
        ("?user=ann&kind=signed_up", 1, 0),
        ("?user=%40ANN&to=2026-11-22", 1, 0),
        ("?from=2026-11-23", 0, 50),
        ("?user=ann", 0, 50),
        ("?user=bob", 1, 0),
        ("?user=bob&from=2026-11-23", 0, 0),
        ("?user=&kind=&from=&to=", 0, 50),
    ] {
        let page = auditor.visit(&format!("/admin/events{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let found = (lines(&page, signed_up), lines(&page, failed));
        assert_eq!(found, (ups, fails), "{query}: {}", page.summary());
        if ups + fails == 0 {
            page.says("No event matches.");
        }
    }
    let mut seen = 0;
    let mut path = "/admin/events?user=ann".to_owned();
    for round in 0..2 {
        let page = auditor.visit(&path).await;
        seen += page.text.matches("<strong>").count();
        let Some((before, _)) = page.text.split_once("rel=\"next\"") else {
            assert_eq!(round, 1);
            break;
        };
        let link = before.rsplit("href=\"").next().unwrap();
        path = link.split('"').next().unwrap().replace("&amp;", "&");
    }
    assert_eq!(
        seen,
        usize::try_from(
            site.ask("SELECT count(*) FROM events WHERE subject_id = 3")
                .await
        )
        .unwrap()
    );
    for (query, words) in [
        ("?user=nobody", "There is no user with that name."),
        ("?kind=danced", "There is no event “danced”."),
        ("?from=2026-02-30", "From: enter a valid date."),
        (
            "?from=2026-11-23&to=2026-11-22",
            "Until: enter a valid date.",
        ),
        ("?before=elsewhere", "does not point to a place in the list"),
    ] {
        let page = auditor.visit(&format!("/admin/events{query}")).await;
        page.says(words);
        page.says_not("<strong>");
        page.says("<title>Error: ");
    }
}

#[tokio::test]
async fn the_log_shows_of_clients_what_the_own_activity_shows() {
    let site = site_with_schema(RIGHTS).await;
    let auditor = site.member_as("auditor").await;
    let form = [("username", "ann"), ("password", PASSWORD)];
    site.guest_from("203.0.113.9")
        .submit("/signup", &form)
        .await;
    let wrong = [("username", "ann"), ("password", "wrong password")];
    site.guest_from("198.51.100.7")
        .submit("/login", &wrong)
        .await;
    for path in ["/admin/events", "/admin/events.csv", "/admin/events.jsonl"] {
        let page = auditor.visit(path).await;
        page.says("198.51.100.7");
        page.says_not("203.0.113.9");
        page.says("192.0.2.1");
    }
}

#[tokio::test]
async fn the_log_is_a_file_in_which_no_cell_is_a_formula() {
    let site = site_with_schema(RIGHTS).await;
    let auditor = site.member_as("auditor").await;
    let admin = site.member_as("admin").await;
    site.member("ann").await;
    let form = [
        ("act", "disable"),
        ("reason", "=cmd|' /C calc'!A0, \"or\" so"),
    ];
    act(&admin, "ann", &form).await.location();
    for number in 0..1200 {
        let add = format!(
            "INSERT INTO events (at, kind, detail, of_user) VALUES ({number}, 'refused', 'x', false)"
        );
        site.run(&add).await.unwrap();
    }
    let csv = auditor.visit("/admin/events.csv").await;
    assert_eq!(csv.status, StatusCode::OK);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").contains("events.csv"));
    let all = usize::try_from(site.ask("SELECT count(*) FROM events").await).unwrap();
    assert_eq!(csv.text.lines().count(), all + 1);
    assert!(
        csv.text
            .starts_with("at,kind,by,to,address,device,detail\r\n")
    );
    csv.says(
        "\"disabled\",\"the-admin\",\"ann\",\"\",\"\",\"'=cmd|' /C calc'!A0, \"\"or\"\" so\"\r\n",
    );
    let json = auditor.visit("/admin/events.jsonl?kind=disabled").await;
    let line: serde_json::Value = serde_json::from_str(json.text.trim_end()).unwrap();
    assert_eq!(line["kind"], "disabled");
    assert_eq!(line["to"], "ann");
    for query in ["?kind=danced", "?user=nobody", "?before=x"] {
        let refused = auditor.visit(&format!("/admin/events.csv{query}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn the_log_is_there_for_who_may_read_it_and_for_nobody_else() {
    let site = site_with_schema(RIGHTS).await;
    let mut others = Vec::new();
    for role in ["editor", "helper", "manager"] {
        others.push(site.member_as(role).await);
    }
    others.push(site.member("ann").await);
    for path in [
        "/admin/events",
        "/admin/events?user=ann",
        "/admin/events.csv",
        "/admin/events.jsonl",
    ] {
        for member in &others {
            let page = member.visit(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        }
        let guest = site.guest().visit(path).await;
        assert_ne!(guest.status, StatusCode::OK, "{path}");
    }
    let auditor = site.member_as("auditor").await;
    auditor.visit("/").await.says("href=\"/admin/events\"");
    assert_eq!(
        auditor.visit("/admin/users/ann").await.status,
        StatusCode::NOT_FOUND
    );
}

/// The profile on a page, as it is rendered.
fn card(page: &Answer) -> &str {
    let (_, rest) = page.text.split_once("<article").expect("a profile");
    rest.split_once("</article>").expect("its end").0
}

#[tokio::test]
async fn a_helper_sees_a_profile_exactly_as_the_member_does_and_both_know() {
    let site = site_with_schema(RIGHTS).await;
    let helper = site.member_as("helper").await;
    let ben = site.member("ben").await;
    let maya = site.member("maya").await;
    for audience in ["everyone", "members", "me"] {
        maya.save(&[
            ("bio", "Sails"),
            ("bio.audience", audience),
            ("note", "Owes nothing"),
            ("note.audience", "me"),
        ])
        .await;
        let theirs = ben.visit("/u/maya").await;
        let seen = helper.visit("/admin/users/ben/sees?profile=%40Maya").await;
        assert_eq!(card(&seen), card(&theirs), "{audience}");
        assert_eq!(seen.text.contains("Sails"), audience != "me");
        seen.says_not("Owes nothing");
        seen.says("You see this profile as @ben sees it.");
        seen.says_not("/u/maya/edit");
        assert_eq!(
            seen.text.matches("method=\"post\"").count(),
            helper
                .visit("/settings")
                .await
                .text
                .matches("method=\"post\"")
                .count()
        );
    }
    maya.save(&[("profile.audience", "me")]).await;
    assert_eq!(ben.visit("/u/maya").await.status, StatusCode::NOT_FOUND);
    for hidden in ["maya", "nobody"] {
        let seen = helper
            .visit(&format!("/admin/users/ben/sees?profile={hidden}"))
            .await;
        seen.says(&format!("@ben cannot see a profile of @{hidden}."));
        seen.says_not("<article");
    }
    let told = "as this member sees it";
    for reader in [&helper, &ben] {
        let page = reader.visit("/settings/activity").await;
        assert_eq!(page.text.matches(told).count(), 5, "{}", page.summary());
    }
    ben.visit("/settings/activity").await.says("by @helper");
    let page = maya.visit("/settings/activity").await;
    assert_eq!(page.text.matches("as another member sees it").count(), 4);
    page.says("by @helper");
}

#[tokio::test]
async fn nobody_looks_through_eyes_that_see_more_than_their_own() {
    let site = site_with_schema(RIGHTS).await;
    let helper = site.member_as("helper").await;
    let admin = site.member_as("admin").await;
    let manager = site.member_as("manager").await;
    let ben = site.member("ben").await;
    site.member("eve").await;
    site.set_role("eve", "editor").await;
    ben.save(&[("bio", "Hidden"), ("bio.audience", "me")]).await;
    let sees = |name: &str| format!("/admin/users/{name}/sees?profile=ben");
    // An editor may more, and sees notes.
    for name in ["eve", "the-admin", "helper"] {
        let refused = helper.visit(&sees(name)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}");
    }
    assert_eq!(admin.visit(&sees("eve")).await.status, StatusCode::OK);
    // What they see of their own profile is theirs.
    let own = admin.visit(&sees("ben")).await;
    own.says("You cannot see someone’s own view of their profile");
    own.says_not("Hidden");
    // Who manages, and does not help.
    for page in [
        manager.visit(&sees("eve")).await,
        manager.visit("/admin/users/ben/sees").await,
        ben.visit("/admin/users/eve/sees").await,
    ] {
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
    site.run("UPDATE users SET status = 'disabled' WHERE username = 'eve'")
        .await
        .unwrap();
    assert_eq!(
        admin.visit(&sees("eve")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn looks_are_counted() {
    let setup = Setup {
        limits: "log_in.name=off, see_as.user=2/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let admin = site.member_as("admin").await;
    site.member("ben").await;
    site.member("maya").await;
    let path = "/admin/users/ben/sees?profile=maya";
    for expected in [200, 200, 429] {
        assert_eq!(admin.visit(path).await.status.as_u16(), expected);
    }
}

const ROLES: [(&str, &[&str]); 9] = [
    ("reader", &[]),
    ("editor", &["edit_profiles"]),
    ("helper", &["help_users"]),
    ("auditor", &["read_events"]),
    ("manager", &["manage_users"]),
    ("doorkeeper", &["approve_users"]),
    ("host", &["invite_users"]),
    ("curator", &["manage_schema"]),
    (
        "admin",
        &[
            "edit_profiles",
            "help_users",
            "manage_users",
            "read_events",
            "approve_users",
            "invite_users",
            "manage_schema",
        ],
    ),
];

/// An act: its form, the rights of which one is needed, and the answer to who may, by the state
/// of the account: active, disabled, closed, waiting, refused.
type Act = (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
    [u16; 5],
);

/// The rights of which one opens the pages of users.
const OPEN: &[&str] = &["help_users", "manage_users", "approve_users"];
const HELP: &[&str] = &["help_users", "manage_users"];
const MANAGE: &[&str] = &["manage_users"];
const APPROVE: &[&str] = &["approve_users"];

/// The answers about an act that is done in every state but to who was refused, and is as good as
/// gone.
const DONE: [u16; 5] = [303, 303, 303, 303, 404];
/// The answers about a decision: about who has never waited there is none, and about who was
/// refused it comes too late.
const DECIDED: [u16; 5] = [404, 404, 404, 303, 409];

const ACTS: [Act; 13] = [
    (&[("act", "role"), ("role", "reader")], MANAGE, DONE),
    (&[("act", "role"), ("role", "manager")], MANAGE, DONE),
    (&[("act", "role"), ("role", "admin")], MANAGE, DONE),
    (&[("act", "disable")], MANAGE, DONE),
    (&[("act", "enable")], MANAGE, DONE),
    // The same name in another spelling, by which they are found all the same.
    (
        &[("act", "rename"), ("new_username", "Target")],
        MANAGE,
        DONE,
    ),
    (&[("act", "sessions")], HELP, DONE),
    // To who cannot log in, no link is sent.
    (&[("act", "link")], HELP, [303, 400, 303, 303, 404]),
    // There is none such.
    (&[("act", "session"), ("handle", "x")], HELP, [404; 5]),
    (&[("act", "void"), ("handle", "x")], HELP, [404; 5]),
    // Refusing comes first: about who was approved once, there is a decision from then on.
    (&[("act", "refuse")], APPROVE, DECIDED),
    (&[("act", "approve")], APPROVE, DECIDED),
    // By another plan than there is.
    (
        &[
            ("act", "erase"),
            ("outline", "goes all"),
            ("typed_username", "target"),
            ("current_password", PASSWORD),
        ],
        MANAGE,
        [409, 409, 409, 409, 404],
    ),
];

const STATES: [&str; 5] = [
    "status = 'active', leaves_at = NULL, waits_since = NULL",
    "status = 'disabled', leaves_at = NULL, waits_since = NULL",
    "status = 'active', leaves_at = 2000000000000, waits_since = NULL",
    "status = 'active', leaves_at = NULL, waits_since = 1",
    "status = 'disabled', leaves_at = 2000000000000, waits_since = 1",
];

/// Returns whether a role has every right of another, by the table.
fn includes(rights: &[&str], others: &[&str]) -> bool {
    others.iter().all(|right| rights.contains(right))
}

#[tokio::test]
async fn every_act_by_every_role_on_every_role_and_state_has_the_answer_of_the_table() {
    let site = site_with_schema(RIGHTS).await;
    let mut actors = Vec::new();
    for (role, rights) in ROLES {
        let actor = match role {
            "reader" => site.member("reader").await,
            role => site.member_as(role).await,
        };
        actors.push((role, rights, actor));
    }
    let mut sql = site.connect().await;
    for (role, rights, actor) in &actors {
        let opens = OPEN.iter().any(|right| rights.contains(right));
        // Whoever has no such page has it for nobody.
        let states = match opens {
            true => STATES.len(),
            false => 1,
        };
        for (of, theirs) in ROLES {
            // Somebody about whom nobody has decided yet.
            sql.run("DELETE FROM users WHERE username_key = 'target'")
                .await
                .unwrap();
            site.member("target").await;
            for (form, needed, granted) in ACTS {
                let given = form.iter().find(|(name, _)| *name == "role");
                let given = given.and_then(|(_, given)| {
                    let mut roles = ROLES.into_iter();
                    roles.find(|(name, _)| name == given)
                });
                let gives = given.is_none_or(|(_, given)| includes(rights, given));
                let may = gives && needed.iter().any(|right| rights.contains(right));
                let reaches = includes(rights, theirs);
                for (state, granted) in STATES.into_iter().zip(granted).take(states) {
                    let prepare = format!(
                        "UPDATE users SET role = '{of}', {state}, username = 'target',
                             email = 't@example.org', email_key = 't@example.org'
                         WHERE username_key = 'target'"
                    );
                    sql.run(&prepare).await.unwrap();
                    // Of other accounts those who only approve do not even learn that they exist.
                    let is_seen = HELP.iter().any(|right| rights.contains(right))
                        || state.ends_with("waits_since = 1");
                    let expected = match (opens, reaches && may, is_seen) {
                        (false, ..) | (true, false, false) => 404,
                        (true, false, true) => 403,
                        (true, true, _) => granted,
                    };
                    let answer = act(actor, "target", form).await;
                    assert_eq!(
                        answer.status.as_u16(),
                        expected,
                        "{role} on {of} with {state}: {form:?}: {}",
                        answer.summary()
                    );
                }
            }
        }
    }
    sql.close().await;
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE username = 'target'")
            .await,
        1
    );
}
