//! Statements about whole tables, which name them as the database itself does.

use async_trait::async_trait;
use futures_util::{StreamExt, stream::BoxStream};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::BTreeSet;

use super::{
    failed,
    reference::{quote, unquote},
};
use crate::{
    driver::Row,
    engine::{Connection, next_id, set_next_id, tables},
    references::references,
};
use store::{
    failure::Result,
    transfer::{Cell, Kind, Table, Transfer},
};

/// Tables that an engine keeps for itself: migrations, and whose database it is.
const OWN: [&str; 3] = ["_sqlx_migrations", "profiles_seen", "silhouette"];

/// The table that triggers fill while others are filled. Its rows come last, and stay.
const PROFILES: &str = "profiles";

#[async_trait]
impl Transfer for Connection {
    async fn tables(&mut self) -> Result<Vec<Table>> {
        let found = tables(&mut **self).await;
        let mut left = found.map_err(failed("transfer.tables"))?;
        left.retain(|table| !OWN.contains(&&*table.name));
        let references = references(&mut **self).await?;
        let mut ordered: Vec<Table> = Vec::new();
        while !left.is_empty() {
            let names: BTreeSet<String> = left.iter().map(|table| table.name.clone()).collect();
            let waits = |table: &Table| {
                let mut of_table = references
                    .iter()
                    .filter(|r| unquote(&r.table) == table.name && r.parent != r.table);
                of_table.any(|r| names.contains(&unquote(&r.parent)))
                    || table.name == PROFILES && names.len() > 1
            };
            let (waiting, ready): (Vec<_>, Vec<_>) = left.into_iter().partition(waits);
            // Tables that refer to each other in a circle: the database will say so.
            let (waiting, ready) = match ready.is_empty() {
                true => (Vec::new(), waiting),
                false => (waiting, ready),
            };
            ordered.extend(ready);
            left = waiting;
        }
        Ok(ordered)
    }

    fn rows<'a>(&'a mut self, table: &'a Table) -> BoxStream<'a, Result<Vec<Cell>>> {
        let sql = format!("SELECT {} FROM {}", columns(table), quote(&table.name));
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut **self);
        rows.map(|row| {
            let row = row.and_then(|row| cells(&row, table));
            row.map_err(failed("transfer.rows"))
        })
        .boxed()
    }

    async fn insert_rows(&mut self, table: &Table, rows: &[Vec<Cell>]) -> Result<()> {
        let width = table.columns.len();
        let places: Vec<String> = (0..rows.len())
            .map(|row| {
                let places = (1..=width).map(|column| format!("${}", row * width + column));
                format!("({})", places.collect::<Vec<_>>().join(", "))
            })
            .collect();
        let mut sql = format!(
            "INSERT INTO {} ({}) VALUES {}",
            quote(&table.name),
            columns(table),
            places.join(", ")
        );
        if table.name == PROFILES {
            let set = table.columns.iter().map(|column| {
                let name = quote(&column.name);
                format!("{name} = excluded.{name}")
            });
            let set = set.collect::<Vec<_>>().join(", ");
            sql += &format!(" ON CONFLICT (user_id) DO UPDATE SET {set}");
        }
        let mut statement = sqlx::query(AssertSqlSafe(sql));
        let kinds = table.columns.iter().map(|column| column.kind);
        for (cell, kind) in rows.iter().flat_map(|row| row.iter().zip(kinds.clone())) {
            statement = match (kind, cell) {
                (Some(Kind::Flag), Cell::Number(number)) => statement.bind(*number != 0),
                (_, Cell::Text(text)) => statement.bind(text),
                (_, Cell::Bytes(bytes)) => statement.bind(bytes),
                (_, Cell::Number(number)) => statement.bind(number),
                (Some(Kind::Flag), Cell::Null) => statement.bind(None::<bool>),
                (Some(Kind::Text), Cell::Null) => statement.bind(None::<String>),
                (Some(Kind::Bytes), Cell::Null) => statement.bind(None::<Vec<u8>>),
                (_, Cell::Null) => statement.bind(None::<i64>),
            };
        }
        let inserted = statement.execute(&mut **self).await;
        inserted.map(drop).map_err(failed("transfer.insert_rows"))
    }

    async fn delete_rows(&mut self, table: &Table) -> Result<()> {
        let sql = format!("DELETE FROM {}", quote(&table.name));
        let deleted = sqlx::query(AssertSqlSafe(sql)).execute(&mut **self).await;
        deleted.map(drop).map_err(failed("transfer.delete_rows"))
    }

    async fn next_id(&mut self, table: &str) -> Result<Option<i64>> {
        let found = next_id(&mut **self, table).await;
        found.map_err(failed("transfer.next_id"))
    }

    async fn set_next_id(&mut self, table: &str, id: i64) -> Result<()> {
        let set = set_next_id(&mut **self, table, id).await;
        set.map_err(failed("transfer.set_next_id"))
    }

    async fn commit(&mut self) -> Result<()> {
        let done = sqlx::query("COMMIT").execute(&mut **self).await;
        done.map(drop).map_err(failed("transfer.commit"))
    }
}

/// The columns of a table, as SQL.
fn columns(table: &Table) -> String {
    let names = table.columns.iter().map(|column| quote(&column.name));
    names.collect::<Vec<_>>().join(", ")
}

fn cells(row: &Row, table: &Table) -> std::result::Result<Vec<Cell>, sqlx::Error> {
    let kinds = table.columns.iter().map(|column| column.kind);
    kinds
        .enumerate()
        .map(|(at, kind)| {
            let cell = match kind {
                Some(Kind::Flag) => row
                    .try_get::<Option<bool>, _>(at)?
                    .map(|flag| Cell::Number(i64::from(flag))),
                Some(Kind::Text) => row.try_get::<Option<String>, _>(at)?.map(Cell::Text),
                Some(Kind::Bytes) => row.try_get::<Option<Vec<u8>>, _>(at)?.map(Cell::Bytes),
                Some(Kind::Number) | None => row.try_get::<Option<i64>, _>(at)?.map(Cell::Number),
            };
            Ok(cell.unwrap_or(Cell::Null))
        })
        .collect()
}
