//! Renaming: the new name everywhere, and the one before for its owner alone, for a year.

use app::account::types::username::Username;
use axum::http::StatusCode;
use server::{Limits, accounts::names::rename_by_command};

use crate::avatars::{png, send};
use crate::harness::{Answer, Browser, DAY, NOW, PASSWORD, Setup, Site, site};
use crate::leaving::unzip;

/// Chooses another name, which has to succeed.
async fn rename(browser: &Browser, name: &str) {
    let answer = choose(browser, name).await;
    assert_eq!(answer.location(), "/settings/username?changed", "{name}");
}

async fn choose(browser: &Browser, name: &str) -> Answer {
    browser
        .submit("/settings/username", &[("new_username", name)])
        .await
}

/// Where a page has gone for good.
#[track_caller]
fn moved(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::FOUND);
    // It can move back.
    assert!(answer.header("cache-control").starts_with("no-"));
    answer.header("location")
}

async fn log_in(site: &Site, name: &str) -> (Browser, Answer) {
    let browser = site.guest();
    let form = [("username", name), ("password", PASSWORD)];
    let answer = browser.submit("/login", &form).await;
    (browser, answer)
}

/// Lets a time pass, at the end of which the site believes its clock, and sweeps.
async fn pass(site: &Site, days: i64) {
    site.sweep(0).await;
    site.clock.advance(days * DAY);
    site.sweep(0).await;
    site.sweep(DAY).await;
}

#[tokio::test]
async fn after_a_renaming_the_old_address_leads_to_the_new_one_and_logs_in() {
    let site = site().await;
    let ann = site.member("Ann").await;
    let editor = site.member_as("editor").await;
    ann.save(&[("location", "Kiel")]).await;
    rename(&ann, "Bea").await;
    let page = ann.visit("/settings/username?changed").await;
    page.says("Username changed.");
    page.says("@ann, kept for you until");
    ann.visit("/profile").await.says("@Bea");
    ann.visit("/profile/history").await.says("you");
    ann.visit("/settings/activity")
        .await
        .says("from @Ann to @Bea");

    let guest = site.guest();
    guest
        .visit("/u/bea")
        .await
        .says("https://example.org/u/Bea");
    for (old, new) in [
        ("/u/ann", "/u/Bea"),
        ("/u/ANN", "/u/Bea"),
        ("/u/ann/card.vcf", "/u/Bea/card.vcf"),
        ("/u/ann/qr.svg", "/u/Bea/qr.svg"),
    ] {
        assert_eq!(moved(&guest.visit(old).await), new);
    }
    for old in ["/u/ann/edit", "/u/ann/avatar/delete"] {
        assert_eq!(moved(&editor.visit(old).await), "/u/Bea/edit", "{old}");
    }
    guest
        .visit("/u/Bea/card.vcf")
        .await
        .says("URL:https://example.org/u/Bea");
    for name in ["ann", "bea", "ANN"] {
        let (browser, answer) = log_in(&site, name).await;
        assert_eq!(answer.location(), "/profile", "{name}");
        browser.visit("/profile").await.says("@Bea");
    }
}

#[tokio::test]
async fn renamed_again_every_earlier_name_leads_to_the_last_one() {
    let site = site().await;
    let ann = site.member("ann").await;
    rename(&ann, "bea").await;
    site.clock.advance(30 * DAY);
    let (ann, _) = log_in(&site, "bea").await;
    rename(&ann, "cleo").await;
    for old in ["/u/ann", "/u/bea"] {
        assert_eq!(moved(&site.guest().visit(old).await), "/u/cleo");
    }
}

