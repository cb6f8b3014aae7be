//! Second factors: codes of an app, recovery codes, browsers that are trusted, who has to have
//! one, and what becomes of who has lost theirs.

use app::account::types::second::SecondRule;
use axum::http::StatusCode;
use server::Limits;
use std::collections::BTreeSet;
use totp_rs::{Algorithm, Builder, Secret};

use crate::harness::{Answer, Browser, DAY, PASSWORD, Setup, Site, site, site_with_schema};

const MINUTE: i64 = 60 * 1000;
const STEP: i64 = 30 * 1000;

/// An app that makes codes, by the key that its page shows.
pub struct App(Vec<u8>);

impl App {
    fn of_page(page: &Answer) -> App {
        let at = page
            .text
            .find("<code class=\"link-shown\">")
            .expect("a key");
        let rest = &page.text[at + "<code class=\"link-shown\">".len()..];
        let key: String = rest[..rest.find('<').unwrap()].replace(' ', "");
        App(Secret::try_from_base32(&key).unwrap().as_bytes().to_vec())
    }

    /// The code of this app at a time.
    pub fn code(&self, at: i64) -> String {
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_secret(self.0.as_slice())
            .with_account_name("x")
            .build();
        totp.unwrap()
            .generate((at / 1000).cast_unsigned())
            .to_string()
    }
}

/// What a page of recovery codes shows.
fn codes_on(page: &Answer) -> Vec<String> {
    let parts = page.text.split("<li><code>").skip(1);
    parts
        .map(|part| part[..part.find('<').unwrap()].to_owned())
        .collect()
}

/// Adds an app, and returns it with the recovery codes.
pub async fn add_app(site: &Site, browser: &Browser) -> (App, Vec<String>) {
    let begun = browser
        .submit("/settings/second", &[("act", "add-app")])
        .await;
    assert_eq!(begun.location(), "/settings/second/app");
    let app = App::of_page(&browser.visit("/settings/second/app").await);
    let code = app.code(site.clock.now());
    let added = browser
        .submit("/settings/second/app", &[("app-code", &code)])
        .await;
    assert_eq!(added.location(), "/settings/second/codes");
    let page = browser.visit("/settings/second/codes").await;
    let codes = codes_on(&page);
    assert_eq!(codes.len(), 10, "{} {}", page.status, page.summary());
    (app, codes)
}

pub async fn log_in(browser: &Browser, name: &str) -> Answer {
    browser
        .submit("/login", &[("username", name), ("password", PASSWORD)])
        .await
}

pub async fn is_in(browser: &Browser) -> bool {
    browser.visit("/settings").await.status == StatusCode::OK
}

#[tokio::test]
async fn whoever_has_an_app_logs_in_with_its_code_and_no_longer_without() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (app, _) = add_app(&site, &ann).await;
    assert!(is_in(&ann).await);
    ann.visit("/settings/second").await.says("Remove the app");

    site.clock.advance(MINUTE);
    let other = site.guest();
    let first = other
        .submit(
            "/login",
            &[
                ("username", "ann"),
                ("password", PASSWORD),
                ("next", "/profile/edit"),
            ],
        )
        .await;
    assert_eq!(first.location(), "/login/second?next=/profile/edit");
    assert_eq!(other.cookie(), None);
    assert!(!is_in(&other).await);
    let page = other.visit("/login/second?next=/profile/edit").await;
    page.says("autocomplete=\"one-time-code\"");
    page.says("name=\"next\" value=\"/profile/edit\"");

    let right = app.code(site.clock.now());
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for (code, status) in [("", 422), ("12345", 422), (wrong, 422)] {
        let refused = other
            .submit("/login/second", &[("second-code", code)])
            .await;
        assert_eq!(refused.status, status, "{code}");
        assert!(!is_in(&other).await);
    }
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    let form = [("second-code", &*spaced), ("next", "/profile/edit")];
    let second = other.submit("/login/second", &form).await;
    assert_eq!(second.location(), "/profile/edit");
    assert!(is_in(&other).await);
    // The first step is used up with it.
    let again = other.visit("/login/second").await;
    assert_eq!(again.location(), "/profile");
}

