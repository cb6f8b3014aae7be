//! Reasons that a database cannot be opened, and what to do about each.

use sqlx::migrate::MigrateError;

use crate::engine::state;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "cannot reach the database {database}: {source}. Check that PostgreSQL runs there and accepts connections from this machine"
    )]
    Unreachable {
        database: String,
        source: sqlx::Error,
    },
    #[error(
        "cannot encrypt the connection to the database {database}: {source}. Check sslmode, sslrootcert and the certificate of the server"
    )]
    Tls {
        database: String,
        source: sqlx::Error,
    },
    #[error(
        "the database {database} refuses the user {user}: {message}. Check the user, the password and pg_hba.conf"
    )]
    Refused {
        database: String,
        user: String,
        message: String,
    },
    #[error(
        "there is no database {database}. Create it: CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    )]
    Missing { database: String, name: String },
    #[error("cannot open the database {database}: {source}")]
    Other {
        database: String,
        source: sqlx::Error,
    },
    #[error("the database {database} runs on PostgreSQL {found}; version 15 or newer is needed")]
    OldServer { database: String, found: String },
    #[error(
        "the database {database} has the encoding {encoding} and the locale {locale}, which order and compare text by other rules than this program. Create it anew: CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    )]
    Locale {
        database: String,
        name: String,
        encoding: String,
        locale: String,
    },
    #[error(
        "the database {database} takes no writes: it is a replica, or read-only. Give the address of the leader"
    )]
    ReadOnly { database: String },
    #[error(
        "the database {database} does not count its rows, and what deleting an account does could not be checked. Set track_counts = on"
    )]
    Uncounted { database: String },
    #[error(
        "the database {database} has tables of another program. Create a database for Silhouette alone, or a schema of its own and name it with ?options=-csearch_path%3DNAME"
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
    /// The meaning of a connection that failed.
    pub(crate) fn of(source: sqlx::Error, address: &crate::address::Address) -> OpenError {
        let database = address.to_string();
        let user = address.options.get_username().to_owned();
        let message = || {
            let error = source.as_database_error();
            error.map_or_else(|| source.to_string(), |error| error.message().to_owned())
        };
        match (&source, state(&source).as_deref()) {
            // invalid_catalog_name
            (_, Some("3D000")) => OpenError::Missing {
                name: address
                    .options
                    .get_database()
                    .unwrap_or_default()
                    .to_owned(),
                database,
            },
            // invalid_authorization_specification, invalid_password, insufficient_privilege
            (_, Some("28000" | "28P01" | "42501")) => OpenError::Refused {
                database,
                user,
                message: message(),
            },
            (sqlx::Error::Tls(_), _) => OpenError::Tls { database, source },
            (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut, _) => {
                OpenError::Unreachable { database, source }
            }
            _ => OpenError::Other { database, source },
        }
    }
}
