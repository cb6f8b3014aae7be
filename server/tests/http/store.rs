//! What the database itself promises, whoever writes to it.

use app::account::types::user::UserId;
use axum::http::StatusCode;
use futures_util::FutureExt;
use std::{future, sync::mpsc, thread, time::Duration};
use store::{
    SecretHash, Store,
    changes::{ChangeAuthor, NewChange},
    profiles::{Findable, NextVersion, ProfileRow},
    sessions::{SessionCutoffs, Shown},
};
use store_sqlite::{
    open::{open, open_existing},
    open_error::OpenError,
};
use tokio::{runtime::Runtime, time::timeout};

use crate::database::{TestDatabase, drop_profile_trigger};
use crate::harness::{DAY, site};

#[tokio::test]
async fn a_user_inserted_by_plain_sql_has_a_profile() {
    let site = site().await;
    site.run("INSERT INTO users (username, username_key) VALUES ('Imported', 'imported')")
        .await
        .unwrap();
    let page = site.guest().visit("/u/imported").await;
    page.says("@Imported");
}

#[tokio::test]
async fn a_profile_goes_with_its_user_and_never_before() {
    let site = site().await;
    site.member("ann").await;
    let refused = site.run("DELETE FROM profiles").await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("a profile is deleted with its user"),
        "{refused}"
    );
    site.run("DELETE FROM users").await.unwrap();
    assert_eq!(
        site.ask("SELECT (SELECT count(*) FROM profiles) + (SELECT count(*) FROM sessions)")
            .await,
        0
    );
}

#[tokio::test]
async fn a_version_is_written_after_the_one_that_it_was_made_from_and_no_other() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.submit("/profile/edit", &[("location", "Kiel")]).await;
    let id = UserId(site.ask("SELECT id FROM users").await);
    let mut reader = site.store.reader().await.unwrap();
    let row = reader.profile_of(id).await.unwrap().unwrap();
    drop(reader);
    let write = async |before: ProfileRow| {
        let written = site.store.write(before, move |tx, before| {
            Box::pin(async move {
                let change = |item, old: Option<&str>, new: Option<&str>| NewChange {
                    owner: id,
                    version: 3,
                    item,
                    old: old.map(str::to_owned),
                    new: new.map(str::to_owned),
                    by: ChangeAuthor::User(id),
                    now: 7,
                };
                let next = NextVersion {
                    before,
                    fields: "{\"bio\":\"Bees\"}",
                    audiences: "{}",
                    changes: &[
                        change("bio", None, Some("\"Bees\"")),
                        change("location", Some("\"Kiel\""), None),
                    ],
                    now: 7,
                };
                tx.set_profile(&next).await
            })
        });
        written.await.unwrap()
    };
    let history = "SELECT count(*) FROM profile_changes";
    let other = |change: fn(&mut ProfileRow)| {
        let mut other = row.clone();
        change(&mut other);
        other
    };
    for before in [
        other(|row| row.version = 1),
        other(|row| row.fields = "{}".to_owned()),
        other(|row| row.audiences = "{\"bio\":\"me\"}".to_owned()),
        other(|row| row.role = Some("editor".to_owned())),
    ] {
        assert!(write(before.clone()).await.is_none(), "{before:?}");
        assert_eq!(site.ask(history).await, 3, "{before:?}");
    }
    let size = write(row.clone()).await.unwrap();
    assert_eq!(site.ask(history).await, 5);
    let bytes = site.ask("SELECT CAST(sum(size) AS BIGINT) FROM profile_changes");
    assert_eq!((size.changes, size.bytes), (5, bytes.await));
    assert_eq!(site.ask("SELECT version FROM profiles").await, 3);
    assert!(write(row.clone()).await.is_none());
}

