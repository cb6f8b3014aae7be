//! Repairs that every start of the program makes.

use app::account::types::email::Email;

/// Every user has a profile: a trigger sees to it. Should somebody have dropped
/// the trigger and imported users, they get theirs here.
pub async fn give_missing_profiles(writer: &sqlx::SqlitePool) -> Result<(), sqlx::Error> {
    let given = sqlx::query!(
        "INSERT INTO profiles (user_id, created_at, updated_at)
         SELECT id, created_at, created_at FROM users
         WHERE id NOT IN (SELECT user_id FROM profiles)"
    )
    .execute(writer)
    .await?
    .rows_affected();
    if given > 0 {
        tracing::warn!(given, "users had no profile, and were given one");
    }
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
            "UPDATE OR IGNORE users SET email_key = ?, pending_key = ? WHERE id = ?",
            email_key,
            pending_key,
            row.id,
        );
        renewed.execute(writer).await?;
    }
    Ok(())
}
