//! What is done every ten minutes: noting the time, and erasing what its time is up
//! for, if the clock is to be believed (`doubt.rs`). The table `clock`.

use app::error::AppError;
use sqlx::SqliteConnection;

use super::{Store, refuse};
use crate::doubt::{Seen, WATCH_MS};

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    Erased {
        accounts: u64,
        pictures: u64,
    },
    /// Nothing: the clock is far from the last time that was believed.
    Doubted {
        ahead_ms: i64,
        /// How long the site has to run until it is believed.
        for_ms: i64,
        /// It was not doubted before.
        is_new: bool,
    },
}

impl Store {
    /// Erases what its time is up for. `ran_ms` is how long the site has run since the
    /// last time, by a clock that nobody sets.
    pub async fn sweep(&self, now: i64, ran_ms: i64) -> Result<Swept, AppError> {
        let (was, seen) = self.see(now, ran_ms).await?;
        if !seen.is_believed() {
            return Ok(Swept::Doubted {
                ahead_ms: now.saturating_sub(seen.believed_at),
                for_ms: WATCH_MS - seen.watched_ms,
                is_new: was.is_believed(),
            });
        }
        let accounts = self.erase_due(now).await?;
        let pictures = self.erase_old_pictures(now).await?;
        self.forget_old_mail(now).await?;
        Ok(Swept::Erased { accounts, pictures })
    }

    /// Notes the time; what was noted before, and what is now.
    async fn see(&self, now: i64, ran_ms: i64) -> Result<(Seen, Seen), AppError> {
        self.write(move |tx| {
            Box::pin(async move {
                let was = match seen(&mut *tx).await? {
                    Some(seen) => seen,
                    None => Seen::begin(last_event(&mut *tx).await?.unwrap_or(now)),
                };
                let seen = was.look(now, ran_ms);
                sqlx::query!(
                    "INSERT INTO clock (id, believed_at, doubted_at, watched_ms)
                     VALUES (1, ?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET
                         believed_at = ?1, doubted_at = ?2, watched_ms = ?3",
                    seen.believed_at,
                    seen.doubted_at,
                    seen.watched_ms,
                )
                .execute(tx)
                .await
                .map_err(refuse)?;
                Ok((was, seen))
            })
        })
        .await
    }
}

async fn seen(tx: &mut SqliteConnection) -> Result<Option<Seen>, AppError> {
    sqlx::query_as!(
        Seen,
        "SELECT believed_at, doubted_at, watched_ms FROM clock"
    )
    .fetch_optional(tx)
    .await
    .map_err(refuse)
}

/// When the site was last used, for a database from before the time was noted.
async fn last_event(tx: &mut SqliteConnection) -> Result<Option<i64>, AppError> {
    sqlx::query_scalar!("SELECT max(at) AS \"at: i64\" FROM events")
        .fetch_one(tx)
        .await
        .map_err(refuse)
}
