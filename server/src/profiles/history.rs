//! The history of a profile, and how much of it is kept.
//!
//! A value is stored in two rows: as the new one, and later as the old one. Storing it
//! once would halve the space, but a row would mean nothing without its neighbours: an
//! edit outside the program, a dropped row or an erased value would change the meaning
//! of others. As the size is bounded, this is not needed.

use app::{
    account::types::{event::EventKind, user::UserId},
    error::AppError,
    profile::rules::{
        audience::audience_key,
        history::{self, ChangeSide, PastChange, Stretch},
    },
};

use super::{Profiles, rows::read_change};
use store::{
    changes::{ChangeRow, HistorySize},
    client::ClientInfo,
    events::Event,
    failure::Result as Done,
    limits::Tries,
    tables::Tables,
};

/// Maximum number of bytes of values in the history of one profile. Beyond that, the oldest
/// values are dropped; the record of the change, its time and its author are kept. Two values
/// of one form (512 KiB each) fit, so the last save is always complete.
const MOST_BYTES: i64 = 4 * 1024 * 1024;

/// Maximum number of changes in the history of one profile. Beyond that, the oldest are dropped.
const MOST_CHANGES: i64 = 10_000;

/// Trims the history of one profile, which has the given size, in the transaction that adds
/// to it.
///
/// If the base of a merge loses a value this way, the difference is treated as a conflict.
pub async fn keep_within(tx: &mut dyn Tables, owner: UserId, size: HistorySize) -> Done<()> {
    if size.bytes > MOST_BYTES {
        tx.forget_values_beyond(owner, MOST_BYTES).await?;
    }
    if size.changes > MOST_CHANGES {
        tx.forget_changes_beyond(owner, MOST_CHANGES).await?;
    }
    Ok(())
}

impl Profiles {
    /// The changes before the one with the id `before`, newest first: at most `limit`, and fewer
    /// if their values exceed a number of bytes, but at least one.
    pub async fn changes(
        &self,
        owner: UserId,
        before: Option<i64>,
        limit: u32,
        bytes: u32,
    ) -> Result<Stretch, AppError> {
        let before = before.unwrap_or(i64::MAX);
        let mut reader = self.store.reader().await?;
        let rows = reader.changes_before(owner, before, limit, bytes).await?;
        let last = rows.last().map_or(0, |last| last.id);
        let more = reader.has_changes_before(owner, last).await?;
        let changes: Result<_, AppError> = rows.into_iter().map(read_change).collect();
        Ok(Stretch {
            changes: changes?,
            more,
        })
    }

    /// A change of this profile; `None` for a change of another profile.
    pub async fn change(&self, owner: UserId, id: i64) -> Result<Option<PastChange>, AppError> {
        let row = self.store.reader().await?.change(owner, id).await?;
        row.map(read_change).transpose()
    }

    /// Counts the occurrences in the history of a change's old value and of its new one. A
    /// picture is the same value regardless of its description.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the profile has no such change.
    pub async fn places(&self, owner: UserId, change: i64) -> Result<[u64; 2], AppError> {
        let mut snapshot = self.store.snapshot().await?;
        let row = find_change(&mut *snapshot, owner, change).await?;
        let mut counts = [0, 0];
        for (count, value) in counts.iter_mut().zip([&row.old, &row.new]) {
            *count = snapshot
                .count_value(owner, &row.item, value.as_deref())
                .await?;
        }
        Ok(counts)
    }

    /// Erases values of a change wherever they occur in the history of that profile, and the
    /// files of a picture that the profile no longer has. Recorded in the audit log.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the profile has no such change of a value;
    /// [`AppError::TooMany`].
    pub async fn erase_values(
        &self,
        owner: UserId,
        change: i64,
        sides: Vec<ChangeSide>,
        client: Option<ClientInfo>,
        now: i64,
    ) -> Result<(), AppError> {
        let (bucket, input) = (self.bucket_of(owner), (sides, client));
        self.store
            .write_counted(
                Tries::of([bucket], now),
                input,
                move |tx, (sides, client)| {
                    Box::pin(async move {
                        let row = find_change(tx, owner, change).await?;
                        let places = erase(tx, owner, &row, sides).await?;
                        // The second of two clicks erases nothing and is not recorded.
                        if places > 0 {
                            let event = Event {
                                detail: Some(row.item),
                                ..Event::own(EventKind::HistoryErased, owner, client.clone())
                            };
                            tx.note(&event, now).await?;
                        }
                        Ok(())
                    })
                },
            )
            .await
    }
}

async fn erase(
    tx: &mut dyn Tables,
    owner: UserId,
    row: &ChangeRow,
    sides: &[ChangeSide],
) -> Done<u64> {
    if audience_key(&row.item).is_some() || row.item == history::ROLE {
        return Err(AppError::NotFound.into());
    }
    let values = sides.iter().filter_map(|which| match which {
        ChangeSide::Old => row.old.as_deref(),
        ChangeSide::New => row.new.as_deref(),
    });
    let mut places = 0;
    for value in values {
        places += tx.erase_value(owner, &row.item, value).await?;
        tx.erase_earlier_picture(owner, value).await?;
    }
    Ok(places)
}

/// Finds a change of a profile.
///
/// # Errors
/// [`AppError::NotFound`] if the profile has no such change.
async fn find_change(tables: &mut dyn Tables, owner: UserId, id: i64) -> Done<ChangeRow> {
    let row = tables.change(owner, id).await?;
    row.ok_or_else(|| AppError::NotFound.into())
}
