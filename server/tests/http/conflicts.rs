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
        "These changes were saved as well",
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
        "was also changed elsewhere after you opened this page",
        "Version by @editor",
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
        "Location: choose which version to keep",
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
async fn who_chooses_their_own_side_gets_it_even_where_it_is_what_was_before() {
    let (site, ann, editor) = two().await;
    let hidden = [("location.audience", "me"), ("version", "2")];
    ann.save(&hidden).await;
    editor.submit("/u/ann/edit", &[("bio", "Theirs")]).await;
    let open = [("location.audience", "everyone"), ("version", "4")];
    ann.save(&open).await;
    // From version 3: the bio as it was, and the location for herself, as it was.
    let form = [
        ("bio", "Before"),
        ("bio.choice", "mine"),
        ("location.audience", "me"),
        ("location.audience.choice", "mine"),
        ("version", "3"),
        ("seen", "5"),
    ];
    let saved = ann.submit("/profile/edit", &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.summary());
    site.guest().visit("/u/ann").await.says_not("Kiel");
    site.guest().visit("/u/ann").await.says("Before");
}

#[tokio::test]
async fn what_was_put_down_with_a_first_value_is_nobodys_edit() {
    let site = site().await;
    let ann = site.member("ann").await;
    let first = [
        ("bio", "Hello"),
        ("bio.audience", "everyone"),
        ("version", "1"),
    ];
    ann.save(&first).await;
    let hiding = [
        ("bio.audience", "me"),
        ("profile.audience", "me"),
        ("version", "1"),
    ];
    let saved = ann.submit("/profile/edit", &hiding).await;
    assert_eq!(saved.location(), "/profile?saved=1-3");
    let page = ann.visit("/profile?saved=1-3").await;
    page.says("<li>Bio, by you</li>");
    page.says_not("Who can see");
    assert_eq!(
        site.guest().visit("/u/ann").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn nobody_can_try_out_what_was_hidden_from_them() {
    let (_site, ann, editor) = two().await;
    ann.submit(
        "/profile/edit",
        &[("location", "Secret"), ("location.audience", "me")],
    )
    .await;
    ann.submit(
        "/profile/edit",
        &[("location", "Open"), ("location.audience", "everyone")],
    )
    .await;
    // Were the hidden value the base, the right guess would be no edit at all.
    for guess in ["Secret", "Wrong"] {
        let form = [("location", guess), ("version", "3")];
        let answer = editor.call("/u/ann/edit", &form).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{guess}");
    }
}

#[tokio::test]
async fn a_refused_form_that_lacks_a_field_does_not_empty_it() {
    let (site, ann, _) = two().await;
    site.set_role("ann", "editor").await;
    let all = [("responsible_for", "The harbour"), ("bio.audience", "me")];
    ann.save(&all).await;
    // A form from before she was an editor, or of a program.
    let answer = ann
        .submit(
            "/profile/edit",
            &[("phone_number", "0431"), ("location", "")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("name=\"responsible_for\" type=\"text\" value=\"The harbour\"");
    answer.says("\nBefore</textarea>");
    answer.says("<option value=\"me\" selected");
    answer.says("name=\"location\" type=\"text\" value=\"\"");
}

#[tokio::test]
async fn a_form_with_a_field_that_is_gone_comes_back_with_what_was_typed() {
    let (_site, ann, editor) = two().await;
    ann.submit("/profile/edit", &[("location.audience", "me")])
        .await;
    let form = [
        ("bio", "Mended"),
        ("location", "Typed in vain"),
        ("version", "2"),
    ];
    let answer = editor.submit("/u/ann/edit", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("Mended</textarea>");
    answer.says("Not saved: fields you can no longer edit");
    answer.says("Typed in vain");
    answer.says_not("Kiel");
}

#[tokio::test]
async fn a_form_older_than_the_history_that_is_read_is_asked_about_all_that_differs() {
    let site = site().await;
    let ann = site.member("ann").await;
    for index in 0..103 {
        let bio = format!("Number {index}");
        assert_eq!(
            ann.call("/profile/edit", &[("bio", &bio)]).await.status,
            StatusCode::OK
        );
    }
    let form = [("bio", "Number 0"), ("location", "Kiel"), ("version", "1")];
    let AppError::Conflict { conflicts, .. } = ann.call("/profile/edit", &form).await.error()
    else {
        panic!("no conflict");
    };
    let names: Vec<&str> = conflicts
        .iter()
        .map(|conflict| conflict.name.as_str())
        .collect();
    assert_eq!(names, ["bio", "location"]);
    let same = [("bio", "Number 102"), ("version", "1")];
    assert_eq!(
        ann.call("/profile/edit", &same).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_conflict_is_told_to_a_program_with_both_sides() {
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
        panic!("{}", told.summary());
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
        // And nobody is told that somebody else did it.
        let saved = ann.submit("/profile/edit", &form).await;
        assert_eq!(saved.location(), "/profile?saved");
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

/// The name of the first control of a form, whatever it is.
fn first_control(html: &str, action: &str) -> String {
    let (_, form) = html.split_once(&format!("action=\"{action}\"")).unwrap();
    let (_, name) = form.split_once(" name=\"").unwrap();
    name.split_once('"').unwrap().0.to_owned()
}

/// A browser fills a form again that it knows by its first controls; see
/// `app/src/ui/opened.rs`, and `end2end/tests/back.spec.ts` for what it does.
#[tokio::test]
async fn a_form_is_another_one_once_what_it_was_opened_on_is_another() {
    let (site, ann, editor) = two().await;
    let bob = site.member("bob").await;
    for path in ["/profile/edit", "/profile/avatar"] {
        let opened = first_control(&ann.visit(path).await.text, path);
        let again = first_control(&ann.visit(path).await.text, path);
        assert_eq!(opened, again, "{path}");
        ann.save(&[("location", path)]).await;
        let newer = first_control(&ann.visit(path).await.text, path);
        let anothers = first_control(&bob.visit(path).await.text, path);
        let names = [opened, newer, anothers];
        assert!(
            names.iter().all(|name| name.starts_with("opened-")),
            "{names:?}"
        );
        assert_ne!(names[0], names[1]);
        assert_ne!(names[0], names[2]);
    }
    let others = "/u/ann/edit";
    let opened = first_control(&editor.visit(others).await.text, others);
    ann.save(&[("location", "Husum")]).await;
    let newer = first_control(&editor.visit(others).await.text, others);
    assert_ne!(opened, newer);
    for path in ["/settings/email", "/settings/privacy"] {
        let own = first_control(&ann.visit(path).await.text, path);
        let anothers = first_control(&bob.visit(path).await.text, path);
        assert_ne!(own, anothers, "{path}");
    }
    // A program that sends disabled controls too says nothing by it.
    let saved = ann
        .submit("/profile/edit", &[("bio", "Mine"), (&newer, "")])
        .await;
    assert_eq!(saved.location(), "/profile?saved");
}
