//! `/members`: who opens the directory, what it finds, and what it keeps to itself.

use app::profile::rules::directory::DirectoryRule;
use axum::http::StatusCode;
use server::{profiles::directory::keep_index, schemas_of};
use std::{collections::BTreeMap, sync::Arc};

use crate::harness::{Browser, Mail, PASSWORD, Setup, Site, site, site_with_schema};

const CLUB: &str = "
[roles.reader]
[roles.coach]
may = [\"edit_profiles\"]
[roles.admin]
may = [\"edit_profiles\", \"manage_users\", \"help_users\"]
[[group]]
key = \"about\"
label = \"About\"
[[field]]
key = \"name\"
group = \"about\"
label = \"Name\"
type = \"text\"
max = 60
autocomplete = \"name\"
[[field]]
key = \"town\"
group = \"about\"
label = \"Town\"
type = \"text\"
max = 60
search = true
[[field]]
key = \"bio\"
group = \"about\"
label = \"Bio\"
type = \"text\"
max = 60
[[field]]
key = \"allergies\"
group = \"about\"
label = \"Allergies\"
type = \"text\"
max = 60
search = true
audience = \"me\"
lock_audience = true
view = [\"coach\"]
[[field]]
key = \"captain_of\"
group = \"about\"
label = \"Captain of\"
type = \"text\"
max = 60
search = true
roles = [\"coach\"]
edit = [\"owner\", \"coach\"]
[[field]]
key = \"team\"
group = \"about\"
label = \"Team\"
type = \"choice\"
search = true
[[field.option]]
key = \"red\"
label = \"Red team\"
[[field.option]]
key = \"blue\"
label = \"Blue team\"
";

/// The usernames that a page lists, in its order.
async fn found(by: &Browser, query: &str) -> String {
    let page = by.visit(&format!("/members{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}");
    let (_, list) = page.text.split_once("class=\"sessions members\"").unwrap();
    let links = list.split("href=\"/u/").skip(1);
    let names: Vec<&str> = links.map(|link| link.split('"').next().unwrap()).collect();
    names.join(" ")
}

async fn club(rule: DirectoryRule) -> Site {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), CLUB).unwrap();
    let setup = Setup {
        schemas: schemas_of(Some(file.path())).unwrap(),
        directory: rule,
        ..Setup::default()
    };
    setup.build().await
}

#[tokio::test]
async fn the_directory_opens_for_whom_the_site_lets_in() {
    for (rule, guest, member) in [
        (
            DirectoryRule::Off,
            StatusCode::NOT_FOUND,
            StatusCode::NOT_FOUND,
        ),
        (
            DirectoryRule::Members,
            StatusCode::SEE_OTHER,
            StatusCode::OK,
        ),
        (DirectoryRule::Everyone, StatusCode::OK, StatusCode::OK),
    ] {
        let site = club(rule).await;
        let ann = site.member("ann").await;
        for (actor, expected) in [(&site.guest(), guest), (&ann, member)] {
            let page = actor.visit("/members?q=ann").await;
            let status = match page.status.is_redirection() {
                true => StatusCode::SEE_OTHER,
                false => page.status,
            };
            assert_eq!(status, expected, "{rule:?}");
            let home = actor.visit("/").await;
            let is_linked = home.text.contains("href=\"/members\"");
            assert_eq!(is_linked, expected == StatusCode::OK, "{rule:?}");
        }
        let asks = ann.visit("/settings/privacy").await.text;
        assert_eq!(asks.contains("in_directory"), rule != DirectoryRule::Off);
    }
    let site = site().await;
    let page = site.guest().visit("/members").await;
    assert_eq!(page.location(), "/login?next=/members");
}

#[tokio::test]
async fn members_are_found_by_words_filters_and_letters() {
    let site = club(DirectoryRule::Members).await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("name", "Álvaro Müller"),
        ("town", "Kiel Friedrichsort"),
        ("team", "red"),
    ])
    .await;
    let ben = site.member("ben").await;
    ben.save(&[
        ("name", "Zoe O’Neil"),
        ("town", "Friedrichstadt"),
        ("team", "blue"),
    ])
    .await;
    site.member("maya_2").await;
    for (query, expected) in [
        ("", "ann maya_2 ben"),
        ("?q=alv", "ann"),
        ("?q=MULLER", "ann"),
        ("?q=m%C3%BCl", "ann"),
        ("?q=m", "maya_2 ann"),
        // Inside of a word from three letters on.
        ("?q=lva", "ann"),
        ("?q=lv", ""),
        ("?q=friedrich", "ann ben"),
        ("?q=friedrich+kiel", "ann"),
        ("?q=stadt", "ben"),
        ("?q=o%27neil", "ben"),
        ("?q=%40maya_2", "maya_2"),
        ("?q=!!!", ""),
        ("?q=nobody", ""),
        ("?is.team=red", "ann"),
        ("?is.team=blue&q=zoe", "ben"),
        ("?is.team=blue&q=ann", ""),
        ("?is.team=", "ann maya_2 ben"),
        ("?letter=a", "ann"),
        ("?letter=Z", "ben"),
        ("?letter=x", ""),
        ("?letter=a&is.team=red&q=kiel", "ann"),
    ] {
        assert_eq!(found(&ann, query).await, expected, "{query}");
    }
    let page = ann.visit("/members?q=nobody").await;
    page.says("No member matches.");
    let page = ann.visit("/members").await;
    page.says("Red team");
    page.says("Friedrichstadt");
    for unknown in ["?is.team=green", "?is.bio=x", "?is.nothing=x"] {
        let page = ann.visit(&format!("/members{unknown}")).await;
        page.says("contains an unknown filter");
        page.says_not("href=\"/u/ben\"");
    }
    for broken in [
        "?after=x",
        "?after=%25",
        "?after=dzEgMXp6eg",
        "?letter=a&after=bnp6eg",
    ] {
        let page = ann.visit(&format!("/members{broken}")).await;
        page.says("does not lead to a page of this search");
        page.says_not("href=\"/u/ben\"");
    }
}

/// Adds users by plain SQL, and has them indexed as at a start.
async fn crowd(site: &Site, count: usize) {
    let mut connection = site.connect().await;
    for number in 0..count {
        let insert = format!(
            "INSERT INTO users (username, username_key, created_at) VALUES ('user-{number:03}', 'user-{number:03}', 1)"
        );
        connection.run(&insert).await.unwrap();
    }
    connection.close().await;
    let indexed = keep_index(&site.store, &site.schema).await.unwrap();
    assert!(indexed >= count as u64, "{indexed}");
}

#[tokio::test]
async fn a_list_shows_everybody_once_page_after_page() {
    let site = club(DirectoryRule::Members).await;
    let ann = site.member("ann").await;
    crowd(&site, 120).await;
    for (path, count) in [
        ("/members", 121),
        ("/members?q=user", 120),
        ("/members?q=ser", 120),
        ("/members?letter=u", 120),
    ] {
        let (mut seen, mut path) = (BTreeMap::new(), path.to_owned());
        for page in 1.. {
            let answer = ann.visit(&path).await;
            let (_, list) = answer
                .text
                .split_once("class=\"sessions members\"")
                .unwrap();
            for link in list.split("href=\"/u/").skip(1) {
                let name = link.split('"').next().unwrap().to_owned();
                *seen.entry(name).or_insert(0) += 1;
            }
            let mut next = list.split("rel=\"next\"");
            let before = next.next().unwrap();
            if next.next().is_none() {
                assert_eq!(page, 3, "{path}");
                break;
            }
            let link = before.rsplit("href=\"").next().unwrap();
            path = link.split('"').next().unwrap().replace("&amp;", "&");
        }
        assert_eq!(seen.len(), count, "{path}");
        assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    }
}

#[tokio::test]
async fn nobody_finds_or_reads_what_they_may_not_see() {
    let site = club(DirectoryRule::Everyone).await;
    let eve = site.member("eve").await;
    let coach = site.member_as("coach").await;
    let admin = site.member_as("admin").await;
    let guest = site.guest();
    let ann = site.member("ann").await;
    let words = |audience: &'static str| {
        [
            ("name", "Quincy Canary"),
            ("name.audience", audience),
            ("town", "Zanzibar"),
            ("town.audience", audience),
            ("team", "red"),
            ("team.audience", audience),
            ("bio", "Xylophone"),
            ("allergies", "Walnuts"),
        ]
    };
    let actors = [
        ("guest", &guest),
        ("member", &eve),
        ("coach", &coach),
        ("admin", &admin),
        ("owner", &ann),
    ];
    for (audience, seen_by) in [("everyone", 0), ("members", 1), ("me", 2)] {
        ann.save(&words(audience)).await;
        for (index, (name, actor)) in actors.into_iter().enumerate() {
            let sees = match seen_by {
                0 => true,
                1 => index > 0,
                _ => false,
            };
            let expected = if sees { "ann" } else { "" };
            for query in [
                "?q=quincy",
                "?q=uinc",
                "?q=zanz",
                "?q=anzib",
                "?is.team=red",
                "?letter=q",
            ] {
                let said = format!("{name} {audience} {query}");
                assert_eq!(found(actor, query).await, expected, "{said}");
            }
            // Never searched, or for nobody's search.
            for query in ["?q=xylophone", "?q=walnuts", "?q=ylo"] {
                assert_eq!(found(actor, query).await, "", "{name} {audience} {query}");
            }
            let all = actor.visit("/members").await.text;
            for word in ["Quincy", "Zanzibar"] {
                assert_eq!(all.contains(word), sees, "{name} {audience} {word}");
            }
            assert!(!all.contains("Xylophone"), "{name}");
            // A role that a field's `view` names reads it, as on the profile.
            assert_eq!(
                all.contains("Walnuts"),
                name == "coach",
                "{name} {audience}"
            );
        }
    }
    // The whole profile.
    ann.save(&words("everyone")).await;
    for (audience, expected) in [("members", ["", "ann", "ann"]), ("me", ["", "", ""])] {
        ann.save(&[("profile.audience", audience)]).await;
        let three = [&guest, &eve, &ann];
        for (actor, expected) in three.into_iter().zip(expected) {
            for query in ["?q=ann", "?q=zanzibar", "?letter=q", "?is.team=red"] {
                assert_eq!(found(actor, query).await, expected, "{audience} {query}");
            }
        }
    }
    let hidden = site.ask("SELECT count(*) FROM directory_words WHERE word LIKE '%zanz%'");
    assert_eq!(hidden.await, 0);
}

#[tokio::test]
async fn a_row_of_the_index_that_is_wrong_finds_nothing() {
    let site = club(DirectoryRule::Everyone).await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("town", "Zanzibar"),
        ("town.audience", "members"),
        ("team", "red"),
        ("team.audience", "me"),
    ])
    .await;
    for wrong in [
        "UPDATE directory_words SET audience = 'everyone'",
        "INSERT INTO directory (audience, choice, sort_key, user_id)
             SELECT audience, 'team=red', sort_key, user_id FROM directory",
        "INSERT INTO directory_words (audience, word, user_id)
             SELECT 'everyone', '1secret', id FROM users",
    ] {
        site.run(wrong).await.unwrap();
    }
    let guest = site.guest();
    for query in ["?q=zanzibar", "?is.team=red", "?q=secret"] {
        assert_eq!(found(&guest, query).await, "", "{query}");
    }
    assert_eq!(found(&ann, "?is.team=red").await, "");
}

