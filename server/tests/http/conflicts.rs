//! Two edits of one profile: merged, or asked.

use app::error::AppError;
use axum::http::StatusCode;
use std::sync::Arc;

use crate::harness::{Browser, Site, site, site_with_schema};

/// Ann has a profile; her editor has the same form open that she has.
async fn two() -> (Site, Browser, Browser) {
    let site = site().await;
    let ann = site.member("ann").await;
    let saved = ann
        .submit("/profile/edit", &[("bio", "Before"), ("location", "Kiel")])
        .await;
    assert_eq!(saved.location(), "/profile?saved");
    let editor = site.member_as("editor").await;
    (site, ann, editor)
}

#[tokio::test]
async fn edits_of_different_fields_are_both_kept_and_told() {
    let (_site, ann, editor) = two().await;
    let theirs = editor
        .submit(
            "/u/ann/edit",
            &[("bio", "Before"), ("location", "Lübeck"), ("version", "2")],
        )
        .await;
    assert_eq!(theirs.location(), "/u/ann?saved");
    let mine = ann
        .submit(
            "/profile/edit",
            &[("bio", "After"), ("location", "Kiel"), ("version", "2")],
        )
        .await;
    assert_eq!(mine.location(), "/profile?saved=2-4");
    let page = ann.visit("/profile?saved=2-4").await;
    for words in [
        "After",
        "Lübeck",
        "Their changes are kept too",
        "Location, by @editor",
    ] {
        page.says(words);
    }
}

#[tokio::test]
async fn edits_of_one_field_are_asked_field_by_field_without_script() {
    let (_site, ann, editor) = two().await;
    editor
        .submit("/u/ann/edit", &[("bio", "Theirs"), ("location", "Lübeck")])
        .await;
    let form = [
        ("bio", "Mine"),
        ("location", "Hamburg"),
        ("first_name", "Ann"),
        ("version", "2"),
    ];
    let told = ann.submit("/profile/edit", &form).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    told.says("<title>Error: Edit profile");
    for words in [
        "The same was changed since you opened this page",
        "By @editor",
        ">Theirs<",
        ">Lübeck<",
        ">Before<",
        ">Kiel<",
        "\nMine</textarea>",
        "value=\"Hamburg\"",
        "value=\"Ann\"",
        "name=\"version\" value=\"2\"",
        "name=\"seen\" value=\"3\"",
        "<input type=\"radio\" name=\"bio.choice\" value=\"mine\"",
        "<input type=\"radio\" name=\"location.choice\" value=\"theirs\"",
    ] {
        told.says(words);
    }
    ann.visit("/profile").await.says_not("Mine");

    // One is answered, the other is not: the question stays, with the answer.
    let mut half = form.to_vec();
    half.extend([
        ("seen", "3"),
        ("bio.choice", ""),
        ("bio.choice", "mine"),
        ("location.choice", ""),
    ]);
    let asked = ann.submit("/profile/edit", &half).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "Location: choose which of the two to keep",
        "href=\"#f-location-choice\"",
        "name=\"bio.choice\" value=\"mine\" checked",
        ">Theirs<",
        ">Lübeck<",
        "Hamburg",
        "name=\"seen\" value=\"3\"",
    ] {
        asked.says(words);
    }

    let mut both = form.to_vec();
    both.extend([("seen", "3"), ("bio.choice", ""), ("bio.choice", "mine")]);
    both.extend([("location.choice", ""), ("location.choice", "theirs")]);
    let saved = ann.submit("/profile/edit", &both).await;
    let page = ann.visit(saved.location()).await;
    page.says("Location, by @editor");
    page.says_not("Bio, by @editor");
    page.says("Mine");
    page.says("Lübeck");
    page.says("Ann</h1>");
}

#[tokio::test]
async fn a_conflict_is_told_to_the_island_with_both_sides() {
    let (_site, ann, editor) = two().await;
    editor.submit("/u/ann/edit", &[("bio", "Theirs")]).await;
    let told = ann
        .call("/profile/edit", &[("bio", "Mine"), ("version", "2")])
        .await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let AppError::Conflict {
        version: 3,
        conflicts,
    } = told.error()
    else {
        panic!("{}", told.text);
    };
    let conflict = &conflicts[0];
    let sides = [&conflict.mine, &conflict.theirs, &conflict.before].map(String::as_str);
    assert_eq!(sides, ["Mine", "Theirs", "Before"]);
}

#[tokio::test]
async fn a_form_sent_twice_is_saved_once() {
    let (site, ann, _) = two().await;
    let form = [("bio", "Once"), ("version", "2")];
    for _ in 0..2 {
        assert_eq!(
            ann.submit("/profile/edit", &form).await.status,
            StatusCode::SEE_OTHER
        );
    }
    assert_eq!(
        site.ask("SELECT version FROM profiles WHERE user_id = 1")
            .await,
        3
    );
}

#[tokio::test]
async fn a_version_that_there_never_was_is_refused_and_the_form_kept() {
    let (site, ann, _) = two().await;
    for version in ["0", "3", "99999999999999999999", "-1", "two"] {
        let answer = ann
            .submit("/profile/edit", &[("bio", "Kept"), ("version", version)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{version}");
        answer.says("Kept</textarea>");
    }
    assert_eq!(
        site.ask("SELECT version FROM profiles WHERE user_id = 1")
            .await,
        2
    );
}

fn fifty_fields() -> String {
    let fields = (0..50).map(|index| {
        format!("[[field]]\nkey = \"f{index}\"\ngroup = \"g\"\ntype = \"text\"\nlabel = \"F\"\nmax = 9\n")
    });
    "[[group]]\nkey = \"g\"\nlabel = \"G\"\n".to_owned() + &fields.collect::<String>()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_saves_of_different_fields_at_once_all_are_there() {
    let site = site_with_schema(&fifty_fields()).await;
    let ann = Arc::new(site.member("ann").await);
    let saves = (0..50).map(|index| {
        let ann = Arc::clone(&ann);
        tokio::spawn(async move {
            let (key, value) = (format!("f{index}"), format!("v{index}"));
            let form = [(key.as_str(), value.as_str()), ("version", "1")];
            ann.call("/profile/edit", &form).await.status
        })
    });
    for save in saves.collect::<Vec<_>>() {
        assert_eq!(save.await.unwrap(), StatusCode::OK);
    }
    let page = ann.visit("/profile").await;
    for index in 0..50 {
        page.says(&format!(">v{index}<"));
    }
    assert_eq!(site.ask("SELECT version FROM profiles").await, 51);
    assert_eq!(
        site.ask("SELECT count(DISTINCT version) FROM profile_changes")
            .await,
        50
    );
}
