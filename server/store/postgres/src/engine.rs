//! Connections to PostgreSQL and the meaning of its errors, as `sql` needs them.

use app::account::types::user::UserId;
use sqlx::{
    PgConnection, Postgres, QueryBuilder, Transaction as SqlxTransaction, pool::PoolConnection,
    raw_sql,
};
use std::{
    collections::BTreeSet,
    ops::{Deref, DerefMut},
};
use store::{
    changes::NewChange,
    engine::Lease,
    profiles::NextVersion,
    tables::Tables,
    transfer::{Column, Kind, Table, by_table},
};

use crate::{
    driver::{Raw, note_loss},
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
    Pooled(PoolConnection<Postgres>),
    Transaction(SqlxTransaction<'static, Postgres>),
    Own(PgConnection),
}

impl Deref for Connection {
    type Target = PgConnection;

    fn deref(&self) -> &Self::Target {
        match self {
            Connection::Lent(lent) => lent,
            Connection::Pooled(pooled) => pooled,
            Connection::Transaction(tx) => tx,
            Connection::Own(own) => own,
        }
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Connection::Lent(lent) => lent,
            Connection::Pooled(pooled) => pooled,
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
/// or `None` if the profile has been changed in the meantime. The profile is updated first:
/// inserting a change also locks the user, and every other write locks the two in this order.
pub async fn set_profile(
    connection: &mut Raw,
    next: &NextVersion<'_>,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let mut update = QueryBuilder::new("");
    update_profile(&mut update, next);
    let size = update
        .push(" RETURNING history_changes, history_bytes")
        .build_query_as()
        .fetch_optional(&mut *connection)
        .await?;
    let Some((changes, bytes)): Option<(i64, i64)> = size else {
        return Ok(None);
    };
    let mut insert = QueryBuilder::new("");
    insert_changes(&mut insert, next.changes, "true");
    insert.build().execute(connection).await?;
    let added: usize = next.changes.iter().map(NewChange::bytes).sum();
    Ok(Some((
        changes + next.changes.len() as i64,
        bytes + added as i64,
    )))
}

/// Prepares the transaction that erases a user. Every foreign key is checked by the statement that
/// violates it, including those declared as deferred until the commit. The profile is locked before
/// its user, as saves do it: in the opposite order, an erasure and a save could deadlock.
pub async fn begin_erasure(connection: &mut Raw, user: UserId) -> Result<(), sqlx::Error> {
    raw_sql("SET CONSTRAINTS ALL IMMEDIATE")
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "SELECT user_id FROM profiles WHERE user_id = $1 FOR UPDATE",
        user.0
    )
    .fetch_optional(connection)
    .await
    .map(drop)
}

/// Returns a counter for each table, which grows by one with each row deleted from it. PostgreSQL
/// counts deletions per transaction. Counting the remaining rows instead would read every table in
/// full, and conflict with every other writer.
pub async fn tallies(
    connection: &mut Raw,
    tables: &BTreeSet<String>,
) -> Result<Vec<i64>, sqlx::Error> {
    let mut tallies = Vec::new();
    for table in tables {
        let tally = sqlx::query_scalar!(
            r#"SELECT coalesce(CAST(sum(pg_stat_get_xact_tuples_deleted(relid)) AS BIGINT), 0)
                 AS "tally!"
               FROM (SELECT to_regclass($1) AS relid
                     UNION SELECT relid FROM pg_partition_tree(to_regclass($1))) AS parts"#,
            table
        );
        tallies.push(tally.fetch_one(&mut *connection).await?);
    }
    Ok(tallies)
}

/// Returns the id that the next row of a table gets, or `None` if the table generates no ids or has
/// not generated any yet.
pub async fn next_id(connection: &mut Raw, table: &str) -> Result<Option<i64>, sqlx::Error> {
    let next = sqlx::query_scalar!(
        "SELECT 1 + pg_sequence_last_value(to_regclass(
             pg_get_serial_sequence(quote_ident($1), attname)))
         FROM pg_attribute WHERE attrelid = to_regclass(quote_ident($1)) AND attname = 'id'",
        table
    );
    Ok(next.fetch_optional(connection).await?.flatten())
}