#[tokio::test]
async fn whoever_is_out_is_found_no_more_at_once_and_whoever_is_back_is() {
    let site = club(DirectoryRule::Members).await;
    let eve = site.member("eve").await;
    let admin = site.member_as("admin").await;
    let ann = site.member("ann").await;
    ann.save(&[("name", "Quincy"), ("team", "red")]).await;
    let queries = ["?q=quincy", "?q=uin", "?letter=q", "?is.team=red", ""];
    let check = async |expected: bool| {
        for query in queries {
            let shown = found(&eve, query).await;
            assert_eq!(
                shown.split(' ').any(|name| name == "ann"),
                expected,
                "{query}"
            );
        }
    };
    check(true).await;
    // Not listed, by choice; in the export as well.
    let form = [("in_directory", "no")];
    assert_eq!(
        ann.submit("/settings/privacy", &form).await.location(),
        "/settings/privacy?saved"
    );
    check(false).await;
    assert_eq!(
        site.ask("SELECT count(*) FROM profiles WHERE listed").await,
        3
    );
    ann.visit("/u/ann").await.says("Quincy");
    let page = ann.visit("/settings/privacy").await;
    page.says("name=\"in_directory\" value=\"no\" checked");
    let form = [("in_directory", "maybe")];
    assert_eq!(
        ann.submit("/settings/privacy", &form).await.status,
        StatusCode::BAD_REQUEST
    );
    ann.submit(
        "/settings/privacy",
        &[("in_directory", "yes"), ("listed", "no")],
    )
    .await;
    check(true).await;
    // Disabled.
    for (act, expected) in [("disable", false), ("enable", true)] {
        admin.submit("/admin/users/ann", &[("act", act)]).await;
        check(expected).await;
    }
    // Waiting for approval; refused; a member again.
    for (state, expected) in [
        ("waits_since = 1", false),
        ("status = 'disabled', leaves_at = 2000000000000", false),
        (
            "status = 'active', leaves_at = NULL, waits_since = NULL",
            true,
        ),
    ] {
        let set = format!("UPDATE users SET {state} WHERE username = 'ann'");
        site.run(&set).await.unwrap();
        check(expected).await;
    }
    // Closed, and back.
    let ann = site.guest();
    let log_in = [("username", "ann"), ("password", PASSWORD)];
    ann.submit("/login", &log_in).await;
    let plan = ann.visit("/settings/delete").await;
    let outline = plan.hidden("outline").replace("&quot;", "\"");
    let form = [
        ("typed_username", "ann"),
        ("current_password", PASSWORD),
        ("outline", &outline),
    ];
    ann.submit("/settings/delete", &form).await;
    check(false).await;
    ann.submit("/login", &log_in).await;
    check(true).await;
    // Erased.
    site.run("DELETE FROM users WHERE username = 'ann'")
        .await
        .unwrap();
    check(false).await;
    assert_eq!(
        site.ask("SELECT count(*) FROM directory_words WHERE word LIKE '%quincy'")
            .await,
        0
    );
}

