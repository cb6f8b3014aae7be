//! Repairs that are made at every start of the program.

use app::account::types::email::Email;

use crate::{file::header, sql::checkup};

/// Creates the missing profiles. Normally a trigger creates the profile of each user, but somebody
/// may have dropped it and imported users. That changes the schema version, so there is nothing to
/// check if the version is the one last seen with the trigger.
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

/// Recomputes the keys of email addresses with non-ASCII domains, which an older version of the
/// program computed by other rules. If two accounts were allowed to have the same address, the
/// later one keeps its old key, and can log in by its username.
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
