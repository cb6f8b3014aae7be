//! Erasing a user: the plan, read off the foreign keys of the database, and then
//! exactly that.
//!
//! Nothing here knows a table by name but `users`. Tables that an operator adds
//! to the database are in the plan, as their foreign keys say: CASCADE goes, SET
//! NULL stays nameless, RESTRICT and NO ACTION forbid. Should SQLite do something
//! else than the plan says, for there are schemas that it does not see through,
//! [`erase`] deletes nothing.

use app::{
    account::types::{
        erasure::{Effect, ErasurePlan, TableImpact},
        user::UserId,
    },
    error::AppError,
};
use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

use super::error::failed;
use crate::store::{erasure::Erasure, failure::Result};

/// The action of a foreign key when the row that it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnDelete {
    Cascade,
    /// SET NULL, and SET DEFAULT if the default is NULL.
    SetNull,
    Restrict,
    NoAction,
}

/// A foreign key, its names quoted.
#[derive(Debug, Clone)]
struct Reference {
    table: String,
    columns: Vec<String>,
    parent: String,
    parent_columns: Vec<String>,
    /// Keys are compared as the parent compares them, whatever the child does.
    collations: Vec<String>,
    on_delete: OnDelete,
}

/// The root of every plan.
const USERS: &str = "\"users\"";

#[async_trait]
impl Erasure for SqliteConnection {
    async fn plan(&mut self, user: UserId) -> Result<ErasurePlan> {
        plan(self, user).await
    }

    async fn erase(&mut self, user: UserId, plan: &ErasurePlan) -> Result<()> {
        erase(self, user, plan).await
    }

    async fn dry_run(&mut self, user: UserId, plan: &ErasurePlan) -> Result<()> {
        let mut attempt = self.begin().await.map_err(failed("erasure.dry_run"))?;
        erase(&mut attempt, user, plan).await?;
        attempt.rollback().await.map_err(failed("erasure.dry_run"))
    }
}

async fn plan(connection: &mut SqliteConnection, user: UserId) -> Result<ErasurePlan> {
    let references = references(&mut *connection).await?;
    let mut doomed = Doomed {
        references: &references,
        within_reach: within_reach(&references),
        conditions: BTreeMap::new(),
        under_way: BTreeSet::new(),
    };
    let tables: BTreeSet<&str> = references.iter().map(|r| r.table.as_str()).collect();
    let parents = references.iter().map(|r| r.parent.as_str());
    for table in tables.iter().copied().chain(parents) {
        doomed.condition(table).map_err(|circle| {
            tracing::error!(circle, "foreign keys with CASCADE lead in a circle");
            AppError::Internal
        })?;
    }
    let mut shares = Vec::new();
    for table in tables {
        for (fate, condition) in doomed.fates(table) {
            let rows = count(&mut *connection, table, &condition, Some(user)).await?;
            let table = unquote(table);
            shares.push(TableImpact { fate, table, rows });
        }
    }
    Ok(ErasurePlan::new(shares))
}

async fn erase(tx: &mut SqliteConnection, user: UserId, plan: &ErasurePlan) -> Result<()> {
    let references = references(&mut *tx).await?;
    let tables = references.iter().map(|r| r.table.clone());
    let tables: BTreeSet<String> = tables.chain([USERS.to_owned()]).collect();
    let before = counts(&mut *tx, &tables).await?;
    sqlx::query!("DELETE FROM users WHERE id = ?", user.0)
        .execute(&mut *tx)
        .await
        .map_err(|error| {
            tracing::error!(user = user.0, %error, "a user cannot be erased");
            AppError::Internal
        })?;
    let after = counts(tx, &tables).await?;
    for ((table, before), after) in tables.iter().zip(before).zip(after) {
        let planned = plan
            .with(Effect::Goes)
            .find(|share| share.table == unquote(table));
        let planned = planned.map_or(0, |share| share.rows) + u64::from(table == USERS);
        let gone = before.saturating_sub(after);
        if gone != planned {
            let (user, table) = (user.0, unquote(table));
            tracing::error!(
                user,
                table,
                planned,
                gone,
                "a user cannot be erased as planned"
            );
            return Err(AppError::Internal.into());
        }
    }
    Ok(())
}

