//! `/admin/users`, the whole of it: orders, numbers, the file; and acts on many, with their plan
//! and their report.

use axum::http::StatusCode;
use std::collections::BTreeSet;

use crate::harness::{Answer, Browser, DAY, NOW, PASSWORD, Setup, Site, site, site_with_schema};

const BULK: &str = "/admin/users/bulk";

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

/// Adds users `user-000` and so on, who signed up a second after each other. Each third of them
/// has logged in, the first one last.
async fn add_users(site: &Site, count: usize) {
    let mut connection = site.connect().await;
    for number in 0..count {
        let login = match number % 3 {
            0 => (NOW - i64::try_from(number).unwrap() * DAY).to_string(),
            _ => "NULL".to_owned(),
        };
        let insert = format!(
            "INSERT INTO users (username, username_key, email, email_key, created_at, last_login_at)
             VALUES ('user-{number:03}', 'user-{number:03}', 'u{number:03}@example.org',
                 'u{number:03}@example.org', {number}, {login})"
        );
        connection.run(&insert).await.unwrap();
    }
    connection.close().await;
}

/// The names in a list, in their order.
fn listed(page: &Answer) -> Vec<String> {
    let links = page.text.split("<h2><a href=\"/admin/users/").skip(1);
    links
        .map(|link| link.split('"').next().unwrap().to_owned())
        .collect()
}

/// The address of the next page.
fn next(page: &Answer) -> Option<String> {
    let (before, _) = page.text.split_once("rel=\"next\"")?;
    let link = before.rsplit("href=\"").next().unwrap();
    Some(link.split('"').next().unwrap().replace("&amp;", "&"))
}

/// Everybody whom a list shows, page by page.
async fn walk(by: &Browser, query: &str) -> Vec<String> {
    let (mut names, mut path) = (Vec::new(), format!("/admin/users?{query}"));
    loop {
        let page = by.visit(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        names.extend(listed(&page));
        match next(&page) {
            Some(further) => path = further,
            None => return names,
        }
    }
}

#[tokio::test]
async fn a_list_has_three_orders_and_shows_everybody_once_in_each() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    add_users(&site, 130).await;
    let by_name = walk(&admin, "q=user-").await;
    let mut sorted = by_name.clone();
    sorted.sort();
    assert_eq!((by_name.len(), &by_name), (130, &sorted));

    let newest = walk(&admin, "q=user-&order=signed-up").await;
    let backwards: Vec<_> = by_name.iter().rev().cloned().collect();
    assert_eq!(newest, backwards);

    let by_login = walk(&admin, "q=user-&order=last-login&show=200").await;
    let (seen, never) = by_login.split_at(44);
    let has_logged_in = |name: &&String| name[5..].parse::<usize>().unwrap() % 3 == 0;
    assert!(seen.is_sorted() && seen.iter().all(|name| has_logged_in(&name)));
    assert!(!never.iter().any(|name| has_logged_in(&name)));
    let same: BTreeSet<_> = by_login.iter().collect();
    assert_eq!(same.len(), 130);
}

#[tokio::test]
async fn a_user_is_found_by_the_name_that_whoever_looks_may_see() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let mut users = Vec::new();
    for (username, name, audience) in [
        ("user1", "Brückner", "everyone"),
        ("user2", "Overbrück", "members"),
        ("user3", "Brückmann", "me"),
        ("user4", "Brückeberg", "everyone"),
    ] {
        let user = site.member(username).await;
        user.save(&[
            ("first_name", "Zoë"),
            ("first_name.audience", audience),
            ("last_name", name),
            ("last_name.audience", audience),
            ("location", "Wolfgang"),
        ])
        .await;
        users.push(user);
    }
    let found = async |query: &str| {
        let page = admin.visit(&format!("/admin/users?q={query}")).await;
        let mut names = listed(&page);
        names.sort();
        (names, page)
    };
    let (names, page) = found("zoe").await;
    assert_eq!(names, ["user1", "user2", "user4"]);
    page.says("3 users<");
    page.says("Zoë Brückner");
    page.says_not("Brückmann");
    assert_eq!(found("bruck").await.0, ["user1", "user2", "user4"]);
    assert_eq!(found("overbr%C3%BCck+ZOE").await.0, ["user2"]);
    for nobody in ["bruckmann", "wolfgang", "zoe+nobody"] {
        assert!(found(nobody).await.0.is_empty(), "{nobody}");
    }
    // The filters hold for them as for all.
    site.run("UPDATE users SET role = 'editor' WHERE username = 'user1'")
        .await
        .unwrap();
    assert_eq!(found("zoe&role=editor").await.0, ["user1"]);
    // The profile of who is disabled is nobody's to see.
    site.run("UPDATE users SET status = 'disabled' WHERE username = 'user1'")
        .await
        .unwrap();
    assert_eq!(found("zoe").await.0, ["user2", "user4"]);
    assert_eq!(found("user1").await.0, ["user1"]);
    // Who has left the directory is not found by it any more, but by the username.
    assert_eq!(found("brucke").await.0, ["user4"]);
    let form = [("in_directory", "no")];
    users[3].call("/settings/privacy", &form).await;
    assert!(found("brucke").await.0.is_empty());
    assert_eq!(found("user4").await.0, ["user4"]);
}

