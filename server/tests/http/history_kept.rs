//! How much a history keeps, how much of it a page shows, and what its owner takes
//! out of it.

use axum::http::StatusCode;
use store_sqlite::open::open;

use crate::harness::{Answer, Browser, PASSWORD, Site, site};

/// What a text of 2 000 characters can weigh: marks piled on each of them.
fn heavy(letter: char) -> String {
    format!("{letter}{}", "\u{301}".repeat(19)).repeat(2_000)
}

/// Bytes of values in the history of the first user.
const BYTES: &str = "SELECT coalesce(sum(coalesce(octet_length(old), 0)
    + coalesce(octet_length(new), 0)), 0) FROM profile_changes WHERE user_id = 1";

/// Profiles that are wrong about the size of their history.
const MISCOUNTED: &str = "SELECT count(*) FROM profiles WHERE
    history_changes <> (SELECT count(*) FROM profile_changes c WHERE c.user_id = profiles.user_id)
    OR history_bytes <> (SELECT coalesce(sum(size), 0) FROM profile_changes c
                         WHERE c.user_id = profiles.user_id)";

async fn newest(site: &Site) -> String {
    let id = site.ask("SELECT max(id) FROM profile_changes").await;
    id.to_string()
}

async fn erase(browser: &Browser, change: &str, sides: &[&str]) -> Answer {
    let mut form = vec![("username", "ann"), ("change", change)];
    form.extend(sides.iter().map(|side| ("side", *side)));
    browser.submit("/profile/history/erase", &form).await
}

#[tokio::test]
async fn a_hundred_long_texts_leave_four_mebibytes_and_the_newest_can_be_undone() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (one, other) = (heavy('a'), heavy('e'));
    for index in 0..100 {
        let bio = if index % 2 == 0 { &one } else { &other };
        ann.save(&[("bio", bio)]).await;
    }
    let bytes = site.ask(BYTES).await;
    assert!((3 << 20..=4 << 20).contains(&bytes), "{bytes}");
    // That there was a change, when and by whom, stays.
    let told = "SELECT count(*) FROM profile_changes
        WHERE item = 'bio' AND actor_id = 1 AND at > 0";
    assert_eq!(site.ask(told).await, 100);
    let gone = "SELECT count(*) FROM profile_changes WHERE new_gone = 'too_old'";
    assert!(site.ask(gone).await > 60);
    let oldest = ann.visit("/profile/history?before=20").await;
    oldest.says("No longer kept");
    oldest.says("by you");
    // Before the first there was nothing, which is known.
    assert_eq!(oldest.text.matches("name=\"change\"").count(), 1);
    let form = [("change", "5"), ("version", "101"), ("username", "ann")];
    let refused = ann.submit("/profile/history", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Bio: this value is no longer in the history");

    let change = newest(&site).await;
    let form = [("change", change.as_str()), ("version", "101")];
    let undone = ann.submit("/profile/history", &form).await;
    assert_eq!(undone.location(), "/profile/history?undone");
    let now = "SELECT fields ->> 'bio' LIKE 'a%' FROM profiles";
    assert_eq!(site.ask(now).await, 1);
    assert_eq!(site.ask(MISCOUNTED).await, 0);
}

#[tokio::test]
async fn a_form_from_before_what_is_kept_is_asked_and_loses_nothing() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("bio", "Short"), ("location", "Kiel")]).await;
    let (one, other) = (heavy('a'), heavy('e'));
    for index in 0..40 {
        let bio = if index % 2 == 0 { &one } else { &other };
        ann.save(&[("bio", bio)]).await;
    }
    ann.save(&[("bio", "New")]).await;
    // As it was opened forty saves ago, with another town.
    let form = [("bio", "Short"), ("location", "Ulm"), ("version", "2")];
    let asked = ann.submit("/profile/edit", &form).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    asked.says("No longer kept");
    asked.says("value=\"Ulm\"");
    asked.says_not("name=\"location.choice\"");
    let mut answered = form.to_vec();
    answered.extend([
        ("bio.choice", ""),
        ("bio.choice", "theirs"),
        ("seen", asked.hidden("seen")),
    ]);
    let saved = ann.submit("/profile/edit", &answered).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.summary());
    let page = ann.visit("/profile").await;
    page.says("New");
    page.says("Ulm");
}