async fn counts(connection: &mut SqliteConnection, tables: &BTreeSet<String>) -> Result<Vec<u64>> {
    let mut counts = Vec::new();
    for table in tables {
        counts.push(count(&mut *connection, table, "true", None).await?);
    }
    Ok(counts)
}

/// The tables of which rows can go with a user.
fn within_reach(references: &[Reference]) -> BTreeSet<String> {
    let mut reached = BTreeSet::from([USERS.to_owned()]);
    loop {
        let more = references
            .iter()
            .filter(|r| r.on_delete == OnDelete::Cascade && reached.contains(&r.parent))
            .map(|r| r.table.clone());
        let more: Vec<String> = more.filter(|table| !reached.contains(table)).collect();
        if more.is_empty() {
            return reached;
        }
        reached.extend(more);
    }
}

/// Conditions, as SQL, on the rows that go with the user `?1`, by table.
struct Doomed<'a> {
    references: &'a [Reference],
    within_reach: BTreeSet<String>,
    conditions: BTreeMap<String, Option<String>>,
    under_way: BTreeSet<String>,
}

impl Doomed<'_> {
    /// The rows of a table that go; `None` if none ever does.
    fn condition(&mut self, table: &str) -> std::result::Result<Option<String>, String> {
        if !self.within_reach.contains(table) {
            return Ok(None);
        }
        if let Some(known) = self.conditions.get(table) {
            return Ok(known.clone());
        }
        if !self.under_way.insert(table.to_owned()) {
            return Err(table.to_owned());
        }
        let references = self.references;
        let cascades = references
            .iter()
            .filter(|r| r.table == table && r.on_delete == OnDelete::Cascade);
        let mut ways = Vec::new();
        if table == USERS {
            ways.push("\"id\" = ?1".to_owned());
        }
        let (own, others): (Vec<_>, Vec<_>) = cascades.partition(|r| r.parent == table);
        for reference in others {
            if let Some(parent) = self.condition(&reference.parent)? {
                ways.push(reference.to_rows(&parent));
            }
        }
        let base = (!ways.is_empty()).then(|| ways.join(" OR "));
        let condition = match (base, &own[..]) {
            (Some(base), [own]) => Some(own.descendants(&base)),
            (Some(_), [_, _, ..]) => return Err(table.to_owned()),
            (base, _) => base,
        };
        self.under_way.remove(table);
        self.conditions.insert(table.to_owned(), condition.clone());
        Ok(condition)
    }

    /// The fates of the rows of a table, each with its condition.
    fn fates(&self, table: &str) -> Vec<(Effect, String)> {
        let goes = self.conditions.get(table).cloned().flatten();
        let (mut nameless, mut forbids) = (Vec::new(), Vec::new());
        for reference in self.references.iter().filter(|r| r.table == table) {
            let Some(Some(parent)) = self.conditions.get(&reference.parent) else {
                continue;
            };
            let rows = reference.to_rows(parent);
            let staying = match &goes {
                Some(goes) => format!("({rows}) AND NOT coalesce({goes}, 0)"),
                None => rows.clone(),
            };
            match reference.on_delete {
                OnDelete::Cascade => {}
                OnDelete::SetNull => nameless.push(staying),
                OnDelete::NoAction => forbids.push(staying),
                // Even rows that go by another way hold the user, for SQLite asks
                // at once.
                OnDelete::Restrict => forbids.push(rows),
            }
        }
        let any = |conditions: Vec<String>| {
            let conditions = conditions.iter().map(|condition| format!("({condition})"));
            conditions.collect::<Vec<_>>().join(" OR ")
        };
        let mut fates = Vec::new();
        match goes {
            // The user is who the plan is about, and not in it.
            Some(goes) if table == USERS => {
                fates.push((Effect::Goes, format!("({goes}) AND \"id\" <> ?1")));
            }
            Some(goes) => fates.push((Effect::Goes, goes)),
            None => {}
        }
        if !nameless.is_empty() {
            fates.push((Effect::Nameless, any(nameless)));
        }
        if !forbids.is_empty() {
            fates.push((Effect::Forbids, any(forbids)));
        }
        fates
    }
}