#[tokio::test]
async fn a_field_of_a_role_is_searched_while_its_owner_has_the_role() {
    let site = club(DirectoryRule::Members).await;
    let eve = site.member("eve").await;
    let coach = site.member_as("coach").await;
    coach.save(&[("captain_of", "Windrush")]).await;
    assert_eq!(found(&eve, "?q=windrush").await, "coach");
    site.set_role("coach", "reader").await;
    assert_eq!(found(&eve, "?q=windrush").await, "");
    site.set_role("coach", "coach").await;
    assert_eq!(found(&eve, "?q=windrush").await, "coach");
}

#[tokio::test]
async fn who_has_no_confirmed_address_is_found_once_they_have() {
    let setup = Setup {
        email_rule: app::account::types::email::EmailRule::Required,
        directory: DirectoryRule::Everyone,
        ..Setup::default()
    };
    let site = setup.build().await;
    let ann = site.guest();
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("email", "ann@example.org"),
    ];
    ann.submit("/signup", &form).await;
    let guest = site.guest();
    assert_eq!(found(&guest, "?q=ann").await, "");
    assert_eq!(found(&guest, "?letter=a").await, "");
    let mail: Mail = site.mails().await.pop().unwrap();
    ann.submit(&mail.path(), &[]).await;
    assert_eq!(found(&guest, "?q=ann").await, "ann");
}

