//! A site, moved from one database to another: table by table, in one transaction, and compared
//! before it is committed.

use app::error::AppError;
use futures_util::TryStreamExt;
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fmt, mem};
use store::{
    Store,
    failure::Failure,
    tables::Tables,
    transfer::{Cell, Table},
};

/// A reason that a site cannot be moved. Nothing of it is in the target then.
#[derive(Debug, thiserror::Error)]
pub enum RelocationError {
    #[error("a site or a command is using the {0}. Stop it, and try again")]
    InUse(Side),
    #[error("the target is not empty: there are rows in its table {table}. Name an empty database")]
    NotEmpty { table: String },
    #[error(
        "the table {table} is in the source, but there is none with the same columns in the target. Create it there, or drop it in the source"
    )]
    NoTable { table: String },
    #[error(
        "the column {column} of the table {table} has a type that cannot be moved. Columns can be INTEGER, TEXT and BLOB in SQLite, and bigint, boolean, text and bytea in PostgreSQL"
    )]
    Type { table: String, column: String },
    #[error("the table {table} cannot be copied: {reason}")]
    Copy { table: String, reason: String },
    #[error(
        "the table {table} is not the same on both sides (rows, digest): {sent} in the source, {arrived} in the target"
    )]
    Altered {
        table: String,
        sent: Digest,
        arrived: Digest,
    },
    #[error("the database failed; the reason is in the log")]
    Failed(AppError),
}

impl From<Failure> for RelocationError {
    fn from(failure: Failure) -> RelocationError {
        RelocationError::Failed(failure.into())
    }
}

/// A database, as the one that is moved from or to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Source,
    Target,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Source => "source",
            Side::Target => "target",
        })
    }
}

/// A table that was moved, and is the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub table: String,
    pub digest: Digest,
}

/// The number of rows, and a sum over the SHA-256 of each: the same for the same rows in whatever
/// order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    pub rows: u64,
    sum: u128,
}

impl Digest {
    fn add(&mut self, row: &[Cell]) {
        let mut hash = Sha256::new();
        for cell in row {
            // Each with its type and its length: no two rows are the same text.
            let (kind, bytes): (u8, &[u8]) = match cell {
                Cell::Null => (0, &[]),
                Cell::Number(number) => (1, &number.to_be_bytes()),
                Cell::Text(text) => (2, text.as_bytes()),
                Cell::Bytes(bytes) => (3, bytes),
            };
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        let mut start = [0; 16];
        start.copy_from_slice(&hash.finalize()[..16]);
        self.rows += 1;
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(start));
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9}  {:032x}", self.rows, self.sum)
    }
}

/// Tables that `serve` fills when it starts, before anybody has signed up.
const FILLED_BY_A_START: [&str; 3] = ["clock", "directory_state", "limits"];

/// Rows and bytes that one statement adds at most: SQLite takes 32,766 values.
const ROWS: usize = 200;
const BYTES: usize = 4_000_000;

/// Copies every table of a site to an empty database, all of them or none. Calls `tell` from time
/// to time, with a table and the number of its rows that are copied.
///
/// # Errors
/// An error if anybody uses one of the databases, if the target is not empty, or if a table does
/// not arrive as it was sent.
pub async fn relocate(
    source: &Store,
    target: &Store,
    mut tell: impl FnMut(&str, u64),
) -> Result<Vec<Moved>, RelocationError> {
    let sides = [(source, Side::Source), (target, Side::Target)];
    expect_alone(&sides).await?;
    let mut from = source.snapshot_apart().await?;
    let mut to = target.write_apart().await?;
    let tables = common_tables(&mut *from, &mut *to).await?;
    for (_, table) in &tables {
        if FILLED_BY_A_START.contains(&&*table.name) {
            to.delete_rows(table).await?;
        } else if digest(&mut *to, table).await? != Digest::default() {
            let table = table.name.clone();
            return Err(RelocationError::NotEmpty { table });
        }
    }
    let mut moved = Vec::new();
    for (sent, table) in &tables {
        let digest = copy(&mut *from, sent, &mut *to, table, &mut tell).await?;
        let table = table.name.clone();
        moved.push(Moved { table, digest });
    }
    for ((_, table), Moved { digest: sent, .. }) in tables.iter().zip(&moved) {
        // Last, because rows that are copied give out ids as well.
        if let Some(next) = from.next_id(&table.name).await? {
            to.set_next_id(&table.name, next).await?;
        }
        let (sent, arrived) = (*sent, digest(&mut *to, table).await?);
        if arrived != sent {
            let table = table.name.clone();
            return Err(RelocationError::Altered {
                table,
                sent,
                arrived,
            });
        }
    }
    // Nobody has come since.
    expect_alone(&sides).await?;
    to.commit().await?;
    Ok(moved)
}

