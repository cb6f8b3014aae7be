//! Import of users, a hundred at a time, or a dry run of it.

use app::{
    account::types::{
        user_table::{MAX_ROWS, MAX_TABLE, RowMistake, TableMistake},
        username::Username,
    },
    admin::rules::can_import,
    error::AppError,
    profile::rules::schema::Schema,
    text,
};
use std::sync::Arc;
use store::Store;

use super::{
    names::Names,
    people::{ColumnError, Columns, People, REASON, Refused},
    sheet::Sheet,
};
use crate::{
    accounts::arrivals::{ArrivalRules, Incoming, Mode, Outcome, bring},
    csv::line,
    schema_check::today,
};

/// The usernames of all users of the site, including former ones.
pub async fn taken(store: &Store) -> Result<Names, AppError> {
    const PAGE: u32 = 1000;
    let (mut names, mut after) = (Names::default(), String::new());
    loop {
        let mut reader = store.reader().await?;
        let page = reader.accounts("", &after, PAGE).await?;
        let Some(last) = page.last() else {
            let former = reader.all_former_names().await?;
            former.into_iter().for_each(|name| names.take(name));
            return Ok(names);
        };
        after = Username::key_of(&last.username);
        page.iter()
            .for_each(|account| names.take(Username::key_of(&account.username)));
    }
}

/// The parsed rows of a table.
pub type Rows = Vec<Result<Incoming, Refused>>;

/// Reads a table sent by a user with the given role, who may manage users: it may contain only
/// what that role may set.
///
/// # Errors
/// Those of the database.
pub async fn read_for_manager(
    store: &Store,
    schema: &Schema,
    role: &str,
    text: &str,
) -> Result<Result<(Sheet, Rows), TableMistake>, AppError> {
    if text.len() > MAX_TABLE {
        return Ok(Err(TableMistake::TooLarge));
    }
    let sheet = match Sheet::read_sent(text) {
        Ok(sheet) if sheet.rows.len() > MAX_ROWS => return Ok(Err(TableMistake::TooManyRows)),
        Ok(sheet) => sheet,
        Err(mistake) => return Ok(Err(mistake)),
    };
    let columns = match Columns::of(&sheet.head, &[], schema) {
        Ok(columns) => columns,
        Err(ColumnError::Table(mistake)) => return Ok(Err(mistake)),
        // The other errors concern `--map` flags, and there are none.
        Err(_) => return Err(AppError::Internal),
    };
    if let Some(column) = columns.forbidden(schema, role) {
        let column = column.to_owned();
        return Ok(Err(TableMistake::ForbiddenColumn(column)));
    }
    // Only generated usernames must differ from all existing ones.
    let names = match columns.name_all(&sheet) {
        true => Names::default(),
        false => taken(store).await?,
    };
    let people = People {
        schema,
        columns: &columns,
        today: today(),
        are_confirmed: false,
        may_give: &|given| can_import(schema, role, given),
    };
    let mut rows = people.read(&sheet, names);
    // Only the owner of an address can confirm it.
    for row in rows.iter_mut().flatten() {
        row.is_confirmed = false;
    }
    Ok(Ok((sheet, rows)))
}

/// The number of users with each outcome.
#[derive(Debug, Default)]
pub struct Tally {
    pub created: usize,
    pub updated: usize,
    pub skipped: usize,
    pub gone: usize,
    pub refused: usize,
}

impl Tally {
    pub fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Created { .. } => self.created += 1,
            Outcome::Updated(_) => self.updated += 1,
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::Gone => self.gone += 1,
            Outcome::NameTaken | Outcome::LastManager => self.refused += 1,
        }
    }
}

/// An import of the rows of a table.
pub struct TableImport<'a> {
    pub store: &'a Store,
    pub schema: Arc<Schema>,
    pub rules: Arc<ArrivalRules>,
    pub mode: Mode,
    /// Number of rows that are imported in one transaction.
    pub at_once: usize,
}

/// The rows of a table after an import.
#[derive(Debug, Default)]
pub struct Imported {
    pub tally: Tally,
    /// The users who were created, with their outcomes.
    pub created: Vec<(Incoming, Outcome)>,
    /// The numbers of the rows that were not imported, each with the reasons.
    pub wrong: Vec<(usize, Vec<String>)>,
}

impl TableImport<'_> {
    /// Imports the rows that could be read. Calls `tell` with the number of rows done since the
    /// last call.
    ///
    /// # Errors
    /// Those of [`bring`]. Rows that were already imported are kept.
    pub async fn rows(
        &self,
        rows: Rows,
        now: i64,
        mut tell: impl FnMut(usize),
    ) -> Result<Imported, AppError> {
        let mut imported = Imported::default();
        let mut right = Vec::new();
        for (at, row) in rows.into_iter().enumerate() {
            match row {
                Ok(user) => right.push((at, user)),
                Err(refused) => {
                    imported.tally.refused += 1;
                    imported.wrong.push((at, refused.reasons));
                    tell(1);
                }
            }
        }
        for batch in right.chunks(self.at_once) {
            let users = batch.iter().map(|(_, user)| user.clone()).collect();
            let (rules, schema) = (&self.rules, &self.schema);
            let brought = bring(self.store, rules, users, schema, self.mode.clone(), now);
            let outcomes = brought.await?;
            for ((at, user), outcome) in batch.iter().zip(outcomes) {
                imported.tally.add(&outcome);
                let mistake = match &outcome {
                    Outcome::Created { .. } => {
                        imported.created.push((user.clone(), outcome));
                        continue;
                    }
                    Outcome::Updated(_) | Outcome::Skipped(_) | Outcome::Gone => continue,
                    Outcome::NameTaken => RowMistake::NameTaken,
                    Outcome::LastManager => RowMistake::LastManager,
                };
                imported
                    .wrong
                    .push((*at, vec![text::row_mistake(&mistake)]));
            }
            tell(batch.len());
        }
        imported.wrong.sort_by_key(|(at, _)| *at);
        Ok(imported)
    }
}

/// The separator between the reasons for which a row was not imported.
const BETWEEN: &str = "; ";

/// A table, printed with a column of reasons before the others.
pub struct Reasons<'a> {
    sheet: &'a Sheet,
    /// The columns, without the reasons of an earlier report.
    columns: Vec<usize>,
}

impl<'a> Reasons<'a> {
    pub fn of(sheet: &'a Sheet) -> Reasons<'a> {
        let heads = sheet.head.iter().enumerate();
        let kept = heads.filter(|(_, head)| !head.eq_ignore_ascii_case(REASON));
        Reasons {
            sheet,
            columns: kept.map(|(at, _)| at).collect(),
        }
    }

    pub fn head(&self) -> Vec<&'a str> {
        let heads = self.columns.iter().map(|at| self.sheet.head[*at].as_str());
        [REASON].into_iter().chain(heads).collect()
    }

    /// A row by its number, as cells.
    pub fn row(&self, at: usize, reasons: &[String]) -> Vec<String> {
        let row = &self.sheet.rows[at];
        let cells = self.columns.iter().map(|at| row.cells[*at].clone());
        [reasons.join(BETWEEN)].into_iter().chain(cells).collect()
    }

    /// Formats the head and the given rows as CSV.
    pub fn print(&self, wrong: &[(usize, Vec<String>)]) -> String {
        let mut text = line(self.head());
        for (at, reasons) in wrong {
            text += &line(self.row(*at, reasons).iter().map(String::as_str));
        }
        text
    }
}
