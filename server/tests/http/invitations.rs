//! `/admin/invitations` and `/join/{token}`: who invites whom, and what is made of it.

use app::account::types::sign_up_rule::{SignUpMode, SignUpRule};
use axum::http::StatusCode;

use crate::{
    harness::{Answer, Browser, DAY, NOW, PASSWORD, SITE, Setup, site, site_with_schema},
    leaving::unzip,
};

const HOSTS: &str = "
[roles.reader]
[roles.host]
may = [\"invite_users\"]
[roles.clerk]
may = [\"invite_users\", \"manage_users\"]
[roles.admin]
may = [\"edit_profiles\", \"invite_users\", \"help_users\", \"manage_users\"]
[[group]]
key = \"about\"
label = \"About\"
[[field]]
key = \"motto\"
group = \"about\"
label = \"Motto\"
type = \"text\"
max = 10
sign_up = true
";

async fn invite(by: &Browser, form: &[(&str, &str)]) -> Answer {
    by.submit("/admin/invitations", form).await
}

/// The path of the link that a page shows.
#[track_caller]
fn shown_path(page: &Answer) -> String {
    let start = format!("{SITE}/join/");
    let at = page.text.find(&start).expect("a link");
    let rest = &page.text[at + SITE.len()..];
    rest[..rest.find('<').unwrap()].to_owned()
}

/// Makes an open link, and returns its path.
async fn link_of(by: &Browser, form: &[(&str, &str)]) -> String {
    let made = invite(by, form).await;
    assert_eq!(made.location(), "/admin/invitations");
    shown_path(&by.visit("/admin/invitations").await)
}

fn account(username: &str) -> [(&str, &str); 2] {
    [("username", username), ("password", PASSWORD)]
}

#[tokio::test]
async fn somebody_joins_by_a_mail_in_the_role_that_was_given_with_the_address_confirmed() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let sent = invite(&admin, &[("email", "Ann@example.org"), ("role", "editor")]).await;
    assert_eq!(sent.location(), "/admin/invitations?sent");
    let list = admin.visit(sent.location()).await;
    list.says("The invitation is on its way.");
    list.says("Ann@example.org");
    list.says("Pending");
    list.says_not("/join/");
    let mail = site.mail().await;
    assert_eq!(mail.to, "Ann@example.org");
    assert!(mail.text.contains("6 December 2026"), "{}", mail.text);
    let path = mail.path();
    assert!(path.starts_with("/join/"), "{path}");

    // Programs that read mail look at it, too.
    let ann = site.guest();
    for _ in 0..2 {
        let page = ann.visit(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        page.says("Ann@example.org");
        page.says_not("name=\"email\"");
    }
    // Whatever the form says, it is for that address and that role.
    let greedy = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("email", "eve@example.org"),
        ("role", "admin"),
    ];
    assert_eq!(ann.submit(&path, &greedy).await.location(), "/profile");
    let confirmed = "SELECT count(*) FROM users
        WHERE username = 'ann' AND email = 'Ann@example.org' AND pending_email IS NULL
          AND role = 'editor'";
    assert_eq!(site.ask(confirmed).await, 1);
    assert!(site.mails().await.is_empty(), "nothing is to be confirmed");
    ann.visit("/settings/activity")
        .await
        .says("Joined by invitation");
    admin
        .visit("/settings/activity")
        .await
        .says("Invitation sent");
    admin.visit("/settings/activity").await.says("by @ann");
    admin.visit("/admin/invitations").await.says("Used");
    let again = site.guest().submit(&path, &account("eve")).await;
    assert_eq!(again.status, StatusCode::GONE);
    again.says("This invitation no longer works");
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 2);
}

#[tokio::test]
async fn a_link_is_shown_once_and_lets_in_as_many_as_it_says() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let made = invite(&admin, &[("for-uses", "2"), ("for-days", "1")]).await;
    assert_eq!(
        made.location(),
        "/admin/invitations",
        "no token in an address"
    );
    let page = admin.visit(made.location()).await;
    assert_eq!(page.header("cache-control"), "no-store");
    let path = shown_path(&page);
    let list = admin.visit("/admin/invitations").await;
    list.says_not(&path);
    list.says("2 of 2 left");
    let stored = site.content().await;
    let token = path.rsplit('/').next().unwrap();
    let is_stored = stored
        .windows(token.len())
        .any(|part| part == token.as_bytes());
    assert!(!is_stored, "only its hash is");

    let with_email = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("email", "ann@example.org"),
    ];
    let ann = site.guest();
    ann.visit(&path).await.says("name=\"email\"");
    assert_eq!(ann.submit(&path, &with_email).await.location(), "/profile");
    // An address that anybody typed is not confirmed by that.
    assert!(site.mail().await.path().starts_with("/verify/"));
    admin.visit("/admin/invitations").await.says("1 of 2 left");
    let bob = site.guest().submit(&path, &account("bob")).await;
    assert_eq!(bob.location(), "/profile");
    let eve = site.guest().submit(&path, &account("eve")).await;
    assert_eq!(eve.status, StatusCode::GONE);
    assert_eq!(site.guest().visit(&path).await.status, StatusCode::GONE);
    assert_eq!(
        site.ask("SELECT count(*) FROM users WHERE role IS NULL")
            .await,
        2
    );
}

