//! Moving a site from one database to another: table by table, in one transaction, and compared
//! before the commit.

use futures_util::TryStreamExt;
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fmt, mem};
use store::{
    Reader, Store,
    failure::Failure,
    tables::Tables,
    transfer::{Cell, Table},
};

/// A reason that a site cannot be moved. Except for the last one, the target is unchanged.
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
    #[error("the database failed: {0}")]
    Failed(String),
    /// The only error after which the target may contain the site.
    #[error(
        "the connection was lost while the move was being committed ({0}). The move may be complete: if the target has users, it is; if it has none, move again"
    )]
    Unconfirmed(String),
}

impl From<Failure> for RelocationError {
    fn from(failure: Failure) -> RelocationError {
        RelocationError::Failed(reason(&failure))
    }
}

fn reason(failure: &Failure) -> String {
    match failure {
        Failure::Database(failed) => failed.error.to_string(),
        Failure::Refused(error) => format!("{error:?}"),
    }
}

/// The role of a database in a move.
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

/// A table that was moved, and is identical on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub table: String,
    pub digest: Digest,
}

/// The number of rows, and the sum of their SHA-256 hashes, which is the same for the same rows
/// in any order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    pub rows: u64,
    sum: u128,
}

impl Digest {
    fn add(&mut self, row: &[Cell]) {
        let mut hash = Sha256::new();
        for cell in row {
            // Each cell with its type and length, so that different rows are encoded differently.
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

/// Tables that `serve` fills when it starts, before anyone has signed up.
const FILLED_BY_A_START: [&str; 4] = ["clock", "directory_state", "limits", "site_key"];

/// The maximum rows and bytes of one INSERT statement: SQLite accepts 32,766 values.
const ROWS: usize = 200;
const BYTES: usize = 4_000_000;

/// Copies every table of a site to an empty database, all of them or none. Calls `tell` from time
/// to time, with a table and the number of its rows copied so far.
///
/// # Errors
/// An error if one of the databases is in use, if the target is not empty, or if a table differs
/// after the copy.
pub async fn relocate(
    source: &Store,
    target: &Store,
    mut tell: impl FnMut(&str, u64),
) -> Result<Vec<Moved>, RelocationError> {
    let sides = [(source, Side::Source), (target, Side::Target)];
    expect_alone(&sides).await?;
    let mut from = lock(source.freeze().await, Side::Source)?;
    let mut to = lock(target.write_apart().await, Side::Target)?;
    let tables = common_tables(&mut *from, &mut *to).await?;
    for (_, table) in &tables {
        if FILLED_BY_A_START.contains(&&*table.name) {
            to.delete_rows(table).await?;
        } else {
            expect_empty(&mut *to, table).await?;
        }
    }
    let mut moved = Vec::new();
    for (sent, table) in &tables {
        // Asked first: if the database user may not read it, this fails before the rows are copied.
        let next = from.next_id(&table.name).await?;
        let (digest, highest) = copy(&mut *from, sent, &mut *to, table, &mut tell).await?;
        // After the rows, because inserting them also advances the next id.
        if let Some(next) = next.or(highest.map(|id| id + 1)) {
            to.set_next_id(&table.name, next).await?;
        }
        let table = table.name.clone();
        moved.push(Moved { table, digest });
    }
    for ((_, table), Moved { digest: sent, .. }) in tables.iter().zip(&moved) {
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
    // No one has connected in the meantime.
    expect_alone(&sides).await?;
    match to.commit().await {
        Ok(()) => Ok(moved),
        Err(Failure::Database(failed)) if failed.is_passing => {
            Err(RelocationError::Unconfirmed(failed.error.to_string()))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Returns the lock on a database; a conflict with another lock means that the database is in use.
fn lock(locked: Result<Reader, Failure>, side: Side) -> Result<Reader, RelocationError> {
    locked.map_err(|failure| match &failure {
        Failure::Database(failed) if failed.is_passing => RelocationError::InUse(side),
        _ => failure.into(),
    })
}

async fn expect_alone(sides: &[(&Store, Side)]) -> Result<(), RelocationError> {
    for (store, side) in sides {
        if !store.is_alone().await? {
            return Err(RelocationError::InUse(*side));
        }
    }
    Ok(())
}

/// Pairs each table of the source with that of the target, in the order of the target.
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
            expect_empty(to, &target).await?;
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

async fn expect_empty(to: &mut dyn Tables, table: &Table) -> Result<(), RelocationError> {
    let is_readable = table.columns.iter().all(|column| column.kind.is_some());
    match !is_readable || digest(to, table).await? == Digest::default() {
        true => Ok(()),
        false => Err(RelocationError::NotEmpty {
            table: table.name.clone(),
        }),
    }
}

/// Copies the rows of a table. Also returns the highest id among them, if it has ids.
async fn copy(
    from: &mut dyn Tables,
    sent: &Table,
    to: &mut dyn Tables,
    table: &Table,
    tell: &mut impl FnMut(&str, u64),
) -> Result<(Digest, Option<i64>), RelocationError> {
    let failed = |failure| RelocationError::Copy {
        table: table.name.clone(),
        reason: reason(&failure),
    };
    let id = sent.columns.iter().position(|column| column.name == "id");
    let mut highest = None;
    let mut digest = Digest::default();
    let (mut batch, mut bytes) = (Vec::new(), 0);
    let mut rows = from.rows(sent);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        digest.add(&row);
        if let Some(Cell::Number(id)) = id.and_then(|at| row.get(at)) {
            highest = highest.max(Some(*id));
        }
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
    Ok((digest, highest))
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