async fn expect_alone(sides: &[(&Store, Side)]) -> Result<(), RelocationError> {
    for (store, side) in sides {
        if !store.is_alone().await? {
            return Err(RelocationError::InUse(*side));
        }
    }
    Ok(())
}

/// The tables of the source, each with the same one of the target, in the order of the target.
async fn common_tables(
    from: &mut dyn Tables,
    to: &mut dyn Tables,
) -> Result<Vec<(Table, Table)>, RelocationError> {
    let names = |table: &Table| -> Vec<String> {
        let names = table.columns.iter().map(|column| column.name.clone());
        names.collect()
    };
    let mut sources: BTreeMap<String, Table> = BTreeMap::new();
    for table in from.tables().await? {
        sources.insert(table.name.clone(), table);
    }
    let mut tables = Vec::new();
    for target in to.tables().await? {
        let Some(source) = sources.remove(&target.name) else {
            continue;
        };
        if names(&source) != names(&target) {
            let table = target.name;
            return Err(RelocationError::NoTable { table });
        }
        let mut columns = source.columns.iter().chain(&target.columns);
        if let Some(column) = columns.find(|column| column.kind.is_none()) {
            let (table, column) = (target.name, column.name.clone());
            return Err(RelocationError::Type { table, column });
        }
        tables.push((source, target));
    }
    match sources.into_keys().next() {
        Some(table) => Err(RelocationError::NoTable { table }),
        None => Ok(tables),
    }
}

async fn copy(
    from: &mut dyn Tables,
    sent: &Table,
    to: &mut dyn Tables,
    table: &Table,
    tell: &mut impl FnMut(&str, u64),
) -> Result<Digest, RelocationError> {
    let failed = |failure| match failure {
        Failure::Database(failed) => RelocationError::Copy {
            table: table.name.clone(),
            reason: failed.error.to_string(),
        },
        Failure::Refused(error) => RelocationError::Failed(error),
    };
    let mut digest = Digest::default();
    let (mut batch, mut bytes) = (Vec::new(), 0);
    let mut rows = from.rows(sent);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        digest.add(&row);
        bytes += row.iter().map(size).sum::<usize>();
        batch.push(row);
        if batch.len() == ROWS || bytes > BYTES {
            to.insert_rows(table, &mem::take(&mut batch))
                .await
                .map_err(failed)?;
            bytes = 0;
            tell(&table.name, digest.rows);
        }
    }
    if !batch.is_empty() {
        to.insert_rows(table, &batch).await.map_err(failed)?;
    }
    Ok(digest)
}

fn size(cell: &Cell) -> usize {
    match cell {
        Cell::Null | Cell::Number(_) => 8,
        Cell::Text(text) => text.len(),
        Cell::Bytes(bytes) => bytes.len(),
    }
}

async fn digest(tables: &mut dyn Tables, table: &Table) -> Result<Digest, RelocationError> {
    let mut digest = Digest::default();
    let mut rows = tables.rows(table);
    while let Some(row) = rows.try_next().await? {
        digest.add(&row);
    }
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_of_the_rows_and_not_of_their_order() {
        let digest = |rows: &[&[Cell]]| {
            let mut digest = Digest::default();
            rows.iter().for_each(|row| digest.add(row));
            digest
        };
        let text = |text: &str| Cell::Text(text.to_owned());
        let (one, other) = ([text("a"), text("bc")], [text("ab"), text("c")]);
        assert_eq!(digest(&[&one, &other]), digest(&[&other, &one]));
        assert_ne!(digest(&[&one]), digest(&[&other]));
        assert_ne!(digest(&[&one]), digest(&[&one, &one]));
        assert_ne!(digest(&[&[Cell::Null]]), digest(&[&[text("")]]));
        assert_ne!(digest(&[&[Cell::Bytes(vec![97])]]), digest(&[&[text("a")]]));
    }
}
