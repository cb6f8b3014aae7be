//! Proxies in front of the site.
//!
//! Any client can send `X-Forwarded-For`, so only the entries that configured proxies have
//! appended are trusted.

use axum::http::{HeaderMap, HeaderValue};
use ipnet::IpNet;
use std::{net::IpAddr, str::FromStr, sync::Arc};

/// Addresses and networks whose `X-Forwarded-For` is trusted; parsed from text such as
/// `127.0.0.1, 10.0.0.0/8`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<TrustedProxies, String> {
        let parts = text.split(|c: char| c == ',' || c.is_whitespace());
        let network = |part: &str| {
            // Brackets are allowed, as in a URL; peers are compared in canonical form, so an
            // IPv4-mapped address is one of IPv4.
            let bare = part.trim_start_matches('[').trim_end_matches(']');
            let network = bare.parse::<IpAddr>();
            let network = network.map(|address| IpNet::from(address.to_canonical()));
            let network = network.or_else(|_| part.parse::<IpNet>());
            network.map_err(|_| {
                format!("\"{part}\" is not an address or a network such as 10.0.0.0/8")
            })
        };
        let networks = parts.filter(|part| !part.is_empty()).map(network);
        networks
            .collect::<Result<Arc<[_]>, _>>()
            .map(TrustedProxies)
    }
}

impl TrustedProxies {
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address of the client: the last one that is not a trusted proxy's. Each proxy
    /// appends the address of its peer, so entries before an untrusted address may be forged.
    pub fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut address = peer.to_canonical();
        let lines: Vec<&[u8]> = headers
            .get_all("x-forwarded-for")
            .iter()
            .map(HeaderValue::as_bytes)
            .collect();
        let named = lines
            .iter()
            .rev()
            .flat_map(|line| line.rsplit(|byte| *byte == b','));
        for named in named {
            if !self.has(address) {
                break;
            }
            // An entry that is not UTF-8 cannot be an address.
            match str::from_utf8(named)
                .ok()
                .and_then(|named| parse(named.trim()))
            {
                Some(before) => address = before.to_canonical(),
                None => break,
            }
        }
        address
    }
}

/// Parses an address with or without a port, IPv6 with or without brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || {
        text.parse()
            .ok()
            .map(|socket: std::net::SocketAddr| socket.ip())
    };
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_configured_proxies_have_written_counts() {
        let proxies: TrustedProxies = "127.0.0.1, 10.0.0.0/8, fd00::/8".parse().unwrap();
        for (peer, forwarded, expected) in [
            ("203.0.113.7", "", "203.0.113.7"),
            ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "192.0.2.1, 198.51.100.1", "198.51.100.1"),
            (
                "127.0.0.1",
                "192.0.2.1, 198.51.100.1,10.1.2.3",
                "198.51.100.1",
            ),
            ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
            ("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
            ("fd00::1", "[2001:db8::1]:4711", "2001:db8::1"),
            ("fd00::1", "198.51.100.1:80", "198.51.100.1"),
        ] {
            let mut headers = HeaderMap::new();
            if !forwarded.is_empty() {
                headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            }
            let address = proxies.address(peer.parse().unwrap(), &headers);
            assert_eq!(address.to_string(), expected, "{peer}, {forwarded}");
        }
        let mut odd = HeaderMap::new();
        let value = HeaderValue::from_bytes(b"\xe9, 198.51.100.1").unwrap();
        odd.append("x-forwarded-for", value);
        let address = proxies.address("127.0.0.1".parse().unwrap(), &odd);
        assert_eq!(address.to_string(), "198.51.100.1");
        let mut twice = HeaderMap::new();
        twice.append("x-forwarded-for", "192.0.2.1".parse().unwrap());
        twice.append("x-forwarded-for", "198.51.100.1".parse().unwrap());
        let address = proxies.address("127.0.0.1".parse().unwrap(), &twice);
        assert_eq!(address.to_string(), "198.51.100.1");
        let spelled: TrustedProxies = "127.0.0.1  10.0.0.0/8,[fd00::1]".parse().unwrap();
        let plain: TrustedProxies = "::ffff:127.0.0.1, 10.0.0.0/8, fd00::1".parse().unwrap();
        assert_eq!(spelled, plain);
        assert!("10.0.0.0/33".parse::<TrustedProxies>().is_err());
        assert!("localhost".parse::<TrustedProxies>().is_err());
    }
}
