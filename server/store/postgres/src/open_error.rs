//! The reasons that a database cannot be opened, and what to do about each.

use sqlx::migrate::MigrateError;
use std::{io, path::PathBuf};

use crate::{address::Address, engine::state};

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot read {path}, the {parameter} of the database: {source}")]
    File {
        parameter: String,
        path: PathBuf,
        source: io::Error,
    },
    #[error(
        "cannot reach the database {database}: {reason}. Check that PostgreSQL runs there and accepts connections from this machine"
    )]
    Unreachable { database: String, reason: String },
    #[error(
        "cannot encrypt the connection to the database {database}: {reason}. Check sslmode, sslrootcert and the certificate of the server"
    )]
    Tls { database: String, reason: String },
    #[error(
        "the database {database} refuses the user {user}: {reason}. Check the user, the password and pg_hba.conf"
    )]
    Refused {
        database: String,
        user: String,
        reason: String,
    },
    #[error(
        "the database {database} does not accept more connections now: {reason}. Check its limit and the user's limit; this program opens up to {connections}, which connections= in the database URL can change"
    )]
    Full {
        database: String,
        reason: String,
        connections: u32,
    },
    #[error(
        "the user {user} may not use the database {database}: {reason}. Grant the rights that docs/postgres.md lists"
    )]
    NotGranted {
        database: String,
        user: String,
        reason: String,
    },
    #[error(
        "there is no schema that the user {user} may use in the database {database}. Grant USAGE on it, or name another with ?options=-csearch_path%3DNAME"
    )]
    NoSchema { database: String, user: String },
    #[error(
        "there is no database {database}. Create it: CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    )]
    Missing { database: String, name: String },
    #[error("cannot open the database {database}: {reason}")]
    Other { database: String, reason: String },
    #[error("the database {database} runs on PostgreSQL {found}; version 15 or newer is needed")]
    OldServer { database: String, found: String },
    #[error(
        "the database {database} has the encoding {encoding} and the locale {locale}, which sort and compare text by other rules than this program. Create it again: CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    )]
    Locale {
        database: String,
        name: String,
        encoding: String,
        locale: String,
    },
    #[error(
        "the database {database} does not accept writes: it is a replica, or read-only. Use the address of the leader"
    )]
    ReadOnly { database: String },
    #[error(
        "the database {database} does not count its rows, so the effects of deleting an account could not be checked. Set track_counts = on"
    )]
    Uncounted { database: String },
    #[error(
        "the database {database} has tables of another program. Create a database for Silhouette alone, or a schema for it, and name the schema with ?options=-csearch_path%3DNAME"
    )]
    Foreign { database: String },
    #[error(
        "the database {database} was last used by a newer Silhouette (migration {version} is unknown here). Run that version, or restore an older backup"
    )]
    NewerDatabase { database: String, version: i64 },
    #[error("the database {database} is empty. Run `silhouette serve` once")]
    Empty { database: String },
    #[error(
        "the database {database} was last used by an older Silhouette. Start this version once with `silhouette serve`, which brings it up to date"
    )]
    OlderDatabase { database: String },
    #[error(
        "the user {user} may not change the tables of the database {database}, which have to be brought up to date. Start the site once as their owner, or give {user} the right to create in the schema"
    )]
    NotOwner { database: String, user: String },
    #[error("cannot bring the database {database} up to date: {source}. Nothing was changed")]
    Migrate {
        database: String,
        source: Box<MigrateError>,
    },
}

impl OpenError {
    /// Interprets the error of a connection or statement.
    pub(crate) fn of(error: &sqlx::Error, address: &Address) -> OpenError {
        let database = address.to_string();
        let user = address.options.get_username().to_owned();
        let reason = match error.as_database_error() {
            Some(said) => said.message().to_owned(),
            None => error.to_string(),
        };
        match (error, state(error).unwrap_or_default().as_str()) {
            // invalid_catalog_name
            (_, "3D000") => OpenError::Missing {
                name: address
                    .options
                    .get_database()
                    .unwrap_or_default()
                    .to_owned(),
                database,
            },
            // invalid_authorization_specification, invalid_password
            (_, "28000" | "28P01") => OpenError::Refused {
                database,
                user,
                reason,
            },
            // insufficient_privilege
            (_, "42501") => OpenError::NotGranted {
                database,
                user,
                reason,
            },
            // insufficient_resources; object_not_in_prerequisite_state, for a database that is
            // closed
            (_, state) if state.starts_with("53") || state == "55000" => OpenError::Full {
                database,
                reason,
                connections: address.connections,
            },
            (sqlx::Error::Tls(_), _) => OpenError::Tls { database, reason },
            // An untrusted certificate: sqlx reports the error of rustls in this form.
            (sqlx::Error::Io(error), _) if error.kind() == io::ErrorKind::InvalidData => {
                OpenError::Tls { database, reason }
            }
            (sqlx::Error::PoolTimedOut, _) => OpenError::Unreachable {
                database,
                reason: "there is no answer".to_owned(),
            },
            (sqlx::Error::Io(_), _) => OpenError::Unreachable { database, reason },
            _ => OpenError::Other { database, reason },
        }
    }
}
