//! The migrations of this program, and the newest one of a database.

use sqlx::migrate::Migrator;

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!();

pub(crate) fn newest_known() -> Option<i64> {
    MIGRATIONS.iter().map(|migration| migration.version).max()
}

/// Returns the newest migration of a database; `None` also if it has no table of migrations.
pub(crate) async fn newest_migration(pool: &sqlx::SqlitePool) -> Option<i64> {
    sqlx::query_scalar!("SELECT max(version) AS \"version: i64\" FROM _sqlx_migrations")
        .fetch_one(pool)
        .await
        .unwrap_or_default()
}
