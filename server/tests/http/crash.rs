//! A process that dies in the middle of signing somebody up.

use crate::harness::ANY_PASSWORD;
use app::{
    account::types::{email::EmailRule, sign_up::NewUser},
    form::Form,
    profile::rules::date::Date,
};
use server::{
    default_schema,
    store::{Store, users::create_user},
};
use std::{env, path::Path, process::Command};

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
    Store::open(&database).await.unwrap().close().await;

    let died = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::killed_between_user_and_profile_neither_is_there",
        ])
        .env(DATABASE, &database)
        .output()
        .unwrap();
    assert_eq!(died.status.code(), None, "it died of a signal: {died:?}");

    let store = Store::open(&database).await.unwrap();
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
    let store = Store::open(database).await.unwrap();
    let form = Form::from_iter([("username", "ann"), ("password", "correct horse")]);
    let today = Date::new(2026, 11, 22).unwrap();
    let new = NewUser::parse(
        &form,
        &default_schema(),
        today,
        ANY_PASSWORD,
        EmailRule::Optional,
    )
    .unwrap();
    let never = store.write::<(), _>(move |tx| {
        Box::pin(async move {
            create_user(tx, &new, "$argon2id$x", 0).await?;
            std::process::abort();
        })
    });
    panic!("it lived: {:?}", never.await);
}
