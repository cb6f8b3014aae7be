//! The URL of a database. Nothing here prints or repeats the password.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    path::PathBuf,
    str::FromStr,
};
use url::Url;

/// The address of a PostgreSQL database and how to log in to it. Its `Debug` and `Display` leave
/// out the password.
#[derive(Clone)]
pub struct Address {
    pub(crate) options: PgConnectOptions,
    /// The maximum number of connections that the program opens.
    pub(crate) connections: u32,
    /// True if each connection sets its application name to that of its site.
    pub(crate) names_its_site: bool,
    /// The files that the address names, each with its parameter.
    pub(crate) files: Vec<(String, PathBuf)>,
}

/// The number of connections of one program, unless the URL says `connections=N`.
const CONNECTIONS: u32 = 20;

/// The smallest number of connections: a request that holds one may need another.
const FEWEST: u32 = 4;

/// The largest number of connections, more than any server accepts.
const MOST: u32 = 1000;

/// The supported parameters of a URL.
const KNOWN: [&str; 11] = [
    "application_name",
    "connections",
    "dbname",
    "host",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
];

/// A reason that an address cannot be parsed. No message repeats the address, because it may
/// contain a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("the database URL is invalid: {0}. It has the form {FORM}")]
    Url(String),
    #[error("the database URL does not name a database. It has the form {FORM}")]
    NoDatabase,
    #[error("the database URL does not name a user. It has the form {FORM}")]
    NoUser,
    #[error(
        "the database URL has an unknown parameter \"{name}\"; the parameters are {}",
        KNOWN.join(", ")
    )]
    Parameter { name: String },
    #[error("the database URL has an invalid {0}")]
    Value(String),
    #[error(
        "sslrootcert has no effect without sslmode=verify-full or verify-ca; set one of them in the database URL"
    )]
    Unverified,
    #[error(
        "expected a file, or a URL that begins with postgres://; this URL begins with something else"
    )]
    Scheme,
}

const MODES: &str = "disable, allow, prefer, require, verify-ca and verify-full";

const FORM: &str = "postgres://USER:PASSWORD@HOST:5432/DATABASE; in a user or password, a character such as @ or / is written as %40 or %2F";

impl Address {
    /// Returns the address for connections that can be told apart from those of sites and commands.
    #[must_use]
    pub fn apart(mut self) -> Address {
        self.names_its_site = false;
        self
    }

    /// Returns whether a text is meant as the address of a PostgreSQL database.
    pub fn is_meant_by(text: &str) -> bool {
        let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
        ["postgres", "postgresql"].contains(&scheme.to_ascii_lowercase().as_str())
    }

    /// Returns whether connections are encrypted and the server's certificate is verified.
    pub fn is_verified(&self) -> bool {
        let mode = self.options.get_ssl_mode();
        matches!(mode, PgSslMode::VerifyCa | PgSslMode::VerifyFull)
    }