/// On SQLite, they are looked up by another driver.
#[tokio::test]
async fn profiles_and_sessions_are_found_as_a_snapshot_finds_them() {
    let site = site().await;
    let ann = site.member("ann").await;
    ann.submit("/profile/edit", &[("location", "Kiel")]).await;
    for name in ["bob", "eve"] {
        site.member(name).await;
    }
    for change in [
        "UPDATE users SET role = 'editor', email = 'bob@example.org',
             email_key = 'bob@example.org' WHERE username_key = 'bob'",
        "UPDATE users SET status = 'disabled' WHERE username_key = 'eve'",
        "INSERT INTO former_names (name_key, user_id, created_at, until)
         SELECT 'robert', id, 0, 1 FROM users WHERE username_key = 'bob'",
        // No two columns of a row are the same.
        "UPDATE users SET has_second = true WHERE username_key = 'ann'",
        "UPDATE profiles SET listed = NOT in_directory, created_at = 5, updated_at = 6",
        "UPDATE sessions SET confirmed_at = last_seen_at - 1, second_at = last_seen_at - 2",
    ] {
        site.run(change).await.unwrap();
    }
    let now = site.ask("SELECT max(last_seen_at) FROM sessions").await;
    let mut ids = vec![[0; 32]];
    let mut reader = site.store.reader().await.unwrap();
    for user in 1..=3 {
        let sessions = reader.sessions_of(UserId(user), cutoffs(now)).await;
        let hashes = sessions.unwrap().into_iter().map(|row| row.id_hash);
        ids.extend(hashes.map(|hash| SecretHash::try_from(hash).unwrap()));
    }
    let renewed = site.store.write(ids[1], move |tx, old| {
        Box::pin(tx.rotate_session(old, &[7; 32], now, Shown::Nothing))
    });
    assert!(renewed.await.unwrap());
    ids.push([7; 32]);

    let mut snapshot = site.store.snapshot().await.unwrap();
    let mut found = 0;
    for name in ["ann", "bob", "robert", "eve", "nobody"] {
        for who in [Findable::Everybody, Findable::Confirmed] {
            let here = site.store.find_profile(name, who).await.unwrap();
            let there = snapshot.find_profile(name, who).await.unwrap();
            assert_eq!(format!("{here:?}"), format!("{there:?}"), "{name} {who:?}");
            found += usize::from(here.is_some());
        }
    }
    assert_eq!(found, 5);
    for id in &ids {
        for at in [now, now + 1000 * DAY] {
            let here = site.store.find_session(id, cutoffs(at)).await.unwrap();
            let there = snapshot.find_session(id, cutoffs(at)).await.unwrap();
            assert_eq!(format!("{here:?}"), format!("{there:?}"), "{id:?} at {at}");
            found += usize::from(here.is_some());
        }
    }
    assert_eq!(found, 8);
}

#[tokio::test]
async fn while_searches_have_every_reader_of_sqlite_profiles_are_shown() {
    let site = site().await;
    let ann = site.member("ann").await;
    let mut searches = Vec::new();
    while let Ok(reader) = timeout(Duration::from_millis(100), site.store.reader()).await {
        searches.push(reader.unwrap());
    }
    for path in ["/profile", "/u/ann"] {
        let page = timeout(Duration::from_secs(5), ann.visit(path)).await;
        assert_eq!(page.unwrap().status, StatusCode::OK, "{path}");
    }
}

fn cutoffs(now: i64) -> SessionCutoffs {
    SessionCutoffs {
        now,
        idle_since: now - DAY,
        rotated_since: now - 1,
    }
}

#[tokio::test]
async fn users_without_a_profile_are_given_one_at_the_start() {
    let site = site().await;
    site.run(drop_profile_trigger()).await.unwrap();
    // The trigger stays away.
    for (before, insert) in [
        (
            0,
            "INSERT INTO users (username, username_key) VALUES ('lost', 'lost')",
        ),
        (
            1,
            "INSERT INTO users (username, username_key) VALUES ('stray', 'stray')",
        ),
    ] {
        site.run(insert).await.unwrap();
        assert_eq!(site.ask("SELECT count(*) FROM profiles").await, before);
        let again = site.open_again().await.unwrap();
        assert_eq!(site.ask("SELECT count(*) FROM profiles").await, before + 1);
        again.close().await;
    }
}

