//! The sources of a setting: a flag, a variable, a file that a variable names, or a key of
//! `silhouette.toml`.
//!
//! All four are normalised here, once for every setting: invisible characters around a value
//! are removed, an empty value is treated as not set, and an error names its place but never
//! quotes a secret.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
};
use toml::de::{DeTable, DeValue};

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{place}: {source}")]
    Unreadable { place: String, source: io::Error },
    // The line is not quoted, because it may contain a password.
    #[error("{path}: line {line}: {message}", path = .path.display())]
    Malformed {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error("{place}: {reason}")]
    Value { place: String, reason: String },
    #[error("{0} and {0}_FILE are both set; keep one of them")]
    Twice(String),
    #[error("{name}: unknown setting; {proposal}")]
    Unknown { name: String, proposal: String },
}

impl ConfigError {
    /// Returns whether the error is a wrong value of a flag.
    pub fn is_of_a_flag(&self) -> bool {
        matches!(self, ConfigError::Value { place, .. } if place.starts_with("--"))
    }
}

/// The variables and the contents of `silhouette.toml`.
#[derive(Debug, Default)]
pub struct Sources {
    variables: BTreeMap<String, OsString>,
    keys: BTreeMap<String, Key>,
}

#[derive(Debug)]
struct Key {
    /// The file, the line and the key, for error messages.
    place: String,
    text: String,
}

/// The prefix of every variable, before the name of its setting in capitals.
const PREFIX: &str = "SILHOUETTE_";
/// The suffix of a variable that names a file with the value.
const FILE: &str = "_FILE";

impl Sources {
    /// Reads the variables and the file, checking every name against `settings`; parses no values.
    pub fn read(
        settings: &[&str],
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        file: &Path,
    ) -> Result<Sources, ConfigError> {
        let ours = |(name, value): (OsString, _)| Some((name.into_string().ok()?, value));
        let variables: BTreeMap<String, OsString> = variables
            .into_iter()
            .filter_map(ours)
            .filter(|(name, _)| name.starts_with(PREFIX))
            .collect();
        let known: Vec<String> = settings
            .iter()
            .flat_map(|key| [variable(key), variable(key) + FILE])
            .collect();
        let unknown =
            |name: &&String| !known.contains(name) && !describes_a_service(name, &variables);
        if let Some(name) = variables.keys().find(unknown) {
            return Err(ConfigError::unknown(name.clone(), name, &known));
        }
        let variables = variables
            .iter()
            .filter(|(name, _)| known.contains(name) && !describes_a_service(name, &variables))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let keys = read_file(file, settings)?;
        Ok(Sources { variables, keys })
    }

    /// Parses a setting that is a single line.
    pub fn line<T>(
        &self,
        key: &str,
        flag: Option<String>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        self.setting(key, flag, |text| parse(printable(text)?))
    }

    /// Parses a setting that is a list, separated by commas or line breaks.
    pub fn list<T>(
        &self,
        key: &str,
        flag: Option<String>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        self.setting(key, flag, |text| {
            let line = text.replace(['\r', '\n'], ",").replace('\t', " ");
            parse(printable(&line)?)
        })
    }

    fn setting<T>(
        &self,
        key: &str,
        flag: Option<String>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let Some((place, text)) = self.find(key, flag)? else {
            return Ok(None);
        };
        parse(&text)
            .map(Some)
            .map_err(|reason| ConfigError::Value { place, reason })
    }