#[tokio::test]
async fn a_last_login_is_lately_or_long_ago_or_never() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    add_users(&site, 400).await;
    for (word, expected) in [("30", 11), ("not-90", 0), ("not-365", 0), ("never", 266)] {
        let found = walk(&admin, &format!("q=user&login={word}")).await;
        let of = |name: &String| name[5..].parse::<usize>().unwrap();
        match word {
            // Who signed up long ago and never logged in has gone, too.
            "not-90" => assert!(found.iter().all(|name| of(name) % 3 != 0 || of(name) > 90)),
            "not-365" => assert!(found.iter().all(|name| of(name) % 3 != 0 || of(name) > 365)),
            _ => assert_eq!(found.len(), expected, "{word}"),
        }
        assert!(!found.is_empty(), "{word}");
    }
}

#[tokio::test]
async fn a_list_says_how_many_there_are_up_to_a_thousand() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let says = |query: &'static str, words: &'static str| {
        let admin = &admin;
        async move {
            admin
                .visit(&format!("/admin/users{query}"))
                .await
                .says(words);
        }
    };
    says("", "1 user<").await;
    says("?q=nobody", "No user matches.").await;
    add_users(&site, 1200).await;
    says("?q=user-00", "10 users<").await;
    says("", "More than 1000 users<").await;
    says("?q=user-&status=disabled", "No user matches.").await;
    // Everybody has it; whose name begins with it is found at once.
    let page = admin.visit("/admin/users?q=USER-1").await;
    page.says("300 users<");
    let page = admin.visit("/admin/users?q=example").await;
    page.says("More than 1000 users<");
    let page = admin.visit("/admin/users?q=ser").await;
    page.says("More than 1000 users<");
    assert_eq!(listed(&page).len(), 50);
    let page = admin.visit("/admin/users?q=user").await;
    page.says("not all of them are listed");
    // Between them, in the order of usernames, is who has it in their name.
    let named = site.member("user-700-and-a-half").await;
    named.save(&[("first_name", "Maya")]).await;
    let other = site.member("somebody").await;
    other.save(&[("first_name", "User")]).await;
    let everybody = walk(&admin, "q=user&show=200").await;
    assert_eq!(everybody.len(), 1202);
    assert_eq!(everybody[0], "somebody");
    assert!(everybody.is_sorted());
    site.run("DELETE FROM users WHERE username IN ('user-700-and-a-half', 'somebody')")
        .await
        .unwrap();
    assert_eq!(
        walk(&admin, "q=ser&order=last-login&show=200").await.len(),
        1200
    );
    assert_eq!(
        walk(&admin, "q=example&order=signed-up&show=200")
            .await
            .len(),
        1200
    );
    assert_eq!(
        walk(&admin, "login=never&order=last-login&show=200")
            .await
            .len(),
        800
    );
}

#[tokio::test]
async fn a_search_knows_a_new_address_and_forgets_an_old_one_at_once() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member("maya").await;
    let finds = |text: &'static str| {
        let admin = &admin;
        async move { listed(&admin.visit(&format!("/admin/users?q={text}")).await) }
    };
    let set = |email: &str| {
        format!("UPDATE users SET email = '{email}', email_key = '{email}' WHERE username = 'maya'")
    };
    site.run(&set("maya@harbour.example")).await.unwrap();
    assert_eq!(finds("rbour").await, ["maya"]);
    site.run(&set("maya@kiel.example")).await.unwrap();
    assert_eq!(
        (finds("rbour").await.len(), finds("kiel").await),
        (0, vec!["maya".to_owned()])
    );
    site.run("DELETE FROM users WHERE username = 'maya'")
        .await
        .unwrap();
    assert!(finds("kiel").await.is_empty());
}

