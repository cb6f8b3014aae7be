//! Tables of users, as a spreadsheet has them: the form that imports one, what is wrong with one,
//! and what would become of it.

use crate::{error::AppError, form::Form};

/// A table of users, and how it is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTable {
    /// CSV, as `silhouette user import` reads it.
    pub text: String,
    /// Existing users are recognised by their email addresses instead of their usernames.
    pub matches_by_email: bool,
    /// Everybody who is created gets a link to choose a password.
    pub invites: bool,
}

/// The names of the controls: the table, a file in its place, and how it is imported.
pub const TEXT: &str = "text";
pub const FILE: &str = "file";
pub const MATCH: &str = "match";
pub const BY_USERNAME: &str = "username";
pub const BY_EMAIL: &str = "email";
pub const INVITE: &str = "invite";

/// Bytes of a table that a form takes.
pub const MAX_TABLE: usize = 256 * 1024;
/// Rows of a table that a form takes.
pub const MAX_ROWS: usize = 1000;

impl UserTable {
    /// Reads a form.
    ///
    /// # Errors
    /// [`AppError::BadRequest`] for a form that no page has.
    pub fn parse(form: &Form) -> Result<UserTable, AppError> {
        let file = form.one(FILE)?.filter(|text| !text.is_empty());
        let text = file.or(form.one(TEXT)?).unwrap_or_default();
        let matches_by_email = match form.one(MATCH)? {
            None | Some(BY_USERNAME) => false,
            Some(BY_EMAIL) => true,
            Some(_) => return Err(AppError::BadRequest),
        };
        Ok(UserTable {
            // As a hidden control gives it back.
            text: text.replace("\r\n", "\n"),
            matches_by_email,
            invites: form.one(INVITE)?.is_some(),
        })
    }
}

/// A mistake because of which nothing of a table is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableMistake {
    Empty,
    NotUtf8 {
        line: u64,
    },
    /// A row with another number of cells than the first.
    Cells {
        line: u64,
        cells: usize,
        columns: usize,
    },
    RepeatedColumn(String),
    NamelessColumn(usize),
    Unreadable {
        line: u64,
    },
    UnknownColumn {
        column: String,
        /// The columns of an account, and the fields of the schema.
        known: [String; 2],
    },
    /// Two columns mean the same.
    SameColumns(String),
    /// Neither usernames nor addresses.
    NoNames,
    PictureColumn(String),
    /// A field that whoever imports may not fill in, or hashes of passwords.
    ForbiddenColumn(String),
    TooLarge,
    TooManyRows,
}

/// A mistake because of which a row is not imported. Those of fields are
/// [`Violation`](crate::profile::rules::violation::Violation)s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowMistake {
    NoName,
    /// An earlier row has the same username, or the same address, where that says who is meant.
    Same {
        column: &'static str,
        line: u64,
    },
    UnknownRole(String),
    RoleOutOfReach(String),
    UnknownStatus(String),
    NotYesOrNo {
        column: String,
        typed: String,
    },
    NotATime {
        column: String,
        typed: String,
    },
    NameTaken,
    LastManager,
}

impl RowMistake {
    /// The name of the column that it is in.
    pub fn column(&self) -> &str {
        match self {
            RowMistake::NoName => "username, email",
            RowMistake::Same { column, .. } => column,
            RowMistake::NameTaken => "username",
            RowMistake::UnknownRole(_)
            | RowMistake::RoleOutOfReach(_)
            | RowMistake::LastManager => "role",
            RowMistake::UnknownStatus(_) => "status",
            RowMistake::NotYesOrNo { column, .. } | RowMistake::NotATime { column, .. } => column,
        }
    }
}

/// The result of looking at a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckedTable {
    Mistake(TableMistake),
    Plan(TablePlan),
}

/// The future of the rows of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TablePlan {
    pub created: Vec<PlannedUser>,
    /// Users who are here already, and are left as they are.
    pub skipped: usize,
    pub rejected: Vec<RejectedRow>,
    /// Tells the users who would be created from all others.
    pub outline: String,
    /// The rejected rows as a table, with a column of reasons, to be corrected and imported again.
    pub report: String,
}

/// A user who would be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedUser {
    pub username: String,
    pub email: Option<String>,
    /// `None` for the first of the schema.
    pub role: Option<String>,
}

/// A row that is not imported, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    pub line: u64,
    pub reasons: Vec<String>,
}

/// The result of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportedTable {
    pub created: usize,
    pub rejected: usize,
}
