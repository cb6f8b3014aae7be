//! Objects of a Django project, as `dumpdata` writes them (Django documentation, "Serializing
//! Django objects").

use serde::Deserialize;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, path::Path};
use store_sqlite::other::{OtherTable, read_tables};

/// An object of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Object {
    /// `app.model`, in lower case.
    pub model: String,
    /// A number or a text; absent with `--natural-primary`.
    #[serde(default)]
    pub pk: Value,
    pub fields: Map<String, Value>,
}

/// The objects of a project by model, in the order of the source.
#[derive(Debug, Default, PartialEq)]
pub struct Dump {
    pub objects: BTreeMap<String, Vec<Object>>,
    /// Declared column types, by model and field; only a database has them.
    pub kinds: BTreeMap<(String, String), String>,
}

/// The reason why a source cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    #[error("cannot read {path}: {source}")]
    File {
        path: String,
        source: std::io::Error,
    },
    #[error(
        "{path}, line {line}: {error}. Make it with `python manage.py dumpdata auth.group auth.user APP --output FILE`; nothing was imported"
    )]
    Json {
        path: String,
        line: usize,
        error: serde_json::Error,
    },
    #[error(
        "{path} is a SQLite file that cannot be read: {error}. Copy it while the project is stopped, or use the output of dumpdata"
    )]
    Sqlite { path: String, error: String },
    #[error(
        "{0} is not the database of a Django project: it has no table django_content_type. Use the file that DATABASES in settings.py names, or the output of dumpdata"
    )]
    NoProject(String),
}

/// The first bytes of a SQLite file (sqlite.org/fileformat.html).
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Reads a source of either kind.
///
/// # Errors
/// [`DumpError`]
pub async fn read(path: &Path) -> Result<Dump, DumpError> {
    let name = path.display().to_string();
    let file = std::fs::read(path).map_err(|source| DumpError::File {
        path: name.clone(),
        source,
    })?;
    match file.starts_with(SQLITE) {
        true => read_database(path, name).await,
        false => parse(&file).map_err(|error| DumpError::Json {
            path: name,
            line: error.line(),
            error,
        }),
    }
}

fn parse(file: &[u8]) -> Result<Dump, serde_json::Error> {
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    let objects: Vec<Object> = serde_json::from_slice(file)?;
    Ok(Dump::of(objects))
}

impl Dump {
    fn of(objects: Vec<Object>) -> Dump {
        let mut dump = Dump::default();
        for mut object in objects {
            object.model = object.model.to_lowercase();
            let model = object.model.clone();
            dump.objects.entry(model).or_default().push(object);
        }
        dump
    }

    pub fn of_model(&self, model: &str) -> &[Object] {
        self.objects.get(model).map_or(&[], Vec::as_slice)
    }
}

async fn read_database(path: &Path, name: String) -> Result<Dump, DumpError> {
    let tables = read_tables(path, |table| !is_machinery(table)).await;
    let tables = tables.map_err(|error| DumpError::Sqlite {
        path: name.clone(),
        error: error.to_string(),
    })?;
    let types = tables
        .iter()
        .find(|table| table.name == "django_content_type");
    let types = types.ok_or(DumpError::NoProject(name))?;
    let models = objects(types, "").0.into_iter().filter_map(|object| {
        let text = |key: &str| object.fields.get(key)?.as_str().map(str::to_owned);
        Some((text("app_label")?, text("model")?))
    });
    let models: BTreeMap<String, String> = models
        .map(|(app, model)| (format!("{app}_{model}"), format!("{app}.{model}")))
        .collect();
    let mut dump = Dump::default();
    for table in &tables {
        let Some(model) = models.get(&table.name) else {
            continue;
        };
        let (mut rows, kinds) = objects(table, model);
        add_groups(&mut rows, table, &tables);
        for (field, kind) in kinds {
            dump.kinds.insert((model.clone(), field), kind);
        }
        dump.objects.insert(model.clone(), rows);
    }
    Ok(dump)
}

/// Returns whether a table belongs to Django itself, and may be large, but has no data of users.
fn is_machinery(table: &str) -> bool {
    matches!(
        table,
        "django_session" | "django_admin_log" | "django_migrations" | "auth_permission"
    )
}

/// Converts the rows of a table into objects of a model, and returns the declared types of its
/// columns as well.
fn objects(table: &OtherTable, model: &str) -> (Vec<Object>, Vec<(String, String)>) {
    let field = |at: usize| {
        let column = &table.columns[at];
        match (&column.refers_to, column.name.strip_suffix("_id")) {
            (Some(_), Some(field)) => field.to_owned(),
            _ => column.name.clone(),
        }
    };
    let names: Vec<String> = (0..table.columns.len()).map(field).collect();
    let pk = table.columns.iter().position(|column| column.name == "id");
    let rows = table.rows.iter().map(|row| {
        let cells = names.iter().zip(row).enumerate();
        let cells = cells.filter(|(at, _)| Some(*at) != pk);
        Object {
            model: model.to_owned(),
            // A key with another name is the first column.
            pk: row.get(pk.unwrap_or_default()).cloned().unwrap_or_default(),
            fields: cells
                .map(|(_, (name, cell))| (name.clone(), cell.clone()))
                .collect(),
        }
    });
    let kinds = names.iter().zip(&table.columns);
    let kinds = kinds.map(|(name, column)| (name.clone(), column.kind.clone()));
    (rows.collect(), kinds.collect())
}

/// Adds their groups to users, from the join table.
fn add_groups(users: &mut [Object], of: &OtherTable, tables: &[OtherTable]) {
    let between = format!("{}_groups", of.name);
    let Some(table) = tables.iter().find(|table| table.name == between) else {
        return;
    };
    let column = |other: &str| {
        let refers =
            |column: &&store_sqlite::other::OtherColumn| column.refers_to.as_deref() == Some(other);
        let column = table.columns.iter().find(refers)?;
        table.columns.iter().position(|known| known == column)
    };
    let (Some(user), Some(group)) = (column(&of.name), column("auth_group")) else {
        return;
    };
    let mut groups: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in &table.rows {
        groups
            .entry(row[user].to_string())
            .or_default()
            .push(row[group].clone());
    }
    for object in users {
        let of_user = groups.remove(&object.pk.to_string()).unwrap_or_default();
        object.fields.insert("groups".to_owned(), of_user.into());
    }
}