#[tokio::test]
async fn a_dead_link_says_what_to_do_whatever_killed_it() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let expired = link_of(&admin, &[("for-days", "1")]).await;
    let ended = link_of(&admin, &[("for-days", "3")]).await;
    let end = [("invitation-id", "2"), ("invitation-act", "end")];
    assert_eq!(
        invite(&admin, &end).await.location(),
        "/admin/invitations?ended"
    );
    // The second of two clicks.
    assert_eq!(
        invite(&admin, &end).await.location(),
        "/admin/invitations?ended"
    );
    site.clock.advance(DAY);
    let unknown = format!("/join/{}", "x".repeat(43));
    for path in [expired.as_str(), &ended, &unknown, "/join"] {
        let guest = site.guest();
        let page = guest.visit(path).await;
        assert_eq!(page.status, StatusCode::GONE, "{path}");
        page.says("Ask whoever invited you for a new one.");
        let refused = guest.submit(path, &account("ann")).await;
        assert_eq!(refused.status, StatusCode::GONE, "{path}");
        refused.says("Ask whoever invited you for a new one.");
    }
    let cut = site.guest().visit(&expired[..expired.len() - 3]).await;
    assert_eq!(cut.status, StatusCode::GONE);
    cut.says("This link is incomplete");
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 1);
    let list = admin.visit("/admin/invitations").await;
    list.says("Expired");
    list.says("Withdrawn");
}

#[tokio::test]
async fn nobody_learns_that_an_address_has_an_account() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member("ann").await;
    site.run("UPDATE users SET email = 'ann@example.org', email_key = 'ann@example.org' WHERE username = 'ann'")
        .await
        .unwrap();
    let known = invite(&admin, &[("email", "ann@example.org")]).await;
    let unknown = invite(&admin, &[("email", "bob@example.org")]).await;
    assert_eq!(known.location(), unknown.location());
    let mut mails = site.mails().await;
    mails.sort_by(|a, b| a.to.cmp(&b.to));
    let [to_ann, to_bob] = &mails[..] else {
        panic!("{mails:?}");
    };
    assert!(to_ann.subject.contains("already have an account"));
    assert_eq!(to_ann.path(), "/login");
    assert!(to_bob.path().starts_with("/join/"));
    let list = admin.visit("/admin/invitations").await;
    assert_eq!(list.text.matches("Pending").count(), 2);
}

#[tokio::test]
async fn whoever_has_an_account_by_now_is_sent_to_log_in() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    invite(&admin, &[("email", "ann@example.org")]).await;
    let path = site.mail().await.path();
    site.member("ann").await;
    site.run("UPDATE users SET email = 'ann@example.org', email_key = 'ann@example.org' WHERE username = 'ann'")
        .await
        .unwrap();
    let page = site.guest().visit(&path).await;
    page.says("You already have an account");
    let refused = site.guest().submit(&path, &account("ann-too")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 2);
    admin.visit("/admin/invitations").await.says("Pending");
}

