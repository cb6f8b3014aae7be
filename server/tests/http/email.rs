//! E-mail: addresses given, confirmed and taken back, and passwords chosen by a link.

use app::account::types::email::EmailRule;
use axum::http::{Request, StatusCode, header};
use server::Limits;
use server::accounts::roles::set_disabled;

use crate::harness::{Answer, Browser, DAY, Mail, PASSWORD, Setup, Site, site};

const HOUR: i64 = 60 * 60 * 1000;
const NEW: &str = "another long sentence";
const ADDRESS: &str = "Ann@Example.net";

pub async fn sign_up(site: &Site, username: &str, email: &str) -> Browser {
    let browser = site.guest();
    let fields = [
        ("username", username),
        ("email", email),
        ("password", PASSWORD),
    ];
    let answer = browser.submit("/signup", &fields).await;
    assert_eq!(answer.location(), "/profile", "{}", answer.summary());
    browser
}

/// Ann, whose address is confirmed.
async fn confirmed(site: &Site) -> Browser {
    let ann = sign_up(site, "ann", ADDRESS).await;
    let path = site.mail().await.path();
    assert_eq!(
        ann.submit(&path, &[]).await.location(),
        "/settings/email?confirmed"
    );
    ann
}

async fn log_in(site: &Site, username: &str, password: &str) -> StatusCode {
    let fields = [("username", username), ("password", password)];
    site.guest().submit("/login", &fields).await.status
}

async fn ask_reset(site: &Site, email: &str) -> Answer {
    site.guest().submit("/forgot", &[("email", email)]).await
}

async fn reset_link(site: &Site) -> String {
    assert_eq!(ask_reset(site, ADDRESS).await.location(), "/forgot?sent");
    site.mail().await.path()
}

async fn is_dead(site: &Site, path: &str) {
    let looked = site.guest().visit(path).await;
    let used = site.guest().submit(path, &[("password", NEW)]).await;
    for answer in [looked, used] {
        assert_eq!(
            answer.status,
            StatusCode::GONE,
            "{path}: {}",
            answer.summary()
        );
        answer.says("This link no longer works");
        let again = match path.starts_with("/verify/") {
            true => "/settings/email",
            false => "/forgot",
        };
        answer.says(&format!(
            "href=\"{again}\" class=\"button\">Request a new link"
        ));
    }
}