#[tokio::test]
async fn a_code_counts_once_and_for_its_step_and_those_beside_it() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (app, _) = add_app(&site, &ann).await;
    // What added the app was a code, too.
    let used = app.code(site.clock.now());
    let try_code = async |code: &str| {
        let guest = site.guest();
        log_in(&guest, "ann").await;
        let answer = guest
            .submit("/login/second", &[("second-code", code)])
            .await;
        answer.status == StatusCode::SEE_OTHER && is_in(&guest).await
    };
    assert!(!try_code(&used).await);
    site.clock.advance(10 * STEP);
    let now = site.clock.now();
    assert!(!try_code(&app.code(now - 2 * STEP)).await);
    assert!(!try_code(&app.code(now + 2 * STEP)).await);
    assert!(try_code(&app.code(now - STEP)).await);
    assert!(!try_code(&app.code(now - STEP)).await);
    assert!(try_code(&app.code(now)).await);
    assert!(try_code(&app.code(now + STEP)).await);
    // One that is older than the last is not taken any more.
    assert!(!try_code(&app.code(now)).await);
}

#[tokio::test]
async fn of_fifty_logins_with_one_code_one_gets_in() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (app, recovery) = add_app(&site, &ann).await;
    site.clock.advance(MINUTE);
    let code = app.code(site.clock.now());
    for (control, code) in [("second-code", &code), ("recovery-code", &recovery[3])] {
        let mut guests = Vec::new();
        for _ in 0..50 {
            let guest = site.guest();
            log_in(&guest, "ann").await;
            guests.push(guest);
        }
        let form = [(control, code.as_str())];
        let tries = guests
            .iter()
            .map(|guest| guest.submit("/login/second", &form));
        let answers = futures_util::future::join_all(tries).await;
        let inside = answers
            .iter()
            .filter(|answer| answer.status == StatusCode::SEE_OTHER);
        assert_eq!(inside.count(), 1, "{control}");
        let sessions = guests.iter().filter(|guest| guest.cookie().is_some());
        assert_eq!(sessions.count(), 1, "{control}");
    }
}

#[tokio::test]
async fn recovery_codes_replace_the_second_factor_once_each() {
    let site = site().await;
    let ann = site.member("ann").await;
    confirm_address(&site, &ann, "ann@example.org").await;
    let (_, codes) = add_app(&site, &ann).await;
    let told = site.mails().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].text.replace("=\r\n", "").contains("app added"),
        "{}",
        told[0].text
    );
    // They are shown once.
    let again = ann.visit("/settings/second/codes").await;
    assert_eq!(again.location(), "/settings/second");
    // None is stored as it is.
    let content = site.content().await;
    for code in &codes {
        for written in [code.clone(), code.replace('-', "")] {
            let found = content
                .windows(written.len())
                .any(|bytes| bytes == written.as_bytes());
            assert!(!found, "{written}");
        }
    }
    let use_code = async |code: &str| {
        let guest = site.guest();
        log_in(&guest, "ann").await;
        let form = [("recovery-code", code)];
        guest.submit("/login/second", &form).await.status == StatusCode::SEE_OTHER
    };
    assert!(use_code(&codes[0].to_uppercase().replace('-', " ")).await);
    let told = site.mail().await;
    assert!(
        told.text.replace("=\r\n", "").contains("codes left: 9"),
        "{}",
        told.text
    );
    assert!(!use_code(&codes[0]).await);
    assert!(!use_code("0-00000-00000").await);
    ann.visit("/settings/second")
        .await
        .says("9 recovery codes left");
    // A new set voids the one before.
    let renewed = ann
        .submit("/settings/second", &[("act", "renew-codes")])
        .await;
    assert_eq!(renewed.location(), "/settings/second/codes");
    let page = ann.visit("/settings/second/codes").await;
    page.says("download=\"recovery-codes.txt\"");
    let fresh = codes_on(&page);
    assert!(!use_code(&codes[1]).await);
    assert!(use_code(&fresh[1]).await);
    for code in &fresh[2..9] {
        assert!(use_code(code).await, "{code}");
    }
    ann.visit("/settings/second")
        .await
        .says("Create new ones before you run out");
}

/// Gives somebody an address, and reads the mail.
pub async fn confirm_address(site: &Site, browser: &Browser, address: &str) {
    let asked = browser
        .submit("/settings/email", &[("email", address)])
        .await;
    assert_eq!(asked.location(), "/settings/email?sent");
    let path = site.mail().await.path();
    site.guest().submit(&path, &[]).await;
}