    /// Finds the value that takes effect, and its place. A flag overrides a variable, and a
    /// variable overrides the file; an empty value is skipped.
    fn find(
        &self,
        key: &str,
        flag: Option<String>,
    ) -> Result<Option<(String, String)>, ConfigError> {
        let variable = variable(key);
        let file = variable.clone() + FILE;
        let said = self.text_of(&variable)?;
        let path = self.text_of(&file)?;
        if said.is_some() && path.is_some() {
            return Err(ConfigError::Twice(variable));
        }
        if let Some(text) = flag.map(|flag| tidy(&flag).to_owned())
            && !text.is_empty()
        {
            return Ok(Some((format!("--{}", key.replace('_', "-")), text)));
        }
        if let Some(text) = said {
            return Ok(Some((variable, text)));
        }
        if let Some(path) = path {
            let place = format!("{path} ({file})");
            let text = fs::read_to_string(&path);
            let text = text.map_err(|source| ConfigError::Unreadable {
                place: place.clone(),
                source,
            })?;
            let text = unquoted(tidy(&text)).to_owned();
            // An empty file is a mistake: the secret has not been put there.
            return match text.is_empty() {
                true => Err(ConfigError::Value {
                    place,
                    reason: "the file is empty".to_owned(),
                }),
                false => Ok(Some((place, text))),
            };
        }
        let key = self.keys.get(key);
        let key = key.map(|key| (key.place.clone(), tidy(&key.text).to_owned()));
        Ok(key.filter(|(_, text)| !text.is_empty()))
    }

    /// The value of a variable; `None` for an empty one.
    fn text_of(&self, variable: &str) -> Result<Option<String>, ConfigError> {
        let Some(value) = self.variables.get(variable) else {
            return Ok(None);
        };
        let text = value.to_str().ok_or_else(|| ConfigError::Value {
            place: variable.to_owned(),
            reason: "not valid UTF-8".to_owned(),
        })?;
        let text = unquoted(tidy(text));
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

impl ConfigError {
    /// Proposes the most similar of the `known` names, if one is similar enough.
    fn unknown(name: String, written: &str, known: &[String]) -> ConfigError {
        let short = |name: &str| name.trim_start_matches(PREFIX).to_lowercase();
        let likeness = |known: &String| strsim::jaro_winkler(&short(known), &short(written));
        let nearest = known
            .iter()
            .map(|known| (likeness(known), known))
            .filter(|(likeness, _)| *likeness > 0.75)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        let proposal = match nearest {
            Some((_, known)) => format!("did you mean {known}?"),
            None => "see `silhouette serve --help`".to_owned(),
        };
        ConfigError::Unknown { name, proposal }
    }
}

/// The variable of a setting.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}

/// Returns whether a variable was set by Kubernetes or by a Docker link, which describe a
/// service to its neighbours in variables that begin with the name of the service.
///
/// The variables of a service called `silhouette`, or `silhouette-web`, look like settings. They
/// are recognised by their form: `…_PORT=tcp://10.0.0.1:3000`,
/// `…_PORT_3000_TCP=tcp://…`, `…_PORT_3000_TCP_ADDR`, `…_SERVICE_HOST`,
/// `…_SERVICE_PORT`, `…_SERVICE_PORT_HTTP`; links add `…_NAME=/one/other` and `…_ENV_…`.
fn describes_a_service(name: &str, variables: &BTreeMap<String, OsString>) -> bool {
    let value = |name: &str| variables.get(name).and_then(|value| value.to_str());
    let is_address = |value: &str| {
        ["tcp://", "udp://", "sctp://"]
            .iter()
            .any(|scheme| value.starts_with(scheme))
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let of_name = value(name).unwrap_or_default();
    let is_linked = |service: &str| value(&format!("{service}_PORT")).is_some_and(is_address);
    // `3000_TCP`, and its possible suffixes.
    let port = |text: &str, parts: &[&str]| {
        let (number, rest) = text.split_once('_').unwrap_or_default();
        is_number(number) && parts.contains(&rest)
    };
    let after = |mark: &str| name.rsplit_once(mark).map(|(_, rest)| rest);
    if is_address(of_name) {
        return name.ends_with("_PORT")
            || after("_PORT_").is_some_and(|port_of| port(port_of, &["TCP", "UDP", "SCTP"]));
    }
    let (described, part) = name.rsplit_once('_').unwrap_or_default();
    match part {
        "ADDR" | "PORT" | "PROTO" if described.contains("_PORT_") => {
            let port_of = described.rsplit_once("_PORT_").unwrap_or_default().1;
            return port(port_of, &["TCP", "UDP", "SCTP"]);
        }
        "HOST" if described.ends_with("_SERVICE") => {
            return of_name.parse::<IpAddr>().is_ok() || of_name == "None";
        }
        "NAME" if of_name.starts_with('/') && is_linked(described) => return true,
        _ => {}
    }
    if let Some((service, _)) = name.split_once("_ENV_")
        && is_linked(service)
    {
        return true;
    }
    let named = after("_SERVICE_PORT");
    named.is_some_and(|rest| rest.is_empty() || rest.starts_with('_')) && is_number(of_name)
}

/// Trims white space and invisible characters, such as the byte order mark of a file.
fn tidy(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Removes quotes around a whole value, which env files and lists in compose files keep. Shells
/// and TOML remove their own, so any quotes left there are intended.
fn unquoted(text: &str) -> &str {
    let inner = ['"', '\''].iter().find_map(|quote| {
        let inner = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
        (!inner.contains(*quote)).then_some(inner)
    });
    inner.map_or(text, tidy)
}

/// Returns whether a character is invisible: a zero-width space, a word joiner, a byte order
/// mark, or a directional mark. Joiners are accepted, because names are spelt with them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}'
    ) || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Rejects characters that a line cannot contain. The message names the character, which would
/// be invisible in it.
fn printable(text: &str) -> Result<&str, String> {
    match text.chars().find(|c| c.is_control() || is_invisible(*c)) {
        None => Ok(text),
        Some('\r' | '\n') => Err("contains a line break; use a single line".to_owned()),
        Some('\t') => Err("contains a tab".to_owned()),
        Some(c) => Err(format!(
            "contains an invisible character, U+{:04X}",
            u32::from(c)
        )),
    }
}

/// The keys of `silhouette.toml`, if there is one.
fn read_file(path: &Path, settings: &[&str]) -> Result<BTreeMap<String, Key>, ConfigError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => {
            return Err(ConfigError::Unreadable {
                place: path.display().to_string(),
                source,
            });
        }
    };
    let text = text.trim_start_matches('\u{FEFF}');
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| ConfigError::Malformed {
        path: path.into(),
        line: error.span().map_or(1, |span| line(span.start)),
        message: error.message().to_owned(),
    })?;
    let mut keys = BTreeMap::new();
    for (key, value) in table.into_inner() {
        let place = format!(
            "{}: line {}: {}",
            path.display(),
            line(key.span().start),
            key.get_ref()
        );
        let known: Vec<String> = settings.iter().map(|&key| key.to_owned()).collect();
        if !settings.contains(&key.get_ref().as_ref()) {
            return Err(ConfigError::unknown(place, key.get_ref(), &known));
        }
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            _ => {
                return Err(ConfigError::Value {
                    place,
                    reason: "expected a string in quotes, or a number".to_owned(),
                });
            }
        };
        keys.insert(key.get_ref().to_string(), Key { place, text });
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: [&str; 4] = ["addr", "name", "public_url", "smtp"];

