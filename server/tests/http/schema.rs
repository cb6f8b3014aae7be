//! `/admin/schema`: another schema while people use the site, and what becomes of those who have
//! a form open.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use server::{
    InForce, Schemas, Source,
    accounts::schema::{Reread, refresh, reread},
};
use std::fs;

use crate::harness::{Answer, Browser, PASSWORD, Site, site, site_with_schema};

const FIRST: &str = r#"[roles.reader]
[roles.editor]
may = ["edit_profiles"]
[roles.clerk]
may = ["manage_schema"]
[roles.admin]
may = ["edit_profiles", "manage_schema", "manage_users"]
[[group]]
key = "about"
label = "About"
[[field]]
key = "bio"
group = "about"
label = "Bio"
type = "text"
max = 100
edit = ["owner", "editor"]
[[field]]
key = "town"
group = "about"
label = "Town"
type = "text"
max = 100
"#;

const SHOE: &str = r#"[[field]]
key = "shoe"
group = "about"
label = "Shoe size"
type = "number"
"#;

fn without_town() -> String {
    FIRST[..FIRST.find("[[field]]\nkey = \"town\"").unwrap()].to_owned()
}

/// The text that a control holds, as it is sent.
fn unescaped(value: &str) -> String {
    let value = value.replace("&quot;", "\"").replace("&#x27;", "'");
    let value = value.replace("&lt;", "<").replace("&gt;", ">");
    value.replace("&amp;", "&")
}

/// What is sent by ticking that one has read the report.
fn read_of(page: &Answer) -> String {
    let (_, rest) = page
        .text
        .split_once("name=\"read\" value=\"")
        .unwrap_or_else(|| panic!("{}", page.summary()));
    unescaped(rest.split_once('"').unwrap().0)
}

async fn check(by: &Browser, text: &str, base: &str) -> Answer {
    let form = [("text", text), ("base", base)];
    by.submit("/admin/schema", &form).await
}

async fn apply(by: &Browser, text: &str, base: &str, read: &str) -> Answer {
    let form = [
        ("text", text),
        ("base", base),
        ("read", read),
        ("apply", "yes"),
    ];
    by.submit("/admin/schema", &form).await
}

/// Reads what a schema would do, and applies it.
#[track_caller]
fn put<'a>(by: &'a Browser, text: &'a str, base: &'a str) -> impl Future<Output = ()> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        let page = check(by, text, base).await;
        let read = match page.text.contains("name=\"read\"") {
            true => read_of(&page),
            false => String::new(),
        };
        let done = apply(by, text, base, &read).await;
        let to = done.header("location");
        assert_eq!(to, "/admin/schema?applied", "{caller}: {}", done.summary());
    }
}

async fn revisions(site: &Site) -> i64 {
    site.ask("SELECT count(*) FROM schema_revisions").await
}

#[tokio::test]
async fn the_page_tells_each_field_who_sees_and_changes_it_and_how_many_have_it() {
    let locked =
        "audience = \"me\"\nlock_audience = true\nview = [\"admin\"]\nroles = [\"editor\"]\n";
    let site = site_with_schema(&format!("{FIRST}{SHOE}{locked}")).await;
    let admin = site.member_as("admin").await;
    for name in ["ann", "bob"] {
        site.member(name).await.save(&[("bio", "Hello")]).await;
    }
    let page = admin.visit("/admin/schema").await;
    page.says("The built-in schema is in use.");
    page.says("everyone, unless its owner chooses otherwise");
    page.says("its owner, Editor");
    page.says("its owner, Admin");
    page.says("2 of 3 profiles have a value");
    page.says("0 of 3 profiles have a value");
    page.says("key = \"shoe\"");
    page.says("None yet.");
    let file = admin.visit("/admin/schema/profile.toml").await;
    assert_eq!(file.text, format!("{FIRST}{SHOE}{locked}"));
    assert!(file.header("content-disposition").contains("profile.toml"));
}

