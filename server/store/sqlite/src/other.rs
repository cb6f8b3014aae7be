//! Reading the SQLite files of other programs.

use sqlx::{
    AssertSqlSafe, Column, ConnectOptions, Connection, Row, SqliteConnection, TypeInfo, ValueRef,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use std::path::Path;

/// A table of another program.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherTable {
    pub name: String,
    pub columns: Vec<OtherColumn>,
    pub rows: Vec<Vec<serde_json::Value>>,
}

/// A column as it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherColumn {
    pub name: String,
    /// The type in lower case, such as `varchar(30)`.
    pub kind: String,
    /// The table that it refers to.
    pub refers_to: Option<String>,
}

/// Reads the tables of a file whose names `wants` accepts. Writes nothing.
///
/// # Errors
/// Those of SQLite.
pub async fn read_tables(
    file: &Path,
    wants: impl Fn(&str) -> bool,
) -> Result<Vec<OtherTable>, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .disable_statement_logging();
    let mut connection = options.connect().await?;
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .fetch_all(&mut connection)
    .await?;
    let mut tables = Vec::new();
    for name in names.into_iter().filter(|name| wants(name)) {
        tables.push(read_table(&mut connection, name).await?);
    }
    connection.close().await?;
    Ok(tables)
}

async fn read_table(
    connection: &mut SqliteConnection,
    name: String,
) -> Result<OtherTable, sqlx::Error> {
    let references: Vec<(String, String)> =
        sqlx::query_as("SELECT \"from\", \"table\" FROM pragma_foreign_key_list($1)")
            .bind(&name)
            .fetch_all(&mut *connection)
            .await?;
    let declared: Vec<(String, String)> =
        sqlx::query_as("SELECT name, type FROM pragma_table_info($1)")
            .bind(&name)
            .fetch_all(&mut *connection)
            .await?;
    let columns = declared.into_iter().map(|(column, kind)| OtherColumn {
        refers_to: references
            .iter()
            .find(|(from, _)| *from == column)
            .map(|(_, table)| table.clone()),
        name: column,
        kind: kind.to_lowercase(),
    });
    let columns: Vec<OtherColumn> = columns.collect();
    // The name comes from the file's own schema.
    let quoted = name.replace('"', "\"\"");
    // By name: `*` would include generated columns, which are not among the declared ones.
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{}\"", column.name.replace('"', "\"\"")))
        .collect();
    let names = names.join(", ");
    let sql = AssertSqlSafe(format!("SELECT {names} FROM \"{quoted}\""));
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    let rows = rows.iter().map(cells).collect::<Result<_, _>>()?;
    Ok(OtherTable {
        name,
        columns,
        rows,
    })
}

/// Returns the cells of a row, each in the type of its value. Blobs become null.
fn cells(row: &SqliteRow) -> Result<Vec<serde_json::Value>, sqlx::Error> {
    let cell = |at: usize| -> Result<serde_json::Value, sqlx::Error> {
        let value = row.try_get_raw(at)?;
        if value.is_null() {
            return Ok(serde_json::Value::Null);
        }
        Ok(match value.type_info().name() {
            "INTEGER" => row.try_get_unchecked::<i64, _>(at)?.into(),
            "REAL" => row.try_get_unchecked::<f64, _>(at)?.into(),
            "BLOB" => serde_json::Value::Null,
            _ => row.try_get_unchecked::<String, _>(at)?.into(),
        })
    };
    (0..row.columns().len())
        .map(|at| {
            assert!(row.columns()[at].ordinal() == at);
            cell(at)
        })
        .collect()
}