/// Sets the id that the next row of a table gets.
pub async fn set_next_id(connection: &mut Raw, table: &str, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT setval(pg_get_serial_sequence(quote_ident($1), 'id'),
             greatest(CAST($2 AS BIGINT) - 1, 1), CAST($2 AS BIGINT) > 1)",
        table,
        id
    )
    .fetch_one(connection)
    .await
    .map(drop)
}

/// Returns every table of the schema with its columns, ordered by name.
pub async fn tables(connection: &mut Raw) -> Result<Vec<Table>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT relname::text AS "table!", attname::text AS "column!",
             format_type(atttypid, NULL) AS "kind!"
           FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
           WHERE relkind IN ('r', 'p') AND NOT relispartition
             AND relnamespace = current_schema()::regnamespace
             AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
           ORDER BY relname, attname"#
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| {
        let kind = match &*row.kind {
            "bigint" => Some(Kind::Number),
            "boolean" => Some(Kind::Flag),
            "text" => Some(Kind::Text),
            "bytea" => Some(Kind::Bytes),
            _ => None,
        };
        let name = row.column;
        (row.table, Column { name, kind })
    });
    Ok(by_table(rows))
}

/// Returns the accounts whose username or confirmed address contains a text of three letters or
/// more, found by the trigram index (PostgreSQL documentation, F.33 pg_trgm).
pub async fn accounts_containing(
    connection: &mut Raw,
    text: &str,
    limit: i64,
) -> Result<Vec<AccountRow>, sqlx::Error> {
    // A backslash makes a wildcard of the pattern an ordinary character.
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%");
    let pattern = format!("%{}%", escaped.replace('_', "\\_"));
    sqlx::query_as!(
        AccountRow,
        "SELECT id, username, email, pending_email, role, status, leaves_at,
             waits_since, created_at, last_login_at
         FROM users WHERE username_key LIKE $1 OR email_key LIKE $1 LIMIT $2",
        pattern,
        limit
    )
    .fetch_all(connection)
    .await
}

/// Returns whether the same statement may succeed if it is tried again: the server is restarting,
/// has too many connections or is out of resources, another server has become the leader, a lock or
/// a statement timed out, or the transaction conflicted with another one.
pub fn is_passing(error: &sqlx::Error) -> bool {
    if is_lost(error) {
        note_loss();
        return true;
    }
    matches!(error, sqlx::Error::PoolTimedOut)
        || is_conflict(error)
        || state(error).is_some_and(|state| passes(&state))
}

/// Returns whether the transaction was rolled back in favor of another one, and may succeed if it
/// is retried. The states are `serialization_failure` and `deadlock_detected`.
pub fn is_conflict(error: &sqlx::Error) -> bool {
    matches!(state(error).as_deref(), Some("40001" | "40P01"))
}

/// Returns whether the connection was lost, or leads to a server that accepts no writes.
pub fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        // A proxy that has lost its server closes the connection in the middle of a message.
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        error => state(error).is_some_and(|state| {
            state.starts_with("08") || state.starts_with("57P") || state == "25006"
        }),
    }
}

/// The SQLSTATE of an error (PostgreSQL documentation, appendix A).
pub fn state(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// Returns whether a state is temporary: class 53 (insufficient resources), a lock that is not
/// available, or a statement that was canceled because it took too long.
fn passes(state: &str) -> bool {
    state.starts_with("53") || ["55P03", "57014"].contains(&state)
}

/// Returns the name of the unique index that a write violated, as `table_column`.
pub fn broken_index(error: &sqlx::Error) -> Option<String> {
    let database = error
        .as_database_error()
        .filter(|error| error.is_unique_violation())?;
    database.constraint().map(str::to_owned)
}