#[tokio::test]
async fn a_new_address_is_confirmed_by_its_link_and_not_by_looking_at_it() {
    let site = site().await;
    let ann = sign_up(&site, "ann", ADDRESS).await;
    ann.visit("/settings/email")
        .await
        .says("Ann@Example.net is not confirmed yet");
    let mail = site.mail().await;
    assert_eq!(mail.to, ADDRESS);
    assert_eq!(mail.subject, "Confirm your email address for example.org");
    let path = mail.path();
    assert!(path.starts_with("/verify/"), "{path}");
    for _ in 0..3 {
        let page = site.guest().visit(&path).await;
        page.says("Ann@Example.net will become the email address of @ann.");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "same-origin");
    }
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE email IS NOT NULL")
            .await,
        0
    );
    // By anybody who has the mail, logged in or not.
    assert_eq!(
        site.guest().submit(&path, &[]).await.location(),
        "/login?confirmed"
    );
    ann.visit("/settings/email")
        .await
        .says("Your email address is Ann@Example.net.");
    is_dead(&site, &path).await;
    assert_eq!(
        log_in(&site, "ann@example.NET", PASSWORD).await,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_link_that_does_not_work_is_one_and_the_same_refusal() {
    let site = site().await;
    confirmed(&site).await;
    let reset = reset_link(&site).await;
    let token = reset.strip_prefix("/reset/").unwrap().to_owned();
    for path in [
        format!("/verify/{token}"),
        format!("/undo/{token}"),
        format!("/reset/{}", "A".repeat(5000)),
    ] {
        is_dead(&site, &path).await;
    }
    for empty in ["/reset", "/verify", "/undo", "/reset/"] {
        let page = site.guest().visit(empty).await;
        assert_eq!(page.status, StatusCode::GONE, "{empty}");
    }
    let bare = site.guest().submit("/reset", &[("password", NEW)]).await;
    assert_eq!(bare.status, StatusCode::GONE);
    site.clock.advance(2 * HOUR);
    is_dead(&site, &reset).await;
    assert_eq!(log_in(&site, "ann", PASSWORD).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_link_that_a_mail_program_has_spoilt_works_all_the_same() {
    let site = site().await;
    let ann = sign_up(&site, "ann", ADDRESS).await;
    let path = site.mail().await.path();
    for spoilt in [
        ".",
        ")",
        "%3E",
        ",",
        "%22",
        "=",
        "=%0D%0A",
        "%20or",
        "%E2%80%9D",
    ] {
        let page = site.guest().visit(&format!("{path}{spoilt}")).await;
        assert_eq!(page.status, StatusCode::OK, "{spoilt}");
        page.says(&format!("action=\"{path}\""));
        assert_eq!(page.header("cache-control"), "no-store");
    }
    let (start, end) = path.split_at(path.len() - 10);
    let page = site.guest().visit(&format!("{start}%20{end}")).await;
    page.says(&format!("action=\"{path}\""));
    let used = ann.submit(&format!("{path}."), &[]).await;
    assert_eq!(used.location(), "/settings/email?confirmed");
}

#[tokio::test]
async fn of_a_link_that_lacks_a_part_one_is_told_to_copy_all_of_it() {
    let site = site().await;
    confirmed(&site).await;
    let reset = reset_link(&site).await;
    for cut in [
        &reset[..reset.len() - 1],
        "/reset/x",
        "/verify/x",
        "/undo/x.",
    ] {
        let looked = site.guest().visit(cut).await;
        let used = site.guest().submit(cut, &[("password", NEW)]).await;
        for answer in [looked, used] {
            assert_eq!(answer.status, StatusCode::GONE, "{cut}");
            answer.says("This link is incomplete");
            answer.says("Request a new link");
            answer.says_not("<form method=\"post\" action=\"/reset");
        }
    }
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_the_link() {
    let site = site().await;
    let ann = confirmed(&site).await;
    let login = site.guest().visit("/login").await;
    login.says("href=\"/forgot\"");
    site.guest()
        .visit("/forgot?sent")
        .await
        .says("If there is an account");
    let path = reset_link(&site).await;
    site.guest()
        .visit(&path)
        .await
        .says("For the account @ann.");
    for (password, words) in [
        ("short", "New password: use at least 8 characters"),
        (
            "password123",
            "New password: this password is easy to guess",
        ),
        (
            "Ann@example.net",
            "New password: choose a password that is not",
        ),
        ("", "New password: this field is required"),
    ] {
        let refused = site.guest().submit(&path, &[("password", password)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(words);
    }
    let done = site.guest().submit(&path, &[("password", NEW)]).await;
    assert_eq!(done.location(), "/login?reset");
    site.guest()
        .visit("/login?reset")
        .await
        .says("Password saved.");
    is_dead(&site, &path).await;
    assert_eq!(log_in(&site, "ann", NEW).await, StatusCode::SEE_OTHER);
    assert_eq!(
        log_in(&site, "ann", PASSWORD).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    let notice = site.mail().await;
    assert_eq!(notice.subject, "Your password on example.org was changed");
}

#[tokio::test]
async fn an_address_that_nobody_has_gets_no_mail_and_the_same_answer() {
    let site = site().await;
    confirmed(&site).await;
    let known = ask_reset(&site, ADDRESS).await;
    site.mail().await;
    let unknown = ask_reset(&site, "nobody@example.net").await;
    assert!(site.mails().await.is_empty());
    assert_eq!(
        (known.status, known.header("location"), &known.text),
        (unknown.status, unknown.header("location"), &unknown.text)
    );
    let odd = ask_reset(&site, "ann@example.net, eve@example.net").await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    odd.says("Email address: enter an email address like");
    odd.says("value=\"ann@example.net, eve@example.net\"");
    set_disabled(&site.store, "ann", true, None, &site.schema, 1)
        .await
        .unwrap();
    assert!(site.mail().await.subject.ends_with("was disabled"));
    let disabled = ask_reset(&site, ADDRESS).await;
    assert_eq!(disabled.location(), known.location());
    assert!(site.mails().await.is_empty());
}

#[tokio::test]
async fn whoever_signs_up_with_a_known_address_cannot_tell_and_its_owner_is_told() {
    let site = site().await;
    confirmed(&site).await;
    let eve = sign_up(&site, "eve", "ann@example.net").await;
    let theirs = eve.visit("/settings/email").await;
    let mail = site.mail().await;
    assert_eq!(mail.subject, "You already have an account on example.org");
    assert!(mail.text.contains("@ann") && !mail.text.contains("/verify/"));
    let bob = sign_up(&site, "bob", "bob@example.net").await;
    let news = bob.visit("/settings/email").await;
    let alike = |answer: &Answer| {
        let text = answer
            .text
            .replace("@eve", "@bob")
            .replace("\"eve\"", "\"bob\"")
            .replace("opened-eve-", "opened-bob-");
        text.replace("ann@example.net", "bob@example.net")
    };
    assert_eq!(alike(&theirs), alike(&news));
    // An address that waits logs nobody in, whosever it is: a login tells nothing.
    for address in ["ann@example.net", "bob@example.net"] {
        let fields = [("username", address), ("password", "another password")];
        let wrong = site.guest().submit("/login", &fields).await.status;
        let right = match address {
            "bob@example.net" => log_in(&site, address, PASSWORD).await,
            _ => wrong,
        };
        assert_eq!((wrong, right), (wrong, wrong), "{address}");
    }
    for member in [&eve, &bob] {
        let activity = member.visit("/settings/activity").await;
        activity.says_not("wrong password");
    }
    // Nor is it Eve's for a new password.
    ask_reset(&site, "ann@example.net").await;
    let mails = site.mails().await;
    let resets: Vec<&Mail> = mails
        .iter()
        .filter(|mail| mail.subject.contains("new password"))
        .collect();
    assert_eq!(resets.len(), 1);
    assert!(resets[0].text.contains("@ann"));
}

#[tokio::test]
async fn a_link_dies_with_what_it_stands_on() {
    let site = site().await;
    let ann = confirmed(&site).await;
    // Another password.
    let reset = reset_link(&site).await;
    let change = [("current_password", PASSWORD), ("password", NEW)];
    ann.submit("/settings/password", &change).await;
    site.mails().await;
    is_dead(&site, &reset).await;
    // Another address.
    let reset = reset_link(&site).await;
    ann.submit("/settings/email", &[("email", "ann@example.com")])
        .await;
    let first = site.mail().await.path();
    ann.submit("/settings/email", &[("email", "ann@example.info")])
        .await;
    let second = site.mail().await.path();
    is_dead(&site, &first).await;
    site.guest().submit(&second, &[]).await.location();
    is_dead(&site, &reset).await;
    site.mails().await;
    // Cancelled.
    ann.submit("/settings/email", &[("email", "ann@example.com")])
        .await;
    let path = site.mail().await.path();
    let cancelled = ann.submit("/settings/email", &[("cancel", "1")]).await;
    assert_eq!(cancelled.location(), "/settings/email?cancelled");
    is_dead(&site, &path).await;
    // Again, with nothing left to cancel: nothing happened that the log should tell of.
    let again = ann.submit("/settings/email", &[("cancel", "1")]).await;
    assert_eq!(again.location(), "/settings/email?cancelled");
    let told = "SELECT count(*) FROM events WHERE kind = 'email_cancelled'";
    assert_eq!(site.ask(told).await, 1);
}

#[tokio::test]
async fn a_change_of_address_is_pending_told_to_the_old_one_and_can_be_undone() {
    let site = site().await;
    let ann = confirmed(&site).await;
    let asked = ann
        .submit("/settings/email", &[("email", "thief@example.com")])
        .await;
    assert_eq!(asked.location(), "/settings/email?sent");
    ann.visit("/settings/email?sent")
        .await
        .says("We have sent you a link.");
    assert_eq!(
        log_in(&site, ADDRESS, PASSWORD).await,
        StatusCode::SEE_OTHER,
        "the old one counts until then"
    );
    let mail = site.mail().await;
    assert_eq!(mail.to, "thief@example.com");
    site.guest().submit(&mail.path(), &[]).await.location();
    assert_eq!(
        log_in(&site, "thief@example.com", PASSWORD).await,
        StatusCode::SEE_OTHER
    );
    let notice = site.mail().await;
    assert_eq!(notice.to, ADDRESS);
    assert!(notice.text.contains("thief@example.com"));
    // The thief goes on: another password, another address, a link of his own.
    let change = [("current_password", PASSWORD), ("password", NEW)];
    ann.submit("/settings/password", &change).await;
    site.mails().await;
    ask_reset(&site, "thief@example.com").await;
    let thiefs = site.mail().await.path();

    let undo = notice.path();
    site.guest()
        .visit(&undo)
        .await
        .says("Ann@Example.net will become the email address of @ann again.");
    let undone = site.guest().submit(&undo, &[]).await;
    let reset = undone.location().to_owned();
    assert!(reset.starts_with("/reset/"), "{reset}");
    is_dead(&site, &undo).await;
    is_dead(&site, &thiefs).await;
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(
        log_in(&site, "ann", NEW).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nor does the thief's password"
    );
    let done = site
        .guest()
        .submit(&reset, &[("password", "the third long one")])
        .await;
    assert_eq!(done.location(), "/login?reset");
    assert_eq!(
        log_in(&site, ADDRESS, "the third long one").await,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn what_is_delicate_asks_for_the_password_again_and_keeps_the_form() {
    let site = site().await;
    let ann = confirmed(&site).await;
    ann.visit("/settings/email")
        .await
        .says_not("current-password");
    site.clock.advance(HOUR);
    let page = ann.visit("/settings/email").await;
    page.says("autocomplete=\"current-password\"");
    let change = async |password: &str| {
        let fields = [("email", "ann@example.com"), ("current_password", password)];
        ann.submit("/settings/email", &fields).await
    };
    for (password, words) in [
        ("", "Your password: this field is required"),
        ("wrong password", "Your password: this is not your password"),
    ] {
        let refused = change(password).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(words);
        refused.says("value=\"ann@example.com\"");
        assert!(site.mails().await.is_empty());
    }
    let before = ann.cookie();
    assert_eq!(change(PASSWORD).await.location(), "/settings/email?sent");
    assert_ne!(ann.cookie(), before, "a new id with new rights");
    // For a few minutes it is not asked for again.
    assert_eq!(change("").await.location(), "/settings/email?sent");
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_two_forms_with_the_password_at_once_neither_logs_anybody_out() {
    let site = site().await;
    let ann = confirmed(&site).await;
    site.clock.advance(HOUR);
    let change = async |address: &str| {
        let fields = [("email", address), ("current_password", PASSWORD)];
        ann.submit("/settings/email", &fields).await
    };
    let (one, other) = tokio::join!(change("one@example.com"), change("other@example.com"));
    assert_eq!(one.location(), "/settings/email?sent", "{}", one.summary());
    assert_eq!(
        other.location(),
        "/settings/email?sent",
        "{}",
        other.summary()
    );
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn links_come_from_the_settings_and_never_from_a_header() {
    // A proxy asks by whatever name; nobody else may by that of another site.
    let setup = Setup {
        trusted_proxies: "192.0.2.1".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    confirmed(&site).await;
    let request = Request::post("/forgot")
        .header(header::HOST, "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("email=ann@example.net".into())
        .unwrap();
    let answer = site.guest().send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    let mail = site.mail().await;
    assert!(!mail.text.contains("evil"));
    assert!(mail.text.contains("https://example.org/reset/"));
}

#[tokio::test]
async fn at_most_three_mails_an_hour_go_to_one_address() {
    let setup = || Setup {
        limits: Limits::default(),
        ..Setup::default()
    };
    let site = setup().build().await;
    confirmed(&site).await;
    for _ in 0..5 {
        assert_eq!(
            ask_reset(&site, "ann@EXAMPLE.net").await.location(),
            "/forgot?sent"
        );
    }
    // One was the confirmation.
    assert_eq!(site.mails().await.len(), 2);
    site.clock.advance(HOUR);
    ask_reset(&site, ADDRESS).await;
    assert_eq!(site.mails().await.len(), 1);
}

#[tokio::test]
async fn whoever_asks_for_many_links_waits() {
    let site = Setup {
        limits: "forgot.address=3/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = site.build().await;
    for number in 0..3 {
        ask_reset(&site, &format!("user-{number}@example.net")).await;
    }
    let refused = ask_reset(&site, "user-4@example.net").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("value=\"user-4@example.net\"");
}

#[tokio::test]
async fn only_the_hash_of_a_link_is_stored() {
    let site = site().await;
    confirmed(&site).await;
    let path = reset_link(&site).await;
    let token = path.rsplit('/').next().unwrap().as_bytes();
    assert_eq!(token.len(), 43, "256 bits");
    let content = site.content().await;
    assert!(!content.windows(token.len()).any(|bytes| bytes == token));
}

#[tokio::test]
async fn of_fifty_who_use_one_link_one_succeeds() {
    let site = site().await;
    confirmed(&site).await;
    for round in 0..5 {
        let path = reset_link(&site).await;
        let tries = (0..50).map(|number| {
            let (guest, path) = (site.guest(), path.clone());
            tokio::spawn(async move {
                let password = format!("a long sentence {round} {number}");
                guest.submit(&path, &[("password", &password)]).await.status
            })
        });
        let mut won = 0;
        for tried in tries.collect::<Vec<_>>() {
            match tried.await.unwrap() {
                StatusCode::SEE_OTHER => won += 1,
                // Most of them; a few do not get as far as the queue for hashes.
                status => assert!(
                    matches!(status, StatusCode::GONE | StatusCode::SERVICE_UNAVAILABLE),
                    "{status}"
                ),
            }
        }
        assert_eq!(won, 1, "round {round}");
        site.mails().await;
    }
}

#[tokio::test]
async fn of_two_who_confirm_one_address_one_has_it() {
    let site = site().await;
    let mut links = Vec::new();
    for name in ["ann", "eve", "bob"] {
        sign_up(&site, name, ADDRESS).await;
        links.push(site.mail().await.path());
    }
    let tries = links.iter().map(|path| {
        let (guest, path) = (site.guest(), path.clone());
        tokio::spawn(async move { guest.submit(&path, &[]).await })
    });
    let mut statuses = Vec::new();
    for tried in tries.collect::<Vec<_>>() {
        let answer = tried.await.unwrap();
        if answer.status != StatusCode::SEE_OTHER {
            answer.says("another account uses this address");
        }
        statuses.push(answer.status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422, 422]);
}

#[tokio::test]
async fn where_an_address_is_required_one_is_a_guest_until_it_is_confirmed() {
    let setup = Setup {
        email_rule: EmailRule::Required,
        ..Setup::default()
    };
    let site = setup.build().await;
    let without = [("username", "ann"), ("password", PASSWORD)];
    let refused = site.guest().submit("/signup", &without).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("Email address: this field is required");
    let ann = sign_up(&site, "ann", ADDRESS).await;
    assert_eq!(ann.visit("/profile").await.location(), "/settings/email");
    assert_eq!(ann.visit("/login").await.location(), "/settings/email");
    let page = ann.visit("/settings/email").await;
    page.says("This site requires a confirmed email address.");
    page.says("Open the link in the email");
    page.says("value=\"Ann@Example.net\"");
    for (path, fields) in [
        ("/profile/edit", &[("location", "Kiel")][..]),
        ("/settings/sessions", &[("session", "others")]),
    ] {
        assert_eq!(
            ann.submit(path, fields).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    page.says("action=\"/logout\"");
    assert_eq!(page.header("cache-control"), "no-store");
    // Like a guest to everything but what one needs.
    let open = [
        "/signup",
        "/login",
        "/logout",
        "/forgot",
        "/reset",
        "/verify",
        "/undo",
        "/join",
        "/settings/appearance",
        "/settings/email",
        "/settings/export",
        "/settings/delete",
        "/login/second",
        "/settings/second",
        "/settings/second/app",
        "/settings/passkeys",
    ];
    for (path, _) in server_fn::axum::server_fn_paths() {
        if !open.contains(&path) {
            let refused = ann.call(path, &[]).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
        }
    }
    let gone = site.guest().visit("/u/ann").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    // A typing error is mended, and the link sent again.
    site.mails().await;
    ann.submit("/settings/email", &[("email", "ann@example.com")])
        .await;
    let path = site.mail().await.path();
    assert_eq!(
        ann.submit(&path, &[]).await.location(),
        "/settings/email?confirmed"
    );
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    assert_eq!(site.guest().visit("/u/ann").await.status, StatusCode::OK);
    // Who cannot get in can get out.
    let eve = sign_up(&site, "eve", "eve@example.net").await;
    assert_eq!(eve.submit("/logout", &[]).await.location(), "/");
    assert_eq!(eve.cookie(), None);
}

#[tokio::test]
async fn a_mail_that_cannot_be_written_is_kept_and_sent_once_later() {
    let site = site().await;
    let folder = site.folder().join("mail");
    std::fs::write(&folder, "in the way").unwrap();
    sign_up(&site, "ann", ADDRESS).await;
    site.mailer.send_due().await;
    assert_eq!(site.ask("SELECT tries FROM mails").await, 1);
    std::fs::remove_file(&folder).unwrap();
    assert!(site.mails().await.is_empty(), "it is not yet time");
    site.clock.advance(DAY);
    let path = site.mail().await.path();
    assert!(site.mails().await.is_empty());
    assert_eq!(
        site.guest().submit(&path, &[]).await.location(),
        "/login?confirmed"
    );
}

#[tokio::test]
async fn a_restart_sends_what_the_last_run_did_not() {
    let site = site().await;
    sign_up(&site, "ann", ADDRESS).await;
    let site = site.restart(Setup::default()).await;
    assert_eq!(site.mails().await.len(), 1);
}

/// Ann's account, taken over: the thief has confirmed one address of his after
/// the other. Answers the link of the notice to Ann, with what else was sent.
async fn taken_over(site: &Site, addresses: &[&str]) -> (String, Vec<Mail>) {
    let thief = confirmed(site).await;
    let mut notices = Vec::new();
    for address in addresses {
        site.clock.advance(1000);
        let fields = [("email", *address), ("current_password", PASSWORD)];
        thief.submit("/settings/email", &fields).await;
        let path = site.mail().await.path();
        thief.submit(&path, &[]).await;
        notices.extend(site.mails().await);
    }
    let anns = notices.remove(0);
    assert_eq!(anns.to, ADDRESS);
    (anns.path(), notices)
}

#[tokio::test]
async fn a_thief_cannot_undo_the_undo() {
    let site = site().await;
    let thiefs = ["thief@example.com", "thief@example.info"];
    let (anns, notices) = taken_over(&site, &thiefs).await;
    let his = notices[0].path();
    assert!(his.starts_with("/undo/"), "{his}");
    site.guest().submit(&anns, &[]).await.location();
    is_dead(&site, &his).await;
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE email = 'Ann@Example.net'")
            .await,
        1
    );
}

#[tokio::test]
async fn an_account_that_a_thief_closed_is_open_again_with_the_undo() {
    let site = site().await;
    let (anns, _) = taken_over(&site, &["thief@example.com"]).await;
    site.run("UPDATE users SET leaves_at = 9999999999999")
        .await
        .unwrap();
    site.guest().submit(&anns, &[]).await.location();
    assert_eq!(site.ask("SELECT count(leaves_at) FROM users").await, 0);
}

#[tokio::test]
async fn nor_by_a_notice_that_is_still_on_its_way() {
    let site = site().await;
    let (anns, _) = taken_over(&site, &["thief@example.com"]).await;
    let thief = site.guest();
    thief
        .submit("/login", &[("username", "ann"), ("password", PASSWORD)])
        .await;
    site.clock.advance(1000);
    thief
        .submit("/settings/email", &[("email", "thief@example.info")])
        .await;
    let path = site.mail().await.path();
    thief.submit(&path, &[]).await;
    // The notice to the thief's first address waits in the outbox.
    assert_eq!(site.ask("SELECT count(*) FROM mails").await, 1);
    site.guest().submit(&anns, &[]).await.location();
    assert!(site.mails().await.is_empty());
}

#[tokio::test]
async fn the_first_of_two_ways_back_leads_further_and_counts() {
    let site = site().await;
    let thiefs = ["thief@example.com", "thief@example.info"];
    let (anns, notices) = taken_over(&site, &thiefs).await;
    // The thief takes his first address back; that voids nothing of Ann's.
    site.guest()
        .submit(&notices[0].path(), &[])
        .await
        .location();
    let undone = site.guest().submit(&anns, &[]).await;
    assert!(undone.location().starts_with("/reset/"));
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE email = 'Ann@Example.net'")
            .await,
        1
    );
}

#[tokio::test]
async fn an_address_given_before_a_new_password_is_not_good_for_a_reset() {
    let site = site().await;
    let ann = site.member("ann").await;
    // Somebody at her open session.
    ann.submit("/settings/email", &[("email", "thief@example.com")])
        .await;
    site.mails().await;
    let change = [("current_password", PASSWORD), ("password", NEW)];
    ann.submit("/settings/password", &change).await;
    ask_reset(&site, "thief@example.com").await;
    assert!(site.mails().await.is_empty());
    // Given again, with the new password, it is.
    ann.submit("/settings/email", &[("email", "ann@example.com")])
        .await;
    site.mails().await;
    ask_reset(&site, "ann@example.com").await;
    assert!(site.mail().await.path().starts_with("/reset/"));
}

#[tokio::test]
async fn another_id_arrives_with_a_refusal_too() {
    let setup = Setup {
        limits: "email.user=1/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    let change = async |password: &str| {
        let fields = [("email", "ann@example.com"), ("current_password", password)];
        ann.submit("/settings/email", &fields).await
    };
    assert_eq!(change("").await.location(), "/settings/email?sent");
    site.clock.advance(HOUR / 2);
    let before = ann.cookie();
    let refused = change(PASSWORD).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(ann.cookie(), before);
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
    // A request that was under way with the id before is answered, for a while.
    let late = site.guest();
    late.set_cookie(&before.unwrap());
    assert_eq!(late.visit("/profile").await.status, StatusCode::OK);
    site.clock.advance(10_000);
    assert_eq!(
        late.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(ann.visit("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn mails_of_a_newer_program_are_in_nobodys_way() {
    let site = site().await;
    sign_up(&site, "ann", ADDRESS).await;
    site.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
         INSERT INTO mails (user_id, kind, recipient, password_version, created_at, next_try_at)
         SELECT 1, 'of_tomorrow', 'ann@example.net', 1, 0, 0 FROM n",
    )
    .await
    .unwrap();
    assert_eq!(site.mails().await.len(), 1);
}

#[tokio::test]
async fn of_two_who_send_one_mail_one_does() {
    let site = site().await;
    for number in 0..20 {
        let address = format!("user-{number}@example.net");
        sign_up(&site, &format!("user-{number}"), &address).await;
    }
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mailers = folders.each_ref().map(|folder| {
        let mut mailer = site.mailer.clone();
        mailer.transport = server::Transport::Folder(folder.path().to_owned());
        mailer
    });
    tokio::join!(mailers[0].send_due(), mailers[1].send_due());
    let sent = folders
        .iter()
        .map(|folder| std::fs::read_dir(folder.path()).unwrap().count());
    assert_eq!(sent.sum::<usize>(), 20);
}
