//! Migrations of the database: which there are, and which one has.

use sqlx::migrate::Migrator;

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!();

pub(crate) fn newest_known() -> Option<i64> {
    MIGRATIONS.iter().map(|migration| migration.version).max()
}

/// `None` also without such a table.
pub(crate) async fn newest_migration(pool: &sqlx::SqlitePool) -> Option<i64> {
    sqlx::query_scalar!("SELECT max(version) AS \"version: i64\" FROM _sqlx_migrations")
        .fetch_one(pool)
        .await
        .unwrap_or_default()
}