#[tokio::test]
async fn of_more_than_ten_thousand_changes_the_oldest_go() {
    let site = site().await;
    let ann = site.member("ann").await;
    let bob = site.member("bob").await;
    bob.save(&[("bio", "Mine")]).await;
    site.run(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10300)
         INSERT INTO profile_changes (user_id, version, item, old, new, actor_id, at)
         SELECT 1, i, 'bio', NULL, '\"Number ' || i || '\"', 1, i FROM n",
    )
    .await
    .unwrap();
    site.run("UPDATE profiles SET version = 10300 WHERE user_id = 1")
        .await
        .unwrap();
    ann.save(&[("location", "Kiel")]).await;
    let kept = "SELECT count(*) FROM profile_changes WHERE user_id = 1";
    assert_eq!(site.ask(kept).await, 10_000);
    let newest = ann.visit("/profile/history").await;
    newest.says("Kiel");
    newest.says("Number 10300");
    let oldest = "SELECT min(version) FROM profile_changes WHERE user_id = 1";
    assert!(site.ask(oldest).await > 300);
    bob.visit("/profile/history").await.says("Mine");
    assert_eq!(site.ask(MISCOUNTED).await, 0);
}

#[tokio::test]
async fn a_page_of_long_texts_is_short_and_each_can_be_read_whole() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (one, other) = (heavy('a'), heavy('e'));
    for index in 0..12 {
        let bio = if index % 2 == 0 { &one } else { &other };
        ann.save(&[("bio", bio)]).await;
    }
    let lines: String = (1..=40).map(|line| format!("Line {line}.\n")).collect();
    ann.save(&[("bio", &lines)]).await;
    let id = newest(&site).await;
    let page = ann.visit("/profile/history").await;
    page.says("Line 6.");
    page.says_not("Line 7.");
    let link = format!("/profile/history?change={id}");
    page.says(&format!("<a href=\"{link}\">Show all of Bio</a>"));
    let whole = ann.visit(&link).await;
    whole.says("Line 40.");
    whole.says(&other);
    whole.says(&format!("name=\"change\" value=\"{id}\""));

    // Page for page, none is long, and no change is left out.
    let (mut path, mut seen, mut pages) = ("/profile/history".to_owned(), 0, 0);
    loop {
        let page = ann.visit(&path).await;
        assert!(page.body.len() < 64 * 1024, "{}", page.body.len());
        seen += page.text.matches("<section class=\"change\">").count();
        pages += 1;
        // The foot of the page has its own address.
        let Some((_, rest)) = page.text.split_once("href=\"/profile/history?before=") else {
            break;
        };
        assert!(pages < 20, "{path}");
        let before = rest.split('"').next().unwrap();
        path = format!("/profile/history?before={before}");
    }
    assert_eq!(seen, 13);
    assert!((3..=8).contains(&pages), "{pages}");

    for nothing in ["99999", "-1", "x"] {
        let answer = ann
            .visit(&format!("/profile/history?change={nothing}"))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nothing}");
    }
    let bob = site.member("bob").await;
    assert_eq!(bob.visit(&link).await.status, StatusCode::NOT_FOUND);
}

/// A street that was saved by mistake, corrected, back by an undo, and corrected again.
async fn with_a_mistake(site: &Site) -> Browser {
    let ann = site.member("ann").await;
    ann.save(&[("location", "Mistaken Street 5"), ("bio", "Hello")])
        .await;
    ann.save(&[("location", "Kiel")]).await;
    let change = newest(site).await;
    let form = [("change", change.as_str()), ("version", "3")];
    ann.submit("/profile/history", &form).await.location();
    ann.save(&[("location", "Kiel")]).await;
    ann
}

