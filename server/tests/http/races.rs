//! Races: fifty at once, ten times, and one winner each time. The long version runs a
//! hundred times. On PostgreSQL they come to two nodes.

use app::account::types::managed::AccountState;
use app::error::AppError;
use axum::http::StatusCode;
use server::accounts::roles::set_disabled;
use server::accounts::roles::set_role;
use server::secret::hash_token;
use std::sync::{Arc, LazyLock};

use crate::approval::approved;
use crate::database::{bytes, is_postgres};
use crate::harness::{Browser, PASSWORD, Setup, Site, is_long};

const WAYS: usize = 50;
/// A fault that lets two of fifty win shows in the first rounds; one that depends on a rare
/// order of events may need more.
static ROUNDS: LazyLock<usize> = LazyLock::new(|| if is_long() { 100 } else { 10 });

/// The nodes of a site: two, or one on SQLite.
async fn nodes(setup: fn() -> Setup) -> Vec<Arc<Site>> {
    let first = setup().build().await;
    let second = match is_postgres() {
        true => Some(setup().build_beside(&first).await),
        false => None,
    };
    [Some(first), second]
        .into_iter()
        .flatten()
        .map(Arc::new)
        .collect()
}

/// How often each status came.
fn count(statuses: &[StatusCode], status: StatusCode) -> usize {
    statuses.iter().filter(|found| **found == status).count()
}

/// Does it fifty times at once.
async fn at_once<F>(work: impl Fn(usize) -> F) -> Vec<StatusCode>
where
    F: Future<Output = StatusCode> + Send + 'static,
{
    let tasks: Vec<_> = (0..WAYS).map(|way| tokio::spawn(work(way))).collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses
}

