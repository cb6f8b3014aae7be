//! Settings: defaults < `silhouette.toml` < `SILHOUETTE_*` < flags.
//!
//! Every source names a setting after its flag: `--public-url` is `SILHOUETTE_PUBLIC_URL` and
//! `public_url`. An unknown name is an error: a misspelt setting must not be ignored silently.
//!
//! | file | content |
//! |---|---|
//! | `sources` | a setting's text, normalised; unknown names; variables of services with our name |
//! | `listen` | the spellings of an address |
//! | `public_url` | an origin as browsers spell it |

mod listen;
mod public_url;
mod sources;

use app::{
    account::types::{
        email::EmailRule,
        password::Password,
        second::SecondRule,
        sign_up_rule::{SignUpMode, SignUpRule, parse_domains},
    },
    profile::rules::directory::DirectoryRule,
};
use clap::Args;
use std::path::{Path, PathBuf};

pub use listen::{Listen, local_url};
pub use sources::ConfigError;
use store_postgres::address::AddressError;

use crate::{
    accent::Accent,
    database::Database,
    limits::Limits,
    log::LogFormat,
    mail::{Sender, SmtpUrl},
    proxies::TrustedProxies,
    site_key::SiteKey,
};
use public_url::public_url;
use sources::Sources;

/// The help text below the flags.
const ELSEWHERE: &str = "\
Every flag is also an environment variable and a key in silhouette.toml: --database FILE is \
SILHOUETTE_DATABASE=FILE and database = \"FILE\". A variable whose name ends with _FILE, such as \
SILHOUETTE_SMTP_FILE, names a file that holds the value. Details are in docs/settings.md.";

/// Flags of `serve`, unparsed.
#[derive(Debug, Default, Args)]
#[command(after_help = ELSEWHERE)]
pub struct Flags {
    /// The address to listen on: IP:PORT, NAME:PORT, or :PORT for all interfaces; port 0 picks
    /// a free one. [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS")]
    addr: Option<String>,

    /// The address at which monitoring reads /metrics, in the OpenMetrics format; separate from the
    /// site, and for monitoring only. [default: none]
    #[arg(long, value_name = "ADDRESS")]
    metrics_addr: Option<String>,

    #[command(flatten)]
    data: DataFlags,

    /// The format of the log: text, or json for one object per line. [default: text]
    #[arg(long, value_name = "FORMAT")]
    log: Option<String>,

    /// The minimum length of new passwords, from 8 to 64; 15 is better. [default: 8]
    #[arg(long, value_name = "NUMBER")]
    password_min: Option<String>,

    /// Rate limits: `off`, or changes such as
    /// `log_in.name=5/1h, sign_up.address=off`. [default: see docs/settings.md]
    #[arg(long, value_name = "LIMITS")]
    limits: Option<String>,

    /// Proxies whose X-Forwarded-For header is trusted: addresses and networks, separated by
    /// commas. [default: none]
    #[arg(long, value_name = "NETWORKS")]
    trusted_proxies: Option<String>,

    /// Confirmed email addresses for accounts: optional or required. [default: optional]
    #[arg(long, value_name = "RULE")]
    email: Option<String>,

    /// The people who may sign up: everyone (open), everyone, with an administrator's approval
    /// (approved), those with an invitation (invited) or nobody (closed). [default: open]
    #[arg(long, value_name = "MODE")]
    sign_up: Option<String>,

    /// The domains allowed in the email addresses of accounts, separated by commas; a confirmed
    /// address is then required. [default: any]
    #[arg(long, value_name = "DOMAINS")]
    sign_up_domains: Option<String>,

    /// Two-factor authentication: off, optional, or required for everyone. The schema can require
    /// it for a role. [default: optional]
    #[arg(long, value_name = "RULE")]
    second_factor: Option<String>,

    /// Hours until the second factors of a user who has lost them are removed, after an
    /// administrator resets them; 0 removes them at once. [default: 24]
    #[arg(long, value_name = "HOURS")]
    factor_reset_hours: Option<String>,

    /// The key that encrypts the secrets of authenticator apps. Use the variable or a file instead
    /// of this flag: other users of this machine can read flags. [default: the file site.key beside
    /// the database, created at the first start]
    #[arg(long, value_name = "KEY")]
    site_key: Option<String>,

