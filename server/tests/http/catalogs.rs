//! The tables of both databases, side by side: two schemas that are written by hand, and mean the
//! same.

use sqlx::{Connection, PgConnection, Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

use crate::database::TestDatabase;

/// Tables that only one of them needs.
const OWN: [&str; 9] = [
    // Which migrations were run, and which ids were given.
    "_sqlx_migrations",
    "sqlite_sequence",
    // By which a start of SQLite finds the users without a profile; PostgreSQL looks.
    "profiles_seen",
    // By which the program knows a database in PostgreSQL; a file has its header.
    "silhouette",
    // The index of parts of names and addresses, with the tables that SQLite keeps it in.
    "users_found",
    "users_found_config",
    "users_found_data",
    "users_found_docsize",
    "users_found_idx",
];

/// The same index in PostgreSQL.
const OF_A_SEARCH: &str = "users users_found ";

/// An index of SQLite that its own repair needs.
const OF_A_REPAIR: &str = "users_keys_beyond_ascii";

/// What a schema says, in words that both have.
#[derive(Debug, Default, PartialEq, Eq)]
struct Catalog {
    /// By table: every column with its type, and whether it must have a value.
    columns: BTreeMap<String, Vec<String>>,
    indexes: BTreeSet<String>,
    references: BTreeSet<String>,
}

/// Whitespace, and what each of them writes around an expression, is no difference.
fn plain(sql: &str) -> String {
    let sql = sql.to_lowercase().replace("'active'::text", "'active'");
    sql.split_whitespace()
        .collect::<String>()
        .replace(['(', ')', '"'], "")
}

async fn of_sqlite(sql: &mut SqliteConnection) -> Catalog {
    let mut catalog = Catalog::default();
    let columns = "SELECT m.name AS owner, c.name || ' ' || c.type || iif(c.\"notnull\" OR c.pk, ' NOT NULL', '')
            || iif(c.hidden, ' GENERATED', '') AS \"column\"
        FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid";
    for row in sqlx::query(columns).fetch_all(&mut *sql).await.unwrap() {
        let column: String = row.get("column");
        let column = column.replace("INTEGER", "number").replace("TEXT", "text");
        let of_table = catalog.columns.entry(row.get("owner")).or_default();
        of_table.push(column.replace("BLOB", "bytes"));
    }
    let indexes = "SELECT m.name AS owner, iif(i.origin = 'c', i.name, '') AS name, i.\"unique\" AS is_unique,
            (SELECT group_concat(x.name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) x)
                AS columns,
            (SELECT sql FROM sqlite_schema WHERE name = i.name) AS text
        FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.name <> ?";
    let indexes = sqlx::query(indexes).bind(OF_A_REPAIR);
    for row in indexes.fetch_all(&mut *sql).await.unwrap() {
        let text: Option<String> = row.get("text");
        let filter = text.unwrap_or_default();
        let filter = filter
            .split_once(" WHERE ")
            .map_or("", |(_, filter)| filter);
        catalog.indexes.insert(format!(
            "{} {} unique={} ({}) {}",
            row.get::<String, _>("owner"),
            row.get::<String, _>("name"),
            row.get::<bool, _>("is_unique"),
            row.get::<String, _>("columns"),
            plain(filter),
        ));
    }
    let references = "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.'
            || coalesce(f.\"to\", 'id') || ' ' || f.on_delete AS reference
        FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
    let references = sqlx::query_scalar(references).fetch_all(sql).await;
    catalog.references = references.unwrap().into_iter().collect();
    catalog
}

async fn of_postgres(sql: &mut PgConnection) -> Catalog {
    let mut catalog = Catalog::default();
    let columns = "SELECT table_name::text AS owner, column_name || ' ' || CASE data_type
                WHEN 'bigint' THEN 'number' WHEN 'boolean' THEN 'number' WHEN 'bytea' THEN 'bytes'
                ELSE data_type END
            || CASE WHEN is_nullable = 'NO' THEN ' NOT NULL' ELSE '' END
            || CASE WHEN is_generated = 'ALWAYS' THEN ' GENERATED' ELSE '' END AS \"column\"
        FROM information_schema.columns WHERE table_schema = current_schema()
        ORDER BY table_name, ordinal_position";
    for row in sqlx::query(columns).fetch_all(&mut *sql).await.unwrap() {
        let of_table = catalog.columns.entry(row.get("owner")).or_default();
        of_table.push(row.get("column"));
    }
    let indexes = "SELECT t.relname::text AS owner,
            CASE WHEN EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid) THEN ''
                ELSE x.relname::text END AS name,
            i.indisunique AS is_unique,
            (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey)
                WITH ORDINALITY k (number, place)
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) AS columns,
            coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS filter,
            i.indisprimary AND i.indnkeyatts = 1
                AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = t.oid
                    AND attnum = i.indkey[0] AND atttypid = 'bigint'::regtype) AS is_row_number
        FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
        WHERE t.relnamespace = current_schema()::regnamespace";
    for row in sqlx::query(indexes).fetch_all(&mut *sql).await.unwrap() {
        // SQLite keeps a table in the order of its number, without another index.
        if row.get("is_row_number") {
            continue;
        }
        catalog.indexes.insert(format!(
            "{} {} unique={} ({}) {}",
            row.get::<String, _>("owner"),
            row.get::<String, _>("name"),
            row.get::<bool, _>("is_unique"),
            row.get::<String, _>("columns"),
            plain(row.get("filter")),
        ));
    }
    let references = "SELECT child.relname || '.' || of_child.attname || ' -> ' || parent.relname || '.'
            || of_parent.attname || ' ' || CASE confdeltype WHEN 'c' THEN 'CASCADE'
                WHEN 'n' THEN 'SET NULL' ELSE confdeltype::text END
        FROM pg_constraint JOIN pg_class child ON child.oid = conrelid
        JOIN pg_class parent ON parent.oid = confrelid
        JOIN pg_attribute of_child ON of_child.attrelid = conrelid AND of_child.attnum = conkey[1]
        JOIN pg_attribute of_parent ON of_parent.attrelid = confrelid AND of_parent.attnum = confkey[1]
        WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    let references = sqlx::query_scalar(references).fetch_all(sql).await;
    catalog.references = references.unwrap().into_iter().collect();
    catalog
}