#[tokio::test]
async fn a_username() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    for round in 0..*ROUNDS {
        let statuses = at_once(|way| {
            let guest = nodes[way % nodes.len()].guest();
            async move {
                let username = format!("ann-{round}");
                let fields = [("username", username.as_str()), ("password", PASSWORD)];
                guest.call("/signup", &fields).await.status
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
        let refused = count(&statuses, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused, WAYS - 1, "{statuses:?}");
    }
    let users = site.ask("SELECT count(*) FROM users").await;
    assert_eq!(usize::try_from(users).unwrap(), *ROUNDS);
}

/// Half of them sign up with it, and half have another name already.
#[tokio::test]
async fn a_name_for_another() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    let mut users = Vec::new();
    for way in 0..WAYS / 2 {
        let user = site.member(&format!("user-{way}")).await;
        users.push(user.cookie().unwrap());
    }
    for round in 0..*ROUNDS {
        let statuses = at_once(|way| {
            let browser = nodes[way % nodes.len()].guest();
            let name = format!("ann-{round}");
            let user = users.get(way / 2).filter(|_| way % 2 == 1).cloned();
            async move {
                let fields = [("username", name.as_str()), ("password", PASSWORD)];
                let Some(session) = user else {
                    return browser.call("/signup", &fields).await.status;
                };
                browser.set_cookie(&session);
                let fields = [("new_username", name.as_str())];
                browser.call("/settings/username", &fields).await.status
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
        let refused = count(&statuses, StatusCode::UNPROCESSABLE_ENTITY)
            // Who has won before has to wait, and is told so first.
            + count(&statuses, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused, WAYS - 1, "{statuses:?}");
    }
    assert_eq!(two_owners(site).await, 0);
}

/// Its owner takes another one, and everybody else wants theirs.
#[tokio::test]
async fn a_name_that_is_given_up() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    for round in 0..*ROUNDS {
        let name = format!("ann-{round}");
        let ann = site.member(&name).await.cookie().unwrap();
        let statuses = at_once(|way| {
            let browser = nodes[way % nodes.len()].guest();
            let (name, ann) = (name.clone(), ann.clone());
            async move {
                if way == WAYS / 2 {
                    browser.set_cookie(&ann);
                    let new = format!("new-{name}");
                    let fields = [("new_username", new.as_str())];
                    return browser.call("/settings/username", &fields).await.status;
                }
                let fields = [("username", name.as_str()), ("password", PASSWORD)];
                browser.call("/signup", &fields).await.status
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
        let refused = count(&statuses, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused, WAYS - 1, "{statuses:?}");
    }
    let users = site.ask("SELECT count(*) FROM users").await;
    assert_eq!(usize::try_from(users).unwrap(), *ROUNDS);
    assert_eq!(two_owners(site).await, 0);
}

/// Names that are one user's, and were another's.
async fn two_owners(site: &Site) -> i64 {
    site.ask("SELECT count(*) FROM users JOIN former_names ON name_key = username_key")
        .await
}

/// One user, to fifty names: the first one counts, and the others come too soon.
#[tokio::test]
async fn a_user_to_be_renamed() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    for round in 0..*ROUNDS {
        let ann = site.member(&format!("ann-{round}")).await;
        let session = ann.cookie().unwrap();
        let statuses = at_once(|way| {
            let browser = nodes[way % nodes.len()].guest();
            browser.set_cookie(&session);
            async move {
                let name = format!("new-{round}-{way}");
                let fields = [("new_username", name.as_str())];
                browser.call("/settings/username", &fields).await.status
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
        let too_soon = count(&statuses, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(too_soon, WAYS - 1, "{statuses:?}");
    }
    let former = site.ask("SELECT count(*) FROM former_names").await;
    assert_eq!(usize::try_from(former).unwrap(), *ROUNDS);
}

#[tokio::test]
async fn an_address() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    for way in 0..WAYS {
        site.member(&format!("user-{way}")).await;
    }
    let mut sql = site.connect().await;
    for round in 0..*ROUNDS {
        let address = format!("ann-{round}@example.net");
        let give =
            format!("UPDATE users SET pending_email = '{address}', pending_key = '{address}'");
        sql.run(&give).await.unwrap();
        for way in 0..WAYS {
            let (hash, user) = (bytes(&hash_token(&token(round, way))), way + 1);
            let add = format!(
                "INSERT INTO tokens
                     (hash, purpose, user_id, email, password_version, created_at, expires_at)
                 VALUES ({hash}, 'confirm', {user}, '{address}', 1, 0, 1000000000000000)"
            );
            sql.run(&add).await.unwrap();
        }
        let statuses = at_once(|way| {
            let guest = nodes[way % nodes.len()].guest();
            async move {
                let path = format!("/verify/{}", token(round, way));
                guest.call(&path, &[]).await.status
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
        let refused = count(&statuses, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused, WAYS - 1, "{statuses:?}");
    }
}

/// One of the length that tokens have.
fn token(round: usize, way: usize) -> String {
    format!("{:0>43}", format!("{round}-{way}"))
}

#[tokio::test]
async fn a_link() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    site.member("ann").await;
    let mut sql = site.connect().await;
    let give = "UPDATE users SET email = 'ann@example.net', email_key = 'ann@example.net'";
    sql.run(give).await.unwrap();
    for round in 0..*ROUNDS {
        let hash = bytes(&hash_token(&token(round, 0)));
        let add = format!(
            "INSERT INTO tokens
                 (hash, purpose, user_id, email, password_version, created_at, expires_at)
             SELECT {hash}, 'reset', id, email, password_version, 0, 1000000000000000 FROM users"
        );
        sql.run(&add).await.unwrap();
        let statuses = at_once(|way| {
            let guest = nodes[way % nodes.len()].guest();
            async move {
                let password = format!("a long sentence {round} {way}");
                let fields = [("password", password.as_str())];
                let path = format!("/reset/{}", token(round, 0));
                guest.call(&path, &fields).await.status
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
        // The queue for hashes has room for fewer than twice fifty.
        let refused =
            count(&statuses, StatusCode::GONE) + count(&statuses, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused, WAYS - 1, "{statuses:?}");
    }
    let passwords = site.ask("SELECT password_version FROM users").await;
    assert_eq!(usize::try_from(passwords).unwrap(), *ROUNDS + 1);
}

#[tokio::test]
async fn the_last_who_manages_users() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    for way in 0..WAYS {
        site.member(&format!("user-{way}")).await;
    }
    for round in 0..*ROUNDS {
        site.run("UPDATE users SET role = 'admin'").await.unwrap();
        let statuses = at_once(|way| {
            let site = Arc::clone(&nodes[way % nodes.len()]);
            async move {
                let name = format!("user-{way}");
                let demoted = match way % 2 {
                    0 => {
                        let done = set_role(&site.store, &name, "reader", &site.schema, 1);
                        done.await.map(drop)
                    }
                    _ => {
                        let done = set_disabled(&site.store, &name, true, None, &site.schema, 1);
                        done.await.map(drop)
                    }
                };
                match demoted {
                    Ok(()) => StatusCode::OK,
                    Err(_) => StatusCode::CONFLICT,
                }
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::CONFLICT), 1, "round {round}");
        site.run("UPDATE users SET status = 'active'")
            .await
            .unwrap();
    }
}

/// Half of them approve, half refuse; in both the others are told what was decided.
#[tokio::test]
async fn a_decision_about_who_waits() {
    let nodes = nodes(approved).await;
    let site = &nodes[0];
    let admin = site.member_as("admin").await;
    site.run("UPDATE users SET waits_since = NULL")
        .await
        .unwrap();
    admin.visit("/profile").await;
    let browsers = nodes.iter().map(|node| {
        let browser = node.guest();
        browser.set_cookie(&admin.cookie().unwrap());
        Arc::new(browser)
    });
    let browsers: Vec<_> = browsers.collect();
    for round in 0..*ROUNDS {
        let username = format!("ann-{round}");
        site.member(&username).await;
        let statuses = at_once(|way| {
            let admin = Arc::clone(&browsers[way % browsers.len()]);
            let page = format!("/admin/users/{username}");
            async move {
                let act = [("act", ["approve", "refuse"][way / 2 % 2])];
                let answer = admin.call(&page, &act).await;
                if answer.status == StatusCode::CONFLICT {
                    let AppError::AlreadyDecided { state, by } = answer.error() else {
                        panic!("{}", answer.text);
                    };
                    assert!(matches!(
                        state,
                        AccountState::Active | AccountState::Refused
                    ));
                    assert_eq!(by.as_deref(), Some("the-admin"));
                }
                answer.status
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
        let late = count(&statuses, StatusCode::CONFLICT);
        assert_eq!(late, WAYS - 1, "{statuses:?}");
    }
    let decided = "SELECT count(*) FROM events WHERE kind IN ('approved', 'approval_refused')";
    let decided = site.ask(decided).await;
    assert_eq!(usize::try_from(decided).unwrap(), *ROUNDS);
    let undecided =
        "SELECT count(*) FROM users WHERE waits_since IS NOT NULL AND status = 'active'";
    assert_eq!(site.ask(undecided).await, 0);
}

#[tokio::test]
async fn the_last_who_manages_users_by_acts_on_many() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    let admin = site.member_as("admin").await;
    let other = site.member("other").await;
    for round in 0..*ROUNDS {
        site.run("UPDATE users SET role = 'admin'").await.unwrap();
        // Whoever has lost their role has a session of another id.
        for (name, browser) in [("the-admin", &admin), ("other", &other)] {
            let form = [("username", name), ("password", PASSWORD)];
            browser.submit("/login", &form).await;
        }
        let cookies = [admin.cookie().unwrap(), other.cookie().unwrap()];
        let sides: Vec<_> = nodes
            .iter()
            .flat_map(|node| {
                cookies.iter().map(|cookie| {
                    let browser = node.guest();
                    browser.set_cookie(cookie);
                    Arc::new(browser)
                })
            })
            .collect();
        at_once(|way| {
            let by = Arc::clone(&sides[way % sides.len()]);
            let whom = ["other", "the-admin"][way % 2];
            async move {
                let form = [
                    ("do", "role:reader"),
                    ("user", whom),
                    ("planned", "admin"),
                    ("confirm", "yes"),
                ];
                by.call("/admin/users/bulk", &form).await.status
            }
        })
        .await;
        let left = site
            .ask("SELECT count(*) FROM users WHERE role = 'admin'")
            .await;
        assert_eq!(left, 1, "round {round}");
    }
}

/// The only two who may manage users close their accounts, half of the tries each.
#[tokio::test]
async fn the_last_who_manages_users_by_leaving() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    for round in 0..*ROUNDS {
        let mut managers = Vec::new();
        for username in [format!("ann-{round}"), format!("ben-{round}")] {
            let manager = site.member(&username).await;
            let outline = outline(&manager).await;
            managers.push((username, manager.cookie().unwrap(), outline));
        }
        // Whoever has stayed in the round before is no manager any more.
        let two =
            format!("UPDATE users SET role = CASE WHEN username LIKE '%-{round}' THEN 'admin' END");
        site.run(&two).await.unwrap();
        let statuses = at_once(|way| {
            let browser = nodes[way / 2 % nodes.len()].guest();
            let (username, session, outline) = managers[way % 2].clone();
            async move {
                browser.set_cookie(&session);
                let fields = [
                    ("typed_username", username.as_str()),
                    ("current_password", PASSWORD),
                    ("outline", outline.as_str()),
                ];
                browser.call("/settings/delete", &fields).await.status
            }
        });
        let statuses = statuses.await;
        let left = "SELECT count(*) FROM users
             WHERE role = 'admin' AND status = 'active' AND leaves_at IS NULL";
        assert_eq!(site.ask(left).await, 1, "round {round}: {statuses:?}");
        let mut sides = [0, 1].map(|side| -> Vec<StatusCode> {
            statuses.iter().copied().skip(side).step_by(2).collect()
        });
        sides.sort_by_key(|side| count(side, StatusCode::OK));
        let [stays, goes] = sides;
        let refused = count(&stays, StatusCode::CONFLICT);
        assert_eq!(refused, WAYS / 2, "round {round}: {stays:?}");
        // A try that was under way finds the account closed, which is what it wants; later ones
        // find nobody logged in.
        let done = count(&goes, StatusCode::OK);
        assert!(done > 0, "round {round}: {goes:?}");
        let late = count(&goes, StatusCode::UNAUTHORIZED);
        assert_eq!(done + late, WAYS / 2, "round {round}: {goes:?}");
    }
}

#[tokio::test]
async fn deleting_and_saving() {
    let nodes = nodes(|| Setup {
        grace_days: 0,
        ..Setup::default()
    })
    .await;
    let site = &nodes[0];
    for round in 0..*ROUNDS {
        let username = format!("ann-{round}");
        let ann = site.member(&username).await;
        // A change in the history, so that the plan stays what it is.
        ann.save(&[("location", "Kiel")]).await;
        let outline = outline(&ann).await;
        // The same session on each node.
        let browsers = nodes.iter().map(|node| {
            let browser = node.guest();
            browser.set_cookie(&ann.cookie().unwrap());
            Arc::new(browser)
        });
        let browsers: Vec<_> = browsers.collect();
        let statuses = at_once(|way| {
            let ann = Arc::clone(&browsers[way % browsers.len()]);
            let (username, outline) = (username.clone(), outline.clone());
            async move {
                if way == WAYS / 2 {
                    let fields = [
                        ("typed_username", username.as_str()),
                        ("current_password", PASSWORD),
                        ("outline", outline.as_str()),
                    ];
                    let left = ann.call("/settings/delete", &fields).await;
                    assert_eq!(left.status, StatusCode::OK, "{}", left.summary());
                }
                let place = format!("Place {way}");
                ann.call("/profile/edit", &[("location", &place)])
                    .await
                    .status
            }
        });
        let saved = [
            StatusCode::OK,
            StatusCode::UNAUTHORIZED,
            StatusCode::NOT_FOUND,
        ];
        for status in statuses.await {
            assert!(saved.contains(&status), "{status}");
        }
        for nothing in [
            "SELECT count(*) FROM users",
            "SELECT count(*) FROM profiles",
            "SELECT count(*) FROM profile_changes",
        ] {
            assert_eq!(site.ask(nothing).await, 0, "round {round}: {nothing}");
        }
    }
}

async fn outline(browser: &Browser) -> String {
    let page = browser.visit("/settings/delete").await;
    page.hidden("outline").to_owned()
}

#[tokio::test]
async fn an_invitation_for_one() {
    let nodes = nodes(Setup::default).await;
    let site = &nodes[0];
    let mut sql = site.connect().await;
    for round in 0..*ROUNDS {
        let (number, hash) = (round + 1, bytes(&hash_token(&token(round, 0))));
        let add = format!(
            "INSERT INTO invitations
                 (id, email, email_key, days, uses, uses_left, created_at, expires_at, mark,
                  language)
             VALUES ({number}, 'ann-{round}@example.net', 'ann-{round}@example.net', 1, 1, 1, 0,
                  1000000000000000, '', 'en')"
        );
        sql.run(&add).await.unwrap();
        let link = format!("INSERT INTO invitation_links VALUES ({hash}, {number}, TRUE)");
        sql.run(&link).await.unwrap();
        let statuses = at_once(|way| {
            let guest = nodes[way % nodes.len()].guest();
            async move {
                let username = format!("ann-{round}-{way}");
                let fields = [("username", username.as_str()), ("password", PASSWORD)];
                let path = format!("/join/{}", token(round, 0));
                guest.call(&path, &fields).await.status
            }
        });
        let statuses = statuses.await;
        assert_eq!(count(&statuses, StatusCode::OK), 1, "{statuses:?}");
        let refused = count(&statuses, StatusCode::GONE);
        assert_eq!(refused, WAYS - 1, "{statuses:?}");
    }
    let joined = i64::try_from(*ROUNDS).unwrap();
    for table in ["users", "profiles"] {
        let rows = site.ask(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(rows, joined, "{table}");
    }
    let confirmed = site.ask("SELECT count(*) FROM users WHERE email IS NOT NULL");
    assert_eq!(confirmed.await, joined);
}
