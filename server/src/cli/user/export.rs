//! `silhouette user export`: all users, as a table, as JSON, or as a fixture for Django.

use app::{
    account::types::{
        managed::{AccountState, ManagedAccount},
        username::Username,
    },
    profile::rules::{
        audience::{WHOLE, audience_of},
        document::ProfileDocument,
        kind::Kind,
        profile::Values,
        schema::{Field, Schema},
        value::Value,
    },
};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value as Json, json};
use std::{error::Error, process::ExitCode};
use store::Reader;

use super::account::{Site, find_role};
use crate::{
    cli::{
        outcome::{Done, failed},
        terminal::say,
    },
    clock::rfc3339,
    config::{DataFlags, DataSettings},
    csv::line,
    foreign::people::{ACCOUNT, column_of},
    log,
    profiles::rows::stored,
};

#[derive(Debug, Args)]
pub struct Export {
    /// The format: a table that `user import` reads, JSON, or a fixture for Django's `loaddata`.
    #[arg(long, value_enum, default_value = "csv")]
    format: Form,
    /// Include password hashes, so that users can log in with their passwords wherever they are
    /// imported. A fixture always includes them.
    #[arg(long)]
    passwords: bool,
    /// The model of the profile in a fixture, whose fields have the same names as those of the
    /// schema. [default: none, only users]
    #[arg(long, value_name = "APP.MODEL")]
    profile: Option<String>,
    /// The role whose users are superusers in a fixture. [default: none]
    #[arg(long, value_name = "ROLE")]
    superuser: Option<String>,
    #[command(flatten)]
    flags: DataFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Csv,
    Json,
    Django,
}

/// A user with all data to export.
struct Person {
    account: ManagedAccount,
    document: ProfileDocument,
    values: Values,
    listed: bool,
    in_directory: bool,
    password: Option<String>,
}

/// Runs the command.
pub async fn export(asked: Export) -> Done {
    let settings = DataSettings::read(asked.flags)?;
    let store = settings.database.open_to_read().await?;
    let site = Site::on(store, &settings).await?;
    if let Some(role) = &asked.superuser {
        find_role(&site.schema, role)?;
    }
    let has_passwords = asked.passwords || asked.format == Form::Django;
    if has_passwords {
        log::line("The output contains password hashes: protect it as you would the database.");
    }
    let mut writer = Writer {
        site: &site,
        has_passwords,
        profile: asked.profile,
        superuser: asked.superuser,
        is_first: true,
    };
    writer.begin(asked.format);
    let mut snapshot = site.store.snapshot_apart().await.map_err(failed)?;
    let mut after = String::new();
    loop {
        const PAGE: u32 = 1000;
        let page = snapshot.accounts("", &after, PAGE).await.map_err(failed)?;
        let Some(last) = page.last() else { break };
        after = Username::key_of(&last.username);
        for account in page {
            if let Some(person) = read(&mut snapshot, &site.schema, account, has_passwords).await? {
                writer.write(asked.format, &person);
            }
        }
    }
    drop(snapshot);
    writer.end(asked.format);
    site.store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn read(
    reader: &mut Reader,
    schema: &Schema,
    account: ManagedAccount,
    has_passwords: bool,
) -> Result<Option<Person>, Box<dyn Error>> {
    let Some(row) = reader.profile_of(account.id).await.map_err(failed)? else {
        return Ok(None);
    };
    let document =
        stored(&row).map_err(|_| format!("the profile of {} cannot be read, so the export is incomplete; run `silhouette doctor`", row.username))?;
    let password = match has_passwords {
        true => reader.password_of(account.id).await.map_err(failed)?,
        false => None,
    };
    Ok(Some(Person {
        values: document.values(schema),
        document,
        listed: row.listed,
        in_directory: row.in_directory,
        // In the format that `ForeignHash::parse` reads.
        password: password.map(|hash| match hash.starts_with('$') {
            true => format!("argon2{hash}"),
            false => hash,
        }),
        account,
    }))
}

struct Writer<'a> {
    site: &'a Site,
    has_passwords: bool,
    profile: Option<String>,
    superuser: Option<String>,
    is_first: bool,
}