impl Reference {
    /// The rows of this table that refer to rows of the parent.
    fn to_rows(&self, parent_condition: &str) -> String {
        let compared: Vec<_> = self
            .columns
            .iter()
            .zip(&self.collations)
            .map(|(column, collation)| format!("{column} COLLATE {collation}"))
            .collect();
        let (columns, parent_columns) = (compared.join(", "), self.parent_columns.join(", "));
        let parent = &self.parent;
        format!("({columns}) IN (SELECT {parent_columns} FROM {parent} WHERE {parent_condition})")
    }

    /// The rows of a table that refers to itself, with all that hang on them.
    fn descendants(&self, base: &str) -> String {
        let Reference {
            table,
            columns,
            parent_columns,
            collations,
            ..
        } = self;
        let parents = parent_columns.join(", ");
        let of_child: Vec<_> = parent_columns
            .iter()
            .map(|name| format!("child.{name}"))
            .collect();
        let joined: Vec<_> = columns
            .iter()
            .zip(parent_columns)
            .zip(collations)
            .map(|((column, parent), collation)| {
                format!("child.{column} = {DOOMED}.{parent} COLLATE {collation}")
            })
            .collect();
        format!(
            "({base} OR ({parents}) IN (
                 WITH RECURSIVE {DOOMED}({parents}) AS (
                     SELECT {parents} FROM {table} WHERE {base}
                     UNION SELECT {} FROM {table} child JOIN {DOOMED} ON {}
                 ) SELECT {parents} FROM {DOOMED}))",
            of_child.join(", "),
            joined.join(" AND "),
        )
    }
}

/// A name that no table has.
const DOOMED: &str = "\"rows that go\"";

async fn count(
    connection: &mut SqliteConnection,
    table: &str,
    condition: &str,
    user: Option<UserId>,
) -> Result<u64> {
    // Names come from the database's own schema, quoted.
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE {condition}"));
    let mut query = sqlx::query_scalar(sql);
    if let Some(user) = user {
        query = query.bind(user.0);
    }
    let rows: i64 = query
        .fetch_one(connection)
        .await
        .map_err(failed("erasure.count"))?;
    Ok(rows.unsigned_abs())
}

/// Every foreign key of the database.
async fn references(connection: &mut SqliteConnection) -> Result<Vec<Reference>> {
    // A column that is NOT NULL cannot be set to NULL: such a key forbids. Those of
    // a primary key are, but for old times' sake not in every table (SQLite,
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
            // The primary key of the parent, which the key need not name.
            None => required("key_column")?,
        };
        let default = text("default_value")?.filter(|value| !value.eq_ignore_ascii_case("null"));
        // The primary key of a table by its row number has no index, and numbers.
        let collation = quote(&text("collation")?.unwrap_or_else(|| "BINARY".to_owned()));
        let on_delete = match text("on_delete")?.as_deref() {
            Some("CASCADE") => OnDelete::Cascade,
            // Somebody else's, all at once, is not what anybody was told.
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
    // SQLite compares names of tables without case.
    for reference in &mut references {
        reference.table = reference.table.to_ascii_lowercase();
    }
    Ok(references)
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn unquote(name: &str) -> String {
    let inner = name.get(1..name.len() - 1).unwrap_or(name);
    inner.replace("\"\"", "\"")
}
