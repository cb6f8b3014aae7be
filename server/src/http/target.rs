//! The target of a request: its host and its path, checked once so that every later layer
//! interprets them in the same way.

use app::error::AppError;
use axum::{
    extract::Request,
    http::{HeaderValue, Version, header},
    response::Response,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::Url;

use super::{client::Peer, layers::Next, loggable, reject};
use crate::proxies::TrustedProxies;

/// Rejects a target that is not a path (`CONNECT host:80`), which is meant for a proxy, and a
/// request with a missing or malformed host (RFC 9112 §3.2).
pub async fn reject_malformed(mut request: Request, next: impl Next) -> Response {
    let is_path = request.uri().path_and_query().is_some() && request.uri().path().starts_with('/');
    if !is_path || !names_a_host(&request) {
        return reject(AppError::BadRequest);
    }
    // An absolute target takes precedence over the Host header (RFC 9112 §3.2.2).
    if let Some(authority) = request.uri().authority() {
        let Ok(host) = HeaderValue::from_str(authority.as_str()) else {
            return reject(AppError::BadRequest);
        };
        request.headers_mut().insert(header::HOST, host);
    }
    next(request).await
}

fn names_a_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let is_well_formed = |host: &HeaderValue| host.to_str().is_ok_and(|host| name(host).is_some());
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => {
            let target = request.uri().authority();
            is_well_formed(host) && target.is_none_or(|target| name(target.as_str()).is_some())
        }
        _ => false,
    }
}

/// The hosts that this site answers to.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// The host of `public_url`.
    own: Option<String>,
    proxies: TrustedProxies,
}

impl Hosts {
    pub fn new(public_url: Option<&str>, proxies: TrustedProxies) -> Hosts {
        let own = public_url.and_then(|url| url.split_once("://"));
        let own = own.and_then(|(_, host)| name(host));
        Hosts {
            own: own.map(str::to_ascii_lowercase),
            proxies,
        }
    }

    /// Returns whether a request from `peer` may use the host `name`.
    ///
    /// If `evil.example` suddenly resolves to this machine (DNS rebinding), a browser treats its
    /// pages and this site as one origin; only the host name reveals the attack. An address
    /// cannot be rebound, and neither can a name outside the public DNS. A trusted proxy may use
    /// any name it has for this program.
    fn has(&self, name: &str, peer: IpAddr) -> bool {
        let name = name.to_ascii_lowercase();
        let bare = name.strip_suffix('.').unwrap_or(&name);
        self.own.as_deref() == Some(bare)
            || is_address(bare)
            || is_outside_public_dns(bare)
            || self.proxies.has(peer.to_canonical())
    }
}

/// Rejects a request for another host, and one whose path the page router would read
/// differently from the layers before it.
pub async fn check(hosts: &Hosts, request: Request, next: impl Next) -> Response {
    let peer = request.extensions().get::<Peer>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| name(host.to_str().ok()?));
    if let Some(host) = host
        && !hosts.has(host, peer)
    {
        tracing::warn!(
            host = loggable(host),
            "not a host of this site; set public_url to the address people use, \
             or add the proxy that uses another name to trusted_proxies"
        );
        return reject(AppError::Misdirected);
    }
    if !is_plain(request.uri().path()) {
        return reject(AppError::NotFound);
    }
    next(request).await
}

/// Returns whether a path is unambiguous. The page router reads it as browsers read a link: it
/// resolves `..` and `%2e%2e`, and treats `\` as `/`.
fn is_plain(path: &str) -> bool {
    // SQL text cannot contain U+0000, and no page has it in its path.
    !path.contains("%00")
        && Url::parse(&format!("http://localhost{path}")).is_ok_and(|url| url.path() == path)
}

/// The name of a host with an optional port; `None` for a malformed host.
fn name(host: &str) -> Option<&str> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            (&host[..address.len() + 2], port)
        }
        None => {
            let end = host.find(':').unwrap_or(host.len());
            host.split_at(end)
        }
    };
    let is_port = match port.strip_prefix(':') {
        None => port.is_empty(),
        Some(digits) => {
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number && (digits.is_empty() || digits.parse::<u16>().is_ok())
        }
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let is_name = name.starts_with('[') || name.bytes().all(is_name);
    (is_port && is_name && (1..=255).contains(&name.len())).then_some(name)
}

fn is_address(name: &str) -> bool {
    name.starts_with('[') || name.parse::<Ipv4Addr>().is_ok()
}

/// Returns whether a name cannot be in the public DNS: a single label, or one of the domains
/// reserved for a machine, a home or a network (RFC 6761, 6762, 8375; `internal` by ICANN,
/// `lan` by common routers).
fn is_outside_public_dns(name: &str) -> bool {
    let aside = [".localhost", ".local", ".home.arpa", ".internal", ".lan"];
    !name.contains('.') || aside.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for (host, expected) in [
            ("example.org", "example.org"),
            ("example.org:", "example.org"),
            ("example.org:8080", "example.org"),
            ("a_b-c.example", "a_b-c.example"),
            ("192.0.2.1:80", "192.0.2.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("[::1]:3000", "[::1]"),
        ] {
            assert_eq!(name(host), Some(expected), "{host}");
        }
        for wrong in [
            "",
            ":80",
            "a b",
            "c@d",
            "a/b",
            "a b/c@d",
            "a,b",
            "example.org:99999",
            "example.org:80:80",
            "example.org:x",
            "::1",
            "[::1",
            "[::1]x",
            "[x]",
            "k\u{f6}ln.de",
        ] {
            assert_eq!(name(wrong), None, "{wrong:?}");
        }
        assert_eq!(name(&"a".repeat(256)), None);
    }

    #[test]
    fn a_name_that_could_be_rebound_is_the_sites_own_or_comes_by_a_proxy() {
        let proxies: TrustedProxies = "192.0.2.9".parse().unwrap();
        let hosts = Hosts::new(Some("https://App.example.test"), proxies.clone());
        let (somebody, proxy) = ("192.0.2.1".parse().unwrap(), "::ffff:192.0.2.9");
        let proxy = proxy.parse().unwrap();
        for own in ["app.example.test", "APP.example.test", "app.example.test."] {
            assert!(hosts.has(own, somebody), "{own}");
        }
        let unset = Hosts::new(None, proxies);
        for anybodys in [
            "localhost",
            "site.localhost",
            "127.0.0.1",
            "203.0.113.5",
            "[::1]",
            "silhouette",
            "nas.local",
            "app.internal",
        ] {
            assert!(hosts.has(anybodys, somebody), "{anybodys}");
            assert!(unset.has(anybodys, somebody), "{anybodys}");
        }
        for foreign in [
            "evil.test",
            "app.example.test.evil.test",
            "x.app.example.test",
            "127.1",
            "127.0.0.1.evil.test",
        ] {
            assert!(!hosts.has(foreign, somebody), "{foreign}");
            assert!(hosts.has(foreign, proxy), "{foreign}");
            assert!(!unset.has(foreign, somebody), "{foreign}");
        }
    }

    #[test]
    fn a_path_that_is_read_in_two_ways_is_not_plain() {
        for plain in [
            "/",
            "/u/ann",
            "//profile",
            "/a/..b/c...",
            "/..%2fetc",
            "/a;b",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for odd in [
            "/x/../verify/T",
            "/x/%2e%2E/verify/T",
            "/x/.%2e/verify/T",
            "/./verify/T",
            "/verify/%2e/T",
            "/verify\\T",
            "/verify/T/..",
        ] {
            assert!(!is_plain(odd), "{odd}");
        }
    }
}