#[tokio::test]
async fn a_value_saved_by_mistake_is_erased_from_the_history_for_good() {
    let site = site().await;
    let ann = with_a_mistake(&site).await;
    let change = newest(&site).await;
    let rows = site.ask("SELECT count(*) FROM profile_changes").await;
    let history = ann.visit("/profile/history").await;
    let link = format!("/profile/history/erase?change={change}");
    history.says(&format!("href=\"{link}\""));

    // What goes is read first.
    let plan = ann.visit(&link).await;
    for words in [
        "Delete from history: Location",
        "Mistaken Street 5",
        "In 4 places in the history.",
        "Your profile stays as it is.",
        "This is what your profile says now",
    ] {
        plan.says(words);
    }
    plan.says("name=\"side\" value=\"old\" checked");
    plan.says_not("name=\"side\" value=\"new\" checked");
    let none = erase(&ann, &change, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    none.says("What to delete: choose an option from the list");
    none.says("Mistaken Street 5");
    assert_eq!(
        erase(&ann, &change, &["both"]).await.status,
        StatusCode::BAD_REQUEST
    );

    let erased = erase(&ann, &change, &["old"]).await;
    assert_eq!(erased.location(), "/profile/history?erased");
    let history = ann.visit("/profile/history?erased").await;
    history.says("Value deleted from your history.");
    history.says("Deleted");
    history.says_not("Mistaken");
    history.says("Hello");
    ann.visit("/profile").await.says("Kiel");
    assert_eq!(site.ask("SELECT version FROM profiles").await, 5);
    assert_eq!(site.ask("SELECT count(*) FROM profile_changes").await, rows);
    let activity = ann.visit("/settings/activity").await;
    activity.says("Value deleted from the history");
    activity.says("Location");

    // A second click, and a page that was open before.
    assert_eq!(
        erase(&ann, &change, &["old"]).await.location(),
        "/profile/history?erased"
    );
    let noted = "SELECT count(*) FROM events WHERE kind = 'history_erased'";
    assert_eq!(site.ask(noted).await, 1);
    let form = [("change", change.as_str()), ("version", "5")];
    let undone = ann.submit("/profile/history", &form).await;
    assert_eq!(undone.status, StatusCode::UNPROCESSABLE_ENTITY);
    undone.says("Location: this value is no longer in the history");

    assert_eq!(site.ask(MISCOUNTED).await, 0);
    // It is in no file any more.
    ann.submit("/settings/export", &[("current_password", PASSWORD)])
        .await;
    let export = ann.visit("/settings/export/ann.zip").await;
    let history = &crate::leaving::unzip(&export)["history.json"];
    assert!(!history.contains("Mistaken"), "{history}");
    assert!(history.contains("\"old_gone\":\"erased\""), "{history}");
    site.store.clone().close().await;
    let content = site.content().await;
    let found = content.windows(8).any(|bytes| bytes == b"Mistaken");
    assert!(!found, "the value is in the file");
}

#[tokio::test]
async fn what_others_wrote_in_my_profile_is_mine_to_erase_and_nobody_elses() {
    let site = site().await;
    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    editor
        .submit("/u/ann/edit", &[("location", "Mistaken Street 5")])
        .await;
    let change = site
        .ask("SELECT id FROM profile_changes WHERE item = 'location'")
        .await
        .to_string();
    // The author may not, and is told nothing.
    let form = [("change", change.as_str()), ("side", "new")];
    let refused = editor.submit("/profile/history/erase", &form).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let link = format!("/profile/history/erase?change={change}");
    assert_eq!(editor.visit(&link).await.status, StatusCode::NOT_FOUND);
    site.guest().visit(&link).await.location();

    erase(&ann, &change, &["new"]).await.location();
    let history = ann.visit("/profile/history").await;
    history.says("by @editor");
    history.says_not("Mistaken");
    // The profile stays as it is.
    ann.visit("/profile").await.says("Mistaken Street 5");
    // Nothing is left to erase there.
    assert_eq!(ann.visit(&link).await.status, StatusCode::NOT_FOUND);
    // Who sees it, and a role, were not said by anybody.
    ann.save(&[("location.audience", "me")]).await;
    let audience = newest(&site).await;
    let refused = erase(&ann, &audience, &["old"]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    ann.visit("/profile/history")
        .await
        .says_not(&format!("erase?change={audience}\""));
}

#[tokio::test]
async fn a_form_opened_before_an_erasure_is_asked_and_tells_nobody_what_was_erased() {
    let site = site().await;
    let ann = with_a_mistake(&site).await;
    let change = newest(&site).await;
    let editor = site.member_as("editor").await;
    erase(&ann, &change, &["old"]).await.location();
    // Opened when the mistake stood there, in version 2.
    let form = [("location", "Mistaken Street 5"), ("version", "2")];
    let asked = editor.submit("/u/ann/edit", &form).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    asked.says("No longer kept");
    let other = [("bio", "Hello again"), ("version", "2")];
    let saved = editor.submit("/u/ann/edit", &other).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.summary());
    ann.visit("/profile").await.says("Kiel");
}

#[tokio::test]
async fn a_history_from_before_is_as_it_was_and_no_id_is_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let old = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::migrate!("../store/sqlite/migrations")
        .run_to(10, &old)
        .await
        .unwrap();
    for sql in [
        "INSERT INTO users (username, username_key) VALUES ('Ann', 'ann'), ('Bob', 'bob')",
        "INSERT INTO profile_changes (user_id, version, item, old, new, actor_id, at)
         VALUES (1, 2, 'bio', NULL, '\"One\"', 1, 7), (1, 3, 'bio', '\"One\"', NULL, 2, 8),
                (2, 2, 'bio', NULL, '\"Two\"', 2, 9)",
        "DELETE FROM users WHERE id = 2",
    ] {
        sqlx::query(sql).execute(&old).await.unwrap();
    }
    old.close().await;
    open(&path).await.unwrap().close().await;
    let now = sqlx::SqlitePool::connect(&url).await.unwrap();
    type Row = (i64, Option<String>, Option<String>, Option<i64>, i64);
    let rows: Vec<Row> =
        sqlx::query_as("SELECT id, old, new, actor_id, size FROM profile_changes ORDER BY id")
            .fetch_all(&now)
            .await
            .unwrap();
    let miscounted: i64 = sqlx::query_scalar(MISCOUNTED)
        .fetch_one(&now)
        .await
        .unwrap();
    assert_eq!(miscounted, 0);
    let one = || Some("\"One\"".to_owned());
    assert_eq!(
        rows,
        [(1, None, one(), Some(1), 5), (2, one(), None, None, 5)]
    );
    let next: i64 = sqlx::query_scalar(
        "INSERT INTO profile_changes (user_id, version, item, new, at)
         VALUES (1, 4, 'bio', '\"Three\"', 9) RETURNING id",
    )
    .fetch_one(&now)
    .await
    .unwrap();
    assert_eq!(next, 4);
    // What the table's rules say, it still says.
    for wrong in [
        "INSERT INTO profile_changes (user_id, version, item, at) VALUES (1, 5, 'bio', 9)",
        "UPDATE profile_changes SET new = 'no json' WHERE id = 4",
        "UPDATE profile_changes SET new_gone = 'erased' WHERE id = 4",
        "UPDATE profile_changes SET user_id = 77 WHERE id = 4",
    ] {
        assert!(sqlx::query(wrong).execute(&now).await.is_err(), "{wrong}");
    }
    now.close().await;
}