#[tokio::test]
async fn for_whoever_may_not_change_it_there_is_no_such_page() {
    let site = site_with_schema(FIRST).await;
    let clerk = site.member_as("clerk").await;
    put(&clerk, &format!("{FIRST}{SHOE}"), "0").await;
    let editor = site.member_as("editor").await;
    for path in [
        "/admin/schema",
        "/admin/schema/1",
        "/admin/schema/profile.toml",
        "/admin/schema/profile.toml?revision=1",
    ] {
        assert_eq!(clerk.visit(path).await.status, StatusCode::OK, "{path}");
        let there = editor.visit(path).await.status;
        assert_eq!(there, StatusCode::NOT_FOUND, "{path}");
        let guest = site.guest().visit(path).await;
        assert_ne!(guest.status, StatusCode::OK, "{path}");
    }
    for path in [
        "/admin/schema/2",
        "/admin/schema/x",
        "/admin/schema/1?from=9",
    ] {
        assert_eq!(
            clerk.visit(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(
        check(&editor, FIRST, "1").await.status,
        StatusCode::NOT_FOUND
    );
    clerk.visit("/").await.says("href=\"/admin/schema\"");
    editor.visit("/").await.says_not("/admin/");
}

#[tokio::test]
async fn a_schema_that_harms_nobody_is_in_force_from_the_next_request_on() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    let text = format!("{FIRST}{SHOE}");
    // As a browser sends lines.
    let sent = text.replace('\n', "\r\n");
    let checked = check(&admin, &sent, "0").await;
    checked.says("Nothing would become invalid, hidden, or visible to more people.");
    checked.says("Apply this schema");
    checked.says_not("name=\"read\"");
    assert_eq!(revisions(&site).await, 0);
    ann.visit("/profile/edit").await.says_not("Shoe size");

    let applied = apply(&admin, &sent, "0", "").await;
    assert_eq!(applied.location(), "/admin/schema?applied");
    ann.visit("/profile/edit").await.says("Shoe size");
    ann.save(&[("shoe", "43")]).await;
    let page = admin.visit(applied.location()).await;
    page.says("The new schema is in use.");
    page.says("Revision 1 is in use.");
    page.says("by you");
    admin
        .visit("/settings/activity")
        .await
        .says("Schema applied");
    let stored = "SELECT count(*) FROM schema_revisions JOIN users ON users.id = applied_by
        WHERE username = 'the-admin' AND NOT by_operator";
    assert_eq!(site.ask(stored).await, 1);
    let file = admin.visit("/admin/schema/profile.toml").await;
    assert_eq!(file.text, text);
    // There is nothing to apply any more.
    check(&admin, &text, "1").await.says("already in use");
    let again = apply(&admin, &text, "1", "").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(revisions(&site).await, 1);
}

#[tokio::test]
async fn what_does_not_parse_is_told_with_its_line_and_kept() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    for (text, words) in [
        (
            FIRST.replace("max = 100\nedit", "maximum = 5\nedit"),
            "Line 16: unknown field",
        ),
        (format!("{FIRST}{SHOE}{SHOE}"), "declared twice"),
        (format!("{FIRST}label.en = \"x\""), "Line "),
        (String::new(), "at least one [[field]]"),
        (
            format!("{FIRST}# {}", "x".repeat(256 * 1024)),
            "longer than 256 KiB",
        ),
        (
            "</textarea><script>alert(1)</script>".to_owned(),
            "Line 1: ",
        ),
    ] {
        for answer in [
            check(&admin, &text, "0").await,
            apply(&admin, &text, "0", "").await,
        ] {
            assert_eq!(answer.status, StatusCode::CONFLICT, "{words}");
            answer.says(words);
            answer.says("role=\"alert\"");
            answer.says_not("<script>alert");
            answer.says_not("name=\"apply\"");
        }
    }
    check(&admin, "# mine\nkey = 1", "0")
        .await
        .says("# mine\nkey = 1");
    assert_eq!(revisions(&site).await, 0);
}

#[tokio::test]
async fn harm_has_to_be_read_and_is_asked_again_when_there_is_more_of_it() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    ann.save(&[("town", "Kiel"), ("bio", "A long story")]).await;
    let text = without_town().replace("max = 100", "max = 5");
    let page = check(&admin, &text, "0").await;
    page.says("not in the new schema");
    page.says("would be hidden: 1");
    page.says("would become invalid: 1. Bio: shorten it to 5 characters or fewer");
    let read = read_of(&page);
    let unread = apply(&admin, &text, "0", "").await;
    assert_eq!(unread.status, StatusCode::CONFLICT);
    unread.says("Nothing has been applied yet. Read what it would do");
    // What was typed is still to be sent.
    unread.says("max = 5");

    let bob = site.member("bob").await;
    bob.save(&[("town", "Husum")]).await;
    let changed = apply(&admin, &text, "0", &read).await;
    assert_eq!(changed.status, StatusCode::CONFLICT);
    changed.says("would be hidden: 2");
    let read = read_of(&changed);
    bob.save(&[("town", "")]).await;
    // Less than was read.
    let applied = apply(&admin, &text, "0", &read).await;
    assert_eq!(applied.location(), "/admin/schema?applied");
    ann.visit("/profile").await.says_not("Kiel");
    // Nothing is lost.
    put(&admin, FIRST, "1").await;
    ann.visit("/profile").await.says("Kiel");
}