    /// The people who may open the members' directory: nobody (off), members or everyone.
    /// [default: members]
    #[arg(long, value_name = "WHO")]
    directory: Option<String>,

    /// Days before an account deleted by its owner is erased; 0 erases it at once. [default: 14]
    #[arg(long, value_name = "DAYS")]
    grace_days: Option<String>,

    /// The mail server: smtps://USER:PASSWORD@HOST, or smtp://HOST:PORT?tls=required. Without
    /// one, emails are written to the folder mail beside the database. Use the variable or a
    /// file instead of this flag: other users of this machine can read flags.
    #[arg(long, value_name = "URL")]
    smtp: Option<String>,

    /// The sender of emails. [default: silhouette at the host of the public URL]
    #[arg(long, value_name = "NAME <ADDRESS>")]
    mail_from: Option<String>,

    /// The name of the site. [default: Silhouette]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// A one-sentence description of the site, for its home page and for link previews.
    #[arg(long, value_name = "SENTENCE")]
    tagline: Option<String>,

    /// The colour of links and buttons, dark enough to be legible on white. [default: a teal]
    #[arg(long, value_name = "#RRGGBB")]
    accent: Option<String>,

    /// The address people use, if it differs from the address to listen on.
    #[arg(long, value_name = "https://HOST")]
    public_url: Option<String>,
}

/// Flags of every command that works on the data, unparsed.
#[derive(Debug, Default, Args)]
#[command(after_help = ELSEWHERE)]
pub struct DataFlags {
    /// The database: a file, which `serve` creates if it is missing, or a PostgreSQL URL, such as
    /// postgres://USER@HOST/DATABASE?sslmode=verify-full. Use the variable or a file for one with
    /// a password: other users of this machine can read flags. [default: data/silhouette.db]
    #[arg(long, value_name = "FILE|URL")]
    database: Option<String>,

    /// The schema file, which replaces the built-in profile.toml.
    #[arg(long, value_name = "FILE")]
    schema: Option<String>,
}

/// Flags of commands that make an account or a link, unparsed.
#[derive(Debug, Default, Args)]
#[command(after_help = ELSEWHERE)]
pub struct AccountFlags {
    #[command(flatten)]
    pub data: DataFlags,

    /// The address people use, if it differs from the address to listen on. Links begin with it.
    #[arg(long, value_name = "https://HOST")]
    public_url: Option<String>,
}

/// All settings of a site, parsed.
#[derive(Debug)]
pub struct Settings {
    pub addr: Listen,
    /// The address for metrics; `None` to serve none.
    pub metrics_addr: Option<Listen>,
    pub log: LogFormat,
    pub data: DataSettings,
    pub password_min: usize,
    pub limits: Limits,
    pub trusted_proxies: TrustedProxies,
    pub email: EmailRule,
    pub sign_up: SignUpRule,
    pub second_factor: SecondRule,
    pub factor_reset_hours: u32,
    /// The site key; `None` to use the one in the key file.
    pub site_key: Option<SiteKey>,
    pub directory: DirectoryRule,
    pub grace_days: u32,
    pub smtp: Option<SmtpUrl>,
    pub mail_from: Option<Sender>,
    pub name: String,
    pub tagline: Option<String>,
    pub accent: Accent,
    /// The origin of the site, as browsers spell it; `None` for plain http at `addr`.
    pub public_url: Option<String>,
}

/// The settings of the data: the database and the schema.
#[derive(Debug)]
pub struct DataSettings {
    pub database: Database,
    pub schema: Option<PathBuf>,
}

/// The settings of commands that create an account or a link.
#[derive(Debug)]
pub struct AccountSettings {
    pub data: DataSettings,
    pub password_min: usize,
    /// The origin of the site, with which links begin.
    pub site_url: String,
}

/// The settings of the command that resets second factors.
#[derive(Debug)]
pub struct ResetSettings {
    pub data: DataSettings,
    pub hours: u32,
}

/// The maximum grace period, in days: after a year, nobody comes back to a deleted account.
const MAX_GRACE_DAYS: u32 = 365;

/// The default time until reset second factors are removed, in hours.
const RESET_HOURS: u32 = 24;

/// The maximum time until reset second factors are removed, in hours: a month.
const MAX_RESET_HOURS: u32 = 31 * 24;

/// The default database.
const DATABASE: &str = "data/silhouette.db";

