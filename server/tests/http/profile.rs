//! The profile: seeing it, editing it, who may.

use app::{
    error::{AppError, Violations},
    profile::rules::violation::Violation,
};
use axum::http::StatusCode;

use crate::harness::{PASSWORD, site};

const FULL: [(&str, &str); 8] = [
    ("bio", "I mend\r\nboats."),
    ("first_name", "Ann"),
    ("last_name", "O’Šea"),
    ("location", "Kiel"),
    ("birth_date.day", "3"),
    ("birth_date.month", "February"),
    ("birth_date.year", "1990"),
    ("phone_number", "+49 (0)431 / 880-0"),
];

#[tokio::test]
async fn what_was_saved_is_on_the_page_and_in_the_form_the_next_day() {
    let site = site().await;
    let ann = site.member("ann").await;
    assert_eq!(
        ann.submit("/profile/edit", &FULL).await.location(),
        "/profile?saved"
    );
    let saved = ann.visit("/profile?saved").await;
    saved.says("Profile saved.");
    site.clock.advance(24 * 60 * 60 * 1000);
    for path in ["/profile", "/", "/u/ann", "/u/ANN"] {
        let page = ann.visit(path).await;
        assert_eq!(page.status, StatusCode::OK);
        for words in [
            "I mend\nboats.",
            "Ann O’Šea</h1>",
            "Kiel",
            "3 February 1990",
            "datetime=\"1990-02-03\"",
            "href=\"tel:+494318800\"",
            "+49 (0)431 / 880-0",
        ] {
            page.says(words);
        }
    }
    let form = ann.visit("/profile/edit").await;
    for words in [
        "\nI mend\nboats.</textarea>",
        "value=\"Ann\"",
        "value=\"O’Šea\"",
        "value=\"3\"",
        "value=\"2\"",
        "value=\"1990\"",
        "value=\"+49 (0)431 / 880-0\"",
    ] {
        form.says(words);
    }
}

