//! Who sees what: audiences, hidden profiles, "view as".

use axum::http::StatusCode;
use std::time::{Duration, Instant};

use crate::harness::{Site, site, site_with_schema};

#[tokio::test]
async fn each_field_is_seen_by_whom_its_owner_chose() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("bio", "For everyone"),
        ("location", "For members"),
        ("location.audience", "members"),
        ("first_name", "Just"),
        ("last_name", "Me"),
        ("last_name.audience", "me"),
    ])
    .await;
    let guest = site.guest().visit("/u/ann").await;
    guest.says("For everyone");
    guest.says_not("For members");
    guest.says("class=\"profile-name p-name\">Just</h1>");
    let member = site.member("bob").await.visit("/u/ann").await;
    member.says("For members");
    member.says_not("Just Me");
    let own = ann.visit("/profile").await;
    own.says("Just Me");
    own.says("<span class=\"badge\">Members</span>");
    let form = ann.visit("/profile/edit").await;
    form.says("<option value=\"members\" selected");
}

#[tokio::test]
async fn the_default_schema_keeps_what_is_personal_from_guests() {
    let site = site().await;
    let ann = site.member("ann").await;
    let personal = [
        ("birth_date", "1990-02-03"),
        ("phone_number", "+49 431 8800"),
    ];
    ann.save(&personal).await;
    let guest = site.guest().visit("/u/ann").await;
    guest.says_not("1990");
    guest.says_not("8800");
    let member = site.member("bob").await.visit("/u/ann").await;
    member.says_not("1990");
    member.says("8800");
}

#[tokio::test]
async fn an_audience_that_there_is_not_is_refused() {
    let site = site().await;
    let ann = site.member("ann").await;
    for fields in [
        [("bio", "x"), ("bio.audience", "friends")],
        [("bio", "x"), ("bio.audience", "")],
        [("bio", "x"), ("shoe.audience", "me")],
        [("bio", "x"), ("profile.audience", "nobody")],
    ] {
        let answer = ann.submit("/profile/edit", &fields).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{fields:?}"
        );
    }
    let twice = [("bio.audience", "me"), ("bio.audience", "everyone")];
    let answer = ann.submit("/profile/edit", &twice).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.ask("SELECT version FROM profiles").await, 1);
}

const LOCKED: &str = r#"
[profile]
lock_audience = true
[[group]]
key = "g"
label = "G"
[[field]]
key = "badge_number"
group = "g"
type = "text"
label = "Badge number"
max = 9
audience = "members"
lock_audience = true
"#;

