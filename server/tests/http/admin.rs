//! `/admin/users`: who finds whom, who does what to whom, and that nobody else sees the pages.

use axum::http::StatusCode;
use std::collections::BTreeMap;

use crate::harness::{Browser, PASSWORD, Setup, Site, site, site_with_schema};

const HELP_DESK: &str = "
[roles.reader]
[roles.helper]
may = [\"help_users\"]
[roles.editor]
may = [\"edit_profiles\"]
[roles.admin]
may = [\"edit_profiles\", \"help_users\", \"manage_users\"]
[[group]]
key = \"about\"
label = \"About\"
[[field]]
key = \"bio\"
group = \"about\"
label = \"Bio\"
type = \"text\"
max = 100
";

/// Sends a form of the page of a user.
async fn act(by: &Browser, username: &str, form: &[(&str, &str)]) -> StatusCode {
    let page = format!("/admin/users/{username}");
    by.submit(&page, form).await.status
}

#[tokio::test]
async fn a_manager_finds_users_by_name_address_role_and_status() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member_as("editor").await;
    for name in ["Ann", "anna", "bob"] {
        site.member(name).await;
    }
    site.run("UPDATE users SET email = 'ann@example.org', email_key = 'ann@example.org' WHERE username = 'Ann'")
        .await
        .unwrap();
    site.run("UPDATE users SET status = 'disabled' WHERE username = 'bob'")
        .await
        .unwrap();
    for (query, found) in [
        ("", "Ann anna bob editor the-admin"),
        ("?q=ANN", "Ann anna"),
        ("?q=anna&role=&status=", "anna"),
        ("?q=ann%40ex", "Ann"),
        // Anywhere, from three letters on; a sign of a pattern is a letter.
        ("?q=NNA", "anna"),
        ("?q=example", "Ann"),
        ("?q=ann%40example.org", "Ann"),
        ("?q=%25%25%25", ""),
        ("?q=a_n", ""),
        ("?q=%22ann%22", ""),
        ("?q=ann*", ""),
        ("?q=ann%22+OR+%22bob", ""),
        ("?q=nn", ""),
        ("?q=nobody", ""),
        ("?role=editor", "editor"),
        ("?role=reader", "Ann anna bob"),
        ("?role=reader&status=active&q=a", "Ann anna"),
        ("?status=disabled", "bob"),
        ("?status=closed", ""),
        ("?after=ann", "anna bob editor the-admin"),
        ("?login=never", ""),
        ("?login=30", "Ann anna bob editor the-admin"),
        ("?login=not-90", ""),
    ] {
        let page = admin.visit(&format!("/admin/users{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let shown = ["Ann", "anna", "bob", "editor", "the-admin"];
        let shown = shown
            .into_iter()
            .filter(|name| page.text.contains(&format!("href=\"/admin/users/{name}\"")));
        assert_eq!(shown.collect::<Vec<_>>().join(" "), found, "{query}");
        if found.is_empty() {
            page.says("No user matches.");
        }
    }
    let (unknown, elsewhere) = (
        "contains an unknown role, status or order",
        "points to a place that is not in this list",
    );
    for (query, words) in [
        ("?role=king", unknown),
        ("?status=asleep", unknown),
        ("?login=tomorrow", unknown),
        ("?order=shoe-size", unknown),
        ("?show=51", unknown),
        ("?after=%27%3B--", elsewhere),
        ("?order=signed-up&after=ann", elsewhere),
        ("?order=last-login&after=signed-up:1:ann", elsewhere),
    ] {
        let page = admin.visit(&format!("/admin/users{query}")).await;
        page.says(words);
        page.says_not("href=\"/admin/users/Ann\"");
        let file = admin.visit(&format!("/admin/users.csv{query}")).await;
        assert_eq!(file.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn a_list_goes_on_behind_fifty_and_shows_everybody_once() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let mut connection = site.connect().await;
    for number in 0..120 {
        let insert = format!(
            "INSERT INTO users (username, username_key, created_at) VALUES ('user-{number:03}', 'user-{number:03}', 1)"
        );
        connection.run(&insert).await.unwrap();
    }
    connection.close().await;
    let (mut seen, mut path) = (BTreeMap::new(), "/admin/users?status=active".to_owned());
    for _ in 0..3 {
        let page = admin.visit(&path).await;
        for link in page.text.split("href=\"/admin/users/").skip(1) {
            let name = link.split('"').next().unwrap().to_owned();
            *seen.entry(name).or_insert(0) += 1;
        }
        let Some(next) = page.text.split("rel=\"next\"").next() else {
            break;
        };
        let link = next.rsplit("href=\"").next().unwrap();
        path = link.split('"').next().unwrap().replace("&amp;", "&");
    }
    assert_eq!(seen.len(), 121, "{seen:?}");
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
}

#[tokio::test]
async fn a_manager_changes_a_role_and_the_history_says_who_did() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    admin
        .visit("/admin/users/ANN")
        .await
        .status
        .is_redirection()
        .then_some(())
        .unwrap();
    let page = admin.visit("/admin/users/ann").await;
    page.says("<option value=\"reader\" selected>");
    let form = [("act", "role"), ("role", "editor")];
    let done = admin.submit("/admin/users/ann", &form).await;
    assert_eq!(done.location(), "/admin/users/ann?role");
    admin.visit(done.location()).await.says("Role changed.");
    ann.visit("/profile/edit").await.says("responsible_for");
    ann.visit("/settings/activity").await.says("@the-admin");
    ann.visit("/profile/history").await.says("the-admin");
}

#[tokio::test]
async fn a_disabled_user_is_out_until_they_are_enabled_and_reads_why() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    let form = [("act", "disable"), ("reason", "Sold pills")];
    assert_eq!(act(&admin, "ann", &form).await, StatusCode::SEE_OTHER);
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    assert_eq!(admin.visit("/u/ann").await.status, StatusCode::NOT_FOUND);
    admin.visit("/admin/users/ann").await.says("Enable account");
    assert_eq!(
        act(&admin, "ann", &[("act", "enable")]).await,
        StatusCode::SEE_OTHER
    );
    let again = [("username", "ann"), ("password", PASSWORD)];
    assert_eq!(ann.submit("/login", &again).await.location(), "/profile");
    ann.visit("/settings/activity").await.says("Sold pills");
}

#[tokio::test]
async fn a_help_desk_sends_links_and_ends_sessions_and_does_no_more() {
    let site = site_with_schema(HELP_DESK).await;
    let helper = site.member_as("helper").await;
    let admin = site.member_as("admin").await;
    let ann = site.guest();
    let new = [
        ("username", "ann"),
        ("email", "ann@example.org"),
        ("password", PASSWORD),
    ];
    ann.submit("/signup", &new).await;
    site.mails().await;

    let page = helper.visit("/admin/users/ann").await;
    page.says("Send link");
    page.says_not("Change role");
    page.says_not("Disable account");
    assert_eq!(
        act(&helper, "ann", &[("act", "link")]).await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(site.mail().await.to, "ann@example.org");
    assert_eq!(
        act(&helper, "ann", &[("act", "sessions")]).await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        ann.visit("/profile").await.location(),
        "/login?next=/profile"
    );
    for form in [
        &[("act", "role"), ("role", "helper")][..],
        &[("act", "disable")],
    ] {
        assert_eq!(
            act(&helper, "ann", form).await,
            StatusCode::FORBIDDEN,
            "{form:?}"
        );
    }
    // Not to who may more.
    helper
        .visit("/admin/users/the-admin")
        .await
        .says("Your role does not let you change this account.");
    let refused = act(&helper, "the-admin", &[("act", "sessions")]).await;
    assert_eq!(refused, StatusCode::FORBIDDEN);
    assert_eq!(admin.visit("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_does_not_make_sense_changes_nothing_and_says_so() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member("ann").await;
    let long = "x".repeat(501);
    for (username, form, status) in [
        ("ann", &[("act", "promote")][..], 400),
        ("ann", &[], 400),
        ("ann", &[("act", "role"), ("role", "king")], 422),
        ("ann", &[("act", "disable"), ("reason", &long)], 422),
        // She has given none.
        ("ann", &[("act", "link")], 400),
        ("nobody", &[("act", "disable")], 404),
        ("the-admin", &[("act", "disable")], 403),
    ] {
        let answered = act(&admin, username, form).await;
        assert_eq!(answered.as_u16(), status, "{username} {form:?}");
    }
    let refused = admin
        .submit("/admin/users/ann", &[("act", "disable"), ("reason", &long)])
        .await;
    refused.says(&long);
    assert_eq!(
        site.ask("SELECT count(*) FROM events WHERE kind IN ('role_changed', 'disabled') AND actor_id IS NOT NULL")
            .await,
        0
    );
}

#[tokio::test]
async fn no_link_is_sent_to_an_address_that_waits_since_before_the_password_changed() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let new = [
        ("username", "ann"),
        ("email", "ann@example.org"),
        ("password", PASSWORD),
    ];
    site.guest().submit("/signup", &new).await;
    site.mails().await;
    site.run("UPDATE users SET password_version = 2 WHERE username = 'ann'")
        .await
        .unwrap();
    let refused = act(&admin, "ann", &[("act", "link")]).await;
    assert_eq!(refused, StatusCode::BAD_REQUEST);
    assert!(site.mails().await.is_empty());
}

#[tokio::test]
async fn the_password_is_asked_for_again_and_the_form_is_kept() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member("ann").await;
    site.clock.advance(11 * 60 * 1000);
    let form = [("act", "disable"), ("reason", "Sold pills")];
    let asked = admin.submit("/admin/users/ann", &form).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(asked.hidden("reason"), "Sold pills");
    assert_eq!(asked.hidden("act"), "disable");
    let with = [form[0], form[1], ("current_password", PASSWORD)];
    assert_eq!(act(&admin, "ann", &with).await, StatusCode::SEE_OTHER);
}

/// Managers, as the program counts them.
async fn managers(site: &Site) -> i64 {
    site.ask("SELECT count(*) FROM users WHERE role = 'admin' AND status = 'active'")
        .await
}

#[tokio::test]
async fn two_managers_who_disable_each_other_at_once_leave_one() {
    let site = Setup::default().build().await;
    let admin = site.member_as("admin").await;
    let other = site.member("other").await;
    site.set_role("other", "admin").await;
    other.visit("/profile").await;
    let form = [("act", "disable")];
    let (first, second) =
        tokio::join!(act(&admin, "other", &form), act(&other, "the-admin", &form));
    assert_eq!(managers(&site).await, 1, "{first} {second}");
}

#[tokio::test]
async fn the_pages_are_not_there_for_anybody_else() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    for path in ["/admin/users", "/admin/users/ann", "/admin/users/nobody"] {
        for member in [&ann, &editor] {
            assert_eq!(
                member.visit(path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        let guest = site.guest().visit(path).await;
        assert_eq!(guest.location(), format!("/login?next={path}"));
    }
    ann.visit("/").await.says_not("/admin/users");
    admin.visit("/").await.says("href=\"/admin/users\"");
}