/// The settings file in the working directory.
const FILE: &str = "silhouette.toml";

impl Settings {
    pub fn read(flags: Flags) -> Result<Settings, ConfigError> {
        Settings::of(flags, &sources_of_this_process()?)
    }

    fn of(flags: Flags, sources: &Sources) -> Result<Settings, ConfigError> {
        let addr = sources.line("addr", flags.addr, str::parse)?;
        let password_min = sources.line("password_min", flags.password_min, password_min)?;
        let limits = sources.list("limits", flags.limits, str::parse)?;
        let proxies = sources.list("trusted_proxies", flags.trusted_proxies, str::parse)?;
        let email = sources.line("email", flags.email, email_rule)?;
        let mode = sources.line("sign_up", flags.sign_up, sign_up_mode)?;
        let domains = sources.list("sign_up_domains", flags.sign_up_domains, domains)?;
        let sign_up = SignUpRule {
            mode: mode.unwrap_or_default(),
            domains: domains.unwrap_or_default(),
        };
        // Only a confirmed address proves that a user belongs to one of the domains.
        let email = match sign_up.domains.is_empty() {
            true => email.unwrap_or_default(),
            false => EmailRule::Required,
        };
        let directory = sources.line("directory", flags.directory, directory_rule)?;
        let second = sources.line("second_factor", flags.second_factor, second_rule)?;
        let hours = flags.factor_reset_hours;
        let hours = sources.line("factor_reset_hours", hours, factor_reset_hours)?;
        let grace_days = sources.line("grace_days", flags.grace_days, grace_days)?;
        let name = sources.line("name", flags.name, name)?;
        let accent = sources.line("accent", flags.accent, str::parse)?;
        Ok(Settings {
            log: sources
                .line("log", flags.log, str::parse)?
                .unwrap_or_default(),
            metrics_addr: sources.line("metrics_addr", flags.metrics_addr, str::parse)?,
            addr: addr.unwrap_or_default(),
            data: DataSettings::of(flags.data, sources)?,
            password_min: password_min.unwrap_or(Password::MIN),
            limits: limits.unwrap_or_default(),
            trusted_proxies: proxies.unwrap_or_default(),
            email,
            sign_up,
            second_factor: second.unwrap_or_default(),
            factor_reset_hours: hours.unwrap_or(RESET_HOURS),
            site_key: sources.line("site_key", flags.site_key, site_key)?,
            directory: directory.unwrap_or_default(),
            grace_days: grace_days.unwrap_or(14),
            smtp: sources.line("smtp", flags.smtp, smtp)?,
            mail_from: sources.line("mail_from", flags.mail_from, str::parse)?,
            name: name.unwrap_or_else(|| "Silhouette".to_owned()),
            tagline: sources.line("tagline", flags.tagline, tagline)?,
            accent: accent.unwrap_or_default(),
            public_url: sources.line("public_url", flags.public_url, public_url)?,
        })
    }
}

impl DataSettings {
    /// Parses only the settings of the data, so that a command works even if another setting of the
    /// site is wrong.
    pub fn read(flags: DataFlags) -> Result<DataSettings, ConfigError> {
        DataSettings::of(flags, &sources_of_this_process()?)
    }

    fn of(flags: DataFlags, sources: &Sources) -> Result<DataSettings, ConfigError> {
        let path = |text: &str| Ok(PathBuf::from(text));
        let database = sources.line("database", flags.database, |text| {
            text.parse()
                .map_err(|error: AddressError| error.to_string())
        })?;
        Ok(DataSettings {
            database: database.unwrap_or_else(|| Database::File(DATABASE.into())),
            schema: sources.line("schema", flags.schema, path)?,
        })
    }
}

impl DataSettings {
    /// The flags that select the same data, quoted for a shell. Defaults are left out, and so is
    /// the URL of a database, which may contain a password.
    pub fn flags(&self) -> String {
        let quoted =
            |path: &Path| format!("'{}'", path.display().to_string().replace('\'', r"'\''"));
        let database = match &self.database {
            Database::File(path) if path != Path::new(DATABASE) => {
                format!(" --database {}", quoted(path))
            }
            _ => String::new(),
        };
        let schema = self.schema.as_ref();
        let schema = schema.map(|path| format!(" --schema {}", quoted(path)));
        database + &schema.unwrap_or_default()
    }
}