#[tokio::test]
async fn a_form_that_is_not_right_comes_back_with_what_was_typed() {
    let site = site_with_schema(HOSTS).await;
    let host = site.member_as("host").await;
    let form = [
        ("email", "nobody"),
        ("role", "admin"),
        ("for-days", "91"),
        ("for-uses", "many"),
        ("motto", "Sail before the wind"),
    ];
    let refused = invite(&host, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for typed in ["nobody", "91", "many", "Sail before the wind"] {
        refused.says(&format!("value=\"{typed}\""));
    }
    for (form, status) in [
        (&[("invitation-act", "erase")][..], 400),
        (&[("invitation-act", "end")], 400),
        (&[("invitation-act", "end"), ("invitation-id", "x")], 400),
        (&[("invitation-act", "end"), ("invitation-id", "99")], 404),
        (
            &[("invitation-act", "resend"), ("invitation-id", "99")],
            404,
        ),
        (&[("username", "somebody-else")], 409),
        (
            &[("email", "a@example.org"), ("email", "b@example.org")],
            400,
        ),
    ] {
        let answer = invite(&host, form).await;
        assert_eq!(answer.status.as_u16(), status, "{form:?}");
    }
    assert_eq!(site.ask("SELECT count(*) FROM invitations").await, 0);
    // A link that cannot be sent again.
    link_of(&host, &[]).await;
    let resend = [("invitation-act", "resend"), ("invitation-id", "1")];
    assert_eq!(invite(&host, &resend).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_form_to_join_begins_with_what_was_filled_in_and_can_be_changed() {
    let site = site_with_schema(HOSTS).await;
    let host = site.member_as("host").await;
    let path = link_of(&host, &[("motto", "Sail"), ("for-uses", "2")]).await;
    let ann = site.guest();
    ann.visit(&path).await.says("value=\"Sail\"");
    // A refused form is kept, and uses nothing up.
    let short = [("username", "ann"), ("password", "x"), ("motto", "Row")];
    let refused = ann.submit(&path, &short).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("value=\"Row\"");
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("motto", "Row"),
    ];
    assert_eq!(ann.submit(&path, &form).await.location(), "/profile");
    ann.visit("/profile").await.says("Row");
    host.visit("/admin/invitations").await.says("1 of 2 left");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_one_account_and_no_dead_link() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    invite(&admin, &[("email", "ann@example.org")]).await;
    let path = site.mail().await.path();
    let page = site.guest().visit(&path).await;
    let key = page.hidden("idempotency_key").to_owned();
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("idempotency_key", key.as_str()),
    ];
    for _ in 0..2 {
        // The line has lost the answer, and the cookie with it.
        let ann = site.guest();
        assert_eq!(ann.submit(&path, &form).await.location(), "/profile");
    }
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 2);
}

#[tokio::test]
async fn who_may_invite_sees_and_ends_their_own_and_who_manages_users_those_in_reach() {
    let site = site_with_schema(HOSTS).await;
    let host = site.member_as("host").await;
    let clerk = site.member_as("clerk").await;
    let admin = site.member_as("admin").await;
    let reader = site.member("ann").await;
    for (by, address) in [
        (&host, "one@example.org"),
        (&clerk, "two@example.org"),
        (&admin, "three@example.org"),
    ] {
        invite(by, &[("email", address)]).await;
    }
    let all = ["one@example.org", "two@example.org", "three@example.org"];
    for (by, seen) in [(&host, &all[..1]), (&clerk, &all), (&admin, &all)] {
        let list = by.visit("/admin/invitations").await;
        let shown = all
            .into_iter()
            .filter(|address| list.text.contains(address));
        assert_eq!(shown.collect::<Vec<_>>(), seen);
    }
    let end = |id| [("invitation-act", "end"), ("invitation-id", id)];
    for (by, id, status) in [
        (&host, "2", 404),
        (&host, "3", 404),
        // Of somebody who may what they may not.
        (&clerk, "3", 404),
        (&reader, "1", 404),
        (&clerk, "1", 303),
        (&host, "1", 303),
        (&admin, "2", 303),
    ] {
        let answer = invite(by, &end(id)).await;
        assert_eq!(answer.status.as_u16(), status, "{id}");
    }
    let open = "SELECT count(*) FROM invitations WHERE ended_at IS NULL";
    assert_eq!(site.ask(open).await, 1);
    // A mail that is not sent yet is not sent any more.
    assert_eq!(site.mails().await.len(), 1);
    for path in ["/admin/invitations", "/admin/invitations?before=2"] {
        assert_eq!(reader.visit(path).await.status, StatusCode::NOT_FOUND);
    }
    let guest = site.guest().visit("/admin/invitations").await;
    assert_eq!(guest.location(), "/login?next=/admin/invitations");
}

