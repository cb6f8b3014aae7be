//! Races: fifty at once, ten times, and one winner each time. The long version runs a
//! hundred times.

use axum::http::StatusCode;
use server::accounts::roles::set_disabled;
use server::accounts::roles::set_role;
use server::secret::hash_token;
use std::sync::{Arc, LazyLock};

use crate::harness::{Browser, PASSWORD, Setup, is_long, site};

const WAYS: usize = 50;
/// A fault that lets two of fifty win shows in the first rounds; one that depends on a rare
/// order of events may need more.
static ROUNDS: LazyLock<usize> = LazyLock::new(|| if is_long() { 100 } else { 10 });

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
    let site = Arc::new(site().await);
    for round in 0..*ROUNDS {
        let statuses = at_once(|_| {
            let guest = site.guest();
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

#[tokio::test]
async fn an_address() {
    let site = Arc::new(site().await);
    for way in 0..WAYS {
        site.member(&format!("user-{way}")).await;
    }
    let mut sql = site.connect().await;
    for round in 0..*ROUNDS {
        let address = format!("ann-{round}@example.net");
        sqlx::query("UPDATE users SET pending_email = ?1, pending_key = ?1")
            .bind(&address)
            .execute(&mut sql)
            .await
            .unwrap();
        for way in 0..WAYS {
            sqlx::query(
                "INSERT INTO tokens
                     (hash, purpose, user_id, email, password_version, created_at, expires_at)
                 VALUES (?, 'confirm', ?, ?, 1, 0, 1e15)",
            )
            .bind(&hash_token(&token(round, way))[..])
            .bind(i64::try_from(way + 1).unwrap())
            .bind(&address)
            .execute(&mut sql)
            .await
            .unwrap();
        }
        let statuses = at_once(|way| {
            let guest = site.guest();
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
    let site = Arc::new(site().await);
    site.member("ann").await;
    let mut sql = site.connect().await;
    sqlx::query("UPDATE users SET email = 'ann@example.net', email_key = 'ann@example.net'")
        .execute(&mut sql)
        .await
        .unwrap();
    for round in 0..*ROUNDS {
        sqlx::query(
            "INSERT INTO tokens
                 (hash, purpose, user_id, email, password_version, created_at, expires_at)
             SELECT ?, 'reset', id, email, password_version, 0, 1e15 FROM users",
        )
        .bind(&hash_token(&token(round, 0))[..])
        .execute(&mut sql)
        .await
        .unwrap();
        let statuses = at_once(|way| {
            let guest = site.guest();
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
    let site = Arc::new(site().await);
    for way in 0..WAYS {
        site.member(&format!("user-{way}")).await;
    }
    for round in 0..*ROUNDS {
        site.run("UPDATE users SET role = 'admin'").await.unwrap();
        let statuses = at_once(|way| {
            let site = Arc::clone(&site);
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

#[tokio::test]
async fn deleting_and_saving() {
    let setup = Setup {
        grace_days: 0,
        ..Setup::default()
    };
    let site = setup.build().await;
    for round in 0..*ROUNDS {
        let username = format!("ann-{round}");
        let ann = Arc::new(site.member(&username).await);
        // A change in the history, so that the plan stays what it is.
        ann.save(&[("location", "Kiel")]).await;
        let outline = outline(&ann).await;
        let statuses = at_once(|way| {
            let (ann, username, outline) = (Arc::clone(&ann), username.clone(), outline.clone());
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