#[tokio::test]
#[ignore = "on PostgreSQL only"]
async fn both_databases_have_the_same_tables() {
    let (file, schema) = (
        TestDatabase::of_sqlite(),
        TestDatabase::without_tables().await,
    );
    file.open().await.close().await;
    schema.open().await.close().await;
    let url = format!("sqlite://{}", file.file().display());
    let mut sqlite = SqliteConnection::connect(&url).await.unwrap();
    let mut postgres = PgConnection::connect(&schema.name()).await.unwrap();
    let mut here = of_sqlite(&mut sqlite).await;
    let mut there = of_postgres(&mut postgres).await;
    for catalog in [&mut here, &mut there] {
        catalog
            .columns
            .retain(|table, _| !OWN.contains(&table.as_str()));
        let is_own = |line: &String| {
            line.starts_with(OF_A_SEARCH)
                || OWN
                    .iter()
                    .any(|table| line.starts_with(&format!("{table} ")))
        };
        catalog.indexes.retain(|line| !is_own(line));
    }
    assert!(
        here.columns.len() > 8 && here.references.len() > 8,
        "{here:?}"
    );
    let tables = |catalog: &Catalog| catalog.columns.keys().cloned().collect::<Vec<_>>();
    assert_eq!(tables(&here), tables(&there));
    for (table, columns) in &here.columns {
        assert_eq!(columns, &there.columns[table], "{table}");
    }
    assert_eq!(here.references, there.references);
    let only = |one: &Catalog, other: &Catalog| -> Vec<String> {
        one.indexes.difference(&other.indexes).cloned().collect()
    };
    let none: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    assert_eq!([only(&here, &there), only(&there, &here)], none);
}
