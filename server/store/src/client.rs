//! The client that sends a request: its network address, and what the browser says about itself.

use std::net::{IpAddr, Ipv6Addr};

use crate::SecretHash;

/// The client that sends a request. The extensions of every request contain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientInfo {
    pub address: IpAddr,
    /// The `User-Agent` header, truncated.
    pub user_agent: String,
    /// The hashes of the cookies that identify a known browser: one, unless an attacker has planted
    /// more.
    pub devices: Vec<SecretHash>,
}

impl ClientInfo {
    /// Returns the key by which rate limits count a client: its address, or the /64 of an IPv6
    /// address, because one customer gets all of it.
    pub fn rate_limit_key(&self) -> String {
        network(self.address).to_string()
    }
}

/// Returns the rate-limit key of a client; the empty one for a command.
pub fn rate_limit_key(client: Option<&ClientInfo>) -> String {
    client.map(ClientInfo::rate_limit_key).unwrap_or_default()
}

/// Returns the network of one customer: an IPv4 address, or the first address of an IPv6 /64.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customers_ipv6_network_is_one_client() {
        let key = |address: &str| {
            let client = ClientInfo {
                address: address.parse().unwrap(),
                user_agent: String::new(),
                devices: Vec::new(),
            };
            client.rate_limit_key()
        };
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