/// Each way to get in, for who has a second factor: none gives a session without it.
#[tokio::test]
async fn no_door_stands_beside_the_second_factor() {
    let site = site().await;
    let key = site
        .guest()
        .visit("/signup")
        .await
        .hidden("idempotency_key")
        .to_owned();
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("idempotency_key", &key),
    ];
    let ann = site.guest();
    assert_eq!(ann.submit("/signup", &form).await.location(), "/profile");
    confirm_address(&site, &ann, "ann@example.org").await;
    let (app, _) = add_app(&site, &ann).await;
    site.mails().await;

    // The form, with and without script.
    let guest = site.guest();
    assert_eq!(log_in(&guest, "ann").await.location(), "/login/second");
    assert_eq!(guest.cookie(), None);
    let guest = site.guest();
    let called = guest
        .call("/login", &[("username", "ann"), ("password", PASSWORD)])
        .await;
    assert_eq!(called.status, StatusCode::OK);
    assert!(called.text.contains("/login/second"), "{}", called.text);
    assert_eq!(guest.cookie(), None);
    // By the address.
    let guest = site.guest();
    let by_address = log_in(&guest, "ann@example.org").await;
    assert_eq!(by_address.location(), "/login/second");
    // The form of the sign-up once more, which is a login.
    let guest = site.guest();
    let again = guest.submit("/signup", &form).await;
    assert_eq!(again.location(), "/login/second");
    assert_eq!(guest.cookie(), None);
    // A new password by mail: the second factor stays.
    let guest = site.guest();
    guest
        .submit("/forgot", &[("email", "ann@example.org")])
        .await;
    let path = site.mail().await.path();
    let other = "another long sentence";
    let reset = guest.submit(&path, &[("password", other)]).await;
    assert_eq!(reset.location(), "/login?reset");
    let in_with = guest
        .submit("/login", &[("username", "ann"), ("password", other)])
        .await;
    assert_eq!(in_with.location(), "/login/second");
    assert_eq!(guest.cookie(), None);
    // A first step that stands on the password before is worth nothing.
    site.clock.advance(MINUTE);
    let early = site.guest();
    let first = early
        .submit("/login", &[("username", "ann"), ("password", other)])
        .await;
    assert_eq!(first.location(), "/login/second");
    let code = app.code(site.clock.now());
    guest
        .submit("/login/second", &[("second-code", &code)])
        .await;
    assert!(is_in(&guest).await);
    let form = [
        ("current_password", other),
        ("password", "a third long sentence"),
    ];
    let changed = guest.submit("/settings/password", &form).await;
    assert_eq!(changed.location(), "/settings?password");
    assert!(is_in(&guest).await);
    site.clock.advance(MINUTE);
    let code = app.code(site.clock.now());
    let late = early
        .submit("/login/second", &[("second-code", &code)])
        .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!is_in(&early).await);
    // Nor one that is too old, or that somebody made up.
    let slow = site.guest();
    slow.submit(
        "/login",
        &[("username", "ann"), ("password", "a third long sentence")],
    )
    .await;
    site.clock.advance(11 * MINUTE);
    let code = app.code(site.clock.now());
    let late = slow
        .submit("/login/second", &[("second-code", &code)])
        .await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert_eq!(slow.visit("/login/second").await.location(), "/login");
    slow.set_cookie("first-step=AAAA");
    let made_up = slow
        .submit("/login/second", &[("second-code", &code)])
        .await;
    assert_eq!(made_up.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_learns_of_a_second_factor_before_the_password_was_right() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.member("bea").await;
    add_app(&site, &ann).await;
    let try_as = async |name: &str| {
        let form = [("username", name), ("password", "not the password")];
        let answer = site.guest().submit("/login", &form).await;
        (
            answer.status,
            answer.without_question().replace(name, "NAME"),
        )
    };
    let (with, without) = (try_as("ann").await, try_as("bea").await);
    assert_eq!(with, without);
    assert_eq!(with, try_as("nobody-here").await);
}