#[tokio::test]
async fn somebody_has_to_be_able_to_manage_the_users() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    for text in [
        FIRST.replace(", \"manage_users\"]", "]"),
        FIRST.replace("[roles.admin]", "[roles.boss]"),
    ] {
        let page = check(&admin, &text, "0").await;
        page.says("nobody could manage users any more");
        page.says_not("name=\"apply\"");
        let read = "NoManager=1";
        let refused = apply(&admin, &text, "0", read).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
    }
    assert_eq!(revisions(&site).await, 0);
    let page = admin.visit("/admin/schema").await;
    page.says("built-in schema is in use");
}

#[tokio::test]
async fn nobody_gives_or_takes_a_right_that_they_do_not_have() {
    let site = site_with_schema(FIRST).await;
    site.member_as("admin").await;
    let clerk = site.member_as("clerk").await;
    let grasp = FIRST.replace(
        "may = [\"manage_schema\"]",
        "may = [\"manage_schema\", \"manage_users\"]",
    );
    let page = check(&clerk, &grasp, "0").await;
    page.says("the role clerk would get the right manage_users");
    page.says("You cannot apply it");
    page.says_not("name=\"apply\"");
    for text in [&grasp, &FIRST.replace(", \"manage_users\"]", "]")] {
        let read = read_of_anybody(&site, text).await;
        let refused = apply(&clerk, text, "0", &read).await;
        assert!(refused.status.is_client_error(), "{}", refused.summary());
    }
    // Nor does anybody decide for those who may more whether a password is enough.
    let asked = FIRST.replace(
        "[roles.admin]",
        "[roles.admin]\nsecond_factor = \"required\"",
    );
    let page = check(&clerk, &asked, "0").await;
    page.says("users of the role admin would have to set up a second factor");
    page.says("You cannot apply it");
    let refused = apply(&clerk, &asked, "0", "").await;
    assert!(refused.status.is_client_error(), "{}", refused.summary());
    assert_eq!(revisions(&site).await, 0);
    // What a role may that is not concerned does not matter.
    put(&clerk, &format!("{FIRST}{SHOE}"), "0").await;
}

/// The outline of a report, as who may apply it reads it.
async fn read_of_anybody(site: &Site, text: &str) -> String {
    let admin = site.guest();
    let form = [("username", "the-admin"), ("password", PASSWORD)];
    admin.submit("/login", &form).await;
    let page = check(&admin, text, "0").await;
    match page.text.contains("name=\"read\"") {
        true => read_of(&page),
        false => String::new(),
    }
}

#[tokio::test]
async fn a_schema_that_was_compared_with_an_older_one_replaces_no_newer_one() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let clerk = site.member_as("clerk").await;
    let mine = format!("{FIRST}# mine\n");
    check(&clerk, &mine, "0").await;
    put(&admin, &format!("{FIRST}{SHOE}"), "0").await;
    let refused = apply(&clerk, &mine, "0", "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.says("Another schema was applied after you opened this page");
    refused.says("# mine");
    assert_eq!(refused.hidden("base"), "1");
    assert_eq!(revisions(&site).await, 1);
}

#[tokio::test]
async fn of_many_who_apply_at_once_one_does() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let texts: Vec<_> = (0..20).map(|n| format!("{FIRST}# {n}\n")).collect();
    let all = texts.iter().map(|text| apply(&admin, text, "0", ""));
    let answers = futures_util::future::join_all(all).await;
    let applied = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::SEE_OTHER);
    assert_eq!(applied.count(), 1);
    assert_eq!(revisions(&site).await, 1);
}