#[tokio::test]
async fn a_refused_form_comes_back_as_it_was_typed_and_nothing_is_saved() {
    let site = site().await;
    let ann = site.member("ann").await;
    let answer = ann
        .submit(
            "/profile/edit",
            &[
                ("bio", "Kept, although the date is wrong"),
                ("birth_date.day", "31"),
                ("birth_date.month", "feb"),
                ("birth_date.year", "1990"),
                ("version", "1"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("<title>Error: Edit profile");
    answer.says("href=\"#f-birth_date\"");
    answer.says("Birth date: enter a day that exists in this month");
    answer.says("Kept, although the date is wrong</textarea>");
    answer.says("value=\"31\"");
    answer.says("value=\"feb\"");
    answer.says("name=\"version\" value=\"1\"");
    ann.visit("/profile").await.says_not("Kept");
    assert_eq!(site.ask("SELECT version FROM profiles").await, 1);
}

#[tokio::test]
async fn a_program_gets_the_same_answers_as_json() {
    let site = site().await;
    let ann = site.member("ann").await;
    let saved = ann.call("/profile/edit", &[("bio", "Hello")]).await;
    assert_eq!(
        (saved.status, saved.text.as_str()),
        (StatusCode::OK, "\"/profile?saved\"")
    );
    let refused = ann
        .call(
            "/profile/edit",
            &[("phone_number", "0431 8800"), ("shoe_size", "43")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut violations = Violations::of("phone_number", Violation::NoCountryCode);
    violations.add("shoe_size", Violation::UnknownField);
    assert_eq!(refused.error(), AppError::Invalid(violations));
    let guest = site
        .guest()
        .call("/profile/edit", &[("bio", "Hello")])
        .await;
    assert_eq!(
        (guest.status, guest.error()),
        (StatusCode::UNAUTHORIZED, AppError::NotLoggedIn)
    );
}

#[tokio::test]
async fn a_field_that_was_not_sent_is_kept() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.submit("/profile/edit", &FULL).await;
    assert_eq!(
        ann.submit(
            "/profile/edit",
            &[("location", ""), ("birth_date", "1991-01-01")]
        )
        .await
        .location(),
        "/profile?saved"
    );
    let page = ann.visit("/profile").await;
    page.says("Ann O’Šea");
    page.says("1 January 1991");
    page.says_not("Kiel");
}

#[tokio::test]
async fn a_guest_cannot_save_and_a_member_saves_only_the_own_profile() {
    let site = site().await;
    site.member("ann").await;
    let eve = site.member("eve").await;
    let answer = site
        .guest()
        .submit("/profile/edit", &[("bio", "Stolen")])
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    for field in ["user_id", "id", "role"] {
        let answer = eve
            .submit("/profile/edit", &[("bio", "Stolen"), (field, "1")])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says("this field is not part of the form");
    }
    assert_eq!(
        site.ask("SELECT count(*) FROM profiles WHERE fields <> '{}'")
            .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_saves_from_one_version_one_wins_and_the_others_are_told() {
    let site = site().await;
    let ann = std::sync::Arc::new(site.member("ann").await);
    let saves = (0..50).map(|index| {
        let ann = ann.clone();
        tokio::spawn(async move {
            ann.call(
                "/profile/edit",
                &[("bio", &format!("Save {index}")), ("version", "1")],
            )
            .await
            .status
        })
    });
    let mut won = 0;
    for save in saves.collect::<Vec<_>>() {
        match save.await.unwrap() {
            StatusCode::OK => won += 1,
            other => assert_eq!(other, StatusCode::CONFLICT),
        }
    }
    assert_eq!(
        (won, site.ask("SELECT version FROM profiles").await),
        (1, 2)
    );
}

#[tokio::test]
async fn logging_in_does_not_touch_the_version() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.submit("/login", &[("username", "ann"), ("password", PASSWORD)])
        .await;
    assert_eq!(
        ann.submit("/profile/edit", &[("bio", "Hello"), ("version", "1")])
            .await
            .location(),
        "/profile?saved"
    );
}

#[tokio::test]
async fn markup_is_text_everywhere() {
    let site = site().await;
    let ann = site.member("ann").await;
    for attack in [
        "</textarea><script>alert(1)</script>",
        "\"><svg onload=alert(1)>",
        "</title><script>alert(1)</script>",
        "{{7*7}}",
        "<!--",
        "&lt;b&gt;",
    ] {
        let short: String = attack.chars().take(30).collect();
        let saved = ann
            .submit(
                "/profile/edit",
                &[
                    ("bio", attack),
                    ("first_name", &short),
                    ("location", attack),
                ],
            )
            .await;
        assert_eq!(saved.location(), "/profile?saved");
        let refused = ann
            .submit(
                "/profile/edit",
                &[
                    ("bio", attack),
                    ("location", attack),
                    ("birth_date.day", attack),
                ],
            )
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for page in [
            ann.visit("/profile").await,
            ann.visit("/profile/edit").await,
            ann.visit("/u/ann").await,
            refused,
        ] {
            page.says_not("<script>alert");
            page.says_not("<svg onload");
            page.says_not("<!--</");
        }
    }
    ann.visit("/profile/edit")
        .await
        .says("&amp;lt;b&amp;gt;</textarea>");
}

#[tokio::test]
async fn a_text_at_every_limit_is_saved_and_one_beyond_is_not() {
    let site = site().await;
    let ann = site.member("ann").await;
    let family = "👨‍👩‍👧‍👦";
    let saved = ann
        .submit(
            "/profile/edit",
            &[
                ("bio", &family.repeat(2000)),
                ("first_name", &family.repeat(30)),
                ("location", &"x".repeat(100)),
            ],
        )
        .await;
    assert_eq!(saved.location(), "/profile?saved");
    let refused = ann
        .submit(
            "/profile/edit",
            &[
                ("bio", &family.repeat(2001)),
                ("first_name", &"x".repeat(31)),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Bio: shorten it to 2000 characters");
    refused.says("First name: shorten it to 30 characters");
}

#[tokio::test]
async fn a_profile_that_nobody_has_is_not_found() {
    let site = site().await;
    for path in [
        "/u/nobody",
        "/u/a%2fb",
        "/u/..%2f..",
        "/u/%00",
        "/reset/%00",
        "/avatars/%00/64",
        "/u/",
        "/u",
        "/u/a/b",
    ] {
        let answer = site.guest().visit(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.says("Page not found");
    }
}

#[tokio::test]
async fn a_form_of_another_user_of_the_browser_is_not_saved_over_ones_own() {
    let site = site().await;
    let browser = site.member("ann").await;
    let opened = browser.visit("/profile/edit").await;
    opened.says("name=\"username\" value=\"ann\"");
    let fields = [("bio", "I am Ann"), ("version", "1"), ("username", "ann")];
    browser
        .submit("/signup", &[("username", "bob"), ("password", PASSWORD)])
        .await;
    let answer = browser.submit("/profile/edit", &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    answer.says("You are now logged in as someone else");
    let call = browser.call("/profile/edit", &fields).await;
    assert_eq!(call.error(), AppError::FormOwnerChanged);
    assert_eq!(
        site.ask("SELECT count(*) FROM profiles WHERE fields <> '{}'")
            .await,
        0
    );
}

#[tokio::test]
async fn a_form_whose_session_has_ended_is_kept_and_can_be_sent_again() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.run("DELETE FROM sessions").await.unwrap();
    let fields = [
        ("bio", "Written on a \"train\""),
        ("version", "1"),
        ("username", "ann"),
    ];
    let answer = ann.submit("/profile/edit", &fields).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    answer.says("What you typed is kept on this page");
    answer.says("<form method=\"post\" action=\"/profile/edit\">");
    answer.says("name=\"bio\" value=\"Written on a &quot;train&quot;\"");
    answer.says("href=\"/login\" target=\"_blank\"");
    ann.submit("/login", &[("username", "ann"), ("password", PASSWORD)])
        .await;
    assert_eq!(
        ann.submit("/profile/edit", &fields).await.location(),
        "/profile?saved"
    );
}