#[tokio::test]
async fn a_hidden_profile_is_not_revealed_by_a_former_name() {
    let site = site().await;
    let ann = site.member("ann").await;
    let bob = site.member("bob").await;
    ann.save(&[("profile.audience", "me")]).await;
    rename(&ann, "bea").await;
    for browser in [&bob, &site.guest()] {
        for end in ["", "/card.vcf", "/qr.svg", "/edit"] {
            let hidden = browser.visit(&format!("/u/ann{end}")).await;
            let unknown = browser.visit(&format!("/u/eve{end}")).await;
            assert_eq!(hidden.status, unknown.status, "{end}");
            assert_eq!(
                hidden.header("location").replace("ann", "eve"),
                unknown.header("location"),
                "{end}"
            );
            hidden.says_not("bea");
            let [hidden, unknown] =
                [hidden, unknown].map(|answer| answer.text.replace("ann", "eve"));
            assert_eq!(hidden, unknown, "{end}");
        }
    }
    // Nor one of an account that is closed or disabled.
    ann.save(&[("profile.audience", "everyone")]).await;
    assert_eq!(moved(&bob.visit("/u/ann").await), "/u/bea");
    site.run("UPDATE users SET status = 'disabled' WHERE username = 'bea'")
        .await
        .unwrap();
    assert_eq!(bob.visit("/u/ann").await.status, StatusCode::NOT_FOUND);
    let (_, refused) = log_in(&site, "ann").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_former_name_is_nobody_elses_through_any_door() {
    let site = site().await;
    let ann = site.member("ann").await;
    let bob = site.member("bob").await;
    let admin = site.member_as("admin").await;
    rename(&ann, "bea").await;
    for name in ["ann", "ANN", "Bea"] {
        let form = [("username", name), ("password", PASSWORD)];
        let refused = site.guest().submit("/signup", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("Username: this name is taken. Choose another one");
        let refused = choose(&bob, name).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("New username: this name is taken. Choose another one");
        refused.says(&format!("value=\"{name}\""));
        let form = [("act", "rename"), ("new_username", name)];
        let refused = admin.submit("/admin/users/bob", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("this name is taken");
        let by_command = rename_by_command(
            &site.store,
            "bob",
            Username::parse(name).unwrap(),
            &site.schema,
            NOW,
        );
        assert!(by_command.await.is_err());
    }
    bob.visit("/profile").await.says("@bob");
    assert_eq!(
        site.ask("SELECT count(*) FROM events WHERE kind = 'renamed'")
            .await,
        1
    );
    // Its owner takes it back at any time, and the other one is theirs then.
    rename(&ann, "Ann").await;
    assert_eq!(moved(&site.guest().visit("/u/bea").await), "/u/Ann");
    assert_eq!(choose(&bob, "bea").await.status, 422);
}

#[tokio::test]
async fn one_chooses_a_new_name_once_in_thirty_days() {
    let site = site().await;
    let ann = site.member("ann").await;
    rename(&ann, "bea").await;
    let page = ann.visit("/settings/username").await;
    page.says("from 23 December 2026");
    let refused = choose(&ann, "cleo").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("value=\"cleo\"");
    // The same form twice, capital letters, and the way back.
    for name in ["bea", "Bea", "ann", "bea"] {
        rename(&ann, name).await;
    }
    assert_eq!(
        site.ask("SELECT count(*) FROM former_names WHERE name_key = 'ann'")
            .await,
        1
    );
    site.clock.advance(30 * DAY - 1);
    let (ann, _) = log_in(&site, "bea").await;
    assert_eq!(choose(&ann, "cleo").await.status, 429);
    site.clock.advance(1);
    rename(&ann, "cleo").await;
}

#[tokio::test]
async fn after_a_year_a_name_is_free_again() {
    let site = site().await;
    let ann = site.member("ann").await;
    rename(&ann, "bea").await;
    pass(&site, 364).await;
    assert_eq!(moved(&site.guest().visit("/u/ann").await), "/u/bea");
    pass(&site, 1).await;
    assert_eq!(
        site.guest().visit("/u/ann").await.status,
        StatusCode::NOT_FOUND
    );
    let (_, refused) = log_in(&site, "ann").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = site.member("ann").await;
    other.visit("/profile").await.says("@ann");
    // What the first one has on their screen for so long is not sent as the other.
    let stale = other
        .submit("/profile/edit", &[("username", "bea"), ("bio", "x")])
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_form_that_was_opened_before_the_renaming_is_still_the_same_users() {
    let site = site().await;
    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    rename(&ann, "bea").await;
    let form = [("username", "ann"), ("location", "Kiel")];
    let saved = ann.submit("/profile/edit", &form).await;
    assert_eq!(saved.location(), "/profile?saved");
    let form = [("username", "ann"), ("listed", "no")];
    let saved = ann.submit("/settings/privacy", &form).await;
    assert_eq!(saved.location(), "/settings/privacy?saved");
    let file = ann.visit("/settings/export/ann.zip").await;
    assert_eq!(file.header("content-type"), "application/zip");
    // Of somebody else, too, and nothing of it is lost when it is refused.
    let form = [("username", "ann"), ("location", "Husum")];
    let saved = editor.submit("/u/ann/edit", &form).await;
    assert_eq!(saved.location(), "/u/bea?saved");
    let long = "x".repeat(101);
    let wrong = [("username", "ann"), ("location", long.as_str())];
    let refused = editor.submit("/u/ann/edit", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(&format!("value=\"{long}\""));
    refused.says("action=\"/u/bea/edit\"");
    // Nobody else's.
    let other = [("username", "editor"), ("location", "x")];
    let refused = ann.submit("/profile/edit", &other).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_picture_that_was_chosen_before_the_renaming_is_saved() {
    let site = site().await;
    let ann = site.member("ann").await;
    rename(&ann, "bea").await;
    let saved = send(&ann, &[("username", "ann")], &png([200, 30, 30])).await;
    assert_eq!(saved.location(), "/profile?saved");
    let refused = send(&ann, &[("username", "eve")], &png([200, 30, 30])).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_name_that_nobody_can_have_is_refused_and_the_password_asked_for() {
    let site = site().await;
    let ann = site.member("ann").await;
    for (name, words) in [
        ("", "this field is required"),
        ("admin", "this name is reserved"),
        ("a.b", "use 3 to 32 letters"),
        ("an", "use 3 to 32 letters"),
    ] {
        let refused = choose(&ann, name).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        refused.says(words);
    }
    site.clock.advance(11 * 60 * 1000);
    let asked = choose(&ann, "bea").await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    asked.says("value=\"bea\"");
    asked.says("name=\"current_password\"");
    let form = [("new_username", "bea"), ("current_password", "a guess")];
    let wrong = ann.submit("/settings/username", &form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("new_username", "bea"), ("current_password", PASSWORD)];
    let done = ann.submit("/settings/username", &form).await;
    assert_eq!(done.location(), "/settings/username?changed");
    let guest = site.guest();
    let to = guest.visit("/settings/username").await;
    assert_eq!(to.location(), "/login?next=/settings/username");
}

#[tokio::test]
async fn a_mail_tells_both_names_whoever_changed_it() {
    let site = site().await;
    let ann = site.member("ann").await;
    let admin = site.member_as("admin").await;
    site.run("UPDATE users SET email = 'ann@example.net', email_key = 'ann@example.net' WHERE username = 'ann'")
        .await
        .unwrap();
    rename(&ann, "bea").await;
    let mail = site.mail().await;
    assert_eq!(mail.to, "ann@example.net");
    assert!(mail.text.contains("from @ann to @bea"), "{}", mail.text);
    assert_eq!(mail.path(), "/forgot");

    let form = [("act", "rename"), ("new_username", "cleo")];
    let done = admin.submit("/admin/users/bea", &form).await;
    assert_eq!(done.location(), "/admin/users/cleo?renamed");
    admin.visit(done.location()).await.says("Username changed.");
    let mail = site.mail().await;
    assert!(mail.text.contains("from @bea to @cleo"), "{}", mail.text);
    let page = ann.visit("/settings/activity").await;
    page.says("from @bea to @cleo");
    page.says("by @the-admin");
    // To one with a former name, the page and its forms lead as well.
    let to = admin.visit("/admin/users/ann").await;
    assert_eq!(to.location(), "/admin/users/cleo");
    let done = admin
        .submit("/admin/users/ann", &[("act", "sessions")])
        .await;
    assert_eq!(done.location(), "/admin/users/cleo?ended");
}

#[tokio::test]
async fn only_who_manages_users_renames_others_and_nobody_one_of_more_rights() {
    let site = site().await;
    site.member("ann").await;
    let bob = site.member("bob").await;
    let editor = site.member_as("editor").await;
    let admin = site.member_as("admin").await;
    let form = [("act", "rename"), ("new_username", "cleo")];
    for browser in [&bob, &editor] {
        let refused = browser.submit("/admin/users/ann", &form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
    // Their own name is in the settings.
    let own = admin.submit("/admin/users/the-admin", &form).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    for (name, words) in [("", "required"), ("root", "reserved")] {
        let form = [("act", "rename"), ("new_username", name)];
        let refused = admin.submit("/admin/users/ann", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(words);
    }
    assert_eq!(site.ask("SELECT count(*) FROM former_names").await, 0);
    // One that plain SQL has let in can be changed.
    site.run("UPDATE users SET username = 'root', username_key = 'root' WHERE username = 'bob'")
        .await
        .unwrap();
    admin
        .visit("/admin/users/root")
        .await
        .says("Change username");
    let done = admin.submit("/admin/users/root", &form).await;
    assert_eq!(done.location(), "/admin/users/cleo?renamed");
}

#[tokio::test]
async fn an_erased_user_frees_all_names_and_leaves_none_in_the_log() {
    let site = Setup {
        grace_days: 0,
        ..Setup::default()
    };
    let site = site.build().await;
    let ann = site.member("ann").await;
    let admin = site.member_as("admin").await;
    rename(&ann, "bea").await;
    let form = [("act", "rename"), ("new_username", "cleo")];
    let done = admin.submit("/admin/users/bea", &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let page = ann.visit("/settings/delete").await;
    page.says("2 earlier usernames");
    let form = [
        // As the page said when it was opened.
        ("typed_username", "bea"),
        ("current_password", PASSWORD),
        ("outline", page.hidden("outline")),
    ];
    let left = ann.submit("/settings/delete", &form).await;
    assert_eq!(left.location(), "/login?left");
    for nothing in [
        "SELECT count(*) FROM former_names",
        "SELECT count(*) FROM events WHERE kind = 'renamed' AND detail IS NOT NULL",
        "SELECT count(*) FROM events WHERE detail LIKE '%ann%' OR detail LIKE '%cleo%'",
    ] {
        assert_eq!(site.ask(nothing).await, 0, "{nothing}");
    }
    let renamed = "SELECT count(*) FROM events WHERE kind = 'renamed'";
    assert_eq!(site.ask(renamed).await, 2);
    for name in ["ann", "bea", "cleo"] {
        site.member(name).await;
    }
}

#[tokio::test]
async fn the_log_tells_the_names_of_who_is_there_and_nobody_changes_them() {
    let site = site().await;
    let ann = site.member("ann").await;
    rename(&ann, "bea").await;
    for change in [
        "UPDATE events SET detail = NULL WHERE kind = 'renamed'",
        "UPDATE events SET detail = 'x' WHERE kind = 'renamed'",
        "UPDATE events SET detail = 'x', subject_id = NULL WHERE kind = 'renamed'",
    ] {
        assert!(site.run(change).await.is_err(), "{change}");
    }
}

#[tokio::test]
async fn a_former_name_is_no_password_and_is_in_the_export() {
    let site = site().await;
    let ann = site.member("ann-of-husum").await;
    rename(&ann, "bea").await;
    let form = [("current_password", PASSWORD), ("password", "ann-of-husum")];
    let refused = ann.submit("/settings/password", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = ann.visit("/settings/export/bea.zip").await;
    let account = &unzip(&file)["account.json"];
    assert!(
        account.contains("\"username\": \"ann-of-husum\""),
        "{account}"
    );
    assert!(account.contains("2027-11-22T12:00:00Z"), "{account}");
}

#[tokio::test]
async fn a_sign_up_form_that_comes_again_after_a_renaming_makes_no_second_account() {
    let site = site().await;
    let ann = site.guest();
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("idempotency_key", "a-key-of-this-very-form"),
    ];
    assert_eq!(ann.submit("/signup", &form).await.location(), "/profile");
    rename(&ann, "bea").await;
    assert_eq!(
        ann.submit("/signup", &form).await.location(),
        "/signup?made"
    );
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
}

#[tokio::test]
async fn a_wrong_password_for_a_former_name_says_what_it_says_for_every_other() {
    let site = site().await;
    let ann = site.member("maya").await;
    rename(&ann, "benno").await;
    let refused = async |name: &str| {
        let form = [("username", name), ("password", "a guess or two")];
        let answer = site.guest().submit("/login", &form).await;
        (
            answer.status,
            answer.without_question().replace(name, "NAME"),
        )
    };
    let former = refused("maya").await;
    assert_eq!(former.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(former, refused("benno").await);
    assert_eq!(former, refused("oskar").await);
    // Their owner reads of it.
    let failed = "SELECT count(*) FROM events WHERE kind = 'log_in_failed' AND subject_id = 1";
    assert_eq!(site.ask(failed).await, 2);
}

#[tokio::test]
async fn going_back_and_forth_has_a_limit() {
    let setup = Setup {
        limits: Limits::default(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.member("ann").await;
    for round in 0..10 {
        rename(&ann, ["bea", "ann"][round % 2]).await;
    }
    let refused = choose(&ann, "bea").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    refused.says("Send it again in 3 hours");
    assert_eq!(refused.header("retry-after"), "8640");
    let too_soon = choose(&ann, "cleo").await;
    assert_eq!(too_soon.status, StatusCode::TOO_MANY_REQUESTS);
}
