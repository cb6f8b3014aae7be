//! Users of a table, one per row.
//!
//! A column belongs to the account (`username`, `email` …), or is a field of the schema or the
//! audience of a field (`bio.audience`). Tables exported by this program can be imported
//! unchanged.

use app::{
    account::types::{
        email::Email,
        user::UserId,
        user_table::{RowMistake, TableMistake},
        username::Username,
    },
    admin::rules::can_import_field,
    profile::rules::{
        audience::{WHOLE, audience_key, audience_of},
        date::Date,
        kind::Kind,
        schema::Schema,
    },
    text,
};
use std::collections::{BTreeMap, HashMap};

use super::{
    names::Names,
    sheet::{Row, Sheet},
    values::{patch_of, time, yes_or_no},
};
use crate::accounts::arrivals::{Incoming, IncomingPassword};

/// The columns of accounts.
pub const ACCOUNT: [&str; 10] = [
    "username",
    "email",
    "email_confirmed",
    "role",
    "status",
    "created_at",
    "last_login_at",
    "listed",
    "in_directory",
    PASSWORD_HASH,
];

/// The column of password hashes.
const PASSWORD_HASH: &str = "password_hash";

/// Aliases of columns, as other programs and people write them.
const ALIASES: [(&str, &str); 9] = [
    ("user name", "username"),
    ("login", "username"),
    ("e-mail", "email"),
    ("email address", "email"),
    ("e-mail address", "email"),
    ("mail", "email"),
    ("date_joined", "created_at"),
    ("last_login", "last_login_at"),
    ("joined", "created_at"),
];

/// The column that a report adds before those of the table.
pub const REASON: &str = "reason";

/// The columns of a table, with their meanings.
#[derive(Debug)]
pub struct Columns {
    /// In the order of the table; `None` for a column that is left out.
    meanings: Vec<Option<String>>,
}

/// An error in the columns of a table.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    #[error("{}{}", text::table_mistake(.0), about_map(.0))]
    Table(TableMistake),
    #[error("the table has no column \"{0}\", which --map names")]
    NotThere(String),
    #[error("--map \"{0}\" does not have the form COLUMN=NAME")]
    Form(String),
}

/// The hint on how to map a column on the command line.
fn about_map(mistake: &TableMistake) -> String {
    match mistake {
        TableMistake::SameColumns(_) => " Or leave one out with --map \"COLUMN=\"".to_owned(),
        TableMistake::UnknownColumn { column, .. } | TableMistake::PictureColumn(column) => {
            format!(
                " Or say what a column is with --map \"{column}=NAME\", or leave it out with --map \"{column}=\""
            )
        }
        _ => String::new(),
    }
}

impl Columns {
    /// Determines what the columns of a table mean; `maps` are like `E-mail=email`.
    ///
    /// # Errors
    /// [`ColumnError`]
    pub fn of(head: &[String], maps: &[String], schema: &Schema) -> Result<Columns, ColumnError> {
        let mut mapped = HashMap::new();
        for map in maps {
            let form = || ColumnError::Form(map.clone());
            let (column, name) = map.rsplit_once('=').ok_or_else(form)?;
            let known = head.iter().find(|known| same(known, column));
            let known = known.ok_or_else(|| ColumnError::NotThere(column.trim().to_owned()))?;
            mapped.insert(known.clone(), name.trim().to_owned());
        }
        let mut meanings: Vec<Option<String>> = Vec::new();
        for column in head {
            let named = mapped.get(column);
            let meaning = match named.map(String::as_str) {
                Some("") => None,
                _ if named.is_none() && same(column, REASON) => None,
                named => Some(meaning(named.unwrap_or(column), schema, column)?),
            };
            if meaning.is_some() && meanings.contains(&meaning) {
                let same = TableMistake::SameColumns(meaning.unwrap_or_default());
                return Err(ColumnError::Table(same));
            }
            meanings.push(meaning);
        }
        let has = |name: &str| meanings.iter().flatten().any(|meaning| meaning == name);
        match has("username") || has("email") {
            true => Ok(Columns { meanings }),
            false => Err(ColumnError::Table(TableMistake::NoNames)),
        }
    }

    /// Returns whether every row of the table has a username.
    pub fn name_all(&self, sheet: &Sheet) -> bool {
        let mut meanings = self.meanings.iter();
        let column = meanings.position(|meaning| meaning.as_deref() == Some("username"));
        let mut rows = sheet.rows.iter();
        column.is_some_and(|at| rows.all(|row| !row.cells[at].trim().is_empty()))
    }