#[tokio::test]
async fn the_file_has_what_is_listed_and_no_formula_and_is_noted() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    add_users(&site, 620).await;
    site.run("UPDATE users SET username = '-sum', username_key = '-sum', email = '=1+1@example.org', email_key = '=1+1@example.org' WHERE username = 'user-007'")
        .await
        .unwrap();
    let file = admin
        .visit("/admin/users.csv?q=example&order=signed-up")
        .await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(
        file.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"users.csv\""
    );
    let lines: Vec<&str> = file.text.split_terminator("\r\n").collect();
    assert_eq!(
        lines[0],
        "\"username\",\"email\",\"role\",\"status\",\"created_at\",\"last_login_at\""
    );
    assert_eq!(lines.len(), 621);
    assert!(lines[1].starts_with("\"user-619\",\"u619@example.org\",\"reader\",\"active\","));
    file.says("\"'-sum\",\"'=1+1@example.org\"");
    admin
        .visit("/settings/activity")
        .await
        .says("List of users downloaded");

    let ann = site.member("ann").await;
    let editor = site.member_as("editor").await;
    for member in [&ann, &editor] {
        let answer = member.visit("/admin/users.csv").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let guest = site.guest().visit("/admin/users.csv").await;
    assert_eq!(guest.status, StatusCode::UNAUTHORIZED);
    let noted = "SELECT count(*) FROM events WHERE kind = 'users_exported'";
    assert_eq!(site.ask(noted).await, 1);
}

/// The plan of an act on these users, and the form that confirms it.
async fn plan(by: &Browser, what: &str, names: &[&str]) -> (Answer, Vec<(String, String)>) {
    let mut form = vec![("do", what), ("scope", "ticked")];
    form.extend(names.iter().map(|name| ("user", *name)));
    let answer = by.submit(BULK, &form).await;
    let mut controls = Vec::new();
    let form = answer.text.split(" action=\"/admin/users/bulk\"").nth(1);
    let form = form.unwrap_or_default().split("</form>").next().unwrap();
    for control in form.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = control.split_once("\" value=\"").unwrap();
        let value = rest.split('"').next().unwrap().replace("&amp;", "&");
        controls.push((name.to_owned(), value));
    }
    (answer, controls)
}

async fn confirm(by: &Browser, controls: &[(String, String)]) -> Answer {
    let controls: Vec<(&str, &str)> = controls
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    by.submit(BULK, &controls).await
}

#[tokio::test]
async fn many_get_a_role_after_a_plan_that_says_whom_and_why_not() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let names = ["ann", "bob", "cleo"];
    for name in names {
        site.member(name).await;
    }
    site.set_role("cleo", "editor").await;
    let asked = ["ann", "BOB", "cleo", "the-admin", "nobody-at-all"];
    let (answer, controls) = plan(&admin, "role:editor", &asked).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("Nothing has been changed yet.");
    answer.says("Applies to 2 users");
    answer.says("Does not apply to 3 users");
    answer.says("There is nothing to change.");
    answer.says("This is your own account.");
    answer.says("There is no such user.");
    answer.says_not("role=\"alert\" tabindex=\"-1\" autofocus");
    let editors = "SELECT count(*) FROM users WHERE role = 'editor'";
    assert_eq!(site.ask(editors).await, 1);

    let report = confirm(&admin, &controls).await;
    assert_eq!(report.status, StatusCode::CONFLICT);
    report.says("Done for 2 users.");
    report.says("@cleo");
    report.says("@nobody-at-all");
    assert_eq!(site.ask(editors).await, 3);
    let noted = "SELECT count(*) FROM events WHERE kind = 'role_changed' AND actor_id IS NOT NULL";
    assert_eq!(site.ask(noted).await, 2);

    // Once more: what it rested on is no longer so, and nothing happens.
    let again = confirm(&admin, &controls).await;
    again.says("Done for 0 users.");
    again.says("has changed in the meantime");
    assert_eq!(site.ask(noted).await, 2);
}

