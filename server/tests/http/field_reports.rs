//! Field reports: faults that users of similar systems reported. Each has a test here, unless
//! another file already has one.

use axum::http::StatusCode;

use crate::{
    content::{form_on, sent},
    database::{drop_profile_trigger, is_postgres},
    harness::{PASSWORD, site, site_with_schema},
};

const USERS_AND_PROFILES: &str =
    "SELECT (SELECT count(*) FROM users) * 10000 + (SELECT count(*) FROM profiles)";

#[tokio::test]
async fn whoever_is_inserted_by_the_thousand_or_replaced_has_one_profile() {
    let site = site().await;
    let bulk = "INSERT INTO users (username, username_key)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        SELECT 'Member' || i, 'member' || i FROM n";
    site.run(bulk).await.unwrap();
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 10_001_000);
    // Where there is no REPLACE, this is what people take for it.
    let (replace, or_else) = match is_postgres() {
        false => ("OR REPLACE", ""),
        true => (
            "",
            "ON CONFLICT (username_key) DO UPDATE SET username = excluded.username",
        ),
    };
    let replace = format!(
        "INSERT {replace} INTO users (username, username_key)
        VALUES ('MEMBER7', 'member7'), ('member7-too', 'member7-too') {or_else}"
    );
    site.run(&replace).await.unwrap();
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 10_011_001);
    for (path, name) in [
        ("/u/member7", "@MEMBER7"),
        ("/u/member7-too", "@member7-too"),
        ("/u/member1000", "@Member1000"),
    ] {
        site.guest().visit(path).await.says(name);
    }
}

#[tokio::test]
async fn who_signs_up_has_a_profile_even_where_the_trigger_is_gone() {
    let site = site().await;
    site.run(drop_profile_trigger()).await.unwrap();
    let ann = site.member("ann").await;
    ann.save(&[("bio", "Hello")]).await;
    ann.visit("/u/ann").await.says("Hello");
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 10_001);
}

const FULL: [(&str, &str); 12] = [
    ("bio", "  I mend\r\n\r\n<boats> & \"nets\"."),
    ("bio.audience", "members"),
    ("first_name", "Ann"),
    ("last_name", "O’Šea"),
    ("last_name.audience", "me"),
    ("location", "Kiel"),
    ("birth_date.day", "3"),
    ("birth_date.month", "feb"),
    ("birth_date.year", "1990"),
    ("phone_number", "0049 (0)431 / 880-0"),
    ("phone_number.audience", "me"),
    ("profile.audience", "members"),
];

#[tokio::test]
async fn a_form_that_is_sent_back_as_it_was_opened_changes_nothing() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&FULL).await;
    let editor = site.member_as("editor").await;
    let stored = "SELECT version * 1000000 + length(fields) * 1000 + length(audiences)
        FROM profiles WHERE user_id = 1";
    let before = site.ask(stored).await;
    for (browser, path, page) in [
        (&ann, "/profile/edit", "/profile?saved"),
        (&editor, "/u/ann/edit", "/u/ann?saved"),
    ] {
        let opened = browser.visit(path).await;
        let form = form_on(&opened.text, path);
        assert!(form.contains(&("location".to_owned(), "Kiel".to_owned())));
        let saved = browser.submit(path, &sent(&form)).await;
        assert_eq!(saved.location(), page);
        assert_eq!(site.ask(stored).await, before, "{path}");
    }
}

