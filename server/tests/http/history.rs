//! The history of a profile, and the way back.

use axum::http::StatusCode;

use crate::harness::{Browser, Site, site, site_with_schema};

async fn undo(site: &Site, browser: &Browser, change: &str) -> crate::harness::Answer {
    let version = site
        .ask("SELECT version FROM profiles WHERE user_id = 1")
        .await
        .to_string();
    browser
        .submit(
            "/profile/history",
            &[("change", change), ("version", &version)],
        )
        .await
}

#[tokio::test]
async fn every_change_is_told_with_old_and_new_who_and_when() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.visit("/profile/history").await.says("No changes yet.");
    ann.save(&[("bio", "First"), ("birth_date", "1990-02-03")])
        .await;
    site.clock.advance(60 * 60 * 1000);
    ann.save(&[("bio", "Second"), ("bio.audience", "members")])
        .await;
    let editor = site.member_as("editor").await;
    editor.submit("/u/ann/edit", &[("location", "Kiel")]).await;
    site.set_role("ann", "editor").await;
    let page = ann.visit("/profile/history").await;
    for words in [
        "First",
        "Second",
        "3 February 1990",
        "22 November 2026, 12:00 UTC",
        "datetime=\"2026-11-22T13:00Z\"",
        "by you",
        "by @editor",
        "by the site operator",
        "Who can see Bio",
        ">Role<",
        ">Reader<",
        ">Editor<",
    ] {
        page.says(words);
    }
    // The newest first.
    let place = |words: &str| page.text.find(words).unwrap();
    assert!(place(">Role<") < place("Kiel") && place("Kiel") < place("3 February 1990"));
    // Nobody else's page.
    site.guest().visit("/profile/history").await.location();
    editor.visit("/profile/history").await.says_not("Second");
}

#[tokio::test]
async fn a_change_is_undone_by_a_change() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("bio", "First")]).await;
    ann.save(&[("bio", "Second")]).await;
    let second = site
        .ask("SELECT max(id) FROM profile_changes")
        .await
        .to_string();
    let undone = undo(&site, &ann, &second).await;
    assert_eq!(undone.location(), "/profile/history?undone");
    ann.visit("/profile/history?undone")
        .await
        .says("Change undone.");
    ann.visit("/profile").await.says("First");
    assert_eq!(site.ask("SELECT version FROM profiles").await, 4);
    // The undoing can be undone.
    let third = site
        .ask("SELECT max(id) FROM profile_changes")
        .await
        .to_string();
    undo(&site, &ann, &third).await;
    ann.visit("/profile").await.says("Second");
    // Sent twice, it is done once.
    undo(&site, &ann, &third).await;
    assert_eq!(site.ask("SELECT version FROM profiles").await, 5);
}

#[tokio::test]
async fn an_audience_is_undone_like_a_value() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("bio", "Hello")]).await;
    ann.save(&[("bio.audience", "me")]).await;
    site.guest().visit("/u/ann").await.says_not("Hello");
    let change = site
        .ask("SELECT max(id) FROM profile_changes")
        .await
        .to_string();
    undo(&site, &ann, &change).await;
    site.guest().visit("/u/ann").await.says("Hello");
}

#[tokio::test]
async fn what_was_changed_again_since_the_page_was_opened_is_not_undone_unseen() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("bio", "First")]).await;
    ann.save(&[("bio", "Second")]).await;
    let change = site
        .ask("SELECT max(id) FROM profile_changes")
        .await
        .to_string();
    ann.save(&[("bio", "Third")]).await;
    let answer = ann
        .submit("/profile/history", &[("change", &change), ("version", "3")])
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says("This was changed again after you opened the page");
    ann.visit("/profile").await.says("Third");
    // Having seen it, one may.
    assert_eq!(
        undo(&site, &ann, &change).await.status,
        StatusCode::SEE_OTHER
    );
    ann.visit("/profile").await.says("First");
}

