//! The foreign keys of a PostgreSQL database.

use store::failure::Result;

use crate::{
    driver::Raw,
    sql::{
        failed,
        reference::{OnDelete, Reference, quote},
    },
};

/// Returns every foreign key of the tables that are connected to `users` by foreign keys, directly
/// or through other tables: other programs may have tables in the same database. The keys of a
/// partitioned table are not repeated for its partitions.
pub async fn references(connection: &mut Raw) -> Result<Vec<Reference>> {
    let rows = sqlx::query!(
        r#"WITH RECURSIVE near (relid) AS (
             SELECT CAST('users' AS regclass)::oid
             UNION
             SELECT CASE WHEN key.conrelid = near.relid THEN key.confrelid ELSE key.conrelid END
             FROM near JOIN pg_constraint key
                 ON key.contype = 'f' AND near.relid IN (key.conrelid, key.confrelid))
           SELECT
             CASE WHEN child.relnamespace = current_schema()::regnamespace THEN ''
                 ELSE child.relnamespace::regnamespace::text END AS "child_schema!",
             child.relname::text AS "child!",
             CASE WHEN parent.relnamespace = current_schema()::regnamespace THEN ''
                 ELSE parent.relnamespace::regnamespace::text END AS "parent_schema!",
             parent.relname::text AS "parent!",
             key.confdeltype::text AS "on_delete!",
             ARRAY(SELECT attname::text FROM unnest(key.conkey) WITH ORDINALITY AS of(number, place)
                   JOIN pg_attribute ON attrelid = key.conrelid AND attnum = of.number
                   ORDER BY place) AS "columns!: Vec<String>",
             ARRAY(SELECT attname::text FROM unnest(key.confkey) WITH ORDINALITY AS of(number, place)
                   JOIN pg_attribute ON attrelid = key.confrelid AND attnum = of.number
                   ORDER BY place) AS "parent_columns!: Vec<String>",
             EXISTS (SELECT 1 FROM pg_attribute
                     WHERE attrelid = key.conrelid AND attnotnull
                       AND attnum = ANY (coalesce(key.confdelsetcols, key.conkey))) AS "is_required!",
             EXISTS (SELECT 1 FROM pg_attribute
                     WHERE attrelid = key.conrelid AND atthasdef
                       AND attnum = ANY (coalesce(key.confdelsetcols, key.conkey))) AS "has_default!"
           FROM pg_constraint key
           JOIN pg_class child ON child.oid = key.conrelid
           JOIN pg_class parent ON parent.oid = key.confrelid
           WHERE key.contype = 'f' AND key.conparentid = 0
             AND key.conrelid IN (SELECT relid FROM near)
           ORDER BY child.relname, key.conname"#
    )
    .fetch_all(connection)
    .await
    .map_err(failed("erasure.references"))?;
    let table = |schema: &str, name: &str| match schema {
        "" => quote(name),
        // The database has quoted the schema already, where needed.
        schema => format!("{schema}.{}", quote(name)),
    };
    let references = rows.iter().map(|row| Reference {
        table: table(&row.child_schema, &row.child),
        collations: vec![String::new(); row.columns.len()],
        columns: row.columns.iter().map(|name| quote(name)).collect(),
        parent: table(&row.parent_schema, &row.parent),
        parent_columns: row.parent_columns.iter().map(|name| quote(name)).collect(),
        on_delete: match row.on_delete.as_str() {
            "c" => OnDelete::Cascade,
            // The rows would be reassigned to the default parent, which the plan does not announce.
            "d" if row.has_default => OnDelete::NoAction,
            "n" | "d" if row.is_required => OnDelete::Restrict,
            "n" | "d" => OnDelete::SetNull,
            "r" => OnDelete::Restrict,
            _ => OnDelete::NoAction,
        },
    });
    Ok(references.collect())
}
