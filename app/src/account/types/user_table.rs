//! Tables of users, as exported from a spreadsheet: the form to import one, its mistakes, and the
//! plan of the import.

use crate::{error::AppError, form::Form};

/// A table of users, and the options for importing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTable {
    /// CSV, as `silhouette user import` reads it.
    pub text: String,
    /// `true` if existing users are recognised by their email addresses instead of their usernames.
    pub matches_by_email: bool,
    /// `true` if everyone who is created gets a link to choose a password.
    pub invites: bool,
}

/// The names of the controls, and their values: the table, a file instead of it, and the options.
pub const TEXT: &str = "text";
pub const FILE: &str = "file";
pub const MATCH: &str = "match";
pub const BY_USERNAME: &str = "username";
pub const BY_EMAIL: &str = "email";
pub const INVITE: &str = "invite";

/// The maximum size of a table in a form, in bytes.
pub const MAX_TABLE: usize = 256 * 1024;
/// The maximum number of rows of a table in a form.
pub const MAX_ROWS: usize = 1000;

impl UserTable {
    /// Parses a form.
    ///
    /// # Errors
    /// [`AppError::BadRequest`] for a form that no page of the site sends.
    pub fn parse(form: &Form) -> Result<UserTable, AppError> {
        let file = form.one(FILE)?.filter(|text| !text.is_empty());
        let text = file.or(form.one(TEXT)?).unwrap_or_default();
        let matches_by_email = match form.one(MATCH)? {
            None | Some(BY_USERNAME) => false,
            Some(BY_EMAIL) => true,
            Some(_) => return Err(AppError::BadRequest),
        };
        Ok(UserTable {
            // Forms send line breaks as CRLF, also those of a hidden control.
            text: text.replace("\r\n", "\n"),
            matches_by_email,
            invites: form.one(INVITE)?.is_some(),
        })
    }
}

/// A mistake that prevents the whole table from being imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableMistake {
    Empty,
    NotUtf8 {
        line: u64,
    },
    /// A row has a different number of cells than the first one.
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
    /// Two columns have the same meaning.
    SameColumns(String),
    /// There are neither usernames nor email addresses.
    NoNames,
    PictureColumn(String),
    /// A field that the importer may not fill in, or password hashes.
    ForbiddenColumn(String),
    TooLarge,
    TooManyRows,
}

/// A mistake that prevents a row from being imported. Mistakes in fields are
/// [`Violation`](crate::profile::rules::violation::Violation)s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowMistake {
    NoName,
    /// An earlier row has the same username, or the same address if that identifies the user.
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
    /// Returns the name of the column with the mistake.
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

/// The result of checking a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckedTable {
    Mistake(TableMistake),
    Plan(TablePlan),
}

/// The plan for importing a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TablePlan {
    pub created: Vec<PlannedUser>,
    /// The number of users who already exist, and are left as they are.
    pub skipped: usize,
    pub rejected: Vec<RejectedRow>,
    /// Identifies the set of users who would be created.
    pub outline: String,
    /// The rejected rows as a table, with a column of reasons, to be corrected and imported again.
    pub report: String,
}

/// A user who would be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedUser {
    pub username: String,
    pub email: Option<String>,
    /// `None` for the first role of the schema.
    pub role: Option<String>,
}

/// A row that is not imported, with the reasons.
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
