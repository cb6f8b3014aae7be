//! Import of a table of users, for the current request.

use app::{
    account::types::{
        user::User,
        user_table::{
            CheckedTable, ImportedTable, MAX_ROWS, PlannedUser, RejectedRow, TableMistake,
            TablePlan, UserTable,
        },
    },
    backend,
    error::AppError,
};
use async_trait::async_trait;
use std::sync::Arc;

use super::{PageAccounts, requester};
use crate::{
    accounts::{
        Accounts,
        arrivals::{ArrivalRules, Incoming, MatchBy, Mode, OnMatch, outline},
        requester::Author,
    },
    foreign::{
        import::{Imported, Reasons, Rows, TableImport, read_for_manager},
        sheet::Sheet,
    },
    limits::Rule,
};

#[async_trait]
impl backend::Import for PageAccounts {
    async fn check_table(
        &self,
        manager: &User,
        table: &UserTable,
    ) -> Result<CheckedTable, AppError> {
        let (sheet, rows) = match self.read_table(manager, table).await? {
            Ok(read) => read,
            Err(mistake) => return Ok(CheckedTable::Mistake(mistake)),
        };
        let found = self.import(manager, table, Mode::Dry, rows).await?;
        Ok(CheckedTable::Plan(plan(&sheet, found)))
    }

    async fn import_table(
        &self,
        manager: &User,
        table: &UserTable,
        planned: &str,
    ) -> Result<ImportedTable, AppError> {
        let read = self.read_table(manager, table).await?;
        let (_, rows) = read.map_err(|_| AppError::PlanChanged)?;
        let mode = Mode::Planned(planned.to_owned());
        let done = self.import(manager, table, mode, rows).await?;
        Ok(ImportedTable {
            created: done.tally.created,
            rejected: done.tally.refused,
        })
    }
}

impl PageAccounts {
    /// Reads a table, which counts as an attempt.
    async fn read_table(
        &self,
        manager: &User,
        table: &UserTable,
    ) -> Result<Result<(Sheet, Rows), TableMistake>, AppError> {
        let Accounts {
            limiter,
            store,
            schema,
            ..
        } = &self.accounts;
        let bucket = limiter.bucket(Rule::ImportByUser, &manager.id.0.to_string());
        let _ = limiter.charge([bucket], self.clock.now()).await?;
        read_for_manager(store, schema, &manager.role, &table.text).await
    }

    async fn import(
        &self,
        manager: &User,
        table: &UserTable,
        mode: Mode,
        rows: Rows,
    ) -> Result<Imported, AppError> {
        let rules = ArrivalRules {
            source: "table".to_owned(),
            match_by: match table.matches_by_email {
                true => MatchBy::Email,
                false => MatchBy::Username,
            },
            on_match: OnMatch::Skip,
            invites: table.invites,
            by: Author::Manager {
                id: manager.id,
                client: requester().client,
            },
        };
        let import = TableImport {
            store: &self.accounts.store,
            schema: Arc::clone(&self.accounts.schema),
            rules: Arc::new(rules),
            mode,
            at_once: MAX_ROWS,
        };
        import.rows(rows, self.clock.now(), |_| {}).await
    }
}

fn plan(sheet: &Sheet, found: Imported) -> TablePlan {
    let planned = |user: Incoming| PlannedUser {
        username: user.username.as_str().to_owned(),
        email: user.email.map(|email| email.as_str().to_owned()),
        role: user.role,
    };
    let created = found.created.iter();
    let outline = outline(created.map(|(user, _)| user.username.as_str()));
    let report = Reasons::of(sheet).print(&found.wrong);
    let rejected = found.wrong.into_iter().map(|(at, reasons)| RejectedRow {
        line: sheet.rows[at].line,
        reasons,
    });
    TablePlan {
        rejected: rejected.collect(),
        created: found
            .created
            .into_iter()
            .map(|(user, _)| planned(user))
            .collect(),
        skipped: found.tally.skipped,
        report,
        outline,
    }
}