#[tokio::test]
async fn a_plan_that_refuses_nobody_ends_with_a_number() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    add_users(&site, 200).await;
    let page = admin.visit("/admin/users?q=user-&show=200").await;
    let names = listed(&page);
    assert_eq!(names.len(), 200);
    let mut form = vec![("do", "disable"), ("scope", "all")];
    form.extend(names.iter().map(|name| ("listed", name.as_str())));
    let answer = admin.submit(BULK, &form).await;
    answer.says("Applies to 200 users");
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (_, mut controls) = plan(&admin, "disable", &names).await;
    controls.push(("reason".to_owned(), "Spring cleaning".to_owned()));
    let done = confirm(&admin, &controls).await;
    assert_eq!(done.location(), "/admin/users/bulk?done=200&act=disable");
    admin
        .visit(done.location())
        .await
        .says("Done for 200 users.");
    let disabled = "SELECT count(*) FROM users WHERE status = 'disabled'";
    assert_eq!(site.ask(disabled).await, 200);
    let noted =
        "SELECT count(*) FROM events WHERE kind = 'disabled' AND detail = 'Spring cleaning'";
    assert_eq!(site.ask(noted).await, 200);

    let (_, controls) = plan(&admin, "enable", &names).await;
    assert_eq!(
        confirm(&admin, &controls).await.location(),
        "/admin/users/bulk?done=200&act=enable"
    );
    // Each takes a while: two hundred could be more than one request does.
    let (answer, controls) = plan(&admin, "erase", &names[..60]).await;
    answer.says("60 profiles");
    assert_eq!(
        confirm(&admin, &controls).await.location(),
        "/admin/users/bulk?done=60&act=erase"
    );
    assert_eq!(site.ask("SELECT count(*) FROM users").await, 141);
    assert!(listed(&admin.visit("/admin/users?q=ser-05").await).is_empty());
}

#[tokio::test]
async fn links_go_to_who_has_an_address_and_the_others_are_named() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    for name in ["ann", "bob"] {
        let email = format!("{name}@example.org");
        let new = [
            ("username", name),
            ("email", &email),
            ("password", PASSWORD),
        ];
        site.guest().submit("/signup", &new).await;
    }
    site.member("cleo").await;
    site.mails().await;
    let (answer, controls) = plan(&admin, "link", &["ann", "bob", "cleo"]).await;
    answer.says("ann@example.org");
    answer.says("There is no address that a link can be sent to.");
    // Another address than the one that was read about.
    site.run("UPDATE users SET pending_email = 'b@example.org', pending_key = 'b@example.org' WHERE username = 'bob'")
        .await
        .unwrap();
    let report = confirm(&admin, &controls).await;
    report.says("Done for 1 user.");
    report.says("has changed in the meantime");
    let mails = site.mails().await;
    let to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["ann@example.org"]);
}

#[tokio::test]
async fn an_account_with_more_in_it_than_the_plan_said_is_not_erased() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    site.member("bob").await;
    let (answer, controls) = plan(&admin, "erase", &["ann", "bob"]).await;
    answer.says("The accounts are deleted immediately and permanently.");
    ann.submit("/profile/edit", &[("location", "Kiel")]).await;
    let report = confirm(&admin, &controls).await;
    report.says("Done for 1 user.");
    report.says("@ann");
    let left = "SELECT count(*) FROM users WHERE username IN ('ann', 'bob')";
    assert_eq!(site.ask(left).await, 1);
}

