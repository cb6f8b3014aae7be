//! Signing up: a user, a profile, a session.

use app::{
    account::types::sign_up_rule::{SignUpMode, SignUpRule},
    error::AppError,
    profile::rules::violation::Violation,
};
use axum::http::StatusCode;
use server::Cost;

use crate::harness::{PASSWORD, Setup, Site, site, site_with, site_with_schema};

const USERS_AND_PROFILES: &str =
    "SELECT (SELECT count(*) FROM users) * 1000 + (SELECT count(*) FROM profiles)";

#[tokio::test]
async fn who_signs_up_has_a_profile_and_is_logged_in() {
    let site = site().await;
    let ann = site.guest();
    let answer = ann
        .submit(
            "/signup",
            &[
                ("username", "Ann"),
                ("email", "ann@example.org"),
                ("password", PASSWORD),
            ],
        )
        .await;
    assert_eq!(answer.location(), "/profile");
    let profile = ann.visit("/profile").await;
    assert_eq!(profile.status, StatusCode::OK);
    profile.says("@Ann");
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 1001);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_one_account_and_no_refusal() {
    let site = site_with(None, Cost::Recommended).await;
    let page = site.guest().visit("/signup").await;
    let key = page.hidden("idempotency_key");
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("idempotency_key", key),
    ];
    // A double click: the browser only looks at the second answer.
    let (first, ann) = (site.guest(), site.guest());
    let (one, two) = tokio::join!(first.submit("/signup", &form), ann.submit("/signup", &form));
    assert_eq!((one.location(), two.location()), ("/profile", "/profile"));
    ann.visit("/profile").await.says("@ann");
    // Or the line lost the answer, and the page is loaded anew.
    let later = site.guest();
    assert_eq!(later.submit("/signup", &form).await.location(), "/profile");
    later.visit("/profile").await.says("@ann");
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 1001);

    // It is a login, and told as one.
    later.visit("/settings/activity").await.says("Logged in");

    // Neither the form nor the password alone is enough, and what was changed is not
    // dropped without a word.
    let (name, password, key) = (form[0], form[1], form[2]);
    for other in [
        vec![name, ("password", "another long one"), key],
        vec![name, password, ("idempotency_key", "made up")],
        vec![name, password],
        vec![name, password, ("email", "ann@example.org"), key],
    ] {
        is_taken(&site, &other).await;
    }
    site.clock.advance(60 * 60 * 1000);
    is_taken(&site, &form).await;
    // No key is not a key that everybody has.
    let keyless = [("username", "bob"), password, ("idempotency_key", "")];
    let bob = site.guest().submit("/signup", &keyless).await;
    assert_eq!(bob.location(), "/profile");
    is_taken(&site, &keyless).await;
}

