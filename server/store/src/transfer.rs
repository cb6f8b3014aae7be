//! Whole tables, from one database to another, whatever is in them.

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use crate::failure::Result;

#[async_trait]
pub trait Transfer: Send {
    /// The tables of a site, in an order in which they can be filled: also those that an operator
    /// has added, and none that the engine keeps for itself.
    async fn tables(&mut self) -> Result<Vec<Table>>;

    /// Every row of a table, in no order.
    fn rows<'a>(&'a mut self, table: &'a Table) -> BoxStream<'a, Result<Vec<Cell>>>;

    /// Adds rows to a table. A row of profiles replaces the one that a trigger has made for its
    /// user.
    async fn insert_rows(&mut self, table: &Table, rows: &[Vec<Cell>]) -> Result<()>;

    async fn delete_rows(&mut self, table: &Table) -> Result<()>;

    /// The id that the next row of a table gets, higher than any that a row has had; `None` if
    /// the table gives out no ids, or has not given out any.
    async fn next_id(&mut self, table: &str) -> Result<Option<i64>>;

    /// Gives the next row of a table that id.
    async fn set_next_id(&mut self, table: &str, id: i64) -> Result<()>;

    /// Commits the transaction of [`write_apart`](crate::Store::write_apart).
    async fn commit(&mut self) -> Result<()>;
}

/// A table and its columns, without those that are generated, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

/// Tables from their columns, which come table by table.
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
    /// `None` for a type that the tables of Silhouette do not have.
    pub kind: Option<Kind>,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    /// A truth value, which SQLite keeps as a number.
    Flag,
    Text,
    Bytes,
}

/// A value in a row. A flag is 0 or 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Null,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}
