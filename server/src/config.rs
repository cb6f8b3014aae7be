//! Settings: defaults < `silhouette.toml` < `SILHOUETTE_*` < flags.
//!
//! One list of names serves all three, and a name that is not on it is an
//! error: a misspelt setting that is ignored is worse than none.

use app::account::{EmailRule, Password};
use clap::Args;
use serde::Deserialize;
use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use crate::{
    accent::Accent,
    http::origin::TrustedProxies,
    limits::Limits,
    mail::{Sender, SmtpUrl},
};

/// Flags of `serve`, each with its variable; the file has the same names.
#[derive(Debug, Default, Args, Deserialize)]
pub struct Flags {
    /// Where to listen; port 0 takes a free one. [default: 127.0.0.1:3000]
    #[arg(long, env = "SILHOUETTE_ADDR", value_name = "IP:PORT")]
    addr: Option<SocketAddr>,

    #[command(flatten)]
    #[serde(flatten)]
    data: DataFlags,

    /// Characters that a new password has at least, from 8; 15 is better. [default: 8]
    #[arg(long, env = "SILHOUETTE_PASSWORD_MIN", value_name = "NUMBER", value_parser = password_min)]
    password_min: Option<usize>,

    /// How often something may be tried: `off`, or changes like
    /// `log_in.name=5/1h, sign_up.address=off`. [default: see docs/settings.md]
    #[arg(long, env = "SILHOUETTE_LIMITS", value_name = "LIMITS")]
    limits: Option<Limits>,

    /// Proxies whose X-Forwarded-For says where a request comes from: addresses and networks,
    /// with commas between. [default: none]
    #[arg(long, env = "SILHOUETTE_TRUSTED_PROXIES", value_name = "NETWORKS")]
    trusted_proxies: Option<TrustedProxies>,

    /// Whether an account needs a confirmed e-mail address: optional or required. [default: optional]
    #[arg(long, env = "SILHOUETTE_EMAIL", value_name = "RULE", value_parser = email_rule)]
    #[serde(default, deserialize_with = "email_rule_in_file")]
    email: Option<EmailRule>,

    /// Days until an account that its owner has closed is erased; 0 erases at once. [default: 14]
    #[arg(long, env = "SILHOUETTE_GRACE_DAYS", value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_GRACE_DAYS)))]
    grace_days: Option<u32>,

    /// The server that sends mails: smtps://USER:PASSWORD@HOST, or
    /// smtp://HOST:PORT?tls=required. Without, mails are files in the folder mail beside the
    /// database. Give it as a variable or in the file: others on this machine can read flags.
    #[arg(
        long,
        env = "SILHOUETTE_SMTP",
        value_name = "URL",
        hide_env_values = true
    )]
    smtp: Option<SmtpUrl>,

    /// Who mails are from. [default: silhouette at the host of the public URL]
    #[arg(long, env = "SILHOUETTE_MAIL_FROM", value_name = "NAME <ADDRESS>")]
    mail_from: Option<Sender>,

    /// What the site is called. [default: Silhouette]
    #[arg(long, env = "SILHOUETTE_NAME", value_name = "NAME", value_parser = name)]
    name: Option<String>,

    /// What the site is, in one sentence, for its start page and for who gets a link to it.
    #[arg(long, env = "SILHOUETTE_TAGLINE", value_name = "SENTENCE", value_parser = tagline)]
    tagline: Option<String>,

    /// The colour of links and buttons, dark enough to be read on white. [default: a teal]
    #[arg(long, env = "SILHOUETTE_ACCENT", value_name = "#RRGGBB")]
    accent: Option<Accent>,

    /// The address people use, if a proxy stands in front.
    #[arg(long, env = "SILHOUETTE_PUBLIC_URL", value_name = "https://HOST", value_parser = public_url)]
    public_url: Option<String>,
}

/// Flags of every command that works on the data.
#[derive(Debug, Default, Args, Deserialize)]
pub struct DataFlags {
    /// The file that holds all data; `serve` makes it if missing. [default: data/silhouette.db]
    #[arg(long, env = "SILHOUETTE_DATABASE", value_name = "FILE")]
    database: Option<PathBuf>,

    /// The fields of a profile, instead of the built-in profile.toml.
    #[arg(long, env = "SILHOUETTE_SCHEMA", value_name = "FILE")]
    schema: Option<PathBuf>,
}

/// The settings in force.
#[derive(Debug)]
pub struct Settings {
    pub addr: SocketAddr,
    pub data: DataSettings,
    pub password_min: usize,
    pub limits: Limits,
    pub trusted_proxies: TrustedProxies,
    pub email: EmailRule,
    pub grace_days: u32,
    pub smtp: Option<SmtpUrl>,
    pub mail_from: Option<Sender>,
    pub name: String,
    pub tagline: Option<String>,
    pub accent: Accent,
    /// Without a closing slash. `None`: plain http at `addr`.
    pub public_url: Option<String>,
}

/// Where the data is, and what a profile has.
#[derive(Debug)]
pub struct DataSettings {
    pub database: PathBuf,
    pub schema: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path}: {source}", path = .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    // Without the line itself, which may hold a password.
    #[error("{path}: line {line}: {message}", path = .path.display())]
    Malformed {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error(
        "{path}: {key} is no setting; `silhouette serve --help` lists them all", path = .path.display()
    )]
    UnknownKey { path: PathBuf, key: String },
    #[error("{path}: {key}: {reason}", path = .path.display())]
    Value {
        path: PathBuf,
        key: &'static str,
        reason: String,
    },
    #[error("{0} is no setting; `silhouette serve --help` lists them all")]
    UnknownVariable(String),
}

