//! What one sees and what is compared: signs that nobody sees, full-width letters,
//! digits of other scripts, names of nothing, and forms as large as a schema lets them.

use axum::http::StatusCode;

use crate::harness::{PASSWORD, site, site_with_schema};

#[tokio::test]
async fn an_account_that_was_typed_full_width_or_pasted_is_the_plain_one() {
    let site = site().await;
    let ann = site.guest();
    let form = [
        ("username", "\u{FEFF}Ｍaya\u{200B}"),
        ("email", "\u{202A}zoe\u{FF20}example.org\u{202C}"),
        ("password", PASSWORD),
    ];
    assert_eq!(
        ann.submit("/signup", &form).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(site.mail().await.to, "zoe@example.org");
    let kept = "SELECT count(*) FROM users WHERE username = 'Maya' AND username_key = 'maya'
                AND pending_email = 'zoe@example.org' AND pending_key = 'zoe@example.org'";
    assert_eq!(site.ask(kept).await, 1);
    for name in [
        "maya\u{200B}",
        "\u{202A}MAYA\u{202C}",
        "ｍａｙａ",
        "ma\u{AD}ya",
    ] {
        let form = [("username", name), ("password", PASSWORD)];
        let answer = site.guest().submit("/login", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name:?}");
        let form = [("username", name), ("password", "another good one 7")];
        let taken = site.guest().submit("/signup", &form).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        taken.says("this name is taken");
    }
    // A password is never changed: what nobody sees counts.
    let longer = format!("{PASSWORD}\u{200B}");
    let form = [("username", "maya"), ("password", longer.as_str())];
    let wrong = site.guest().submit("/login", &form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_command_finds_a_user_by_a_name_that_was_pasted() {
    let site = site().await;
    site.member("ann").await;
    site.set_role("\u{2066}Ann\u{2069}", "editor").await;
    let editors = "SELECT count(*) FROM users WHERE role = 'editor'";
    assert_eq!(site.ask(editors).await, 1);
}

#[tokio::test]
async fn a_pasted_link_to_a_profile_leads_on_to_its_address() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("bio", "Boats")]).await;
    for path in [
        "/u/ann%E2%80%8B",
        "/u/%EF%BD%81nn",
        "/u/%E2%81%A6ann%E2%81%A9",
    ] {
        let answer = site.guest().visit(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.location(), "/u/ann");
    }
    for path in ["/u/bob%E2%80%8B", "/u/%E2%80%8B", "/u/%D0%B0nn"] {
        let answer = site.guest().visit(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Nor does it tell that somebody is there.
    ann.save(&[("profile.audience", "me")]).await;
    let answer = site.guest().visit("/u/ann%E2%80%8B").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_name_of_which_nothing_is_seen_is_none() {
    let site = site().await;
    let ann = site.member("ann").await;
    for nothing in [
        "\u{3164}",
        "\u{2800}",
        "\u{115F}",
        "\u{1160}",
        "\u{FFA0}",
        "\u{200D}",
        "\u{AD}",
        "\u{34F}",
        "\u{180E}",
        "\u{2063}",
        "\u{200E}",
        "\u{61C}",
        "\u{E0041}",
        "\u{2028}",
        "\u{A0}\u{3164} ",
    ] {
        ann.save(&[("first_name", nothing), ("last_name", nothing)])
            .await;
        let page = site.guest().visit("/u/ann").await;
        page.says(">ann</h1>");
        let name = page.text.split("p-name").nth(1).unwrap();
        assert!(!name.contains(nothing), "{nothing:?}");
    }
    // One that an older program has stored.
    let stored = "UPDATE profiles SET fields = '{\"first_name\":\"\u{3164}\"}'";
    site.run(stored).await.unwrap();
    site.guest().visit("/u/ann").await.says(">ann</h1>");
}

#[tokio::test]
async fn what_office_programs_paste_is_lines_and_what_is_refused_is_named() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("bio", "one\u{B}two\u{2028}three"),
        ("location", "Old\u{2028}Port"),
    ])
    .await;
    let page = ann.visit("/profile").await;
    page.says("one\ntwo\nthree");
    page.says("Old Port");
    let refused = ann.submit("/profile/edit", &[("bio", "a\u{7}b")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Bio: remove the invisible control character U+0007");
    refused.says_not("line break");
}

#[tokio::test]
async fn a_year_of_another_calendar_is_told_as_one() {
    let site = site().await;
    let ann = site.member("ann").await;
    let refused = ann
        .submit("/profile/edit", &[("birth_date", "๓/๒/๒๕๓๓")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("the year in the Gregorian calendar, which may be 1990");
    let parts = [
        ("birth_date.day", "３"),
        ("birth_date.month", "٢"),
        ("birth_date.year", "๑๙๙๐"),
    ];
    ann.save(&parts).await;
    ann.visit("/profile").await.says("datetime=\"1990-02-03\"");
}

#[tokio::test]
async fn a_schema_of_hundreds_of_fields_is_saved() {
    let mut schema = "[[group]]\nkey = \"g\"\nlabel = \"G\"\n".to_owned();
    for index in 0..510 {
        schema += &format!(
            "[[field]]\nkey = \"f{index}\"\ngroup = \"g\"\ntype = \"text\"\nlabel = \"F{index}\"\nmax = 9\n"
        );
    }
    let site = site_with_schema(&schema).await;
    let ann = site.member("ann").await;
    let names: Vec<(String, String)> = (0..510)
        .map(|index| (format!("f{index}"), format!("f{index}.audience")))
        .collect();
    let form: Vec<(&str, &str)> = names
        .iter()
        .flat_map(|(field, audience)| [(field.as_str(), "x"), (audience.as_str(), "members")])
        .collect();
    ann.save(&form).await;
    let saved = r#"SELECT length(fields) - length(replace(fields, '":', '"')) FROM profiles"#;
    assert_eq!(site.ask(saved).await, 510);
}

#[tokio::test]
async fn a_choice_that_the_schema_lost_hides_and_loses_no_other() {
    let schema = r#"
[[group]]
key = "g"
label = "G"
[[field]]
key = "motto"
group = "g"
type = "text"
label = "Motto"
max = 20
[[field]]
key = "skills"
group = "g"
type = "choices"
label = "Skills"
[[field.option]]
key = "sew"
label = "Sewing"
[[field.option]]
key = "cook"
label = "Cooking"
"#;
    let site = site_with_schema(schema).await;
    let ann = site.member("ann").await;
    site.run("UPDATE profiles SET fields = '{\"skills\":[\"fly\",\"sew\"]}'")
        .await
        .unwrap();
    ann.visit("/profile").await.says("Sewing");
    ann.save(&[("motto", "Ahoy"), ("skills", ""), ("skills", "sew")])
        .await;
    let untouched = "SELECT fields ->> 'skills' = '[\"fly\",\"sew\"]' FROM profiles";
    assert_eq!(site.ask(untouched).await, 1);
    ann.save(&[("skills", ""), ("skills", "cook")]).await;
    let kept = "SELECT fields ->> 'skills' = '[\"cook\",\"fly\"]' FROM profiles";
    assert_eq!(site.ask(kept).await, 1);
}
