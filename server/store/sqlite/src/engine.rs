//! Connections to SQLite and the meaning of its errors, as `sql` needs them.

use app::account::types::user::UserId;
use sqlx::{
    AssertSqlSafe, QueryBuilder, Sqlite, SqliteConnection, Transaction as SqlxTransaction,
    error::DatabaseError,
};
use std::{
    collections::BTreeSet,
    ops::{Deref, DerefMut},
};
use store::{
    engine::Lease,
    profiles::NextVersion,
    tables::Tables,
    transfer::{Column, Kind, Table, by_table},
};

use crate::{
    driver::Raw,
    sql::{
        account_row::AccountRow,
        next_version::{insert_changes, update_profile},
        readers::Lent,
    },
};

/// The table of users, the root of every erasure plan.
pub const USERS: &str = "\"users\"";

/// A connection from any source.
pub enum Connection {
    Lent(Lent),
    Transaction(SqlxTransaction<'static, Sqlite>),
    Own(SqliteConnection),
}

impl Deref for Connection {
    type Target = Raw;

    fn deref(&self) -> &Self::Target {
        match self {
            Connection::Lent(lent) => lent,
            Connection::Transaction(tx) => tx,
            Connection::Own(own) => own,
        }
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Connection::Lent(lent) => lent,
            Connection::Transaction(tx) => tx,
            Connection::Own(own) => own,
        }
    }
}

impl Lease for Connection {
    fn tables(&self) -> &(dyn Tables + 'static) {
        self
    }

    fn tables_mut(&mut self) -> &mut (dyn Tables + 'static) {
        self
    }
}

/// Writes the next version of a profile. Returns the number of its changes and their size in bytes,
/// or `None` if the profile has been changed in the meantime. This is one step, because each step
/// is a round trip to the connection's thread.
pub async fn set_profile(
    connection: &mut Raw,
    next: &NextVersion<'_>,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let mut sql = QueryBuilder::new("");
    update_profile(&mut sql, next);
    sql.push("; ");
    // `changes()` counts the rows of the previous statement.
    insert_changes(&mut sql, next.changes, "changes() > 0");
    sql.push(
        "; SELECT history_changes, history_bytes FROM profiles WHERE changes() > 0 AND user_id = ",
    )
    .push_bind(next.before.id)
    .build_query_as()
    .fetch_optional(connection)
    .await
}

/// Does nothing: the transaction that erases a user has the database to itself. Deferred foreign
/// keys make its commit fail.
pub async fn begin_erasure(_: &mut Raw, _: UserId) -> Result<(), sqlx::Error> {
    Ok(())
}

/// Returns a counter for each table, which grows by one with each row deleted from it.
pub async fn tallies(
    connection: &mut Raw,
    tables: &BTreeSet<String>,
) -> Result<Vec<i64>, sqlx::Error> {
    let mut tallies = Vec::new();
    for table in tables {
        // Names come from the database's own schema, quoted.
        let sql = AssertSqlSafe(format!("SELECT -count(*) FROM {table}"));
        tallies.push(sqlx::query_scalar(sql).fetch_one(&mut *connection).await?);
    }
    Ok(tallies)
}

/// Returns the id that the next row of a table gets, or `None` if the table generates no ids or has
/// not generated any yet (sqlite.org/autoinc.html).
pub async fn next_id(connection: &mut Raw, table: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT seq + 1 FROM sqlite_sequence WHERE name = $1")
        .bind(table)
        .fetch_optional(connection)
        .await
}

/// Sets the id that the next row of a table gets, if the table is one that never reuses an id. All
/// other tables take the id after the highest.
pub async fn set_next_id(connection: &mut Raw, table: &str, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM sqlite_sequence WHERE name = $1", table)
        .execute(&mut *connection)
        .await?;
    let last = id - 1;
    sqlx::query!(
        "INSERT INTO sqlite_sequence (name, seq)
         SELECT name, $2 FROM sqlite_schema
         WHERE type = 'table' AND name = $1 AND upper(sql) LIKE '%AUTOINCREMENT%'",
        table,
        last
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Returns every table with its columns, ordered by name.
pub async fn tables(connection: &mut Raw) -> Result<Vec<Table>, sqlx::Error> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT t.name, c.name, upper(c.type)
         FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
         WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'
             AND c.hidden = 0
         ORDER BY t.name, c.name",
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|(table, name, kind)| {
        let kind = match &*kind {
            "INTEGER" => Some(Kind::Number),
            "TEXT" => Some(Kind::Text),
            "BLOB" => Some(Kind::Bytes),
            _ => None,
        };
        (table, Column { name, kind })
    });
    Ok(by_table(rows))
}

/// Returns the accounts whose username or confirmed address contains a text of three letters or
/// more, found by the trigram index (sqlite.org/fts5.html, "The Trigram Tokenizer").
pub async fn accounts_containing(
    connection: &mut Raw,
    text: &str,
    limit: i64,
) -> Result<Vec<AccountRow>, sqlx::Error> {
    // In quotes, the text is a string, whatever characters it contains.
    let quoted = format!("\"{}\"", text.replace('"', "\"\""));
    sqlx::query_as!(
        AccountRow,
        "SELECT id, username, email, pending_email, role, status, leaves_at,
             waits_since, created_at, last_login_at
         FROM users
         WHERE id IN (SELECT rowid FROM users_found WHERE users_found MATCH $1 LIMIT $2)",
        quoted,
        limit
    )
    .fetch_all(connection)
    .await
}

/// Returns whether the same statement may succeed if it is tried again: the database is locked, or
/// the disk is full, read-only or failing.
pub fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(database) => passes(database.as_ref()),
        _ => false,
    }
}

/// Checks the primary result code of an error (sqlite.org/rescode.html): BUSY 5, LOCKED 6, READONLY
/// 8, IOERR 10, FULL 13, CANTOPEN 14.
fn passes(error: &dyn DatabaseError) -> bool {
    let code = error
        .code()
        .and_then(|code| code.parse::<u32>().ok())
        .unwrap_or_default();
    matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14)
}

/// Returns the name of the unique index that a write violated, as `table_column`.
///
/// sqlx does not know the name on SQLite (`constraint()` is always `None`). The message contains
/// the columns, in a form that SQLite keeps stable, and the indexes here are named after their
/// columns.
pub fn broken_index(error: &sqlx::Error) -> Option<String> {
    let database = error
        .as_database_error()
        .filter(|error| error.is_unique_violation())?;
    let column = database
        .message()
        .strip_prefix("UNIQUE constraint failed: ")?;
    Some(column.replace('.', "_"))
}
