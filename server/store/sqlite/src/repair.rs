//! Repairs that every start of the program makes.

use app::account::types::email::Email;

use crate::{file::header, sql::checkup};

/// Gives a profile to every user without one. A trigger sees to it that there are none; but
/// somebody may have dropped it and imported users. The schema is another one since then, so
/// with the one that was seen last, which had the trigger, there is nothing to look for.
pub async fn give_missing_profiles(writer: &sqlx::SqlitePool) -> Result<(), sqlx::Error> {
    let mut connection = writer.acquire().await?;
    let schema = header(&mut connection).await?.schema;
    let seen = sqlx::query_scalar!("SELECT schema_version FROM profiles_seen WHERE id = 1")
        .fetch_optional(&mut *connection)
        .await?;
    if seen == Some(schema) {
        return Ok(());
    }
    let given = checkup::give_missing_profiles(&mut connection).await?;
    if given > 0 {
        tracing::warn!(given, "users had no profile, and were given one");
    }
    sqlx::query!(
        "INSERT INTO profiles_seen (id, schema_version) SELECT 1, $1
         WHERE EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'users_insert_profile')
         ON CONFLICT (id) DO UPDATE SET schema_version = $1",
        schema,
    )
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Makes keys anew that an older program made by other rules: of domains beyond
/// ASCII. Of two accounts that were let have one address the later one keeps its old
/// key, and logs in by its username.
pub async fn renew_keys(writer: &sqlx::SqlitePool) -> Result<(), sqlx::Error> {
    let old = sqlx::query!(
        "SELECT id, email, email_key, pending_email, pending_key FROM users
         WHERE email_key GLOB '*[^ -~]*' OR pending_key GLOB '*[^ -~]*' ORDER BY id"
    )
    .fetch_all(writer)
    .await?;
    for row in old {
        let email_key = row.email.as_deref().map(Email::key_of);
        let pending_key = row.pending_email.as_deref().map(Email::key_of);
        if (&email_key, &pending_key) == (&row.email_key, &row.pending_key) {
            continue;
        }
        let renewed = sqlx::query!(
            "UPDATE OR IGNORE users SET email_key = $1, pending_key = $2 WHERE id = $3",
            email_key,
            pending_key,
            row.id,
        );
        renewed.execute(writer).await?;
    }
    Ok(())
}
