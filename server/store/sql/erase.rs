//! Erasing a user: the plan, read off the foreign keys of the database, and then
//! exactly that.
//!
//! Nothing here knows a table by name but `users`. Tables that an operator adds
//! to the database are in the plan, as their foreign keys say: CASCADE goes, SET
//! NULL stays nameless, RESTRICT and NO ACTION forbid. Should the database do something
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
use sqlx::{AssertSqlSafe, Connection as _};
use std::collections::{BTreeMap, BTreeSet};

use super::{
    failed,
    reference::{OnDelete, Reference, unquote},
};
use crate::{
    driver::Raw,
    engine::{Connection, USERS, begin_erasure, is_passing, tallies},
    references::references,
};
use store::{erasure::Erasure, failure::Result};

#[async_trait]
impl Erasure for Connection {
    async fn plan(&mut self, user: UserId) -> Result<ErasurePlan> {
        plan(&mut **self, user).await
    }

    async fn erase(&mut self, user: UserId, plan: &ErasurePlan) -> Result<()> {
        erase(&mut **self, user, plan).await
    }

    async fn dry_run(&mut self, user: UserId, plan: &ErasurePlan) -> Result<()> {
        let mut attempt = (**self).begin().await.map_err(failed("erasure.dry_run"))?;
        erase(&mut attempt, user, plan).await?;
        attempt.rollback().await.map_err(failed("erasure.dry_run"))
    }
}

async fn plan(connection: &mut Raw, user: UserId) -> Result<ErasurePlan> {
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
            let rows = count(&mut *connection, table, &condition, user).await?;
            let table = unquote(table);
            shares.push(TableImpact { fate, table, rows });
        }
    }
    Ok(ErasurePlan::new(shares))
}

async fn erase(tx: &mut Raw, user: UserId, plan: &ErasurePlan) -> Result<()> {
    let references = references(&mut *tx).await?;
    let tables = references.iter().map(|r| r.table.clone());
    let tables: BTreeSet<String> = tables.chain([USERS.to_owned()]).collect();
    let begun = begin_erasure(&mut *tx, user).await;
    begun.map_err(failed("erasure.begin"))?;
    let before = tallies(&mut *tx, &tables).await;
    let before = before.map_err(failed("erasure.tallies"))?;
    sqlx::query!("DELETE FROM users WHERE id = $1", user.0)
        .execute(&mut *tx)
        .await
        .map_err(|error| match is_passing(&error) {
            true => failed("erasure.erase")(error),
            false => {
                tracing::error!(user = user.0, %error, "a user cannot be erased");
                AppError::Internal.into()
            }
        })?;
    let after = tallies(tx, &tables).await;
    let after = after.map_err(failed("erasure.tallies"))?;
    for ((table, before), after) in tables.iter().zip(before).zip(after) {
        let planned = plan
            .with(Effect::Goes)
            .find(|share| share.table == unquote(table));
        let planned = planned.map_or(0, |share| share.rows) + u64::from(table == USERS);
        let gone = u64::try_from(after - before).unwrap_or_default();
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

/// Conditions, as SQL, on the rows that go with the user `$1`, by table.
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
            ways.push("\"id\" = $1".to_owned());
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
                Some(goes) => format!("({rows}) AND NOT coalesce({goes}, false)"),
                None => rows.clone(),
            };
            match reference.on_delete {
                OnDelete::Cascade => {}
                OnDelete::SetNull => nameless.push(staying),
                OnDelete::NoAction => forbids.push(staying),
                // Even rows that go by another way hold the user, for the database asks
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
                fates.push((Effect::Goes, format!("({goes}) AND \"id\" <> $1")));
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
            .map(|(column, collation)| format!("{column}{collation}"))
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
                format!("child.{column} = {DOOMED}.{parent}{collation}")
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

async fn count(connection: &mut Raw, table: &str, condition: &str, user: UserId) -> Result<u64> {
    // Names come from the database's own schema, quoted.
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE {condition}"));
    let rows: i64 = sqlx::query_scalar(sql)
        .bind(user.0)
        .fetch_one(connection)
        .await
        .map_err(failed("erasure.count"))?;
    Ok(rows.unsigned_abs())
}