    fn read(variables: &[(&str, &str)]) -> Result<Sources, ConfigError> {
        let variables = variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Sources::read(&SETTINGS, variables, Path::new("no such file"))
    }

    fn refused(variables: &[(&str, &str)]) -> String {
        read(variables).unwrap_err().to_string()
    }

    #[test]
    fn what_describes_a_service_of_the_same_name_keeps_nobody_from_starting() {
        let sources = read(&[
            ("SILHOUETTE_PORT", "tcp://10.0.0.1:3000"),
            ("SILHOUETTE_SERVICE_HOST", "10.0.0.1"),
            ("SILHOUETTE_SERVICE_PORT", "3000"),
            ("SILHOUETTE_SERVICE_PORT_HTTP", "3000"),
            ("SILHOUETTE_SERVICE_PORT_HTTP_METRICS", "3001"),
            ("SILHOUETTE_PORT_3000_TCP", "tcp://10.0.0.1:3000"),
            ("SILHOUETTE_PORT_3000_TCP_ADDR", "10.0.0.1"),
            ("SILHOUETTE_PORT_3000_TCP_PORT", "3000"),
            ("SILHOUETTE_PORT_3000_TCP_PROTO", "tcp"),
            ("SILHOUETTE_PORT_53_UDP", "udp://10.0.0.1:53"),
            ("SILHOUETTE_PORT_53_UDP_PROTO", "udp"),
            ("SILHOUETTE_WEB_PORT", "tcp://[fd00::1]:3000"),
            ("SILHOUETTE_WEB_SERVICE_HOST", "fd00::1"),
            ("SILHOUETTE_WEB_PORT_3000_TCP_ADDR", "fd00::1"),
            // Variables of a Docker link.
            ("SILHOUETTE_NAME", "/web/silhouette"),
            ("SILHOUETTE_ENV_PATH", "/usr/bin"),
            // A variable of a service called `silhouette-addr`, not in the form of a setting.
            ("SILHOUETTE_ADDR_PORT", "tcp://10.0.0.2:80"),
        ]);
        let sources = sources.unwrap();
        assert!(sources.variables.is_empty(), "{sources:?}");
    }

