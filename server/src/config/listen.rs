//! The address to listen on, in the common spellings.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// An address, or a name that resolves to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    At(SocketAddr),
    /// A name, resolved at startup to its first address.
    Named(String, u16),
}

const PORT: u16 = 3000;

/// Listens on the loopback interface.
impl Default for Listen {
    fn default() -> Listen {
        Listen::loopback(PORT)
    }
}

impl Listen {
    /// The port of the setting; 0 for any free port.
    pub fn port(&self) -> u16 {
        match self {
            Listen::At(addr) => addr.port(),
            Listen::Named(_, port) => *port,
        }
    }

    /// The URL of the site for users of this machine.
    pub fn url(&self) -> String {
        match self {
            Listen::At(addr) => local_url(*addr),
            Listen::Named(name, port) => format!("http://{name}:{port}"),
        }
    }

    fn loopback(port: u16) -> Listen {
        Listen::At((Ipv4Addr::LOCALHOST, port).into())
    }
}

/// The URL of a site that listens on this address and has no `public_url`.
pub fn local_url(addr: SocketAddr) -> String {
    match addr.ip().is_unspecified() {
        true => format!("http://localhost:{}", addr.port()),
        false => format!("http://{addr}"),
    }
}

/// Parses `IP:PORT`, `NAME:PORT`, `:PORT` for every interface, or either part alone.
impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Listen, String> {
        let wrong = || {
            "expected an address such as 127.0.0.1:3000, [::1]:3000 or localhost:3000, \
             or :3000 for all interfaces"
                .to_owned()
        };
        let port = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| digits).ok_or_else(wrong)
        };
        if let Ok(addr) = text.parse() {
            return Ok(Listen::At(addr));
        }
        let in_brackets = text.strip_prefix('[').and_then(|ip| ip.strip_suffix(']'));
        if let Ok(ip) = in_brackets.unwrap_or(text).parse::<IpAddr>() {
            return Ok(Listen::At((ip, PORT).into()));
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Listen::loopback(port(text)?));
        }
        let (host, port) = match text.split_once(':') {
            Some((host, text)) => (host, port(text)?),
            None => (text, PORT),
        };
        let host = host.to_ascii_lowercase();
        if host.is_empty() || host == "*" {
            return Ok(Listen::At((Ipv6Addr::UNSPECIFIED, port).into()));
        }
        // Loopback by definition (RFC 6761 §6.3), regardless of the resolver.
        if host == "localhost" || host.ends_with(".localhost") {
            return Ok(Listen::loopback(port));
        }
        match is_name(&host) {
            true => Ok(Listen::Named(host, port)),
            false => Err(wrong()),
        }
    }
}

/// Returns whether a text is a host name. If its last label begins with a digit, it is a misspelt
/// address.
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.split('.').all(label) && !last.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_in_each_of_its_spellings() {
        for (typed, addr) in [
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("127.0.0.1", "127.0.0.1:3000"),
            ("[::1]:8080", "[::1]:8080"),
            ("[::1]", "[::1]:3000"),
            ("::1", "[::1]:3000"),
            ("::", "[::]:3000"),
            ("8080", "127.0.0.1:8080"),
            ("0", "127.0.0.1:0"),
            (":8080", "[::]:8080"),
            ("*:8080", "[::]:8080"),
            ("localhost", "127.0.0.1:3000"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("LocalHost:8080", "127.0.0.1:8080"),
            ("site.localhost:8080", "127.0.0.1:8080"),
        ] {
            assert_eq!(
                typed.parse(),
                Ok(Listen::At(addr.parse().unwrap())),
                "{typed}"
            );
        }
        let named = Listen::Named("db-1.example".to_owned(), 8080);
        assert_eq!("DB-1.example:8080".parse(), Ok(named));
        assert_eq!("web".parse(), Ok(Listen::Named("web".to_owned(), 3000)));
        for wrong in [
            "http://localhost:3000",
            "localhost:",
            ":",
            "localhost:http",
            "localhost:+80",
            "localhost:65536",
            "65536",
            "256.0.0.1:80",
            "127.0.0.1:80:80",
            "[::1:80",
            "-h:80",
            "a b:80",
            "exämple:80",
        ] {
            let refused = wrong.parse::<Listen>().unwrap_err();
            assert!(refused.contains("127.0.0.1:3000"), "{wrong}: {refused}");
        }
    }
}