#[tokio::test]
async fn who_edits_somebody_elses_profile_erases_nothing_that_they_do_not_see() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&FULL).await;
    let editor = site.member_as("editor").await;
    let opened = editor.visit("/u/ann/edit").await;
    let mut form = form_on(&opened.text, "/u/ann/edit");
    let hidden = ["last_name", "birth_date.day", "phone_number"];
    assert!(
        form.iter()
            .all(|(name, _)| !hidden.contains(&name.as_str()))
    );
    let location = form.iter_mut().find(|(name, _)| name == "location");
    location.unwrap().1 = "Lübeck".to_owned();
    let saved = editor.submit("/u/ann/edit", &sent(&form)).await;
    assert_eq!(saved.location(), "/u/ann?saved");
    let own = ann.visit("/profile").await;
    for words in [
        "Ann O’Šea</h1>",
        "Lübeck",
        "3 February 1990",
        "0049 (0)431 / 880-0",
        "I mend\n\n&lt;boats&gt; &amp; \"nets\".",
    ] {
        own.says(words);
    }
    site.member("bob")
        .await
        .visit("/u/ann")
        .await
        .says_not("O’Šea");
    assert_eq!(
        site.guest().visit("/u/ann").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_name_is_what_its_owner_says_it_is_and_nobody_needs_two() {
    let site = site().await;
    let ann = site.member("ann").await;
    for (first, last) in [
        ("Анна", "Ковалёва"),
        ("Š", ""),
        ("", "Ng"),
        ("O'Brien", "D’Arcy-Smith"),
        ("N'Golo", "’t Hooft"),
        ("Nguyễn Thị", "Ánh"),
        ("José María", "de la O"),
        ("山田", "太郎"),
        ("נועה", "الهدى"),
        ("பாரதி", "कुमार"),
        ("Þórður", "Ĳsselstein"),
        ("X Æ A-12", ""),
        ("Null", "Undefined"),
        ("Dr. Jan", "van der Berg, Jr."),
    ] {
        ann.save(&[("first_name", first), ("last_name", last)])
            .await;
        let both = [first, last].join(" ");
        let heading = format!("class=\"profile-name p-name\">{}</h1>", both.trim());
        ann.visit("/profile").await.says(&heading);
        site.guest().visit("/u/ann").await.says(&heading);
    }
    let neither = [("first_name", ""), ("last_name", "")];
    ann.save(&neither).await;
    let page = ann.visit("/profile").await;
    page.says("class=\"profile-name p-name\">ann</h1>");
}

const HOUR: i64 = 60 * 60 * 1000;

#[tokio::test]
async fn a_birthday_is_the_same_day_at_every_hour_and_today_is_one_where_it_has_begun() {
    let site = site().await;
    let ann = site.member("ann").await;
    // It is noon in UTC, and tomorrow in Kiribati.
    ann.save(&[("birth_date", "2026-11-23")]).await;
    let tomorrow = ann.submit("/profile/edit", &[("birth_date", "2026-11-24")]);
    let tomorrow = tomorrow.await;
    assert_eq!(tomorrow.status, StatusCode::UNPROCESSABLE_ENTITY);
    tomorrow.says("Birth date: enter a date that is not in the future");

    ann.save(&[("birth_date", "1990-02-03")]).await;
    for hour in 0..24 {
        let page = ann.visit("/profile").await;
        page.says("datetime=\"1990-02-03\"");
        page.says("3 February 1990");
        let opened = ann.visit("/profile/edit").await;
        let form = form_on(&opened.text, "/profile/edit");
        for (part, value) in [("day", "3"), ("month", "2"), ("year", "1990")] {
            let control = (format!("birth_date.{part}"), value.to_owned());
            assert!(form.contains(&control), "{control:?} in hour {hour}");
        }
        ann.submit("/profile/edit", &sent(&form)).await;
        site.clock.advance(HOUR);
    }
    let stored = "SELECT count(*) FROM profiles WHERE fields ->> 'birth_date' = '1990-02-03'";
    assert_eq!(site.ask(stored).await, 1);
}

#[tokio::test]
async fn a_phone_in_two_spellings_is_one_number_and_each_owner_reads_their_own_spelling() {
    let site = site().await;
    for (name, spelling) in [
        ("ann", "+49 (0)431 / 880-0"),
        ("bob", "0049 431 8800"),
        ("eve", "+494318800"),
    ] {
        let member = site.member(name).await;
        member.save(&[("phone_number", spelling)]).await;
        let page = member.visit("/profile").await;
        page.says(spelling);
        page.says("href=\"tel:+494318800\"");
    }
    let numbers = "SELECT count(DISTINCT fields -> 'phone_number' ->> 'e164') FROM profiles";
    assert_eq!(site.ask(numbers).await, 1);
}

#[tokio::test]
async fn nothing_that_happens_to_the_account_disturbs_a_form_that_is_open() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("bio", "Before")]).await;
    let opened = ann.visit("/profile/edit").await;
    let mut form = form_on(&opened.text, "/profile/edit");
    let bio = form.iter_mut().find(|(name, _)| name == "bio");
    bio.unwrap().1 = "After".to_owned();

    site.clock.advance(HOUR);
    ann.visit("/profile").await;
    site.until_seen().await;
    let log_in = [("username", "ann"), ("password", PASSWORD)];
    site.guest().submit("/login", &log_in).await.location();
    let password = [
        ("current_password", PASSWORD),
        ("password", "another long sentence"),
    ];
    let changed = ann.submit("/settings/password", &password).await;
    assert_eq!(changed.location(), "/settings?password");
    site.set_role("ann", "editor").await;

    let saved = ann.submit("/profile/edit", &sent(&form)).await;
    assert_eq!(saved.location(), "/profile?saved");
    ann.visit("/profile").await.says("After");
}

const CLUB: &str = r#"
[roles.reader]
[roles.treasurer]
may = ["edit_profiles"]
[[group]]
key = "g"
label = "G"
[[field]]
key = "fee"
group = "g"
type = "text"
label = "Fee"
max = 20
audience = "me"
lock_audience = true
edit = ["treasurer"]
view = ["treasurer"]
"#;

#[tokio::test]
async fn one_sees_what_others_filled_in_about_oneself_and_who_it_was() {
    let site = site_with_schema(CLUB).await;
    let ann = site.member("ann").await;
    let treasurer = site.member_as("treasurer").await;
    let saved = treasurer.submit("/u/ann/edit", &[("fee", "Paid in May")]);
    assert_eq!(saved.await.location(), "/u/ann?saved");
    for path in [
        "/",
        "/profile",
        "/u/ann",
        "/profile/edit",
        "/profile/history",
    ] {
        ann.visit(path).await.says("Paid in May");
    }
    let form = ann.visit("/profile/edit").await;
    form.says("Someone else fills this in for you.");
    form.says_not("name=\"fee\"");
    ann.visit("/profile/history").await.says("by @treasurer");
    for other in [site.guest(), site.member("bob").await] {
        other.visit("/u/ann").await.says_not("Paid in May");
    }
}