    #[test]
    fn a_name_that_is_no_setting_is_refused_with_the_nearest_that_is() {
        for (name, value, proposal) in [
            ("SILHOUETTE_ADRESS", "x", "SILHOUETTE_ADDR?"),
            ("SILHOUETTE_PUBLICURL", "x", "SILHOUETTE_PUBLIC_URL?"),
            ("SILHOUETTE_SMTP_FIEL", "x", "SILHOUETTE_SMTP_FILE?"),
            ("SILHOUETTE_NAME_", "", "SILHOUETTE_NAME?"),
            ("SILHOUETTE_COLOUR", "x", "serve --help"),
            // Variables that only partly have the form of a service's.
            ("SILHOUETTE_PORT", "3000", "serve --help"),
            ("SILHOUETTE_SERVICE_HOST", "localhost", "serve --help"),
            ("SILHOUETTE_SERVICE_PORT", "http", "serve --help"),
            ("SILHOUETTE_PORT_X_TCP_ADDR", "10.0.0.1", "serve --help"),
            ("SILHOUETTE_ENV_PATH", "/usr/bin", "serve --help"),
        ] {
            let said = refused(&[(name, value)]);
            assert!(
                said.starts_with(&format!("{name}: unknown setting; ")),
                "{said}"
            );
            assert!(said.contains(proposal), "{said}");
        }
        assert!(
            read(&[
                ("SILHOUETTE_ADDR", "x"),
                ("SILHOUETTES", "x"),
                ("PATH", "x")
            ])
            .is_ok()
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("silhouette.toml");
        fs::write(
            &path,
            "\u{FEFF}addr = '127.0.0.1:0'\r\npublic-url = 'x'\r\n",
        )
        .unwrap();
        let said = Sources::read(&SETTINGS, [], &path).unwrap_err().to_string();
        assert!(
            said.contains("line 2: public-url: unknown setting"),
            "{said}"
        );
        assert!(said.ends_with("did you mean public_url?"), "{said}");
    }

    fn name_of(sources: &Sources, flag: Option<&str>) -> Result<Option<String>, String> {
        let name = sources.line("name", flag.map(str::to_owned), |text| Ok(text.to_owned()));
        name.map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_wins_over_a_variable_a_variable_over_the_file_and_nothing_is_said_by_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("silhouette.toml");
        fs::write(&path, "name = 'file'").unwrap();
        let with = |value: &str| {
            let variable = [("SILHOUETTE_NAME".into(), value.into())];
            Sources::read(&SETTINGS, variable, &path).unwrap()
        };
        let found = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(name_of(&with("variable"), Some("flag")), found("flag"));
        assert_eq!(name_of(&with("variable"), None), found("variable"));
        for empty in ["", " ", "\"\"", "''", "\r\n", "\u{FEFF}"] {
            assert_eq!(name_of(&with(empty), Some(" ")), found("file"), "{empty:?}");
        }
        fs::write(&path, "name = ' '").unwrap();
        assert_eq!(name_of(&with(""), None), Ok(None));
    }

    #[test]
    fn a_file_that_a_variable_names_holds_the_setting_and_is_never_quoted_in_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let named = path.to_str().unwrap();
        let of_file = |content: &str| {
            fs::write(&path, content).unwrap();
            name_of(&read(&[("SILHOUETTE_NAME_FILE", named)]).unwrap(), None)
        };
        assert_eq!(of_file("a-secret\n"), Ok(Some("a-secret".to_owned())));
        assert_eq!(
            of_file("\u{FEFF}a-secret \r\n\r\n"),
            Ok(Some("a-secret".to_owned()))
        );
        let place = format!("{named} (SILHOUETTE_NAME_FILE): ");
        for (content, reason) in [
            ("a-secret\nand-more", "line break"),
            ("a-secret\0", "U+0000"),
            ("", "empty"),
            ("\n", "empty"),
        ] {
            let said = of_file(content).unwrap_err();
            assert!(said.starts_with(&place) && said.contains(reason), "{said}");
            assert!(
                !said.contains("secret\n") && !said.contains("more"),
                "{said}"
            );
        }
        fs::write(&path, b"a-secret\xFF").unwrap();
        let sources = read(&[("SILHOUETTE_NAME_FILE", named)]).unwrap();
        assert!(name_of(&sources, None).unwrap_err().starts_with(&place));
        assert_eq!(name_of(&sources, Some("flag")), Ok(Some("flag".to_owned())));
        let missing = folder.path().join("missing");
        let sources = read(&[("SILHOUETTE_NAME_FILE", missing.to_str().unwrap())]).unwrap();
        let said = name_of(&sources, None).unwrap_err();
        assert!(
            said.contains("missing (SILHOUETTE_NAME_FILE): No such file"),
            "{said}"
        );
        let both = read(&[("SILHOUETTE_NAME", "x"), ("SILHOUETTE_NAME_FILE", named)]).unwrap();
        let said = name_of(&both, None).unwrap_err();
        assert_eq!(
            said,
            "SILHOUETTE_NAME and SILHOUETTE_NAME_FILE are both set; keep one of them"
        );
        let empty = [("SILHOUETTE_NAME", "x"), ("SILHOUETTE_NAME_FILE", "")];
        assert_eq!(
            name_of(&read(&empty).unwrap(), None),
            Ok(Some("x".to_owned()))
        );
    }

