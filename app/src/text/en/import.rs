//! English texts of importing users: its page, and what is wrong with a table. The commands print
//! the mistakes too.

use crate::{
    account::types::user_table::{RowMistake, TableMistake},
    text::words::words,
};

words! {
    import_lead: "Import users from a table, such as a spreadsheet saved as CSV. Its first line names the columns: username or email, and, if you like, role, status, created_at, last_login_at, and profile fields by key or label. An email address takes effect once its owner has confirmed it.",
    import_file: "Table",
    import_file_hint: "A CSV file of at most 256 KiB and 1000 rows. It is checked first: nothing is imported before you have seen the result.",
    import_match: "Recognise existing users by",
    import_match_hint: "They are left unchanged.",
    import_invite: "Email each new user a link to set a password",
    import_check: "Check",
    import_plan: "Result of the check",
    import_download: "Download these rows, with the reasons",
    import_changed: "Nothing was imported, because something has changed since the table was checked. This is the new result.",
}

fn users(number: usize) -> String {
    match number {
        1 => "1 user".to_owned(),
        number => format!("{number} users"),
    }
}

fn rows(number: usize) -> String {
    match number {
        1 => "1 row".to_owned(),
        number => format!("{number} rows"),
    }
}

/// Number of users that a table would create.
pub fn import_created(number: usize) -> String {
    format!("To be created: {}", users(number))
}

/// Number of users in a table who already exist.
pub fn import_skipped(number: usize) -> String {
    format!("Already here, and left unchanged: {}", users(number))
}

/// Heading of the rows that would not be imported.
pub fn import_rejected(number: usize) -> String {
    format!("Will not be imported: {}", rows(number))
}

/// Number of users or rows that are not shown.
pub fn import_more(number: usize) -> String {
    format!("and {number} more")
}

pub fn import_apply(number: usize) -> String {
    format!("Import {}", users(number))
}

/// Result of an import.
pub fn imported(created: usize, rejected: usize) -> String {
    match rejected {
        0 => format!("Imported: {}.", users(created)),
        _ => format!(
            "Imported: {}. Not imported: {}.",
            users(created),
            rows(rejected)
        ),
    }
}

/// Place of a row in its table.
pub fn table_line(line: u64) -> String {
    format!("Line {line}:")
}

/// Mistake that prevents the import of the whole table.
pub fn table_mistake(mistake: &TableMistake) -> String {
    match mistake {
        TableMistake::Empty => {
            "Choose a file whose first line names the columns. No table was found.".to_owned()
        }
        TableMistake::NotUtf8 { line } => format!(
            "Line {line} is not UTF-8. Save the table again, as “CSV UTF-8” in Excel, or with the character set UTF-8 in LibreOffice."
        ),
        TableMistake::Cells { line, cells, columns } => format!(
            "The number of cells in line {line} is {cells}, and the number of columns in the first line is {columns}. Put cells that contain the separator in double quotes."
        ),
        TableMistake::RepeatedColumn(name) => {
            format!("Two columns are called “{name}”. Rename or delete one.")
        }
        TableMistake::NamelessColumn(number) => {
            format!("Column {number} has no name. Name it, or delete it.")
        }
        TableMistake::Unreadable { line } => {
            format!("Line {line} cannot be read. Save the table again as CSV.")
        }
        TableMistake::UnknownColumn {
            column,
            known: [account, fields],
        } => format!(
            "The column “{column}” is unknown. Rename or delete it. Columns of the account are {account}; profile fields are {fields}."
        ),
        TableMistake::SameColumns(name) => {
            format!("Two columns hold {name}. Delete one.")
        }
        TableMistake::NoNames => {
            "The table has neither a column username nor a column email. Add one of them.".to_owned()
        }
        TableMistake::PictureColumn(name) => {
            format!("Pictures cannot be imported from a table. Delete the column “{name}”.")
        }
        TableMistake::ForbiddenColumn(name) => {
            format!("You may not import the column “{name}”. Delete it.")
        }
        TableMistake::TooLarge => {
            "The table is larger than 256 KiB. Split it, or use the command silhouette user import."
                .to_owned()
        }
        TableMistake::TooManyRows => {
            "The table has more than 1000 rows. Split it, or use the command silhouette user import."
                .to_owned()
        }
    }
}

/// Advice on a row that is not imported. It is shown after the name of its column.
pub fn row_advice(mistake: &RowMistake) -> String {
    match mistake {
        RowMistake::NoName => "one of them is needed".to_owned(),
        RowMistake::Same { line, .. } => format!("line {line} has the same value"),
        RowMistake::UnknownRole(role) => format!("the schema has no role “{role}”"),
        RowMistake::RoleOutOfReach(role) => format!("you may not give the role “{role}”"),
        RowMistake::UnknownStatus(typed) => {
            format!("“{typed}” is neither active nor disabled")
        }
        RowMistake::NotYesOrNo { typed, .. } => format!("“{typed}” is neither yes nor no"),
        RowMistake::NotATime { typed, .. } => {
            format!("“{typed}” is not a time like 2026-11-29 14:30")
        }
        RowMistake::NameTaken => "another user of this site has this username".to_owned(),
        RowMistake::LastManager => {
            "the new role would leave nobody who can manage users; give manage_users to someone else first".to_owned()
        }
    }
}
