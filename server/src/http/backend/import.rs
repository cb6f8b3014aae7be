//! Importing a table of users, for the request at hand.

use app::{
    account::types::{
        user::User,
        user_table::{
            CheckedTable, ImportedTable, MAX_ROWS, MAX_TABLE, PlannedUser, RejectedRow,
            TableMistake, TablePlan, UserTable,
        },
    },
    admin::rules::{can_import, can_import_field},
    backend,
    error::AppError,
};
use async_trait::async_trait;
use std::sync::Arc;

use super::{PageAccounts, requester};
use crate::{
    accounts::{
        arrivals::{ArrivalRules, Incoming, MatchBy, Mode, OnMatch, outline},
        requester::Author,
    },
    foreign::{
        import::{Imported, Reasons, TableImport, taken},
        names::Names,
        people::{ColumnError, Columns, PASSWORD_HASH, People, Refused, field_of},
        sheet::Sheet,
    },
    limits::Rule,
    schema_check::today,
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

/// The rows of a table, read.
type Rows = Vec<Result<Incoming, Refused>>;

impl PageAccounts {
    async fn read_table(
        &self,
        manager: &User,
        table: &UserTable,
    ) -> Result<Result<(Sheet, Rows), TableMistake>, AppError> {
        let bucket = self
            .accounts
            .limiter
            .bucket(Rule::ImportByUser, &manager.id.0.to_string());
        let _ = self
            .accounts
            .limiter
            .charge([bucket], self.clock.now())
            .await?;
        if table.text.len() > MAX_TABLE {
            return Ok(Err(TableMistake::TooLarge));
        }
        let sheet = match Sheet::read_sent(&table.text) {
            Ok(sheet) if sheet.rows.len() > MAX_ROWS => return Ok(Err(TableMistake::TooManyRows)),
            Ok(sheet) => sheet,
            Err(mistake) => return Ok(Err(mistake)),
        };
        let schema = &self.accounts.schema;
        let columns = match Columns::of(&sheet.head, &[], schema) {
            Ok(columns) => columns,
            Err(ColumnError::Table(mistake)) => return Ok(Err(mistake)),
            // Of flags, and there are none.
            Err(_) => return Err(AppError::Internal),
        };
        let may_not = |meaning: &&str| {
            let field = schema.field(field_of(meaning));
            *meaning == PASSWORD_HASH
                || field.is_some_and(|field| !can_import_field(field, &manager.role))
        };
        if let Some(meaning) = columns.meanings().find(may_not) {
            let column = field_of(meaning).to_owned();
            return Ok(Err(TableMistake::ForbiddenColumn(column)));
        }
        let people = People {
            schema,
            columns: &columns,
            today: today(),
            are_confirmed: false,
            may_give: &|role| can_import(schema, &manager.role, role),
        };
        // Only a name that is made up has to be another one than all that there are.
        let names = match columns.name_all(&sheet) {
            true => Names::default(),
            false => taken(&self.accounts.store).await?,
        };
        let mut rows = people.read(&sheet, names);
        // Nobody but its owner confirms an address here.
        for row in rows.iter_mut().flatten() {
            row.is_confirmed = false;
        }
        Ok(Ok((sheet, rows)))
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