/// Whoever has left for a year has left.
const MOST_GRACE_DAYS: u32 = 365;

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
            data: DataSettings::merge(flags.data, file.data),
            password_min: flags
                .password_min
                .or(file.password_min)
                .unwrap_or(Password::MIN),
            limits: flags.limits.or(file.limits).unwrap_or_default(),
            trusted_proxies: flags
                .trusted_proxies
                .or(file.trusted_proxies)
                .unwrap_or_default(),
            email: flags.email.or(file.email).unwrap_or_default(),
            grace_days: flags.grace_days.or(file.grace_days).unwrap_or(14),
            smtp: flags.smtp.or(file.smtp),
            mail_from: flags.mail_from.or(file.mail_from),
            name: flags
                .name
                .or(file.name)
                .unwrap_or_else(|| "Silhouette".to_owned()),
            tagline: flags.tagline.or(file.tagline),
            accent: flags.accent.or(file.accent).unwrap_or_default(),
            public_url: flags.public_url.or(file.public_url),
        }
    }
}

impl DataSettings {
    pub fn read(flags: DataFlags) -> Result<DataSettings, ConfigError> {
        let all = Flags {
            data: flags,
            ..Flags::default()
        };
        Settings::read(all).map(|settings| settings.data)
    }

    fn merge(flags: DataFlags, file: DataFlags) -> DataSettings {
        let database = flags.database.or(file.database);
        DataSettings {
            database: database.unwrap_or_else(|| "data/silhouette.db".into()),
            schema: flags.schema.or(file.schema),
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
    let malformed = |error: toml::de::Error| ConfigError::Malformed {
        path: path.into(),
        line: error
            .span()
            .map_or(1, |span| text[..span.start].lines().count().max(1)),
        message: error.message().to_owned(),
    };
    let keys: toml::Table = toml::from_str(&text).map_err(malformed)?;
    check_keys(path, keys.keys())?;
    let mut file: Flags = toml::from_str(&text).map_err(malformed)?;
    let wrong = |key, reason| ConfigError::Value {
        path: path.into(),
        key,
        reason,
    };
    let checked = file.public_url.as_deref().map(public_url).transpose();
    file.public_url = checked.map_err(|reason| wrong("public_url", reason))?;
    let checked = file.name.as_deref().map(name).transpose();
    file.name = checked.map_err(|reason| wrong("name", reason))?;
    let checked = file.tagline.as_deref().map(tagline).transpose();
    file.tagline = checked.map_err(|reason| wrong("tagline", reason))?;
    if file.grace_days.is_some_and(|days| days > MOST_GRACE_DAYS) {
        let reason = format!("give a number of days from 0 to {MOST_GRACE_DAYS}");
        return Err(wrong("grace_days", reason));
    }
    let checked = file.password_min.map(|min| password_min(&min.to_string()));
    checked
        .transpose()
        .map_err(|reason| wrong("password_min", reason))?;
    Ok(file)
}

/// Every key of the file has to be a setting: the name of a flag.
fn check_keys<'a>(
    path: &Path,
    mut keys: impl Iterator<Item = &'a String>,
) -> Result<(), ConfigError> {
    let command = Flags::augment_args(clap::Command::new("serve"));
    let known = |key: &str| command.get_arguments().any(|arg| arg.get_id() == key);
    let unknown = keys.find(|key| !known(key));
    unknown.map_or(Ok(()), |key| {
        Err(ConfigError::UnknownKey {
            path: path.into(),
            key: key.clone(),
        })
    })
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

/// Below eight nobody's password is safe (NIST SP 800-63B-4 §3.1.1.2); beyond 64
/// nobody could log in with one that they remember.
fn password_min(text: &str) -> Result<usize, String> {
    let min = text
        .parse()
        .ok()
        .filter(|min| (Password::MIN..=64).contains(min));
    min.ok_or_else(|| format!("give a number from {} to 64", Password::MIN))
}

/// It stands in the title of every page, and in its head on a phone.
fn name(text: &str) -> Result<String, String> {
    one_line(text, 40)
}

/// As much as stands below a link somewhere else.
fn tagline(text: &str) -> Result<String, String> {
    one_line(text, 160)
}

fn one_line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    let length = text.chars().count();
    match (1..=most).contains(&length) && !text.contains(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(format!("give one line of 1 to {most} characters")),
    }
}

fn email_rule(text: &str) -> Result<EmailRule, String> {
    match text {
        "optional" => Ok(EmailRule::Optional),
        "required" => Ok(EmailRule::Required),
        _ => Err("say optional or required".to_owned()),
    }
}

fn email_rule_in_file<'de, D: serde::Deserializer<'de>>(
    value: D,
) -> Result<Option<EmailRule>, D::Error> {
    let text = String::deserialize(value)?;
    email_rule(&text)
        .map(Some)
        .map_err(serde::de::Error::custom)
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
        assert_eq!(settings.data.database, Path::new("a.db"));
        assert_eq!(settings.data.schema, None);
    }

    #[test]
    fn a_misspelt_setting_is_an_error() {
        let path = Path::new("silhouette.toml");
        let keys = |names: [&str; 4]| names.map(str::to_owned);
        let all = keys(["addr", "database", "schema", "public_url"]);
        assert!(check_keys(path, all.iter()).is_ok());
        let wrong = keys(["addr", "adress", "schema", "public_url"]);
        let refused = check_keys(path, wrong.iter()).unwrap_err().to_string();
        assert!(refused.contains("silhouette.toml: adress"), "{refused}");
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