#[tokio::test]
async fn a_trusted_browser_is_not_asked_again_for_thirty_days() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (app, _) = add_app(&site, &ann).await;
    site.clock.advance(MINUTE);
    let home = site.guest();
    log_in(&home, "ann").await;
    let code = app.code(site.clock.now());
    let form = [("second-code", code.as_str()), ("trust", "yes")];
    assert_eq!(
        home.submit("/login/second", &form).await.location(),
        "/profile"
    );
    home.submit("/logout", &[]).await;
    assert_eq!(log_in(&home, "ann").await.location(), "/profile");
    // Not for somebody else of this browser, nor in another one.
    site.member("bea").await;
    assert_eq!(
        log_in(&site.guest(), "ann").await.location(),
        "/login/second"
    );
    home.submit("/logout", &[]).await;
    site.clock.advance(29 * DAY);
    assert_eq!(log_in(&home, "ann").await.location(), "/profile");
    home.submit("/logout", &[]).await;
    site.clock.advance(2 * DAY);
    assert_eq!(log_in(&home, "ann").await.location(), "/login/second");
    // It is listed, and can be asked again.
    let code = app.code(site.clock.now());
    let form = [("second-code", code.as_str()), ("trust", "yes")];
    home.submit("/login/second", &form).await;
    home.visit("/settings/sessions")
        .await
        .says("Trusted browsers");
    let page = home.visit("/settings/second").await;
    page.says("Trusted browsers");
    let handle = page.hidden("browser").to_owned();
    let asked = [("act", "distrust"), ("browser", handle.as_str())];
    let done = home.submit("/settings/second", &asked).await;
    assert_eq!(done.location(), "/settings/second?distrusted");
    home.visit("/settings/second")
        .await
        .says_not("Trusted browsers");
    home.submit("/logout", &[]).await;
    assert_eq!(log_in(&home, "ann").await.location(), "/login/second");
}

#[tokio::test]
async fn a_new_password_and_a_change_of_factors_trust_no_browser_any_more() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (app, _) = add_app(&site, &ann).await;
    let trust = async |browser: &Browser| {
        site.clock.advance(MINUTE);
        log_in(browser, "ann").await;
        let code = app.code(site.clock.now());
        let form = [("second-code", code.as_str()), ("trust", "yes")];
        let done = browser.submit("/login/second", &form).await;
        assert_eq!(done.location(), "/profile");
    };
    let home = site.guest();
    trust(&home).await;
    let renewed = home
        .submit("/settings/second", &[("act", "renew-codes")])
        .await;
    assert_eq!(renewed.location(), "/settings/second/codes");
    home.submit("/logout", &[]).await;
    assert_eq!(log_in(&home, "ann").await.location(), "/login/second");
    trust(&home).await;
    let form = [
        ("current_password", PASSWORD),
        ("password", "another long sentence"),
    ];
    assert_eq!(
        home.submit("/settings/password", &form).await.location(),
        "/settings?password"
    );
    home.submit("/logout", &[]).await;
    let form = [("username", "ann"), ("password", "another long sentence")];
    assert_eq!(
        home.submit("/login", &form).await.location(),
        "/login/second"
    );
}