#[tokio::test]
async fn a_form_that_lacks_something_says_so_and_keeps_the_rest() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member("ann").await;
    let answer = admin
        .submit(BULK, &[("do", "disable"), ("scope", "ticked")])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says("No user is selected.");
    let form = [
        ("do", ""),
        ("scope", "ticked"),
        ("user", "ann"),
        ("list", "/admin/users?q=an"),
    ];
    let answer = admin.submit(BULK, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.hidden("user"), "ann");
    answer.says("href=\"/admin/users?q=an\"");
    let answer = admin
        .submit(BULK, &[("do", "role:king"), ("user", "ann")])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.hidden("user"), "ann");
    let away = [
        ("do", ""),
        ("user", "ann"),
        ("list", "https://elsewhere.example"),
    ];
    admin.submit(BULK, &away).await.says_not("elsewhere");
    let long = "x".repeat(501);
    let form = [
        ("do", "disable"),
        ("user", "ann"),
        ("planned", "active"),
        ("confirm", "yes"),
        ("reason", &long),
    ];
    let answer = admin.submit(BULK, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.says(&long);
    for form in [
        &[("do", "disable"), ("user", "ann"), ("confirm", "yes")][..],
        &[("do", "disable"), ("do", "enable"), ("user", "ann")],
    ] {
        let answer = admin.submit(BULK, form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{form:?}");
    }
    let disabled = "SELECT count(*) FROM users WHERE status = 'disabled'";
    assert_eq!(site.ask(disabled).await, 0);
    // The page without a form.
    admin.visit(BULK).await.says("No user is selected.");
}

#[tokio::test]
async fn the_password_is_asked_for_before_a_plan_is_carried_out() {
    let site = site().await;
    let admin = site.member_as("admin").await;
    site.member("ann").await;
    site.clock.advance(11 * 60 * 1000);
    let (answer, mut controls) = plan(&admin, "disable", &["ann", "the-admin"]).await;
    answer.says("name=\"current_password\"");
    let asked = confirm(&admin, &controls).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    asked.says("Applies to 1 user");
    asked.says("This is your own account.");
    let disabled = "SELECT count(*) FROM users WHERE status = 'disabled'";
    assert_eq!(site.ask(disabled).await, 0);
    controls.push(("current_password".to_owned(), PASSWORD.to_owned()));
    confirm(&admin, &controls).await.says("Done for 1 user.");
    assert_eq!(site.ask(disabled).await, 1);
}

/// Every act through the page for many, by everybody, on everybody: as the single act.
#[tokio::test]
async fn nobody_reaches_further_by_acting_on_many() {
    let site = site_with_schema(HELP_DESK).await;
    let mut people = Vec::new();
    for role in ["reader", "helper", "editor", "admin"] {
        people.push((role, site.member_as(role).await));
        site.member(&format!("a-{role}")).await;
        site.set_role(&format!("a-{role}"), role).await;
    }
    site.run("UPDATE users SET email = username || '@example.org', email_key = username || '@example.org' WHERE username LIKE 'a-%'")
        .await
        .unwrap();
    let all = ["a-reader", "a-helper", "a-editor", "a-admin"];
    for (role, by) in &people {
        by.visit("/profile").await;
        for what in [
            "role:reader",
            "role:admin",
            "disable",
            "enable",
            "link",
            "erase",
        ] {
            let (answer, controls) = plan(by, what, &all).await;
            let reached = controls.iter().filter(|(name, _)| name == "user");
            let reached: Vec<&str> = reached.map(|(_, name)| name.as_str()).collect();
            let expected = match (*role, what) {
                ("reader" | "editor", _) => {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role} {what}");
                    continue;
                }
                ("helper", "link") => "a-reader a-helper",
                ("helper", _) | (_, "enable") => "",
                (_, "role:reader") => "a-helper a-editor a-admin",
                (_, "role:admin") => "a-reader a-helper a-editor",
                _ => "a-reader a-helper a-editor a-admin",
            };
            assert_eq!(reached.join(" "), expected, "{role} {what}");
            // And so with a form that no page of ours has made.
            let planned = match what {
                "link" => "a-admin@example.org",
                "role:reader" | "role:admin" => "admin",
                _ => "active",
            };
            let forged = [
                ("do", what),
                ("user", "a-admin"),
                ("planned", planned),
                ("confirm", "yes"),
            ];
            if *role == "helper" {
                let answer = by.submit(BULK, &forged).await;
                answer.says("Your role does not let you change this account.");
            }
        }
    }
    let kept = "SELECT count(*) FROM users WHERE username LIKE 'a-%' AND status = 'active'";
    assert_eq!(site.ask(kept).await, 4);
}

#[tokio::test]
async fn two_managers_who_take_each_others_role_by_many_leave_one() {
    let site = Setup::default().build().await;
    let admin = site.member_as("admin").await;
    let other = site.member("other").await;
    site.set_role("other", "admin").await;
    other.visit("/profile").await;
    let (_, first) = plan(&admin, "role:reader", &["other"]).await;
    let (_, second) = plan(&other, "role:reader", &["the-admin"]).await;
    let (first, second) = tokio::join!(confirm(&admin, &first), confirm(&other, &second));
    let managers = "SELECT count(*) FROM users WHERE role = 'admin' AND status = 'active'";
    assert_eq!(
        site.ask(managers).await,
        1,
        "{} {}",
        first.status,
        second.status
    );
}