#[tokio::test]
async fn a_right_that_a_schema_takes_is_gone_with_the_next_request() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let editor = site.member_as("editor").await;
    site.member("ann").await;
    assert_eq!(editor.visit("/u/ann/edit").await.status, StatusCode::OK);
    // The role goes: whoever has it has the first one.
    let text = FIRST.replace("[roles.editor]\nmay = [\"edit_profiles\"]\n", "");
    let text = text.replace(
        "edit = [\"owner\", \"editor\"]",
        "edit = [\"owner\", \"admin\"]",
    );
    put(&admin, &text, "0").await;
    let refused = editor.visit("/u/ann/edit").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let save = [("bio", "x"), ("username", "ann")];
    let refused = editor.submit("/u/ann/edit", &save).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.says("value=\"x\"");
    assert_eq!(
        site.ask("SELECT count(*) FROM profiles WHERE version > 1")
            .await,
        0
    );
    // And who may not manage the schema any more.
    let text = text.replace("[\"manage_schema\"]", "[]");
    let clerk = site.member_as("clerk").await;
    assert_eq!(clerk.visit("/admin/schema").await.status, StatusCode::OK);
    put(&admin, &text, "1").await;
    assert_eq!(
        clerk.visit("/admin/schema").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_earlier_schema_is_compared_and_taken_back_to() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    put(&admin, &format!("{FIRST}{SHOE}"), "0").await;
    put(
        &admin,
        &FIRST.replace("label = \"Town\"", "label = \"Place\""),
        "1",
    )
    .await;
    let page = admin.visit("/admin/schema/2").await;
    page.says("From “Revision 1” to “Revision 2”");
    page.says("<ins>+ label = \"Place\"\n</ins>");
    page.says("<del>- key = \"shoe\"\n</del>");
    page.says_not("Check and restore");
    let page = admin.visit("/admin/schema/1").await;
    page.says("Check and restore");
    page.says("From “The built-in schema” to “Revision 1”");
    page.says("key = \"shoe\"");
    let page = admin.visit("/admin/schema/0").await;
    page.says("<h1>The built-in schema</h1>");
    page.says("/admin/schema/2?from=0");
    page.says("/admin/schema?from=0");
    let list = admin.visit("/admin/schema").await;
    list.says("href=\"/admin/schema/0\"");
    let page = admin.visit("/admin/schema?from=0").await;
    page.says("key = \"bio\"");

    let page = admin.visit("/admin/schema?from=1").await;
    page.says("Apply this schema");
    assert_eq!(page.hidden("restores"), "1");
    let text = format!("{FIRST}{SHOE}");
    let form = [
        ("text", text.as_str()),
        ("base", "2"),
        ("restores", "1"),
        ("apply", "yes"),
    ];
    let applied = admin.submit("/admin/schema", &form).await;
    assert_eq!(
        applied.location(),
        "/admin/schema?applied",
        "{}",
        applied.summary()
    );
    admin
        .visit("/admin/schema")
        .await
        .says("restores revision 1");
    admin.visit("/profile/edit").await.says("Shoe size");
    // A text that is not that of the revision does not say so.
    let form = [
        ("text", FIRST),
        ("base", "3"),
        ("restores", "1"),
        ("apply", "yes"),
    ];
    admin.submit("/admin/schema", &form).await;
    assert_eq!(
        site.ask("SELECT count(*) FROM schema_revisions WHERE restores IS NULL")
            .await,
        3
    );
}

#[tokio::test]
async fn a_file_is_taken_in_place_of_the_text() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let page = admin.visit("/admin/schema").await;
    page.says("enctype=\"multipart/form-data\"");
    page.says("type=\"file\"");
    let send = |parts: &[(&str, &str)]| {
        let mut body = String::new();
        for (name, text) in parts {
            let file = match *name {
                "file" => "; filename=\"own.toml\"\r\nContent-Type: application/toml",
                _ => "",
            };
            body += &format!(
                "--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n"
            );
        }
        let request = Request::post("/admin/schema")
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .body(Body::from(body + "--cut--\r\n"))
            .unwrap();
        admin.send(request)
    };
    // As large as it may be, in a script whose letters a form without files sends as six signs.
    let long = format!("{FIRST}{SHOE}# {}\n", "ع".repeat(120 * 1024));
    let checked = send(&[("text", FIRST), ("base", "0"), ("file", &long)]).await;
    checked.says("Nothing would become invalid");
    checked.says("key = &quot;shoe&quot;");
    // None was chosen.
    let checked = send(&[("text", "key = 1"), ("base", "0"), ("file", "")]).await;
    checked.says("Line 1: ");
    let applied = send(&[("text", &long), ("base", "0"), ("apply", "yes")]).await;
    assert_eq!(applied.location(), "/admin/schema?applied");
    admin.visit("/profile/edit").await.says("Shoe size");
    let broken = admin
        .send(
            Request::post("/admin/schema")
                .header("sec-fetch-site", "same-origin")
                .header(header::ACCEPT, "text/html")
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
                .body(Body::from("--cut\r\nno head"))
                .unwrap(),
        )
        .await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
}