#[tokio::test]
async fn a_change_of_somebody_else_or_of_nobody_is_not_found() {
    let site = site().await;
    let ann = site.member("ann").await;
    let eve = site.member("eve").await;
    ann.save(&[("bio", "Hello")]).await;
    for change in ["1", "9999", "-1"] {
        let answer = eve
            .submit("/profile/history", &[("change", change), ("version", "1")])
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{change}");
    }
    for form in [
        &[][..],
        &[("change", "x"), ("version", "1")],
        &[("change", "1")],
    ] {
        let answer = ann.submit("/profile/history", form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{form:?}");
    }
    ann.visit("/profile").await.says("Hello");
}

const STRICT: &str = r#"
[roles.reader]
[roles.editor]
may = ["edit_profiles"]
[[group]]
key = "g"
label = "G"
[[field]]
key = "motto"
group = "g"
type = "text"
label = "Motto"
max = 5
required = true
[[field]]
key = "grade"
group = "g"
type = "number"
label = "Grade"
edit = ["editor"]
[[field]]
key = "size"
group = "g"
type = "choice"
label = "Size"
[[field.option]]
key = "s"
label = "Small"
"#;

#[tokio::test]
async fn what_cannot_be_undone_says_why() {
    let site = site_with_schema(STRICT).await;
    let ann = site.member("ann").await;
    // As an older schema may have left it.
    site.run(
        "INSERT INTO profile_changes (user_id, version, item, old, new, at) VALUES
         (1, 1, 'motto', '\"far too long\"', '\"short\"', 0),
         (1, 1, 'motto', NULL, '\"short\"', 0),
         (1, 1, 'grade', '1', '2', 0),
         (1, 1, 'size', '\"xxl\"', '\"s\"', 0),
         (1, 1, 'gone', '\"canary\"', '\"canaries\"', 0)",
    )
    .await
    .unwrap();
    let page = ann.visit("/profile/history").await;
    page.says_not("canary");
    for (change, why) in [
        ("1", "Motto: shorten it to 5 characters or fewer"),
        ("2", "Motto: this field is required"),
        ("3", "Grade: you cannot edit this field"),
        ("4", "Size: this site no longer accepts this value"),
    ] {
        page.says(why);
        page.says_not(&format!("name=\"change\" value=\"{change}\""));
        let answer = undo(&site, &ann, change).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        answer.says(why);
    }
    assert_eq!(
        undo(&site, &ann, "5").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(site.ask("SELECT version FROM profiles").await, 1);
}

/// What is stored is what the rows of the history, one after the other, make.
#[tokio::test]
async fn the_stored_history_replays_to_what_is_stored() {
    let site = site().await;
    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    // A day of many saves and undos, the same one every time.
    let mut seed: u64 = 7;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let mut undone = 0;
    for _ in 0..120 {
        let key = ["bio", "location", "first_name"][random(3) as usize];
        let value = ["", "One", "Two", "Three"][random(4) as usize];
        let audience = ["everyone", "members", "me"][random(3) as usize];
        let newest = site
            .ask("SELECT version FROM profiles WHERE user_id = 1")
            .await;
        let version = (newest - random(3).cast_signed()).max(1).to_string();
        match random(4) {
            0 => {
                let changes = site
                    .ask("SELECT count(*) FROM profile_changes WHERE user_id = 1")
                    .await;
                let change = (1 + random(1 + changes.unsigned_abs())).to_string();
                let form = [("change", change.as_str()), ("version", version.as_str())];
                undone += usize::from(
                    ann.submit("/profile/history", &form).await.status == StatusCode::SEE_OTHER,
                );
            }
            1 => drop(
                editor
                    .call("/u/ann/edit", &[(key, value), ("version", &version)])
                    .await,
            ),
            2 => {
                let name = format!("{key}.audience");
                ann.call("/profile/edit", &[(&name, audience), ("version", &version)])
                    .await;
            }
            _ => drop(
                ann.call("/profile/edit", &[(key, value), ("version", &version)])
                    .await,
            ),
        }
    }
    assert!(undone > 3, "{undone}");
    // The last row of each item is what is stored, value for value, and no more.
    let differences = site
        .ask(
            "WITH last AS (
                 SELECT item, new FROM profile_changes
                 WHERE id IN (SELECT max(id) FROM profile_changes WHERE user_id = 1 GROUP BY item)
             ), stored AS (
                 SELECT key AS item, json_quote(value) AS new FROM profiles, json_each(fields) WHERE user_id = 1
                 UNION ALL
                 SELECT key || '.audience', json_quote(value) FROM profiles, json_each(audiences) WHERE user_id = 1
             )
             SELECT (SELECT count(*) FROM (SELECT * FROM last WHERE new IS NOT NULL EXCEPT SELECT * FROM stored) AS more)
                  + (SELECT count(*) FROM (SELECT * FROM stored EXCEPT SELECT * FROM last) AS fewer)",
        )
        .await;
    assert_eq!(differences, 0);
    // And each row begins where the one before it ended.
    let gaps = site
        .ask(
            "SELECT count(*) FROM (
                 SELECT item, old, lag(new) OVER (PARTITION BY item ORDER BY id) AS before,
                        row_number() OVER (PARTITION BY item ORDER BY id) AS nth
                 FROM profile_changes WHERE user_id = 1
             ) AS steps WHERE nth > 1 AND old IS DISTINCT FROM before AND item NOT LIKE '%.audience'",
        )
        .await;
    assert_eq!(gaps, 0);
    assert!(
        site.ask("SELECT version FROM profiles WHERE user_id = 1")
            .await
            > 40
    );
}

#[tokio::test]
async fn a_long_history_comes_in_pages() {
    let site = site().await;
    let ann = site.member("ann").await;
    for index in 0..60 {
        ann.call("/profile/edit", &[("bio", &format!("Number {index}."))])
            .await;
    }
    let newest = ann.visit("/profile/history").await;
    newest.says("Number 59.");
    newest.says_not("Number 5.");
    let link = newest
        .text
        .split("/profile/history?before=")
        .nth(1)
        .unwrap();
    let before = link.split('"').next().unwrap();
    let older = ann
        .visit(&format!("/profile/history?before={before}"))
        .await;
    older.says("Number 0.");
    older.says_not("Number 59.");
    older.says_not("Older changes");
    assert_eq!(
        ann.visit("/profile/history?before=x").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn erasing_a_user_erases_their_history_and_leaves_what_they_did_nameless() {
    let site = site().await;
    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    editor.submit("/u/ann/edit", &[("location", "Kiel")]).await;
    editor.submit("/profile/edit", &[("bio", "Mine")]).await;
    site.run("DELETE FROM users WHERE username = 'editor'")
        .await
        .unwrap();
    assert_eq!(
        site.ask("SELECT count(*) FROM profile_changes WHERE user_id <> 1")
            .await,
        0
    );
    let page = ann.visit("/profile/history").await;
    page.says("Kiel");
    page.says("by a former member");
    site.run("DELETE FROM users").await.unwrap();
    assert_eq!(site.ask("SELECT count(*) FROM profile_changes").await, 0);
}