#[tokio::test]
async fn a_locked_audience_cannot_be_chosen_and_what_was_chosen_before_does_not_count() {
    let site = site_with_schema(LOCKED).await;
    let ann = site.member("ann").await;
    let form = ann.visit("/profile/edit").await;
    form.says_not("name=\"badge_number.audience\"");
    form.says_not("name=\"profile.audience\"");
    for name in ["badge_number.audience", "profile.audience"] {
        let answer = ann.submit("/profile/edit", &[(name, "everyone")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says("you cannot edit this field");
    }
    ann.save(&[("badge_number", "4711")]).await;
    site.run(
        "UPDATE profiles SET audiences = '{\"badge_number\":\"everyone\",\"profile\":\"me\"}'",
    )
    .await
    .unwrap();
    let guest = site.guest().visit("/u/ann").await;
    assert_eq!(guest.status, StatusCode::OK);
    guest.says_not("4711");
}

/// Without what differs from one answer to the next.
fn comparable(answer: &crate::harness::Answer) -> (StatusCode, String, Vec<String>) {
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| *name != "x-request-id");
    let headers = headers.map(|(name, value)| format!("{name}: {value:?}"));
    (answer.status, answer.text.clone(), headers.collect())
}

#[tokio::test]
async fn a_hidden_profile_looks_like_none() {
    let site = site().await;
    let ann = site.member("ann").await;
    let bob = site.member("bob").await;
    let editor = site.member_as("editor").await;
    ann.save(&[("bio", "Gone"), ("profile.audience", "me")])
        .await;
    for viewer in [&site.guest(), &bob, &editor] {
        for (hidden, unknown) in [("/u/ann", "/u/eve"), ("/u/ann/edit", "/u/eve/edit")] {
            let answers = (viewer.visit(hidden).await, viewer.visit(unknown).await);
            let (mut hidden, mut unknown) = (comparable(&answers.0), comparable(&answers.1));
            for text in [&mut hidden.1, &mut unknown.1] {
                *text = text.replace("eve", "ann");
            }
            for header in hidden.2.iter_mut().chain(&mut unknown.2) {
                *header = header.replace("eve", "ann");
            }
            assert_eq!(hidden, unknown);
        }
        for form in [
            &[("location", "x")][..],
            &[("shoe", "x")],
            &[("username", "zoe")],
            &[("username", "a"), ("username", "b")],
            &[("version", "x")],
            &[("version", "1"), ("bio.choice", "")],
        ] {
            for html in [true, false] {
                let send = async |path| match html {
                    true => viewer.submit(path, form).await,
                    false => viewer.call(path, form).await,
                };
                let posts = (send("/u/ann/edit").await, send("/u/eve/edit").await);
                let (hidden, mut unknown) = (comparable(&posts.0), comparable(&posts.1));
                unknown.1 = unknown.1.replace("eve", "ann");
                assert_eq!(hidden, unknown, "{form:?}");
            }
        }
    }
    assert_eq!(ann.visit("/u/ann").await.status, StatusCode::OK);
    ann.visit("/profile?as=member")
        .await
        .says("They see “Page not found”.");
    ann.save(&[("profile.audience", "members")]).await;
    assert_eq!(
        site.guest().visit("/u/ann").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(bob.visit("/u/ann").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_hidden_profile_takes_as_long_as_none() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[("bio", &"x".repeat(2000)), ("profile.audience", "me")])
        .await;
    let guest = site.guest();
    let mut times = [Vec::new(), Vec::new()];
    let bob = site.member("bob").await;
    for _ in 0..300 {
        for (times, name) in times.iter_mut().zip(["ann", "eve"]) {
            let start = Instant::now();
            guest.visit(&format!("/u/{name}")).await;
            bob.call(&format!("/u/{name}/edit"), &[("location", "x")])
                .await;
            times.push(start.elapsed());
        }
    }
    let [hidden, none] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    println!("hidden: {hidden:?}, none: {none:?}");
    // A write that has to be undone would be many times as much.
    assert!(hidden.abs_diff(none) < Duration::from_millis(2));
}

#[tokio::test]
async fn one_sees_oneself_with_the_eyes_of_others() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("bio", "For everyone"),
        ("location", "For members"),
        ("location.audience", "members"),
        ("phone_number", "+49 431 8800"),
        ("phone_number.audience", "me"),
    ])
    .await;
    for (eyes, shown) in [
        ("guest", [true, false, false]),
        ("member", [true, true, false]),
        ("editor", [true, true, false]),
        ("me", [true, true, true]),
    ] {
        let page = ann.visit(&format!("/profile?as={eyes}")).await;
        for (words, shown) in ["For everyone", "For members", "8800"].iter().zip(shown) {
            assert_eq!(page.text.contains(words), shown, "{words} as {eyes}");
        }
        page.says(&format!("data-as=\"{eyes}\" aria-current=\"true\""));
    }
    assert_eq!(
        ann.visit("/profile?as=nobody").await.status,
        StatusCode::NOT_FOUND
    );
}

/// What a view shows of a profile, without the frame around it.
fn card(page: &str) -> String {
    let start = page.find("<article").unwrap();
    let end = page.find("</article>").unwrap();
    page[start..end].to_owned()
}

#[tokio::test]
async fn view_as_shows_exactly_what_they_see() {
    let site: Site = site().await;
    let ann = site.member("ann").await;
    let every = [
        ("bio", "One"),
        ("first_name", "Two"),
        ("first_name.audience", "members"),
        ("location", "Three"),
        ("location.audience", "me"),
        ("phone_number", "+49 431 8800"),
    ];
    ann.save(&every).await;
    let others = [
        ("guest", site.guest()),
        ("member", site.member("bob").await),
        ("editor", site.member_as("editor").await),
        ("admin", site.member_as("admin").await),
    ];
    for (eyes, viewer) in others {
        let shown = ann.visit(&format!("/profile?as={eyes}")).await;
        let seen = viewer.visit("/u/ann").await;
        assert_eq!(card(&shown.text), card(&seen.text), "{eyes}");
    }
}