    /// The first column that a role may not import on a page: password hashes, and fields that
    /// neither the owner of the profile nor the role may change.
    pub fn forbidden(&self, schema: &Schema, role: &str) -> Option<&str> {
        let mut meanings = self.meanings.iter().flatten().map(String::as_str);
        meanings.find_map(|meaning| {
            let key = field_of(meaning).unwrap_or(meaning);
            let field = field_of(meaning).and_then(|key| schema.field(key));
            let is_forbidden = meaning == PASSWORD_HASH
                || field.is_some_and(|field| !can_import_field(field, role));
            is_forbidden.then_some(key)
        })
    }
}

/// The column of a field, prefixed with `fields.` if it is named like a column of the account.
pub fn column_of(field: &str) -> String {
    match ACCOUNT.contains(&field) {
        true => format!("{FIELD}{field}"),
        false => field.to_owned(),
    }
}

/// The prefix of a field's key, for a field that is named like a column of the account.
const FIELD: &str = "fields.";

/// The key of the field whose value or audience a column holds; `None` for a column of the
/// account.
fn field_of(meaning: &str) -> Option<&str> {
    if ACCOUNT.contains(&meaning) {
        return None;
    }
    let key = meaning.strip_prefix(FIELD).unwrap_or(meaning);
    Some(audience_key(key).unwrap_or(key))
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Finds the account column, field or audience with a name, by its key or its label.
fn meaning(name: &str, schema: &Schema, column: &str) -> Result<String, ColumnError> {
    if let Some(key) = name.trim().strip_prefix(FIELD)
        && let Some(field) = schema.field(key)
    {
        return match field.kind {
            Kind::Picture => Err(no_picture(column)),
            _ => Ok(format!("{FIELD}{}", field.key)),
        };
    }
    let found = ACCOUNT.iter().copied().find(|known| same(known, name));
    let alias = ALIASES.iter().find(|(alias, _)| same(alias, name));
    if let Some(known) = found.or(alias.map(|(_, known)| *known)) {
        return Ok(known.to_owned());
    }
    let field = schema.fields().find(|field| same(&field.key, name));
    let field = field.or_else(|| schema.fields().find(|field| same(&field.label, name)));
    if let Some(field) = field {
        return match field.kind {
            Kind::Picture => Err(no_picture(column)),
            _ => Ok(field.key.clone()),
        };
    }
    let keys: Vec<&str> = schema.fields().map(|field| field.key.as_str()).collect();
    let mut audiences = keys.iter().copied().chain([WHOLE]).map(audience_of);
    let found = audiences.find(|known| same(known, name));
    found.ok_or_else(|| {
        let named = schema.fields().filter(|field| field.kind != Kind::Picture);
        let named: Vec<&str> = named.map(|field| field.key.as_str()).collect();
        ColumnError::Table(TableMistake::UnknownColumn {
            column: column.to_owned(),
            known: [ACCOUNT.join(", "), named.join(", ")],
        })
    })
}

fn no_picture(column: &str) -> ColumnError {
    ColumnError::Table(TableMistake::PictureColumn(column.to_owned()))
}

/// The reasons why a row was rejected.
#[derive(Debug, Clone)]
pub struct Refused {
    pub reasons: Vec<String>,
}

/// The reader of users from the rows of a table.
pub struct People<'a> {
    pub schema: &'a Schema,
    pub columns: &'a Columns,
    pub today: Date,
    /// True if the source guarantees that all addresses belong to their users.
    pub are_confirmed: bool,
    /// Returns whether the importing user may assign a role.
    pub may_give: &'a (dyn Fn(&str) -> bool + Send + Sync),
}

