//! A process that dies in the middle of signing somebody up.

use std::{env, path::Path, process::Command};
use store::users::NewUser;
use store_sqlite::open::open;

const DATABASE: &str = "CRASH_TEST_DATABASE";

/// The test runs itself again as another process, which dies between the two
/// steps, and looks at what it left.
#[tokio::test]
async fn killed_between_user_and_profile_neither_is_there() {
    if let Some(database) = env::var_os(DATABASE) {
        die_between(Path::new(&database)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("test.db");
    open(&database).await.unwrap().close().await;

    let died = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::killed_between_user_and_profile_neither_is_there",
        ])
        .env(DATABASE, &database)
        .output()
        .unwrap();
    assert_eq!(died.status.code(), None, "it died of a signal: {died:?}");

    let store = open(&database).await.unwrap();
    let url = format!("sqlite://{}", database.display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM profiles)")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(left, 0);
    store.close().await;
}

async fn die_between(database: &Path) -> ! {
    let store = open(database).await.unwrap();
    let new = NewUser {
        username: "ann".to_owned(),
        username_key: "ann".to_owned(),
        password_hash: Some("$argon2id$x".to_owned()),
        ..NewUser::default()
    };
    let never = store.write(new, |tx, new| {
        Box::pin(async move {
            tx.add_user(new.clone()).await?;
            std::process::abort();
            #[expect(unreachable_code, reason = "it gives the write its type")]
            Ok(())
        })
    });
    panic!("it lived: {:?}", never.await);
}