async fn is_taken(site: &Site, form: &[(&str, &str)]) {
    let answer = site.guest().submit("/signup", form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
    answer.says("Username: this name is taken");
}

#[tokio::test]
async fn a_sign_up_form_that_was_refused_is_still_the_same_one() {
    let site = site().await;
    let form = [
        ("username", "ann"),
        ("password", "short"),
        ("idempotency_key", "made up"),
    ];
    let refused = site.guest().submit("/signup", &form).await;
    assert_eq!(refused.hidden("idempotency_key"), "made up");
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_but_never_the_password() {
    let site = site().await;
    let answer = site
        .guest()
        .submit(
            "/signup?next=/u/bob",
            &[
                ("username", "a b"),
                ("email", "ann@example"),
                ("password", "secret7"),
                ("next", "/u/bob"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("<title>Error: ");
    answer.says("There is a problem");
    answer.says("value=\"a b\"");
    answer.says("value=\"ann@example\"");
    answer.says("name=\"next\" value=\"/u/bob\"");
    answer.says("href=\"#f-username\"");
    answer.says("Username: use 3 to 32 letters");
    answer.says("Email address: enter an email address");
    answer.says("Password: use at least 8 characters");
    answer.says("aria-invalid=\"true\"");
    answer.says_not("secret7");
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 0);
}

#[tokio::test]
async fn a_taken_username_is_reported_on_its_field_whatever_its_case() {
    let site = site().await;
    site.member("ann").await;
    for name in ["ann", "ANN", " Ann "] {
        let answer = site
            .guest()
            .submit("/signup", &[("username", name), ("password", PASSWORD)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.says("Username: this name is taken");
    }
    let answer = site
        .guest()
        .call("/signup", &[("username", "Ann"), ("password", PASSWORD)])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.error(),
        AppError::invalid("username", Violation::Taken)
    );
}

#[tokio::test]
async fn an_email_address_that_is_known_is_accepted_without_a_word() {
    let site = site().await;
    for name in ["ann", "eve"] {
        let answer = site
            .guest()
            .submit(
                "/signup",
                &[
                    ("username", name),
                    ("email", "Ann@example.org"),
                    ("password", PASSWORD),
                ],
            )
            .await;
        assert_eq!(answer.location(), "/profile");
    }
}

#[tokio::test]
async fn fields_that_nobody_asked_for_are_ignored() {
    let site = site().await;
    let answer = site
        .guest()
        .submit(
            "/signup",
            &[
                ("username", "ann"),
                ("password", PASSWORD),
                ("id", "7"),
                ("status", "disabled"),
                ("role", "admin"),
            ],
        )
        .await;
    assert_eq!(answer.location(), "/profile");
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE id = 1 AND status = 'active'")
            .await,
        1
    );
}

#[tokio::test]
async fn where_one_came_from_is_where_one_goes_if_it_is_here() {
    let site = site().await;
    for (index, (next, expected)) in [
        ("/u/bob?x=1", "/u/bob?x=1"),
        ("//evil.example", "/profile"),
        ("https://evil.example", "/profile"),
        ("/\\evil", "/profile"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("ann{index}");
        let answer = site
            .guest()
            .submit(
                "/signup",
                &[("username", &name), ("password", PASSWORD), ("next", next)],
            )
            .await;
        assert_eq!(answer.location(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_for_one_name_leave_one_user_and_forty_nine_clean_refusals() {
    // With the real cost, so that they truly wait for each other.
    let site = site_with(None, Cost::Recommended).await;
    let attempts = (0..50).map(|index| {
        let browser = site.guest();
        let name = if index % 2 == 0 { "Ann" } else { "ann" };
        tokio::spawn(async move {
            browser
                .submit("/signup", &[("username", name), ("password", PASSWORD)])
                .await
        })
    });
    let mut signed_up = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        match answer.status {
            StatusCode::SEE_OTHER => signed_up += 1,
            StatusCode::UNPROCESSABLE_ENTITY => answer.says("Username: this name is taken"),
            other => panic!("{other}: {}", answer.summary()),
        }
    }
    assert_eq!(signed_up, 1);
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 1001);
}

const ASKING: &str = r#"
[[group]]
key = "g"
label = "G"
[[field]]
key = "club_name"
group = "g"
type = "text"
label = "Club name"
max = 9
required = true
sign_up = true
[[field]]
key = "phone"
group = "g"
type = "phone"
label = "Phone"
audience = "me"
sign_up = true
[[field]]
key = "motto"
group = "g"
type = "text"
label = "Motto"
max = 9
"#;

#[tokio::test]
async fn what_the_schema_asks_at_sign_up_is_in_the_profile_from_the_start() {
    let site = site_with_schema(ASKING).await;
    let guest = site.guest();
    let page = guest.visit("/signup").await;
    page.says("name=\"club_name\"");
    page.says_not("name=\"motto\"");
    let account = [("username", "ann"), ("password", PASSWORD)];
    let with = |more: &[(&'static str, &'static str)]| -> Vec<_> {
        account.iter().chain(more).copied().collect()
    };
    for (form, words) in [
        (with(&[]), "Club name: this field is required"),
        (
            with(&[("club_name", "far too long")]),
            "Club name: shorten it to 9 characters",
        ),
        (
            with(&[("club_name", "Harbour"), ("phone", "+99912345678")]),
            "Phone: enter a phone number",
        ),
    ] {
        let refused = guest.submit("/signup", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(words);
        refused.says("value=\"ann\"");
    }
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 0);
    let form = with(&[
        ("club_name", "Harbour"),
        ("phone", "+49 431 8800"),
        ("motto", "Ahoy"),
    ]);
    assert_eq!(guest.submit("/signup", &form).await.location(), "/profile");
    let own = guest.visit("/profile").await;
    own.says("Harbour");
    own.says("+49 431 8800");
    own.says_not("Ahoy");
    let stranger = site.guest().visit("/u/ann").await;
    stranger.says("Harbour");
    stranger.says_not("8800");
    guest.visit("/profile/history").await.says("by you");
}

#[tokio::test]
async fn who_is_logged_in_finds_no_form_to_sign_up_and_a_way_on() {
    let site = site().await;
    let ann = site.member("Ann").await;
    let page = ann.visit("/signup").await;
    page.says("You are logged in as @Ann.");
    page.says("To create another account, log out first.");
    page.says("href=\"/profile\" class=\"button\"");
    page.says("action=\"/logout\"");
    page.says_not("name=\"password\"");
    ann.visit("/signup?next=/u/bob")
        .await
        .says("href=\"/u/bob\" class=\"button\"");
    // Changing the password asks for the one that was forgotten.
    let forgot = ann.visit("/forgot").await;
    forgot.says("You are logged in as @Ann.");
    forgot.says("name=\"email\"");
    ann.submit("/logout", &[]).await;
    ann.visit("/signup").await.says("name=\"password\"");
    let forgot = ann.visit("/forgot").await;
    forgot.says_not("You are logged in");
}

#[tokio::test]
async fn who_goes_back_after_signing_up_and_sends_it_again_is_told_that_it_is_done() {
    let site = site().await;
    let ann = site.guest();
    let page = ann.visit("/signup").await;
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("idempotency_key", page.hidden("idempotency_key")),
    ];
    assert_eq!(ann.submit("/signup", &form).await.location(), "/profile");
    let changed = [
        ("username", " Ann"),
        ("password", "another long one"),
        form[2],
    ];
    for form in [form, changed] {
        let again = ann.submit("/signup", &form).await;
        assert_eq!(again.location(), "/signup?made");
    }
    let told = ann.visit("/signup?made").await;
    told.says("Your account already exists.");
    told.says("You are logged in as @ann.");
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 1001);
    // Another name is another account, as from any other browser.
    let other = [("username", "bob"), ("password", PASSWORD)];
    assert_eq!(ann.submit("/signup", &other).await.location(), "/profile");
    ann.visit("/profile").await.says("@bob");
}

#[tokio::test]
async fn a_password_of_the_sites_own_words_is_refused_wherever_it_is_chosen() {
    const GUESSED: [&str; 5] = [
        "Kestrelhaven1",
        "kestrelhaven2026",
        "Silhouette1",
        "silhouette2026",
        "example.org1",
    ];
    let setup = Setup {
        tagline: Some("The boats of Kestrelhaven"),
        ..Setup::default()
    };
    let site = setup.build().await;
    let email = ("email", "ann@example.net");
    for password in GUESSED {
        let form = [("username", "ann"), email, ("password", password)];
        let refused = site.guest().submit("/signup", &form).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{password}"
        );
        refused.says("Password: this password is easy to guess");
    }
    let ann = site.guest();
    // Eight signs at random are as long as the hint asks for, and enough.
    let form = [("username", "ann"), email, ("password", "x7Kq2mPz")];
    assert_eq!(ann.submit("/signup", &form).await.location(), "/profile");
    site.mails().await;
    ann.submit("/forgot", &[email]).await;
    let reset = site.mail().await.path();
    for password in GUESSED {
        let change = [("current_password", "x7Kq2mPz"), ("password", password)];
        for (path, fields) in [
            ("/settings/password", &change[..]),
            (reset.as_str(), &change[1..]),
        ] {
            let refused = ann.submit(path, fields).await;
            assert_eq!(
                refused.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{password}"
            );
            refused.says("this password is easy to guess");
        }
    }
}

/// A site with another rule on who may sign up.
async fn site_of(mode: SignUpMode, domains: &[&str]) -> Site {
    let setup = Setup {
        sign_up_rule: SignUpRule {
            mode,
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        },
        ..Setup::default()
    };
    setup.build().await
}

#[tokio::test]
async fn where_signing_up_is_not_for_everybody_no_page_offers_it_and_no_form_does_it() {
    for (mode, words) in [
        (SignUpMode::Invited, "You need an invitation"),
        (
            SignUpMode::Closed,
            "Only administrators can create accounts",
        ),
    ] {
        let site = site_of(mode, &[]).await;
        let guest = site.guest();
        let page = guest.visit("/signup").await;
        page.says(words);
        page.says_not("type=\"password\"");
        for other in ["/", "/login", "/u/nobody"] {
            guest.visit(other).await.says_not("/signup");
        }
        let form = [("username", "ann"), ("password", PASSWORD)];
        let refused = guest.submit("/signup", &form).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.says(words);
        assert_eq!(guest.call("/signup", &form).await.status, 403);
        assert_eq!(site.ask(USERS_AND_PROFILES).await, 0);
    }
}

#[tokio::test]
async fn an_address_is_at_a_domain_of_the_site_now_and_after_a_change() {
    let site = site_of(SignUpMode::Open, &["example.org", "example.net"]).await;
    let guest = site.guest();
    guest
        .visit("/signup")
        .await
        .says("Use an address at example.org or example.net.");
    let form = |email| {
        [
            ("username", "ann"),
            ("email", email),
            ("password", PASSWORD),
        ]
    };
    let refused = guest.submit("/signup", &form("ann@example.com")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("use an address that this site accepts");
    refused.says("ann@example.com");
    assert_eq!(site.ask(USERS_AND_PROFILES).await, 0);
    let welcome = guest.submit("/signup", &form("ann@EXAMPLE.net")).await;
    assert_eq!(welcome.status, StatusCode::SEE_OTHER);
    let change = [("email", "ann@example.com"), ("current_password", PASSWORD)];
    let refused = guest.submit("/settings/email", &change).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("use an address that this site accepts");
}