impl ResetSettings {
    /// Parses only the settings that it needs, like [`DataSettings::read`].
    pub fn read(after: Option<u32>, flags: DataFlags) -> Result<ResetSettings, ConfigError> {
        let sources = sources_of_this_process()?;
        let hours = match after {
            None => sources.line("factor_reset_hours", None, factor_reset_hours)?,
            given => given,
        };
        Ok(ResetSettings {
            data: DataSettings::of(flags, &sources)?,
            hours: hours.unwrap_or(RESET_HOURS),
        })
    }
}

impl AccountSettings {
    /// Parses only the settings that it needs, like [`DataSettings::read`].
    pub fn read(flags: AccountFlags) -> Result<AccountSettings, ConfigError> {
        let sources = sources_of_this_process()?;
        let min = sources.line("password_min", None, password_min)?;
        let url = sources.line("public_url", flags.public_url, public_url)?;
        let site_url = match url {
            Some(url) => url,
            None => {
                let addr: Option<Listen> = sources.line("addr", None, str::parse)?;
                addr.unwrap_or_default().url()
            }
        };
        Ok(AccountSettings {
            data: DataSettings::of(flags.data, &sources)?,
            password_min: min.unwrap_or(Password::MIN),
            site_url,
        })
    }
}

fn sources_of_this_process() -> Result<Sources, ConfigError> {
    let keys = keys();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    Sources::read(&keys, std::env::vars_os(), Path::new(FILE))
}

/// The names of all settings, taken from the flags.
fn keys() -> Vec<String> {
    let serve = Flags::augment_args(clap::Command::new("serve"));
    let keys = serve.get_arguments().map(|arg| arg.get_id().to_string());
    keys.collect()
}

/// Parses the minimum length of a password. Fewer than eight characters are not safe (NIST SP
/// 800-63B-4 §3.1.1.2), and nobody can remember more than 64.
fn password_min(text: &str) -> Result<usize, String> {
    let min = text
        .parse()
        .ok()
        .filter(|min| (Password::MIN..=64).contains(min));
    min.ok_or_else(|| format!("must be a number from {} to 64", Password::MIN))
}

fn grace_days(text: &str) -> Result<u32, String> {
    let days = text.parse().ok().filter(|days| *days <= MAX_GRACE_DAYS);
    days.ok_or_else(|| format!("must be a number of days from 0 to {MAX_GRACE_DAYS}"))
}

/// Parses the hours until the second factors of a user are removed.
pub fn factor_reset_hours(text: &str) -> Result<u32, String> {
    let most = MAX_RESET_HOURS;
    let hours = text.parse().ok().filter(|hours| *hours <= most);
    hours.ok_or_else(|| format!("must be a number of hours from 0 to {most}"))
}

fn second_rule(text: &str) -> Result<SecondRule, String> {
    match text.to_ascii_lowercase().as_str() {
        "off" => Ok(SecondRule::Off),
        "optional" => Ok(SecondRule::Optional),
        "required" => Ok(SecondRule::Required),
        _ => Err("must be off, optional or required".to_owned()),
    }
}

/// Parses the site key. The error message omits it.
fn site_key(text: &str) -> Result<SiteKey, String> {
    SiteKey::parse(text).map_err(|error| error.to_string())
}

/// Parses the site's name, which has to fit into page titles and the header on a phone.
fn name(text: &str) -> Result<String, String> {
    at_most(text, 40)
}

/// Parses the tagline, which has to fit into a link preview.
fn tagline(text: &str) -> Result<String, String> {
    at_most(text, 160)
}

fn at_most(text: &str, most: usize) -> Result<String, String> {
    match text.chars().count() <= most {
        true => Ok(text.to_owned()),
        false => Err(format!("must have 1 to {most} characters")),
    }
}

fn email_rule(text: &str) -> Result<EmailRule, String> {
    match text.to_ascii_lowercase().as_str() {
        "optional" => Ok(EmailRule::Optional),
        "required" => Ok(EmailRule::Required),
        _ => Err("must be optional or required".to_owned()),
    }
}

fn sign_up_mode(text: &str) -> Result<SignUpMode, String> {
    match text.to_ascii_lowercase().as_str() {
        "open" => Ok(SignUpMode::Open),
        "approved" => Ok(SignUpMode::Approved),
        "invited" => Ok(SignUpMode::Invited),
        "closed" => Ok(SignUpMode::Closed),
        _ => Err("must be open, approved, invited or closed".to_owned()),
    }
}