/// The editor was opened before, and is sent after.
#[tokio::test]
async fn an_editor_that_was_open_under_the_old_schema_loses_nothing() {
    let bio = [("bio", "Written before"), ("town", "Kiel")];
    for (name, new, form, says, status) in [
        (
            "a field that is new",
            format!("{FIRST}{SHOE}"),
            &bio[..],
            &[][..],
            303,
        ),
        (
            "a new field that is required",
            format!("{FIRST}{SHOE}required = true\n"),
            &bio,
            &[],
            303,
        ),
        (
            "a field that is gone",
            without_town(),
            &bio,
            &[
                "Not saved: fields you can no longer edit",
                "Kiel",
                "Written before",
            ],
            422,
        ),
        (
            "a field that is required by now",
            FIRST.replace("label = \"Town\"\n", "label = \"Town\"\nrequired = true\n"),
            &[("bio", "Written before"), ("town", "")],
            &["Written before", "Town: "],
            422,
        ),
        (
            "a field of another type",
            FIRST.replace(
                "label = \"Town\"\ntype = \"text\"\nmax = 100",
                "label = \"Town\"\ntype = \"number\"",
            ),
            &bio,
            &["Written before", "value=\"Kiel\"", "Town: "],
            422,
        ),
        (
            "an audience that is locked by now",
            FIRST.replace(
                "label = \"Town\"\n",
                "label = \"Town\"\nlock_audience = true\n",
            ),
            &[
                ("bio", "Written before"),
                ("town", "Kiel"),
                ("town.audience", "me"),
            ],
            &["Written before", "value=\"Kiel\"", "Who can see Town"],
            422,
        ),
        (
            "a field that only others change by now",
            FIRST.replace(
                "label = \"Town\"\n",
                "label = \"Town\"\nedit = [\"editor\"]\n",
            ),
            &bio,
            &[
                "Written before",
                "Not saved: fields you can no longer edit",
                "Kiel",
            ],
            422,
        ),
    ] {
        let site = site_with_schema(FIRST).await;
        let admin = site.member_as("admin").await;
        let ann = site.member("ann").await;
        let opened = ann.visit("/profile/edit").await;
        let version = opened.hidden("version").to_owned();
        put(&admin, &new, "0").await;
        let mut sent = form.to_vec();
        sent.extend([("username", "ann"), ("version", version.as_str())]);
        let answer = ann.submit("/profile/edit", &sent).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{name}: {}",
            answer.summary()
        );
        for words in says {
            answer.says(words);
        }
        let saved = site.ask("SELECT max(version) FROM profiles").await;
        assert_eq!(saved, if status == 303 { 2 } else { 1 }, "{name}");
    }
}

#[tokio::test]
async fn what_was_decided_by_an_older_schema_is_not_written() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    let before = site.schemas.now();
    put(&admin, &format!("{FIRST}{SHOE}"), "0").await;
    // A node that has not noticed yet.
    site.schemas.put((*before).clone());
    let form = [("bio", "Written before"), ("username", "ann")];
    let refused = ann.submit("/profile/edit", &form).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    refused.says("Written before");
    assert_eq!(site.ask("SELECT max(version) FROM profiles").await, 1);
    assert!(refresh(&site.store, &site.schemas).await.unwrap());
    assert!(!refresh(&site.store, &site.schemas).await.unwrap());
    let saved = ann.submit("/profile/edit", &form).await;
    assert_eq!(saved.location(), "/profile?saved");
    ann.visit("/profile/edit").await.says("Shoe size");
}

#[tokio::test]
async fn a_revision_that_a_newer_program_wrote_leaves_the_one_before_in_force() {
    let site = site_with_schema(FIRST).await;
    let ann = site.member("ann").await;
    site.store
        .write((), |tx, ()| {
            Box::pin(async move {
                let new = store::revisions::NewRevision {
                    text: "search = true".to_owned(),
                    hash: [0; 32],
                    by: None,
                    restores: None,
                };
                tx.add_revision(&new, 1).await
            })
        })
        .await
        .unwrap();
    assert!(refresh(&site.store, &site.schemas).await.unwrap());
    ann.save(&[("bio", "Goes on")]).await;
}