impl Writer<'_> {
    fn fields(&self) -> impl Iterator<Item = &Field> {
        let fields = self.site.schema.fields();
        fields.filter(|field| field.kind != Kind::Picture)
    }

    /// The names of the audience items: one per field, and that of the whole profile.
    fn audiences(&self) -> impl Iterator<Item = String> {
        let keys = self.site.schema.fields().map(|field| field.key.as_str());
        keys.chain([WHOLE]).map(audience_of)
    }

    fn account_columns(&self) -> impl Iterator<Item = &'static str> {
        let has_passwords = self.has_passwords;
        let columns = ACCOUNT.iter().copied();
        columns.filter(move |column| has_passwords || *column != "password_hash")
    }

    fn begin(&mut self, form: Form) {
        match form {
            Form::Csv => {
                let head: Vec<String> = self
                    .account_columns()
                    .map(str::to_owned)
                    .chain(self.fields().map(|field| column_of(&field.key)))
                    .chain(self.audiences())
                    .collect();
                say(format_args!("{}", line(head.iter().map(String::as_str))));
            }
            Form::Json => say(format_args!("[")),
            Form::Django => {
                say(format_args!("["));
                // Without ids: in the target project, other groups may have them.
                for role in self.site.schema.roles.iter().skip(1) {
                    let fields = json!({ "name": role.key, "permissions": [] });
                    self.object(&json!({ "model": "auth.group", "fields": fields }));
                }
            }
        }
    }

    fn end(&mut self, form: Form) {
        if form != Form::Csv {
            say(format_args!("\n]\n"));
        }
    }

    fn object(&mut self, object: &Json) {
        let comma = if self.is_first { "" } else { "," };
        self.is_first = false;
        say(format_args!("{comma}\n  {object}"));
    }

    fn write(&mut self, form: Form, person: &Person) {
        match form {
            Form::Csv => {
                let account = self.account_cells(person);
                let cells: Vec<String> = self
                    .account_columns()
                    .map(|column| {
                        account
                            .get(column)
                            .and_then(Json::as_str)
                            .unwrap_or_default()
                            .to_owned()
                    })
                    .chain(
                        self.fields()
                            .map(|field| cell(person.values.get(&field.key))),
                    )
                    .chain(self.audiences().map(|name| {
                        let chosen = person.document.get(&name).and_then(Json::as_str);
                        chosen.unwrap_or_default().to_owned()
                    }))
                    .collect();
                say(format_args!("{}", line(cells.iter().map(String::as_str))));
            }
            Form::Json => {
                let mut object = self.account_cells(person);
                let fields = self.fields().filter_map(|field| {
                    let value = person.values.get(&field.key)?;
                    Some((field.key.clone(), value.to_json()))
                });
                object.insert("fields".to_owned(), fields.collect::<Map<_, _>>().into());
                let audiences = self
                    .audiences()
                    .filter_map(|name| Some((name.clone(), person.document.get(&name)?.clone())));
                object.insert(
                    "audiences".to_owned(),
                    audiences.collect::<Map<_, _>>().into(),
                );
                self.object(&object.into());
            }
            Form::Django => self.write_django(person),
        }
    }

    /// The cells of the account columns, by column name.
    fn account_cells(&self, person: &Person) -> Map<String, Json> {
        let account = &person.account;
        let yes_or_no = |flag: bool| if flag { "yes" } else { "no" };
        let email = account.email.as_ref().or(account.pending_email.as_ref());
        let confirmed = email.map(|_| yes_or_no(account.email.is_some()));
        let cells = [
            ("username", Some(account.username.clone())),
            ("email", email.cloned()),
            ("email_confirmed", confirmed.map(str::to_owned)),
            ("role", Some(self.site.role_of(account).to_owned())),
            ("status", Some(account.state.word().to_owned())),
            ("created_at", Some(rfc3339(account.created_at))),
            ("last_login_at", account.last_login_at.map(rfc3339)),
            ("listed", Some(yes_or_no(person.listed).to_owned())),
            (
                "in_directory",
                Some(yes_or_no(person.in_directory).to_owned()),
            ),
            ("password_hash", person.password.clone()),
        ];
        let cells = cells
            .into_iter()
            .filter(|(name, _)| self.has_passwords || *name != "password_hash");
        cells
            .map(|(name, cell)| (name.to_owned(), cell.into()))
            .collect()
    }

    /// Writes a user of `django.contrib.auth`, and the profile if its model is given.
    fn write_django(&mut self, person: &Person) {
        let account = &person.account;
        let role = self.site.role_of(account);
        let is_superuser = self.superuser.as_deref() == Some(role);
        let is_first = self.site.schema.effective_role(None) == role;
        let groups = if is_first { json!([]) } else { json!([[role]]) };
        let email = account.email.as_ref().or(account.pending_email.as_ref());
        let name = |key: &str| cell(person.values.get(key));
        let fields = json!({
            "username": account.username,
            // Without a hash, an unusable password (`django.contrib.auth.hashers`).
            "password": person.password.clone().unwrap_or_else(|| format!("!{:040}", account.id.0)),
            "email": email.cloned().unwrap_or_default(),
            "first_name": name("first_name"),
            "last_name": name("last_name"),
            "is_active": account.state == AccountState::Active,
            "is_staff": is_superuser,
            "is_superuser": is_superuser,
            "date_joined": rfc3339(account.created_at),
            "last_login": account.last_login_at.map(rfc3339),
            "groups": groups,
            "user_permissions": [],
        });
        let user = json!({ "model": "auth.user", "fields": fields });
        self.object(&user);
        if let Some(model) = self.profile.clone() {
            let values = self.fields().filter_map(|field| {
                let value = person.values.get(&field.key)?;
                Some((field.key.clone(), of_model(value)))
            });
            let mut fields: Map<String, Json> = values.collect();
            fields.insert("user".to_owned(), json!([account.username]));
            self.object(&json!({ "model": model, "fields": fields }));
        }
    }
}

/// Formats a value as `user import` reads it.
fn cell(value: Option<&Value>) -> String {
    value
        .map(|value| {
            value.print().replace(
                '\n',
                match value {
                    Value::Choices(_) => "; ",
                    _ => "\n",
                },
            )
        })
        .unwrap_or_default()
}

/// Converts a value for the field of a Django model.
fn of_model(value: &Value) -> Json {
    match value {
        Value::Number(_) | Value::Bool(_) => value.to_json(),
        _ => cell(Some(value)).into(),
    }
}