fn directory_rule(text: &str) -> Result<DirectoryRule, String> {
    match text.to_ascii_lowercase().as_str() {
        "off" => Ok(DirectoryRule::Off),
        "members" => Ok(DirectoryRule::Members),
        "everyone" => Ok(DirectoryRule::Everyone),
        _ => Err("must be off, members or everyone".to_owned()),
    }
}

fn domains(text: &str) -> Result<Vec<String>, String> {
    parse_domains(text).map_err(|entry| format!("{entry:?} is not a domain like example.org"))
}

/// Parses the mail server. An unusable URL is an error, and its message omits the password.
fn smtp(text: &str) -> Result<SmtpUrl, String> {
    let url = SmtpUrl::from(text);
    let usable = url.transport().map(drop);
    usable.map(|()| url).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;
    use std::{ffi::OsString, fs};

    /// Each setting with a value that is not its default.
    const VALUES: [(&str, &str); 23] = [
        ("addr", "localhost:8080"),
        ("log", "json"),
        ("metrics_addr", "localhost:9464"),
        ("database", "a b.db"),
        ("schema", "own.toml"),
        ("password_min", "15"),
        ("limits", "log_in.name=5/1h, save.user=off"),
        ("limits", "off"),
        ("trusted_proxies", "127.0.0.1, 10.0.0.0/8, fd00::/8"),
        ("email", "required"),
        ("sign_up", "invited"),
        ("sign_up_domains", "example.org, bücher.example"),
        ("directory", "everyone"),
        ("second_factor", "required"),
        ("factor_reset_hours", "48"),
        ("site_key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("grace_days", "0"),
        ("smtp", "smtps://me:a-secret@mail.example.org"),
        ("mail_from", "Example <accounts@example.org>"),
        ("name", "Harbour"),
        ("tagline", "Boats, and the \"people\" who mend them"),
        ("accent", "#7a1f5c"),
        ("public_url", "https://example.org"),
    ];

    /// Reads settings from a command line, variables, and a file.
    fn settings(
        arguments: &[String],
        variables: &[(String, String)],
        file: &str,
    ) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, file).unwrap();
        let serve = Flags::augment_args(clap::Command::new("serve").no_binary_name(true));
        let matches = serve.try_get_matches_from(arguments).unwrap();
        let flags = Flags::from_arg_matches(&matches).unwrap();
        let variables = variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let keys = keys();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        Sources::read(&keys, variables, &path)
            .and_then(|sources| Settings::of(flags, &sources))
            .map_err(|error| error.to_string())
    }

    /// Reads a setting from each of its four sources.
    fn in_every_way(key: &str, value: &str) -> [Result<Settings, String>; 4] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value");
        fs::write(&path, value).unwrap();
        let flag = format!("--{}={value}", key.replace('_', "-"));
        let variable = format!("SILHOUETTE_{}", key.to_uppercase());
        let named = (format!("{variable}_FILE"), path.display().to_string());
        let quoted = toml::Value::String(value.to_owned());
        [
            settings(&[flag], &[], ""),
            settings(&[], &[(variable, value.to_owned())], ""),
            settings(&[], &[named], ""),
            settings(&[], &[], &format!("{key} = {quoted}")),
        ]
    }

    #[test]
    fn every_setting_is_the_same_in_each_way_and_with_what_came_along_around_it() {
        let tried: Vec<&str> = VALUES.iter().map(|(key, _)| *key).collect();
        for key in keys() {
            assert!(tried.contains(&key.as_str()), "{key} has no value here");
        }
        let nothing = format!("{:?}", settings(&[], &[], "").unwrap());
        for (key, value) in VALUES {
            let in_file = settings(&[], &[], &format!("{key} = '{value}'")).unwrap();
            let plain = format!("{in_file:?}");
            assert_ne!(plain, nothing, "{key}");
            for around in [
                ("", ""),
                (" ", " "),
                ("\t", "\t"),
                ("", "\n"),
                ("", "\r"),
                ("", "\r\n\r\n"),
                ("\u{A0}", "\u{A0}"),
                ("\u{FEFF}", "\u{200B}"),
            ] {
                let spelled = format!("{}{value}{}", around.0, around.1);
                for settings in in_every_way(key, &spelled) {
                    let settings = settings.unwrap_or_else(|error| panic!("{spelled:?}: {error}"));
                    assert_eq!(format!("{settings:?}"), plain, "{key} {spelled:?}");
                    // The debug output omits the URL, so it is compared directly.
                    assert_eq!(settings.smtp, in_file.smtp, "{spelled:?}");
                }
            }
            for settings in in_every_way(key, " \r\n") {
                match settings {
                    Ok(settings) => assert_eq!(format!("{settings:?}"), nothing, "{key}"),
                    Err(said) => assert!(said.contains("_FILE): the file is empty"), "{said}"),
                }
            }
        }
    }

    #[test]
    fn a_wrong_setting_is_told_with_its_place_in_each_way() {
        for (key, wrong, reason) in [
            ("addr", "localhost:http", "127.0.0.1:3000"),
            ("password_min", "7", "from 8 to 64"),
            ("limits", "on", "NAME=COUNT/TIME"),
            ("trusted_proxies", "localhost", "not an address"),
            ("email", "maybe", "optional or required"),
            ("sign_up", "yes", "open, approved, invited or closed"),
            ("sign_up_domains", "@example.org", "a domain like"),
            ("directory", "friends", "off, members or everyone"),
            ("grace_days", "366", "from 0 to 365"),
            ("grace_days", "14 days", "from 0 to 365"),
            (
                "smtp",
                "smtp://me:a-secret@mail.example.org",
                "?tls=required",
            ),
            ("smtp", "a-secret", "smtps://"),
            ("mail_from", "Example", "<mail@example.org>"),
            ("name", &"x".repeat(41), "1 to 40"),
            ("name", "Har\nbour", "line break"),
            ("tagline", &"x".repeat(161), "1 to 160"),
            ("accent", "#7a1f5", "#RRGGBB"),
            ("accent", "#99e9e0", "a darker colour with enough contrast"),
            (
                "public_url",
                "https://example.org/accounts",
                "a host of its own",
            ),
            ("public_url", "https://exam\rple.org", "line break"),
            ("database", "a\0b", "U+0000"),
        ] {
            let flag = format!("--{}: ", key.replace('_', "-"));
            let variable = format!("SILHOUETTE_{}", key.to_uppercase());
            let file = format!(" ({variable}_FILE): ");
            let places = [
                flag,
                format!("{variable}: "),
                file,
                format!("line 1: {key}: "),
            ];
            for (settings, place) in in_every_way(key, wrong).into_iter().zip(places) {
                let said = settings.unwrap_err();
                assert!(said.contains(&place), "{place:?}: {said}");
                assert!(said.contains(reason), "{said}");
                assert!(!said.contains("a-secret"), "{said}");
            }
        }
        let said = settings(&[], &[], "name = 'x'\npassword_min = [8]").unwrap_err();
        assert!(
            said.contains("line 2: password_min: expected a string"),
            "{said}"
        );
        assert!(settings(&[], &[], "password_min = 15\ngrace_days = 0").is_ok());
    }

    #[test]
    fn a_list_may_have_a_line_for_each() {
        for (key, lines, line) in [
            (
                "trusted_proxies",
                "127.0.0.1\n10.0.0.0/8\r\n",
                "127.0.0.1, 10.0.0.0/8",
            ),
            (
                "trusted_proxies",
                "127.0.0.1,\n\t10.0.0.0/8,\n",
                "127.0.0.1, 10.0.0.0/8",
            ),
            (
                "limits",
                "save.user=off\nlog_in.name = 5/1h\n",
                "save.user=off, log_in.name=5/1h",
            ),
        ] {
            let plain = format!(
                "{:?}",
                settings(&[], &[], &format!("{key} = '{line}'")).unwrap()
            );
            for settings in in_every_way(key, lines) {
                assert_eq!(format!("{:?}", settings.unwrap()), plain, "{lines:?}");
            }
        }
    }

    #[test]
    fn a_command_looks_at_the_settings_of_the_data_alone() {
        let wrong = [("SILHOUETTE_ADDR".into(), "nowhere at all".into())];
        let keys = keys();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let sources = Sources::read(&keys, wrong, Path::new("no such file")).unwrap();
        assert!(DataSettings::of(DataFlags::default(), &sources).is_ok());
        assert!(Settings::of(Flags::default(), &sources).is_err());
    }
}