#[tokio::test]
async fn what_the_program_would_refuse_the_database_refuses_too() {
    let site = site().await;
    for wrong in [
        "INSERT INTO users (username, username_key) VALUES ('Ann', 'Ann')",
        "INSERT INTO users (username, username_key) VALUES ('an', 'an')",
        "INSERT INTO users (username, username_key, status) VALUES ('ann', 'ann', 'odd')",
        "INSERT INTO users (username, username_key, password_hash) VALUES ('ann', 'ann', 'plain')",
        "INSERT INTO users (username, username_key, email) VALUES ('ann', 'ann', 'a@b.c')",
        "INSERT INTO profiles (user_id) VALUES (77)",
    ] {
        assert!(site.run(wrong).await.is_err(), "{wrong}");
    }
    site.member("ann").await;
    for wrong in [
        "UPDATE profiles SET fields = 'no json'",
        "UPDATE profiles SET fields = '[]'",
        "UPDATE profiles SET version = 0",
    ] {
        assert!(site.run(wrong).await.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let site = site().await;
    site.run(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', true, '', 0)",
    )
    .await
    .unwrap();
    let refused = site.open_again().await.unwrap_err().to_string();
    assert!(
        refused.contains("a newer Silhouette (migration 9999 is unknown here)"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_start_at_once_on_a_new_database_all_start() {
    let database = TestDatabase::without_tables().await;
    let starts = futures_util::future::join_all((0..8).map(|_| database.try_open()));
    for start in starts.await {
        start.unwrap().close().await;
    }
}

#[tokio::test]
async fn a_stored_field_that_the_schema_does_not_have_is_kept_and_shown_to_nobody() {
    let site = site().await;
    let ann = site.member("ann").await;
    site.run("UPDATE profiles SET fields = '{\"old_field\":\"canary\",\"bio\":\"Hello\"}'")
        .await
        .unwrap();
    for path in ["/profile", "/profile/edit", "/u/ann"] {
        ann.visit(path).await.says_not("canary");
    }
    ann.submit("/profile/edit", &[("bio", "Changed")]).await;
    assert_eq!(site.ask("SELECT count(*) FROM profiles WHERE fields ->> 'old_field' = 'canary' AND fields ->> 'bio' = 'Changed'").await, 1);
}

#[tokio::test]
async fn a_sqlite_file_of_an_older_program_is_brought_up_to_date_with_all_that_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let old = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::migrate!("../store/sqlite/migrations")
        .run_to(1, &old)
        .await
        .unwrap();
    sqlx::query("INSERT INTO users (username, username_key) VALUES ('Ann', 'ann')")
        .execute(&old)
        .await
        .unwrap();
    sqlx::query("UPDATE profiles SET fields = '{\"bio\":\"From before\"}', version = 5")
        .execute(&old)
        .await
        .unwrap();
    old.close().await;
    // A command does not do it by the way.
    let refused = open_existing(&path).await.unwrap_err();
    assert!(
        matches!(refused, OpenError::OlderDatabase { .. }),
        "{refused}"
    );

    let store = open(&path).await.unwrap();
    let mut found = Vec::new();
    let mut reader = store.reader().await.unwrap();
    reader
        .each_profile(&mut |row| {
            found.push((row.role.clone(), row.fields.clone(), row.audiences.clone()));
            Ok(())
        })
        .await
        .unwrap();
    drop(reader);
    let expected = (
        None,
        "{\"bio\":\"From before\"}".to_owned(),
        "{}".to_owned(),
    );
    assert_eq!(found, [expected]);
    store.close().await;
}

#[test]
fn a_write_at_the_last_moment_does_not_keep_the_program_from_its_end() {
    /// Writes when the runtime drops it.
    struct Last(Store);

    impl Drop for Last {
        fn drop(&mut self) {
            let write = self
                .0
                .write_singly((), |tx, ()| Box::pin(tx.sweep_sessions(0)));
            assert!(write.now_or_never().is_none());
        }
    }

    let (say, ended) = mpsc::channel();
    thread::spawn(move || {
        let runtime = Runtime::new().unwrap();
        let site = runtime.block_on(site());
        let last = Last(site.store.clone());
        runtime.spawn(async move {
            let _last = last;
            future::pending::<()>().await;
        });
        drop(runtime);
        // Before the test ends, and with it this thread: the database is to go too. A pool is
        // dropped in a runtime, and that one is no more.
        Runtime::new().unwrap().block_on(async { drop(site) });
        say.send(()).unwrap();
    });
    let patience = Duration::from_secs(20);
    assert!(ended.recv_timeout(patience).is_ok(), "it has not ended");
}