    /// Returns whether the server runs on this machine.
    pub fn is_local(&self) -> bool {
        let host = self.options.get_host();
        self.options.get_socket().is_some()
            || host == "localhost"
            || host.starts_with('/')
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Address, AddressError> {
        let mut url = Url::parse(text).map_err(|error| AddressError::Url(error.to_string()))?;
        let mut connections = CONNECTIONS;
        let mut kept = Vec::new();
        for (name, value) in url.query_pairs() {
            let is_known = KNOWN.contains(&&*name) || name.starts_with("options[");
            if !is_known {
                return Err(AddressError::Parameter {
                    name: name.into_owned(),
                });
            }
            match &*name {
                "connections" => {
                    let number = value.parse().ok();
                    let number = number.filter(|number| (FEWEST..=MOST).contains(number));
                    connections = number.ok_or_else(|| {
                        AddressError::Value(format!(
                            "number of connections; it must be {FEWEST} to {MOST}"
                        ))
                    })?;
                }
                _ => kept.push((name.into_owned(), value.into_owned())),
            }
        }
        match kept.is_empty() {
            true => url.set_query(None),
            false => {
                url.query_pairs_mut().clear().extend_pairs(kept);
            }
        }
        let is_given = |parameter| url.query_pairs().any(|(name, _)| name == parameter);
        if url.path().trim_matches('/').is_empty() && !is_given("dbname") {
            return Err(AddressError::NoDatabase);
        }
        if url.username().is_empty() {
            return Err(AddressError::NoUser);
        }
        let options: PgConnectOptions = url.as_str().parse().map_err(|_| {
            // The driver's message may repeat the text that it could not parse.
            AddressError::Value(format!("host, port, option or sslmode; there are {MODES}"))
        })?;
        let address = Address {
            // An IPv6 address has brackets in a URL, but not in the options.
            options: match options.get_host().trim_matches(['[', ']']).to_owned() {
                host if host.parse::<Ipv6Addr>().is_ok() => options.host(&host),
                _ => options,
            },
            connections,
            names_its_site: !is_given("application_name"),
            files: url
                .query_pairs()
                .filter(|(name, _)| name.starts_with("ssl") && name != "sslmode")
                .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
                .collect(),
        };
        match is_given("sslrootcert") && !address.is_verified() {
            true => Err(AddressError::Unverified),
            false => Ok(address),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.options.get_database().unwrap_or_default();
        match self.options.get_socket() {
            Some(socket) => write!(f, "{database} at {}", socket.display()),
            None => {
                let (host, port) = (self.options.get_host(), self.options.get_port());
                write!(f, "{database} at {host}:{port}")
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_shows_its_password() {
        let address: Address =
            "postgres://silhouette:s3cret@db.example.org/site?sslmode=verify-full"
                .parse()
                .unwrap();
        assert_eq!(address.to_string(), "site at db.example.org:5432");
        assert_eq!(
            format!("{address:?}"),
            "Address(site at db.example.org:5432)"
        );
        assert!(address.is_verified());
    }

    #[test]
    fn a_typo_is_refused_without_repeating_the_address() {
        for wrong in [
            "postgres://silhouette:s3cret@db.example.org",
            "postgres://silhouette:s3cret@db.example.org/",
            "postgres://db.example.org/site",
            "postgres://silhouette:s3cret@db.example.org:port/site",
            "postgres://silhouette:s3cret@db.example.org:99999/site",
            "postgres://silhouette:s3cret@/db.example.org:5432@site",
            "postgres://silhouette:s3/cret@db.example.org/site",
            "postgres://silhouette:s3cret@db.example.org/site?sslmod=require",
            "postgres://silhouette:s3cret@db.example.org/site?sslmode=s3cret",
            "postgres://silhouette:s3cret@db.example.org/site?connections=1",
            "postgres://silhouette:s3cret@db.example.org/site?connections=many",
            "postgres://silhouette:s3cret@db.example.org/site?connections=100000",
            "postgres://silhouette:s3cret@db.example.org/site?sslrootcert=s3.pem",
            "postgres://silhouette:s3cret@db.example.org/site?sslmode=require&sslrootcert=s3.pem",
        ] {
            let error = Address::from_str(wrong).unwrap_err();
            let message = error.to_string();
            assert!(!message.contains("s3"), "{wrong}: {message}");
        }
    }

    #[test]
    fn an_address_of_ipv6_is_one_with_brackets_and_without() {
        for host in ["[::1]", "db?host=::1"] {
            let (host, more) = host.split_once('?').unwrap_or((host, ""));
            let address: Address = format!("postgres://a@{host}/c?{more}").parse().unwrap();
            assert_eq!(address.options.get_host(), "::1", "{host}");
        }
    }

    #[test]
    fn a_file_is_not_taken_for_an_address() {
        for (text, is_meant) in [
            ("postgres://a@b/c", true),
            ("POSTGRESQL://a@b/c", true),
            ("postgres:", true),
            ("postgres.db", false),
            ("data/silhouette.db", false),
            ("", false),
        ] {
            assert_eq!(Address::is_meant_by(text), is_meant, "{text}");
        }
    }

    #[test]
    fn a_server_on_this_machine_is_known() {
        for (text, is_local) in [
            ("postgres://a@localhost/c", true),
            ("postgres://a@127.0.0.1/c", true),
            ("postgres://a@[::1]/c", true),
            ("postgres://a@%2Frun%2Fpostgresql/c", true),
            ("postgres://a@db.example.org/c", false),
            ("postgres://a@192.0.2.1/c", false),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.is_local(), is_local, "{text}");
        }
    }
}