    #[test]
    fn what_cannot_be_seen_is_taken_off_around_a_value_and_named_inside_of_it() {
        for (typed, kept) in [
            (" Harbour\t", "Harbour"),
            ("Harbour\r\n", "Harbour"),
            ("\u{FEFF}\u{A0}Harbour\u{200B}", "Harbour"),
            ("\"Harbour\"", "Harbour"),
            ("'Harbour'\r", "Harbour"),
            ("\" Harbour \"", "Harbour"),
            ("\"Harbour", "\"Harbour"),
            ("\"", "\""),
            ("\"Boats\" and \"people\"", "\"Boats\" and \"people\""),
            ("John's", "John's"),
        ] {
            let sources = read(&[("SILHOUETTE_NAME", typed)]).unwrap();
            assert_eq!(
                name_of(&sources, None),
                Ok(Some(kept.to_owned())),
                "{typed:?}"
            );
        }
        // A shell has removed its own quotes.
        assert_eq!(
            name_of(&Sources::default(), Some("\"Boats\" ")),
            Ok(Some("\"Boats\"".to_owned()))
        );
        for (typed, named) in [
            ("Har\rbour", "line break"),
            ("Har\tbour", "tab"),
            ("Har\u{202E}bour", "U+202E"),
            ("Har\u{200B}bour", "U+200B"),
            ("Har\u{1B}bour", "U+001B"),
        ] {
            let said = name_of(&Sources::default(), Some(typed)).unwrap_err();
            assert!(
                said.starts_with("--name: ") && said.contains(named),
                "{said}"
            );
        }
    }
}