impl People<'_> {
    /// Reads the rows of a table, each independently. A generated username is neither in `names`
    /// nor in the table.
    pub fn read(&self, sheet: &Sheet, mut names: Names) -> Vec<Result<Incoming, Refused>> {
        let column = self
            .columns
            .meanings
            .iter()
            .position(|meaning| meaning.as_deref() == Some("username"));
        for row in &sheet.rows {
            let typed = column.map(|at| Username::parse(&row.cells[at]));
            if let Some(Ok(name)) = typed {
                names.take(name.key());
            }
        }
        let mut seen = BTreeMap::new();
        sheet
            .rows
            .iter()
            .map(|row| self.read_row(row, &mut names, &mut seen))
            .collect()
    }

    fn read_row(
        &self,
        row: &Row,
        names: &mut Names,
        seen: &mut BTreeMap<(&'static str, String), u64>,
    ) -> Result<Incoming, Refused> {
        let cells = self.columns.meanings.iter().zip(&row.cells);
        let cells: HashMap<&str, &str> = cells
            .filter_map(|(meaning, cell)| Some((meaning.as_deref()?, cell.as_str())))
            .collect();
        let cell = |name: &str| {
            cells
                .get(name)
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
        };
        let mut reasons = Vec::new();
        let email = cell("email").and_then(|typed| match Email::parse(typed) {
            Ok(email) => Some(email),
            Err(violation) => {
                reasons.push(text::violation(text::email(), &violation));
                None
            }
        });
        let mut is_made_up = false;
        let username = match (cell("username"), &email) {
            (Some(typed), _) => match Username::parse(typed) {
                Ok(name) => Some(name),
                Err(violation) => {
                    reasons.push(text::violation(text::username(), &violation));
                    None
                }
            },
            (None, Some(email)) => {
                let local = email.as_str().split('@').next().unwrap_or_default();
                is_made_up = true;
                Some(names.near(local, &row.line.to_string()))
            }
            (None, None) => {
                if cell("email").is_none() {
                    reasons.push(text::row_mistake(&RowMistake::NoName));
                }
                None
            }
        };
        let mut same = |column, key| {
            let before = seen.insert((column, key), row.line);
            before.map(|line| text::row_mistake(&RowMistake::Same { column, line }))
        };
        if let Some(name) = username.as_ref().filter(|_| !is_made_up) {
            reasons.extend(same("username", name.key()));
        }
        if let Some(email) = &email {
            // Without a username, the address identifies the user.
            reasons.extend(same("email", email.key()).filter(|_| is_made_up));
        }
        let role = cell("role").map(str::to_owned);
        let given = self.schema.effective_role(role.as_deref());
        match &role {
            Some(role) if self.schema.role(role).is_none() => {
                let mistake = RowMistake::UnknownRole(role.clone());
                reasons.push(text::row_mistake(&mistake));
            }
            // Without a role, it is the first of the schema.
            _ if !(self.may_give)(given) => {
                let mistake = RowMistake::RoleOutOfReach(given.to_owned());
                reasons.push(text::row_mistake(&mistake));
            }
            _ => {}
        }
        let is_active = match cell("status") {
            None | Some("active") => true,
            Some("disabled") => false,
            Some(other) => {
                let mistake = RowMistake::UnknownStatus(other.to_owned());
                reasons.push(text::row_mistake(&mistake));
                true
            }
        };
        let mut flag = |name: &str| {
            let typed = cell(name)?;
            match yes_or_no(typed) {
                Some(word) => Some(word == "yes"),
                None => {
                    reasons.push(text::row_mistake(&RowMistake::NotYesOrNo {
                        column: name.to_owned(),
                        typed: typed.to_owned(),
                    }));
                    None
                }
            }
        };
        let is_confirmed = flag("email_confirmed").unwrap_or(self.are_confirmed);
        let (listed, in_directory) = (flag("listed"), flag("in_directory"));
        let mut at = |name: &str| {
            let typed = cell(name)?;
            let read = time(typed);
            if read.is_none() {
                reasons.push(text::row_mistake(&RowMistake::NotATime {
                    column: name.to_owned(),
                    typed: typed.to_owned(),
                }));
            }
            read
        };
        let (created_at, last_login_at) = (at("created_at"), at("last_login_at"));
        let password = cell("password_hash").and_then(|hash| {
            IncomingPassword::parse(hash)
                .map_err(|reason| reasons.push(format!("password_hash: {reason}")))
                .ok()
        });
        let items = cells.iter().map(|(name, cell)| (*name, *cell));
        let items = items
            .filter(|(name, _)| !ACCOUNT.contains(name))
            .map(|(name, cell)| (name.strip_prefix(FIELD).unwrap_or(name), cell));
        let (patch, findings) = patch_of(self.schema, items, self.today);
        for finding in findings {
            let field = self.schema.field(&finding.item);
            let label = field.map_or(finding.item.as_str(), |field| field.label.as_str());
            reasons.push(text::violation(label, &finding.violation));
        }
        match username {
            Some(username) if reasons.is_empty() => Ok(Incoming {
                key: None,
                id: None::<UserId>,
                username,
                is_made_up,
                former_name: None,
                email,
                is_confirmed,
                password,
                role,
                is_active,
                created_at,
                last_login_at,
                listed,
                in_directory,
                patch,
                picture: None,
            }),
            _ => Err(Refused { reasons }),
        }
    }
}