#[tokio::test]
async fn an_invitation_holds_as_long_as_who_made_it_may_make_it() {
    let site = site_with_schema(HOSTS).await;
    let host = site.member_as("host").await;
    let admin = site.member_as("admin").await;
    let path = link_of(&host, &[("role", "host"), ("for-uses", "9")]).await;
    let works = async |expected: StatusCode, why: &str| {
        assert_eq!(site.guest().visit(&path).await.status, expected, "{why}");
    };
    works(StatusCode::OK, "at first").await;
    site.set_role("host", "reader").await;
    works(StatusCode::GONE, "without the right").await;
    let refused = site.guest().submit(&path, &account("ann")).await;
    assert_eq!(refused.status, StatusCode::GONE);
    admin
        .visit("/admin/invitations")
        .await
        .says("No longer valid");
    site.set_role("host", "host").await;
    works(StatusCode::OK, "with it again").await;
    for (change, back) in [
        ("status = 'disabled'", "status = 'active'"),
        ("leaves_at = 1", "leaves_at = NULL"),
    ] {
        let set = |what| format!("UPDATE users SET {what} WHERE username = 'host'");
        site.run(&set(change)).await.unwrap();
        works(StatusCode::GONE, change).await;
        site.run(&set(back)).await.unwrap();
        works(StatusCode::OK, back).await;
    }
    // To a role that they have lost a right of.
    site.run("UPDATE invitations SET role = 'admin'")
        .await
        .unwrap();
    works(StatusCode::GONE, "to more rights than their own").await;
    // To one that is gone.
    site.run("UPDATE invitations SET role = 'king'")
        .await
        .unwrap();
    works(StatusCode::OK, "to a role that is gone").await;
    admin
        .visit("/admin/invitations")
        .await
        .says("“king” no longer exists");
    let ann = site.guest().submit(&path, &account("ann")).await;
    assert_eq!(ann.location(), "/profile");
    let plain = "SELECT count(*) FROM users WHERE username = 'ann' AND role IS NULL";
    assert_eq!(site.ask(plain).await, 1);
}