#[tokio::test]
async fn another_schema_makes_the_index_anew() {
    let site = club(DirectoryRule::Everyone).await;
    let ann = site.member("ann").await;
    ann.save(&[("town", "Zanzibar"), ("bio", "Xylophone")])
        .await;
    assert_eq!(keep_index(&site.store, &site.schema).await.unwrap(), 1);
    // Nothing to do.
    assert_eq!(keep_index(&site.store, &site.schema).await.unwrap(), 0);
    let other = CLUB.replace(
        "max = 60\nsearch = true\n[[field]]\nkey = \"bio\"",
        "max = 60\n[[field]]\nkey = \"bio\"",
    );
    let other = other.replace("label = \"Bio\"\n", "label = \"Bio\"\nsearch = true\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), other).unwrap();
    let schemas = schemas_of(Some(file.path())).unwrap();
    let schema = Arc::clone(schemas.localized());
    let setup = Setup {
        schemas,
        directory: DirectoryRule::Everyone,
        ..Setup::default()
    };
    let site = site.restart(setup).await;
    let guest = site.guest();
    // What is searched no more is found no more, even before.
    assert_eq!(found(&guest, "?q=zanzibar").await, "");
    assert_eq!(keep_index(&site.store, &schema).await.unwrap(), 1);
    assert_eq!(found(&guest, "?q=xylophone").await, "ann");
    let words = "SELECT count(*) FROM directory_words WHERE word LIKE '%zanzibar%'";
    assert_eq!(site.ask(words).await, 0);
}

#[tokio::test]
async fn the_directory_of_the_built_in_schema_searches_place_and_responsibility() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.save(&[
        ("location", "Kiel"),
        ("bio", "Boats"),
        ("first_name", "Ann"),
        ("last_name", "Lind"),
    ])
    .await;
    for (query, expected) in [
        ("?q=kiel", "ann"),
        ("?q=lind", "ann"),
        ("?letter=a", "ann"),
        ("?q=boats", ""),
    ] {
        assert_eq!(found(&ann, query).await, expected, "{query}");
    }
    let site = site_with_schema("[[group]]\nkey = \"g\"\nlabel = \"G\"\n[[field]]\nkey = \"f\"\ngroup = \"g\"\nlabel = \"F\"\ntype = \"bool\"\n").await;
    let ann = site.member("ann").await;
    assert_eq!(found(&ann, "").await, "ann");
}
