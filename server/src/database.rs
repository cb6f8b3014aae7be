//! The database of a site: an SQLite file or a PostgreSQL database.

use std::{
    env, fmt,
    path::{Path, PathBuf},
    str::FromStr,
};
use store::Store;
use store_postgres::address::{Address, AddressError};

/// The database of a site.
#[derive(Debug, Clone)]
pub enum Database {
    /// An SQLite file.
    File(PathBuf),
    Postgres(Box<Address>),
}

/// A reason that a database cannot be opened, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    File(#[from] store_sqlite::open_error::OpenError),
    #[error(transparent)]
    Postgres(#[from] store_postgres::open_error::OpenError),
}

/// The error of a command that supports SQLite files only.
#[derive(Debug, thiserror::Error)]
#[error(
    "{database} is a PostgreSQL database, and PostgreSQL has its own tools for this: {instead}"
)]
pub struct NotAFile {
    database: String,
    instead: &'static str,
}

impl Database {
    /// Opens the database and migrates it to the current version. A missing file is created.
    ///
    /// # Errors
    /// An [`OpenError`] that describes what to do.
    pub async fn open(&self) -> Result<Store, OpenError> {
        Ok(match self {
            Database::File(path) => store_sqlite::open::open(path).await?,
            Database::Postgres(address) => store_postgres::open::open(address).await?,
        })
    }

    /// Opens an existing database that is up to date, or creates one if there is none. Never
    /// migrates.
    pub async fn open_or_make(&self) -> Result<Store, OpenError> {
        match self.open_existing().await {
            Err(
                OpenError::File(store_sqlite::open_error::OpenError::Missing { .. })
                | OpenError::Postgres(store_postgres::open_error::OpenError::Empty { .. }),
            ) => self.open().await,
            opened => opened,
        }
    }

    /// Opens an existing database that is up to date, for a command.
    pub async fn open_existing(&self) -> Result<Store, OpenError> {
        Ok(match self {
            Database::File(path) => store_sqlite::open::open_existing(path).await?,
            Database::Postgres(address) => store_postgres::open::open_existing(address).await?,
        })
    }

    /// Opens an existing database without changing anything in it.
    pub async fn open_to_read(&self) -> Result<Store, OpenError> {
        Ok(match self {
            Database::File(path) => store_sqlite::open::open_to_read(path).await?,
            Database::Postgres(address) => store_postgres::open::open_to_read(address).await?,
        })
    }

    /// Returns the database with connections that can be told apart from those of sites and
    /// commands, for moving a site.
    #[must_use]
    pub fn apart(self) -> Database {
        match self {
            Database::File(_) => self,
            Database::Postgres(address) => Database::Postgres(Box::new(address.apart())),
        }
    }

    /// The folder for emails, which are written to files if no mail server is configured.
    pub fn mail_folder(&self) -> PathBuf {
        match self {
            Database::File(path) => path.with_file_name("mail"),
            Database::Postgres(_) => PathBuf::from("data/mail"),
        }
    }

    /// The file with the site key, used if the setting is not set.
    pub fn key_file(&self) -> PathBuf {
        match self {
            Database::File(path) => path.with_file_name("site.key"),
            // A systemd service may write there, and perhaps nowhere else.
            Database::Postgres(_) => match env::var_os("STATE_DIRECTORY") {
                Some(folder) => Path::new(&folder).join("site.key"),
                None => PathBuf::from("data/site.key"),
            },
        }
    }

    /// The path of the SQLite file.
    ///
    /// # Errors
    /// [`NotAFile`], which tells what to do `instead`.
    pub fn file(&self, instead: &'static str) -> Result<&Path, NotAFile> {
        match self {
            Database::File(path) => Ok(path),
            Database::Postgres(_) => Err(NotAFile {
                database: self.to_string(),
                instead,
            }),
        }
    }

    /// A warning about an insecure connection to the database, if there is reason for one.
    pub fn warning(&self) -> Option<&'static str> {
        match self {
            Database::Postgres(address) if !address.is_local() && !address.is_verified() => Some(
                "the connection to the database may be unencrypted, and anyone on the network path could read it; set sslmode=verify-full in the database URL",
            ),
            _ => None,
        }
    }
}

impl FromStr for Database {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Database, AddressError> {
        match Address::is_meant_by(text) {
            true => Ok(Database::Postgres(Box::new(text.parse()?))),
            // A misspelt URL is not a file name: messages would quote it with its password.
            false if text.contains("://") => Err(AddressError::Scheme),
            false => Ok(Database::File(text.into())),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::File(path) => path.display().fmt(f),
            Database::Postgres(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_url_is_no_file() {
        for wrong in [
            "postgre://silhouette:s3cret@db.example.org/site",
            "mysql://silhouette:s3cret@db.example.org/site",
            "sqlite://data/site.db",
        ] {
            let error = Database::from_str(wrong).unwrap_err();
            assert_eq!(error, AddressError::Scheme, "{wrong}");
            assert!(!error.to_string().contains("s3cret"));
        }
        for file in ["site.db", "data/site.db", "/srv/a:b/site.db", "postgres.db"] {
            assert!(matches!(file.parse(), Ok(Database::File(_))), "{file}");
        }
    }
}