#[tokio::test]
async fn an_invitation_opens_every_door_but_one_that_is_shut() {
    for (mode, expected) in [
        (SignUpMode::Open, StatusCode::SEE_OTHER),
        (SignUpMode::Approved, StatusCode::SEE_OTHER),
        (SignUpMode::Invited, StatusCode::SEE_OTHER),
        (SignUpMode::Closed, StatusCode::GONE),
    ] {
        let open = site().await;
        let admin = open.member_as("admin").await;
        invite(&admin, &[("email", "ann@example.com")]).await;
        let path = open.mail().await.path();
        let rule = SignUpRule {
            mode,
            domains: vec!["example.org".to_owned()],
        };
        let setup = Setup {
            sign_up_rule: rule,
            ..Setup::default()
        };
        let site = open.restart(setup).await;
        let ann = site.guest();
        let page = ann.visit(&path).await;
        let answer = ann.submit(&path, &account("ann")).await;
        match expected {
            StatusCode::GONE => {
                assert_eq!(page.status, StatusCode::GONE);
                assert_eq!(answer.status, StatusCode::FORBIDDEN);
                let refused = site.guest();
                refused.set_cookie(&admin.cookie().unwrap());
                let made = invite(&refused, &[]).await;
                assert_eq!(made.status, StatusCode::FORBIDDEN);
            }
            _ => {
                assert_eq!(page.status, StatusCode::OK, "{mode:?}");
                assert_eq!(answer.location(), "/profile", "{mode:?}");
                // At once, and at another domain.
                assert_eq!(
                    ann.visit("/profile").await.status,
                    StatusCode::OK,
                    "{mode:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_mail_is_sent_again_and_both_links_work_until_one_is_used() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    invite(&admin, &[("email", "ann@example.org"), ("for-days", "2")]).await;
    let first = site.mail().await.path();
    site.clock.advance(3 * DAY);
    assert_eq!(site.guest().visit(&first).await.status, StatusCode::GONE);
    let resend = [("invitation-act", "resend"), ("invitation-id", "1")];
    assert_eq!(
        invite(&admin, &resend).await.location(),
        "/admin/invitations?sent"
    );
    let second = site.mail().await.path();
    assert_ne!(first, second);
    for path in [&first, &second] {
        assert_eq!(site.guest().visit(path).await.status, StatusCode::OK);
    }
    let ann = site.guest().submit(&first, &account("ann")).await;
    assert_eq!(ann.location(), "/profile");
    assert_eq!(site.guest().visit(&second).await.status, StatusCode::GONE);
    let over = invite(&admin, &resend).await;
    assert_eq!(over.status, StatusCode::BAD_REQUEST);
    assert!(site.mails().await.is_empty());
}

#[tokio::test]
async fn the_newest_of_two_invitations_to_one_address_counts() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    invite(&admin, &[("email", "ann@example.org"), ("role", "admin")]).await;
    let first = site.mail().await.path();
    invite(&admin, &[("email", "ANN@example.org")]).await;
    let second = site.mail().await.path();
    assert_eq!(site.guest().visit(&first).await.status, StatusCode::GONE);
    assert_eq!(site.guest().visit(&second).await.status, StatusCode::OK);
}

#[tokio::test]
async fn neither_a_person_nor_a_mailbox_is_flooded() {
    let setup = Setup {
        limits: "invitation.user=5/1d, mail.recipient=2/1h".parse().unwrap(),
        ..Setup::default()
    };
    let site = setup.build().await;
    let admin = site.member_as("admin").await;
    for _ in 0..3 {
        let sent = invite(&admin, &[("email", "ann@example.org")]).await;
        assert_eq!(sent.location(), "/admin/invitations?sent");
        site.mailer.send_due().await;
    }
    // The third waits, and nobody is told.
    assert_eq!(site.mails().await.len(), 2);
    site.clock.advance(60 * 60 * 1000);
    assert_eq!(site.mails().await.len(), 1);
    for status in [303, 303, 429] {
        let form = [("for-days", "1"), ("current_password", PASSWORD)];
        let made = invite(&admin, &form).await;
        assert_eq!(made.status.as_u16(), status);
    }
}

#[tokio::test]
async fn a_mail_that_cannot_be_delivered_is_told_in_the_list() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    invite(&admin, &[("email", "ann@example.org")]).await;
    site.run("UPDATE invitations SET mail_at = NULL, mail_failed_at = 1")
        .await
        .unwrap();
    let list = admin.visit("/admin/invitations").await;
    list.says("could not be delivered");
}

#[tokio::test]
async fn a_list_goes_on_behind_fifty() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    admin
        .visit("/admin/invitations")
        .await
        .says("No invitations yet.");
    let mut sql = site.connect().await;
    for number in 1..=51 {
        let insert = format!(
            "INSERT INTO invitations
                 (email, email_key, days, uses, uses_left, created_at, expires_at, mark, language)
             VALUES ('n{number}@example.org', 'n{number}@example.org', 1, 1, 1, {NOW}, {NOW}, '', 'en')"
        );
        sql.run(&insert).await.unwrap();
    }
    sql.close().await;
    let first = admin.visit("/admin/invitations").await;
    first.says("n51@example.org");
    first.says_not(">n1@example.org");
    first.says("/admin/invitations?before=2");
    let second = admin.visit("/admin/invitations?before=2").await;
    second.says(">n1@example.org");
    second.says_not("rel=\"next\"");
    let odd = admin.visit("/admin/invitations?before=x").await;
    odd.says("points to a place that is not in this list");
}

#[tokio::test]
async fn invitations_go_with_their_maker_and_after_ninety_days_and_are_in_their_export() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member("maya").await;
    site.set_role("maya", "admin").await;
    let path = link_of(&admin, &[("for-uses", "7")]).await;
    invite(&admin, &[("email", "ann@example.org"), ("for-days", "1")]).await;
    admin.submit("/settings/export", &[]).await;
    let files = unzip(&admin.visit("/settings/export/the-admin.zip").await);
    let made = &files["invitations.json"];
    assert!(
        made.contains("ann@example.org") && made.contains("\"uses\":7"),
        "{made}"
    );

    const KEPT: &str = "SELECT count(*) FROM invitations";
    // The mail was valid for a day, the link for two weeks.
    for (days, kept) in [(90, 2), (2, 1)] {
        site.clock.advance(days * DAY);
        site.sweep(0).await;
        // By now the clock is believed.
        site.sweep(DAY).await;
        assert_eq!(site.ask(KEPT).await, kept, "{days}");
    }

    admin.submit("/login", &account("the-admin")).await;
    let page = admin.visit("/settings/delete").await;
    page.says("1 invitation<");
    site.run("DELETE FROM users WHERE username = 'the-admin'")
        .await
        .unwrap();
    assert_eq!(site.ask(KEPT).await, 0);
    assert_eq!(site.ask("SELECT count(*) FROM invitation_links").await, 0);
    assert_eq!(site.guest().visit(&path).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_password_is_asked_for_again_and_the_form_is_kept() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.clock.advance(11 * 60 * 1000);
    let form = [("email", "ann@example.org"), ("role", "admin")];
    let asked = invite(&admin, &form).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    asked.says("value=\"ann@example.org\"");
    asked.says("name=\"current_password\"");
    let with = [form[0], form[1], ("current_password", PASSWORD)];
    assert_eq!(
        invite(&admin, &with).await.location(),
        "/admin/invitations?sent"
    );
}

#[tokio::test]
async fn whoever_is_logged_in_is_told_so_before_they_join_as_somebody_else() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let path = link_of(&admin, &[]).await;
    admin.visit(&path).await.says("the-admin");
    let page = admin.visit(&path).await;
    page.says_not("name=\"password\"");
}
