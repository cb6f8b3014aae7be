//! Settings: defaults < `silhouette.toml` < `SILHOUETTE_*` < flags.
//!
//! One list of names serves all three, and a name that is not on it is an
//! error: a misspelt setting that is ignored is worse than none.

use clap::Args;
use serde::Deserialize;
use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Flags of `serve`, each with its variable; the file has the same names.
#[derive(Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    /// Where to listen; port 0 takes a free one. [default: 127.0.0.1:3000]
    #[arg(long, env = "SILHOUETTE_ADDR", value_name = "IP:PORT")]
    addr: Option<SocketAddr>,

    /// The file that holds all data; made if missing. [default: data/silhouette.db]
    #[arg(long, env = "SILHOUETTE_DATABASE", value_name = "FILE")]
    database: Option<PathBuf>,

    /// The fields of a profile, instead of the built-in profile.toml.
    #[arg(long, env = "SILHOUETTE_SCHEMA", value_name = "FILE")]
    schema: Option<PathBuf>,

    /// The address people use, if a proxy stands in front.
    #[arg(long, env = "SILHOUETTE_PUBLIC_URL", value_name = "https://HOST", value_parser = public_url)]
    public_url: Option<String>,
}

/// The settings in force.
#[derive(Debug)]
pub struct Settings {
    pub addr: SocketAddr,
    pub database: PathBuf,
    pub schema: Option<PathBuf>,
    /// Without a closing slash. `None`: plain http at `addr`.
    pub public_url: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path}: {source}", path = .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path}: {source}", path = .path.display())]
    Malformed {
        path: PathBuf,
        source: toml::de::Error,
    },
    #[error("{path}: public_url: {reason}", path = .path.display())]
    PublicUrl { path: PathBuf, reason: String },
    #[error("{0} is no setting; `silhouette serve --help` lists them all")]
    UnknownVariable(String),
}

/// Looked for in the working directory.
const FILE: &str = "silhouette.toml";

impl Settings {
    pub fn read(flags: Flags) -> Result<Settings, ConfigError> {
        check_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
        Ok(Settings::merge(flags, read_file(Path::new(FILE))?))
    }

    fn merge(flags: Flags, file: Flags) -> Settings {
        Settings {
            addr: flags
                .addr
                .or(file.addr)
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
            database: flags
                .database
                .or(file.database)
                .unwrap_or_else(|| "data/silhouette.db".into()),
            schema: flags.schema.or(file.schema),
            public_url: flags.public_url.or(file.public_url),
        }
    }
}

fn read_file(path: &Path) -> Result<Flags, ConfigError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Flags::default()),
        Err(source) => {
            return Err(ConfigError::Unreadable {
                path: path.into(),
                source,
            });
        }
    };
    let mut file: Flags = toml::from_str(&text).map_err(|source| ConfigError::Malformed {
        path: path.into(),
        source,
    })?;
    let checked = file.public_url.as_deref().map(public_url).transpose();
    file.public_url = checked.map_err(|reason| ConfigError::PublicUrl {
        path: path.into(),
        reason,
    })?;
    Ok(file)
}

/// Every `SILHOUETTE_*` variable has to be a setting.
fn check_variables(names: impl Iterator<Item = String>) -> Result<(), ConfigError> {
    let command = Flags::augment_args(clap::Command::new("serve"));
    let known: Vec<&str> = command
        .get_arguments()
        .filter_map(|arg| arg.get_env()?.to_str())
        .collect();
    let mut unknown =
        names.filter(|name| name.starts_with("SILHOUETTE_") && !known.contains(&name.as_str()));
    unknown
        .next()
        .map_or(Ok(()), |name| Err(ConfigError::UnknownVariable(name)))
}

fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
            Ok(url.to_owned())
        }
        _ => Err("give the scheme and the host only, like https://example.org".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let file: Flags = toml::from_str("addr = '127.0.0.1:1'\ndatabase = 'a.db'").unwrap();
        let flags = Flags {
            addr: "127.0.0.1:2".parse().ok(),
            ..Flags::default()
        };
        let settings = Settings::merge(flags, file);
        assert_eq!(settings.addr.port(), 2);
        assert_eq!(settings.database, Path::new("a.db"));
        assert_eq!(settings.schema, None);
    }

    #[test]
    fn a_misspelt_setting_is_an_error() {
        assert!(
            toml::from_str::<Flags>("adress = 'x'")
                .unwrap_err()
                .to_string()
                .contains("adress")
        );
        let refused = check_variables(["SILHOUETTE_ADRESS".to_owned()].into_iter());
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("SILHOUETTE_ADRESS")
        );
        assert!(
            check_variables(["SILHOUETTE_ADDR".to_owned(), "PATH".to_owned()].into_iter()).is_ok()
        );
    }

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        assert_eq!(
            public_url("https://example.org/"),
            Ok("https://example.org".to_owned())
        );
        for wrong in [
            "example.org",
            "ftp://example.org",
            "https://",
            "https://example.org/path",
            "https://a@b",
        ] {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }
}
