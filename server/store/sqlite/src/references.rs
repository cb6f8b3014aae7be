//! The foreign keys of a SQLite database.

use sqlx::Row;
use store::failure::Result;

use crate::{
    driver::Raw,
    sql::{
        failed,
        reference::{OnDelete, Reference, quote},
    },
};

/// Returns every foreign key of the database.
pub async fn references(connection: &mut Raw) -> Result<Vec<Reference>> {
    // A NOT NULL column cannot be set to NULL, so such a key prevents the deletion. The columns of
    // a primary key are NOT NULL too, but for historical reasons not in every table (SQLite,
    // "Quirks", 5).
    let rows = sqlx::query(
        "SELECT m.name AS child, f.id AS key, f.\"table\" AS parent, f.\"from\" AS \"column\",
                f.\"to\" AS parent_column, f.on_delete AS on_delete, f.seq AS seq,
                (SELECT c.\"notnull\" OR c.pk > 0 AND (upper(c.type) = 'INTEGER' OR l.wr OR l.strict)
                 FROM pragma_table_info(m.name) c, pragma_table_list(m.name) l
                 WHERE c.name = f.\"from\" AND l.schema = 'main') AS is_required,
                (SELECT dflt_value FROM pragma_table_info(m.name) WHERE name = f.\"from\")
                    AS default_value,
                (SELECT x.coll FROM pragma_index_list(f.\"table\") i JOIN pragma_index_xinfo(i.name) x
                 WHERE i.\"unique\" AND x.key AND x.name = coalesce(f.\"to\",
                     (SELECT name FROM pragma_table_info(f.\"table\") WHERE pk = f.seq + 1)))
                    AS collation,
                (SELECT name FROM pragma_table_info(f.\"table\") WHERE pk = f.seq + 1) AS key_column
         FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
         WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq",
    )
    .fetch_all(connection)
    .await
    .map_err(failed("erasure.references"))?;
    let mut references: Vec<(i64, Reference)> = Vec::new();
    for row in rows {
        let text = |column| {
            row.try_get::<Option<String>, _>(column)
                .map_err(failed("erasure.references"))
        };
        let required = |column| text(column).map(|name| quote(&name.unwrap_or_default()));
        let key: i64 = row.try_get("key").map_err(failed("erasure.references"))?;
        let seq: i64 = row.try_get("seq").map_err(failed("erasure.references"))?;
        let is_required: Option<bool> = row
            .try_get("is_required")
            .map_err(failed("erasure.references"))?;
        let parent_column = match text("parent_column")? {
            Some(column) => quote(&column),
            // A foreign key need not name the primary key of its parent.
            None => required("key_column")?,
        };
        let default = text("default_value")?.filter(|value| !value.eq_ignore_ascii_case("null"));
        // A primary key that is the row id has no index, and its values are numbers.
        let collation = text("collation")?.unwrap_or_else(|| "BINARY".to_owned());
        let collation = format!(" COLLATE {}", quote(&collation));
        let on_delete = match text("on_delete")?.as_deref() {
            Some("CASCADE") => OnDelete::Cascade,
            // The rows would be reassigned to the default parent, which the plan does not announce.
            Some("SET DEFAULT") if default.is_some() => OnDelete::NoAction,
            Some("SET NULL" | "SET DEFAULT") if is_required == Some(true) => OnDelete::Restrict,
            Some("SET NULL" | "SET DEFAULT") => OnDelete::SetNull,
            Some("RESTRICT") => OnDelete::Restrict,
            _ => OnDelete::NoAction,
        };
        match references.last_mut() {
            Some((last, reference)) if *last == key && seq > 0 => {
                reference.columns.push(required("column")?);
                reference.parent_columns.push(parent_column);
                reference.collations.push(collation);
                if on_delete == OnDelete::Restrict {
                    reference.on_delete = on_delete;
                }
            }
            _ => references.push((
                key,
                Reference {
                    table: required("child")?,
                    columns: vec![required("column")?],
                    parent: required("parent")?.to_ascii_lowercase(),
                    parent_columns: vec![parent_column],
                    collations: vec![collation],
                    on_delete,
                },
            )),
        }
    }
    let mut references: Vec<Reference> = references.into_iter().map(|(_, r)| r).collect();
    // SQLite compares table names case-insensitively.
    for reference in &mut references {
        reference.table = reference.table.to_ascii_lowercase();
    }
    Ok(references)
}
