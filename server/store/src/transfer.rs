//! Whole tables, copied from one database to another whatever they contain.

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use crate::failure::Result;

#[async_trait]
pub trait Transfer: Send {
    /// Returns the tables of a site, in an order in which they can be filled. This includes tables
    /// that an operator has added, but none that the engine keeps for itself.
    async fn tables(&mut self) -> Result<Vec<Table>>;

    /// Streams every row of a table, in no particular order.
    fn rows<'a>(&'a mut self, table: &'a Table) -> BoxStream<'a, Result<Vec<Cell>>>;

    /// Adds rows to a table. A row of `profiles` replaces the one that a trigger has added for its
    /// user.
    async fn insert_rows(&mut self, table: &Table, rows: &[Vec<Cell>]) -> Result<()>;

    async fn delete_rows(&mut self, table: &Table) -> Result<()>;

    /// Returns the id that the next row of a table gets, higher than any id that a row has had;
    /// `None` if the table generates no ids, or has not generated any yet.
    async fn next_id(&mut self, table: &str) -> Result<Option<i64>>;

    /// Sets the id that the next row of a table gets.
    async fn set_next_id(&mut self, table: &str, id: i64) -> Result<()>;

    /// Commits the transaction of [`write_apart`](crate::Store::write_apart).
    async fn commit(&mut self) -> Result<()>;
}

/// A table and its columns by name, without generated columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

/// Groups columns, which are ordered by table, into tables.
pub fn by_table(columns: impl Iterator<Item = (String, Column)>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for (name, column) in columns {
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table {
                name,
                columns: vec![column],
            }),
        }
    }
    tables
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// `None` for a type that the tables of Silhouette do not use.
    pub kind: Option<Kind>,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    /// A boolean, which SQLite stores as a number.
    Flag,
    Text,
    Bytes,
}

/// A value in a row. A boolean is 0 or 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Null,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}
