//! Every type of field, from the schema to the page and back into the form.

use axum::http::StatusCode;

use crate::harness::site_with_schema;

const EVERY_TYPE: &str = r#"
[[group]]
key = "all"
label = "All of it"

[[field]]
key = "motto"
group = "all"
type = "text"
label = "Motto"
max = 20
required = true

[[field]]
key = "story"
group = "all"
type = "long_text"
label = "Story"
max = 50

[[field]]
key = "since"
group = "all"
type = "date"
label = "Member since"

[[field]]
key = "phone"
group = "all"
type = "phone"
label = "Phone"

[[field]]
key = "site"
group = "all"
type = "url"
label = "Website"

[[field]]
key = "mail"
group = "all"
type = "email"
label = "Mail"

[[field]]
key = "shoe_size"
group = "all"
type = "number"
label = "Shoe size"
min = 20
max = 60

[[field]]
key = "shirt"
group = "all"
type = "choice"
label = "Shirt"
[[field.option]]
key = "s"
label = "Small"
[[field.option]]
key = "l"
label = "Large"

[[field]]
key = "skills"
group = "all"
type = "choices"
label = "Skills"
max = 2
[[field.option]]
key = "sew"
label = "Sewing"
[[field.option]]
key = "tar"
label = "Tarring"
[[field.option]]
key = "row"
label = "Rowing"

[[field]]
key = "vegetarian"
group = "all"
type = "bool"
label = "Vegetarian"
required = true
"#;

#[tokio::test]
async fn a_value_of_every_type_is_saved_shown_and_back_in_its_control() {
    let site = site_with_schema(EVERY_TYPE).await;
    let ann = site.member("ann").await;
    let fields = [
        ("motto", "Slowly"),
        ("story", "One\r\ntwo"),
        ("since.day", "1"),
        ("since.month", "may"),
        ("since.year", "2030"),
        ("phone", "+49 431 880-0"),
        ("site", "example.org/ann"),
        ("mail", "ann?cc=x@example.org"),
        ("shoe_size", "41"),
        ("shirt", "l"),
        ("skills", ""),
        ("skills", "row"),
        ("skills", "sew"),
        ("vegetarian", ""),
        ("vegetarian", "no"),
    ];
    let saved = ann.submit("/profile/edit", &fields).await;
    assert_eq!(saved.location(), "/profile?saved");
    let page = ann.visit("/u/ann").await;
    for shown in [
        "Slowly",
        "One\ntwo",
        "1 May 2030",
        "href=\"tel:+494318800\"",
        "href=\"https://example.org/ann\" dir=\"ltr\" rel=\"nofollow ugc noopener\"",
        "href=\"mailto:ann%3Fcc=x@example.org\"",
        ">41<",
        ">Large<",
        "<li>Sewing</li><li>Rowing</li>",
        ">No<",
    ] {
        page.says(shown);
    }
    let form = ann.visit("/profile/edit").await;
    for control in [
        "<option value=\"l\" selected",
        "name=\"skills\" value=\"sew\" checked",
        "name=\"skills\" value=\"row\" checked",
        "name=\"vegetarian\" value=\"no\" checked",
        "name=\"shoe_size\" type=\"text\" value=\"41\"",
        "name=\"site\" type=\"url\" value=\"https://example.org/ann\"",
    ] {
        form.says(control);
    }
    form.says_not("value=\"tar\" checked");
}

#[tokio::test]
async fn a_wrong_value_of_every_type_says_what_to_do() {
    let site = site_with_schema(EVERY_TYPE).await;
    let ann = site.member("ann").await;
    let answer = ann
        .submit(
            "/profile/edit",
            &[
                ("motto", " "),
                ("since", "1 5"),
                ("phone", "0431"),
                ("site", "javascript:alert(1)"),
                ("mail", "ann"),
                ("shoe_size", "61"),
                ("shirt", "xxl"),
                ("skills", "sew"),
                ("skills", "tar"),
                ("skills", "row"),
                ("vegetarian", "perhaps"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "Motto: this field is required",
        "Member since: enter a day, a month and a four-digit year",
        "Phone: start with + and the country code",
        "Website: enter a web address",
        "Mail: enter an email address",
        "Shoe size: enter 60 or less",
        "Shirt: choose an option from the list",
        "Skills: choose no more than 2",
        "Vegetarian: choose an option from the list",
    ] {
        answer.says(words);
    }
    assert_eq!(site.ask("SELECT version FROM profiles").await, 1);
    let unsaid = ann
        .submit("/profile/edit", &[("motto", "x"), ("vegetarian", "")])
        .await;
    unsaid.says("Vegetarian: this field is required");
}

#[tokio::test]
async fn an_option_that_the_schema_no_longer_has_is_kept_when_something_else_is_saved() {
    let site = site_with_schema(EVERY_TYPE).await;
    let ann = site.member("ann").await;
    site.run("UPDATE profiles SET fields = '{\"motto\":\"x\",\"shirt\":\"xxl\"}'")
        .await
        .unwrap();
    ann.visit("/profile").await.says_not("xxl");
    let fields = [("motto", "Slowly"), ("shirt", ""), ("skills", "")];
    let saved = ann.submit("/profile/edit", &fields).await;
    assert_eq!(saved.location(), "/profile?saved");
    let kept = "SELECT count(*) FROM profiles WHERE fields ->> 'shirt' = 'xxl' AND fields ->> 'motto' = 'Slowly'";
    assert_eq!(site.ask(kept).await, 1);
}