#[tokio::test]
async fn where_a_file_counts_a_schema_is_only_checked_and_the_file_is_read_again() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    ann.save(&[("town", "Kiel")]).await;
    let path = site.folder().join("own.toml");
    fs::write(&path, FIRST).unwrap();
    site.schemas.put(InForce {
        schemas: Schemas::parse(FIRST).unwrap(),
        source: Source::File(path.clone()),
    });
    let page = admin.visit("/admin/schema").await;
    page.says("own.toml");
    page.says("you can only check another schema");
    let text = format!("{FIRST}{SHOE}");
    let page = check(&admin, &text, page.hidden("base")).await;
    page.says("Nothing would become invalid");
    page.says_not("name=\"apply\"");
    let refused = apply(&admin, &text, "-1", "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(revisions(&site).await, 0);

    // As SIGHUP does.
    let again = reread(&site.store, &site.schemas).await;
    assert!(matches!(again, Ok(Reread::Unchanged)), "{again:?}");
    fs::write(&path, &text).unwrap();
    let again = reread(&site.store, &site.schemas).await;
    assert!(matches!(again, Ok(Reread::InForce)), "{again:?}");
    ann.visit("/profile/edit").await.says("Shoe size");
    fs::write(&path, without_town()).unwrap();
    let again = reread(&site.store, &site.schemas).await;
    assert!(matches!(again, Ok(Reread::Harmful(_))), "{again:?}");
    fs::write(&path, "[[field]]").unwrap();
    let again = reread(&site.store, &site.schemas).await;
    assert!(again.unwrap_err().contains("own.toml:1"));
    ann.visit("/profile").await.says("Kiel");
}

#[tokio::test]
async fn the_password_is_asked_for_again_and_what_was_read_is_told_again() {
    let site = site_with_schema(FIRST).await;
    let admin = site.member_as("admin").await;
    let text = format!("{FIRST}{SHOE}");
    site.clock.advance(11 * 60 * 1000);
    let asked = apply(&admin, &text, "0", "").await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    asked.says("name=\"current_password\"");
    asked.says("key = &quot;shoe&quot;");
    let form = [
        ("text", text.as_str()),
        ("base", "0"),
        ("apply", "yes"),
        ("current_password", PASSWORD),
    ];
    let applied = admin.submit("/admin/schema", &form).await;
    assert_eq!(applied.location(), "/admin/schema?applied");
}

#[tokio::test]
async fn who_applied_a_schema_and_is_gone_leaves_it_nameless() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let built_in = server::schemas_of(None).unwrap().text().to_owned();
    put(&admin, &format!("{built_in}\n# more\n"), "0").await;
    site.run("DELETE FROM users WHERE username = 'the-admin'")
        .await
        .unwrap();
    let other = site.member("other").await;
    site.set_role("other", "admin").await;
    other.visit("/").await;
    other
        .visit("/admin/schema")
        .await
        .says("by a former member");
}

#[tokio::test]
async fn the_built_in_schema_is_gone_back_to_by_its_form() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let built_in = server::schemas_of(None).unwrap().text().to_owned();
    put(&admin, &format!("{built_in}{SHOE}"), "0").await;
    admin.visit("/profile/edit").await.says("Shoe size");
    admin.save(&[("shoe", "43")]).await;

    let page = admin.visit("/admin/schema?from=0").await;
    page.says("value=\"shoe Gone=1\"");
    let form = [
        ("text", built_in.as_str()),
        ("base", page.hidden("base")),
        ("restores", page.hidden("restores")),
        ("read", &read_of(&page)),
        ("apply", "yes"),
    ];
    let applied = admin.submit("/admin/schema", &form).await;
    assert_eq!(applied.location(), "/admin/schema?applied");
    admin.visit("/profile/edit").await.says_not("Shoe size");
    let list = admin.visit("/admin/schema").await;
    list.says("restores the built-in schema");
    let kept = "SELECT count(*) FROM profiles WHERE fields LIKE '%\"shoe\":43%'";
    assert_eq!(site.ask(kept).await, 1);
}