#[tokio::test]
async fn what_matters_asks_for_the_second_factor_again_and_the_rest_for_anything() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (app, _) = add_app(&site, &ann).await;
    site.clock.advance(20 * MINUTE);
    // The password is not enough for an address.
    let with_password = [("email", "new@example.org"), ("current_password", PASSWORD)];
    let refused = ann.submit("/settings/email", &with_password).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("name=\"second-code\"");
    refused.says("value=\"new@example.org\"");
    // It is for ending sessions, and so is a code.
    let form = [("session", "others"), ("current_password", PASSWORD)];
    let ended = ann.submit("/settings/sessions", &form).await;
    assert_eq!(ended.location(), "/settings/sessions?ended");
    let still = ann
        .submit("/settings/email", &[("email", "new@example.org")])
        .await;
    assert_eq!(still.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = app.code(site.clock.now());
    let with_code = [("email", "new@example.org"), ("second-code", code.as_str())];
    let done = ann.submit("/settings/email", &with_code).await;
    assert_eq!(done.location(), "/settings/email?sent");
    site.clock.advance(20 * MINUTE);
    let code = app.code(site.clock.now());
    let form = [("session", "others"), ("second-code", code.as_str())];
    let ended = ann.submit("/settings/sessions", &form).await;
    assert_eq!(ended.location(), "/settings/sessions?ended");
    // Deleting asks whatever was shown before.
    let page = ann.visit("/settings/delete").await;
    page.says("name=\"second-code\"");
    page.says_not("name=\"current_password\"");
    let outline = page.hidden("outline").to_owned();
    let form = [
        ("typed_username", "ann"),
        ("outline", &outline),
        ("current_password", PASSWORD),
    ];
    let refused = ann.submit("/settings/delete", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    site.clock.advance(MINUTE);
    let code = app.code(site.clock.now());
    let form = [
        ("typed_username", "ann"),
        ("outline", &outline),
        ("second-code", &code),
    ];
    assert_eq!(
        ann.submit("/settings/delete", &form).await.location(),
        "/login?left"
    );
}

#[tokio::test]
async fn adding_and_removing_ask_for_the_second_factor_and_end_other_sessions_where_ticked() {
    let site = site().await;
    let ann = site.member("ann").await;
    let phone = site.guest();
    log_in(&phone, "ann").await;
    let (app, _) = add_app(&site, &ann).await;
    // Not ticked.
    assert!(is_in(&phone).await);
    site.clock.advance(20 * MINUTE);
    let page = ann.visit("/settings/second").await;
    page.says("confirm that it is you");
    page.says_not("Remove the app");
    let refused = ann
        .submit("/settings/second", &[("act", "remove-app")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = app.code(site.clock.now());
    let unlock = [("act", "unlock"), ("second-code", code.as_str())];
    assert_eq!(
        ann.submit("/settings/second", &unlock).await.location(),
        "/settings/second"
    );
    let form = [("act", "remove-app"), ("end-others", "yes")];
    let removed = ann.submit("/settings/second", &form).await;
    assert_eq!(removed.location(), "/settings/second?removed");
    assert!(is_in(&ann).await);
    assert!(!is_in(&phone).await);
    assert_eq!(log_in(&site.guest(), "ann").await.location(), "/profile");
    assert_eq!(site.ask("SELECT count(*) FROM recovery_codes").await, 0);
    // There is none to be removed twice, and one is added once.
    let twice = ann.submit("/settings/second", &form).await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
    add_app(&site, &ann).await;
    let second = ann.submit("/settings/second", &[("act", "add-app")]).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_where_an_app_is_added_and_locks_nobody_out() {
    let setup = Setup {
        limits: Limits::default(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    ann.submit("/settings/second", &[("act", "add-app")]).await;
    let app = App::of_page(&ann.visit("/settings/second/app").await);
    let fast = app.code(site.clock.now() + 10 * MINUTE);
    for _ in 0..30 {
        let answer = ann
            .submit("/settings/second/app", &[("app-code", &fast)])
            .await;
        assert_eq!(answer.location(), "/settings/second/app?ahead=10");
    }
    ann.visit("/settings/second/app?ahead=10")
        .await
        .says("10 minutes ahead");
    ann.visit("/settings/second/app?ahead=-1")
        .await
        .says("1 minute behind");
    ann.visit("/settings/second/app?ahead=x")
        .await
        .says("Scan this QR code");
}

#[tokio::test]
async fn wrong_codes_are_limited_and_keep_nobody_out_of_their_own_browser() {
    let setup = Setup {
        limits: Limits::default(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    let (app, recovery) = add_app(&site, &ann).await;
    ann.forget_session();
    site.clock.advance(MINUTE);
    let guesser = site.guest_from("198.51.100.7");
    log_in(&guesser, "ann").await;
    let now = site.clock.now();
    let right: BTreeSet<String> = [-STEP, 0, STEP]
        .iter()
        .map(|by| app.code(now + by))
        .collect();
    let mut wrong = (0..)
        .map(|code| format!("{code:06}"))
        .filter(|code| !right.contains(code));
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let code = wrong.next().unwrap();
        let answer = guesser
            .submit("/login/second", &[("second-code", &code)])
            .await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses[..10], [422; 10]);
    assert_eq!(statuses[10..], [429; 2]);
    // The right one is none for who guesses, but is where its owner has logged in before; and a
    // recovery code counts apart.
    let code = app.code(now);
    let late = guesser
        .submit("/login/second", &[("second-code", &code)])
        .await;
    assert_eq!(late.status, StatusCode::TOO_MANY_REQUESTS);
    log_in(&ann, "ann").await;
    let owner = ann.submit("/login/second", &[("second-code", &code)]).await;
    assert_eq!(owner.location(), "/profile");
    let elsewhere = site.guest_from("203.0.113.9");
    log_in(&elsewhere, "ann").await;
    let form = [("recovery-code", recovery[0].as_str())];
    assert_eq!(
        elsewhere.submit("/login/second", &form).await.location(),
        "/profile"
    );
    // Failures are in the activity.
    ann.visit("/settings/activity")
        .await
        .says("Wrong second factor after the correct password");
}

const SCHEMA: &str = "[roles.reader]\n[roles.admin]\nmay = [\"manage_users\"]\n\
    second_factor = \"required\"\n[[group]]\nkey = \"a\"\nlabel = \"A\"\n\
    [[field]]\nkey = \"bio\"\ngroup = \"a\"\ntype = \"text\"\nmax = 80\nlabel = \"Bio\"\n";

#[tokio::test]
async fn whoever_must_have_one_is_led_to_it_before_anything_else() {
    let site = site_with_schema(SCHEMA).await;
    let admin = site.member_as("admin").await;
    for page in [
        "/profile",
        "/settings",
        "/settings/privacy",
        "/admin/users",
        "/profile/edit",
    ] {
        let answer = admin.visit(page).await;
        assert_eq!(answer.location(), "/settings/second", "{page}");
    }
    assert_eq!(admin.visit("/login").await.location(), "/settings/second");
    admin
        .visit("/settings/second")
        .await
        .says("requires a second factor");
    for (path, form) in [
        ("/profile/edit", vec![]),
        ("/admin/users/ann", vec![("act", "disable")]),
        ("/settings/privacy", vec![("listed", "no")]),
    ] {
        let answer = admin.submit(path, &form).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    // They may leave, and take their data along.
    assert_eq!(admin.visit("/settings/delete").await.status, StatusCode::OK);
    assert_eq!(admin.visit("/settings/export").await.status, StatusCode::OK);
    add_app(&site, &admin).await;
    assert_eq!(admin.visit("/admin/users").await.status, StatusCode::OK);
    // Nobody else is asked.
    let ann = site.member("ann").await;
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_site_asks_everybody_or_nobody() {
    let setup = Setup {
        second_rule: SecondRule::Required,
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    assert_eq!(ann.visit("/profile").await.location(), "/settings/second");
    add_app(&site, &ann).await;
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    let site = site
        .restart(Setup {
            second_rule: SecondRule::Off,
            ..Setup::default()
        })
        .await;
    // Who has one is not asked, and can still remove it; nobody else is offered one.
    let guest = site.guest();
    assert_eq!(log_in(&guest, "ann").await.location(), "/profile");
    guest.visit("/settings").await.says_not("/settings/second");
    guest.visit("/settings/second").await.says("Remove the app");
    let bea = site.member("bea").await;
    assert_eq!(
        bea.visit("/settings/second").await.status,
        StatusCode::NOT_FOUND
    );
    let begun = bea.submit("/settings/second", &[("act", "add-app")]).await;
    assert_eq!(begun.status, StatusCode::NOT_FOUND);
}

const HELPERS: &str = "[roles.reader]\n[roles.helper]\nmay = [\"help_users\"]\n\
    [[group]]\nkey = \"a\"\nlabel = \"A\"\n\
    [[field]]\nkey = \"bio\"\ngroup = \"a\"\ntype = \"text\"\nmax = 80\nlabel = \"Bio\"\n";

#[tokio::test]
async fn a_helper_has_lost_factors_removed_after_a_day_in_which_their_owner_is_told() {
    let site = site_with_schema(HELPERS).await;
    let ann = site.member("ann").await;
    confirm_address(&site, &ann, "ann@example.org").await;
    add_app(&site, &ann).await;
    site.mails().await;
    let helper = site.member_as("helper").await;
    let page = helper.visit("/admin/users/ann").await;
    page.says("authenticator app, 10 recovery codes");
    page.says("removed in 24 hours");
    let act = async |word: &str| helper.submit("/admin/users/ann", &[("act", word)]).await;
    assert_eq!(
        act("reset-factors").await.location(),
        "/admin/users/ann?reset"
    );
    assert_eq!(act("reset-factors").await.status, StatusCode::CONFLICT);
    let told = site.mail().await;
    assert_eq!(told.to, "ann@example.org");
    assert_eq!(told.path(), "/settings/second");
    // Until then nothing has changed, and the owner can stop it.
    assert_eq!(
        log_in(&site.guest(), "ann").await.location(),
        "/login/second"
    );
    site.clock.advance(DAY / 2);
    site.sweep(DAY / 2).await;
    ann.visit("/settings/second").await.says("will be removed");
    let refused = ann.submit("/settings/second", &[("act", "keep")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        act("reset-factors").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let again = [("act", "keep-factors"), ("current_password", PASSWORD)];
    let kept = helper.submit("/admin/users/ann", &again).await;
    assert_eq!(kept.location(), "/admin/users/ann?kept");
    site.clock.advance(DAY);
    site.sweep(DAY).await;
    assert_eq!(
        log_in(&site.guest(), "ann").await.location(),
        "/login/second"
    );
    // And once more, to its end.
    let again = [("act", "reset-factors"), ("current_password", PASSWORD)];
    let asked = helper.submit("/admin/users/ann", &again).await;
    assert_eq!(asked.location(), "/admin/users/ann?reset");
    site.mails().await;
    site.clock.advance(DAY - MINUTE);
    site.sweep(DAY).await;
    assert_eq!(
        log_in(&site.guest(), "ann").await.location(),
        "/login/second"
    );
    site.clock.advance(2 * MINUTE);
    site.sweep(MINUTE).await;
    assert!(!is_in(&ann).await);
    assert_eq!(log_in(&site.guest(), "ann").await.location(), "/profile");
    let told = site.mail().await;
    assert!(
        told.text
            .replace("=\r\n", "")
            .contains("by the administrators"),
        "{}",
        told.text
    );
    assert_eq!(site.ask("SELECT count(*) FROM recovery_codes").await, 0);
    assert_eq!(
        act("keep-factors").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn the_owner_stops_a_reset_with_the_factor_that_was_said_to_be_lost() {
    let site = site_with_schema(HELPERS).await;
    let ann = site.member("ann").await;
    let (app, _) = add_app(&site, &ann).await;
    let helper = site.member_as("helper").await;
    let form = [("act", "reset-factors")];
    helper.submit("/admin/users/ann", &form).await;
    site.clock.advance(20 * MINUTE);
    let code = app.code(site.clock.now());
    let form = [("act", "keep"), ("second-code", code.as_str())];
    let kept = ann.submit("/settings/second", &form).await;
    assert_eq!(kept.location(), "/settings/second?kept");
    site.clock.advance(2 * DAY);
    site.sweep(2 * DAY).await;
    assert_eq!(
        log_in(&site.guest(), "ann").await.location(),
        "/login/second"
    );
    // Of somebody without any there is nothing to remove.
    site.member("bea").await;
    let again = [("act", "reset-factors"), ("current_password", PASSWORD)];
    let none = helper.submit("/admin/users/bea", &again).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn secrets_of_apps_are_encrypted_and_in_no_export() {
    let site = site().await;
    let ann = site.member("ann").await;
    let (app, codes) = add_app(&site, &ann).await;
    let content = site.content().await;
    let holds = |bytes: &[u8]| content.windows(bytes.len()).any(|part| part == bytes);
    assert!(!holds(&app.0));
    let export = ann.visit("/settings/export/ann.zip").await;
    assert_eq!(export.status, StatusCode::OK);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(export.body)).unwrap();
    let mut text = String::new();
    let mut file = zip.by_name("second-factors.json").unwrap();
    std::io::Read::read_to_string(&mut file, &mut text).unwrap();
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 11, "{text}");
    assert_eq!(rows[0]["kind"], "app");
    for code in codes {
        assert!(!text.contains(&code));
    }
    assert!(!text.contains("secret"));
}

#[tokio::test]
async fn a_reset_ends_with_the_factors_that_it_was_for() {
    let site = site_with_schema(HELPERS).await;
    let ann = site.member("ann").await;
    let (_, codes) = add_app(&site, &ann).await;
    let helper = site.member_as("helper").await;
    let asked = helper
        .submit("/admin/users/ann", &[("act", "reset-factors")])
        .await;
    assert_eq!(asked.location(), "/admin/users/ann?reset");
    // She finds her recovery codes, and adds a new phone.
    site.clock.advance(DAY / 2);
    let form = [("act", "unlock"), ("recovery-code", codes[0].as_str())];
    ann.submit("/settings/second", &form).await;
    ann.submit("/settings/second", &[("act", "remove-app")])
        .await;
    add_app(&site, &ann).await;
    site.clock.advance(DAY);
    site.sweep(DAY).await;
    let guest = log_in(&site.guest(), "ann").await;
    assert_eq!(guest.location(), "/login/second");
}

#[tokio::test]
async fn the_key_of_an_app_is_shown_to_whoever_may_add_it() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.submit("/settings/second", &[("act", "add-app")]).await;
    let page = ann.visit("/settings/second/app").await;
    let app = App::of_page(&page);
    site.clock.advance(20 * MINUTE);
    let page = ann.visit("/settings/second/app").await;
    page.says("confirm that it is you");
    page.says_not("link-shown");
    let code = app.code(site.clock.now());
    let early = ann
        .submit("/settings/second/app", &[("app-code", &code)])
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("act", "unlock"), ("current_password", PASSWORD)];
    let unlocked = ann.submit("/settings/second/app", &form).await;
    assert_eq!(unlocked.location(), "/settings/second/app");
    // The same key, for it may have been scanned.
    assert!(App::of_page(&ann.visit("/settings/second/app").await).0 == app.0);
    let code = app.code(site.clock.now());
    let added = ann
        .submit("/settings/second/app", &[("app-code", &code)])
        .await;
    assert_eq!(added.location(), "/settings/second/codes");
    assert!(is_in(&ann).await);
}

#[tokio::test]
async fn the_owner_reads_of_a_right_password_that_went_no_further() {
    let site = site().await;
    let ann = site.member("ann").await;
    add_app(&site, &ann).await;
    log_in(&site.guest(), "ann").await;
    let page = ann.visit("/settings/activity").await;
    page.says("Correct password entered, second factor requested");
}

#[tokio::test]
async fn first_steps_keep_nobody_out() {
    let setup = Setup {
        limits: "log_in.right=3/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    let (app, _) = add_app(&site, &ann).await;
    for _ in 0..6 {
        let step = log_in(&site.guest_from("198.51.100.7"), "ann").await;
        assert_eq!(step.location(), "/login/second");
    }
    site.clock.advance(MINUTE);
    let home = site.guest();
    log_in(&home, "ann").await;
    let code = app.code(site.clock.now());
    let form = [("second-code", code.as_str())];
    assert_eq!(
        home.submit("/login/second", &form).await.location(),
        "/profile"
    );
}

#[tokio::test]
async fn an_earlier_address_takes_the_account_back_and_not_the_second_factor() {
    let site = site().await;
    let ann = site.member("ann").await;
    confirm_address(&site, &ann, "ann@example.org").await;
    add_app(&site, &ann).await;
    site.mails().await;
    // Whoever took the account has given it another address.
    ann.submit("/settings/email", &[("email", "thief@example.com")])
        .await;
    let path = site.mail().await.path();
    site.guest().submit(&path, &[]).await;
    let back = site.mail().await;
    assert_eq!(back.to, "ann@example.org");
    let guest = site.guest();
    let undone = guest.submit(&back.path(), &[]).await;
    let reset = undone.location().to_owned();
    assert!(reset.starts_with("/reset/"), "{reset}");
    let chosen = guest
        .submit(&reset, &[("password", "another long sentence")])
        .await;
    assert_eq!(chosen.location(), "/login?reset");
    let form = [("username", "ann"), ("password", "another long sentence")];
    let step = guest.submit("/login", &form).await;
    assert_eq!(step.location(), "/login/second");
    assert!(!is_in(&guest).await);
}

#[tokio::test]
async fn new_recovery_codes_are_limited_for_each_is_ten_hashes() {
    let setup = Setup {
        limits: "factors.user=2/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    // The app is the first change.
    add_app(&site, &ann).await;
    let renew = async || {
        ann.submit("/settings/second", &[("act", "renew-codes")])
            .await
    };
    assert_eq!(renew().await.location(), "/settings/second/codes");
    assert_eq!(renew().await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn passkeys_that_are_none_fill_no_log() {
    let setup = Setup {
        limits: "refusal.address=2/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    add_app(&site, &ann).await;
    let other = site.guest();
    log_in(&other, "ann").await;
    for _ in 0..5 {
        let form = [("passkey-answer", "{}"), ("passkey-question", "x")];
        let refused = other.submit("/login/second", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let failed = "SELECT count(*) FROM events WHERE kind = 'second_failed'";
    assert_eq!(site.ask(failed).await, 2);
}
