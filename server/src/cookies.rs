//! The cookies of a browser: their names, their flags, and how they are read
//! (RFC 6265 §5.4).

use axum::http::{HeaderMap, HeaderValue, Uri, header};

use crate::secret::Secret;
use store::SecretHash;

/// The names and flags of the cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookies {
    reach: Reach,
    /// The port in a cookie's name. Cookies are not isolated by port: without it, two sites on
    /// one host would log each other's users out.
    port: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Served over https: cookies are sent over https only, and the `__Host-` prefix
    /// keeps other hosts of the domain from setting them.
    Secure,
    /// Served over plain http, for local use: browsers would drop a secure cookie.
    Plain,
}

#[derive(Debug, Clone, Copy)]
pub enum Cookie {
    Session,
    /// Marks a browser in which a user has logged in before; it does not authenticate.
    Device,
    /// The token of a link, which the next page shows once.
    Link,
    /// The seed of recovery codes, which the next page shows once.
    Codes,
    /// The first step of a login, sealed.
    FirstStep,
}

/// Maximum number of cookies of one name that are read. We never set more than one, but over
/// plain http, and in browsers without support for `__Host-`, other hosts of the domain can add
/// theirs.
const MOST_OF_ONE_NAME: usize = 8;

impl Cookies {
    /// Derives names and flags from the site's URL. `port` is the port that this program listens
    /// on, used if there is no `public_url`.
    pub fn of(public_url: Option<&str>, port: Option<u16>) -> Cookies {
        let url: Option<Uri> = public_url.and_then(|url| url.parse().ok());
        let (port, usual) = match &url {
            Some(url) if url.scheme_str() == Some("https") => (url.port_u16(), 443),
            Some(url) => (url.port_u16(), 80),
            None => (port, 80),
        };
        let port = port.filter(|port| *port != usual);
        let is_secure = public_url.is_some_and(|url| url.starts_with("https://"));
        let reach = match is_secure {
            true => Reach::Secure,
            false => Reach::Plain,
        };
        Cookies { reach, port }
    }

    pub fn are_secure(self) -> bool {
        self.reach == Reach::Secure
    }

    fn name(self, cookie: Cookie) -> String {
        let name = match (self.reach, cookie) {
            (Reach::Secure, Cookie::Session) => "__Host-session",
            (Reach::Plain, Cookie::Session) => "session",
            (Reach::Secure, Cookie::Device) => "__Host-device",
            (Reach::Plain, Cookie::Device) => "device",
            (Reach::Secure, Cookie::Link) => "__Host-link",
            (Reach::Plain, Cookie::Link) => "link",
            (Reach::Secure, Cookie::Codes) => "__Host-codes",
            (Reach::Plain, Cookie::Codes) => "codes",
            (Reach::Secure, Cookie::FirstStep) => "__Host-first-step",
            (Reach::Plain, Cookie::FirstStep) => "first-step",
        };
        match self.port {
            Some(port) => format!("{name}-{port}"),
            None => name.to_owned(),
        }
    }

    /// The header that sets a cookie. `SameSite=Lax`: browsers send it when the user follows
    /// a link to this site, but not with forms or scripts of other sites.
    pub fn set(self, cookie: Cookie, value: &str, max_age_seconds: i64) -> HeaderValue {
        let secure = match self.reach {
            Reach::Secure => "; Secure",
            Reach::Plain => "",
        };
        let header = format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}",
            self.name(cookie)
        );
        header
            .try_into()
            .expect("base64 and numbers are visible ASCII")
    }

    /// Returns whether a request carries a possible session id.
    pub fn has_session(self, headers: &HeaderMap) -> bool {
        !self.hashes(Cookie::Session, headers).is_empty()
    }

    /// The hashes of the device ids of the browser.
    pub fn devices(self, headers: &HeaderMap) -> Vec<SecretHash> {
        self.hashes(Cookie::Device, headers)
    }

    /// The token of a link to be shown on the page.
    pub fn link(self, headers: &HeaderMap) -> Option<String> {
        let link = self.secret(Cookie::Link, headers)?;
        Some(link.encode())
    }

    /// The secret in a cookie of a kind.
    pub fn secret(self, cookie: Cookie, headers: &HeaderMap) -> Option<Secret> {
        values(headers, &self.name(cookie)).find_map(Secret::decode)
    }

    /// The first steps of logins, sealed.
    pub fn first_steps(self, headers: &HeaderMap) -> Vec<String> {
        let name = self.name(Cookie::FirstStep);
        let steps = values(headers, &name).take(MOST_OF_ONE_NAME);
        steps.map(str::to_owned).collect()
    }

    /// The hashes of the ids in the cookies of a kind. A cookie planted by an attacker does not
    /// hide the browser's own.
    pub fn hashes(self, cookie: Cookie, headers: &HeaderMap) -> Vec<SecretHash> {
        let name = self.name(cookie);
        let mut hashes = Vec::new();
        for id in values(headers, &name).filter_map(Secret::decode) {
            let hash = id.hash();
            if !hashes.contains(&hash) {
                hashes.push(hash);
            }
            if hashes.len() == MOST_OF_ONE_NAME {
                break;
            }
        }
        hashes
    }
}

/// The values of all cookies with a name, in the order of the header. Cookies that are not
/// UTF-8, which other programs on the host may set, are skipped.
///
/// Only SP and HTAB are trimmed around a pair (RFC 6265 §5.2). Trimming all Unicode white
/// space would be a vulnerability: to a browser, `U+2000` before `__Host-` begins an ordinary
/// name, which any host of the domain may set.
pub fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|cookies| cookies.as_bytes().split(|byte| *byte == b';'))
        .filter_map(move |pair| {
            let rest = trim(pair).strip_prefix(name.as_bytes())?;
            str::from_utf8(rest.strip_prefix(b"=")?).ok()
        })
}

fn trim(mut pair: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = pair {
        pair = rest;
    }
    pair
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_named_after_the_port_that_cookies_do_not_know() {
        for (public_url, port, name) in [
            (None, Some(3000), "session-3000"),
            (None, Some(80), "session"),
            (None, None, "session"),
            (Some("http://example.org"), Some(3000), "session"),
            (Some("http://example.org:80"), Some(3000), "session"),
            (Some("http://[::1]:8080"), Some(3000), "session-8080"),
            (Some("https://example.org"), Some(3000), "__Host-session"),
            (Some("https://example.org:443"), None, "__Host-session"),
            (
                Some("https://example.org:8443"),
                None,
                "__Host-session-8443",
            ),
        ] {
            let cookies = Cookies::of(public_url, port);
            assert_eq!(
                cookies.name(Cookie::Session),
                name,
                "{public_url:?} {port:?}"
            );
        }
    }

    #[test]
    fn a_cookie_is_found_beside_any_other() {
        let mut headers = HeaderMap::new();
        let sent: [&[u8]; 4] = [
            b"a=1; city=K\xF6ln;b=2",
            b"a=3",
            b"aa=4; a; =5",
            b" \td=6\t ; d=\xF6; d==7; \"d\"=8; d =9; D=10",
        ];
        for cookies in sent {
            headers.append(header::COOKIE, cookies.try_into().unwrap());
        }
        let of = |name| values(&headers, name).collect::<Vec<_>>();
        assert_eq!(of("a"), ["1", "3"]);
        assert_eq!(of("b"), ["2"]);
        assert_eq!(of("c"), [""; 0]);
        assert_eq!(of("d"), ["6", "=7"]);
    }

    /// Tries names that browsers distinguish, and that any host of the domain may set.
    #[test]
    fn nothing_but_the_name_itself_is_the_name() {
        let spaces = (char::MIN..=char::MAX).filter(|sign| sign.is_whitespace());
        let mut around: Vec<Vec<u8>> = spaces.map(|sign| sign.to_string().into_bytes()).collect();
        assert!(around.len() > 20, "the spaces of Unicode");
        // Invisible characters, and single bytes that are not UTF-8.
        for sign in "\u{AD}\u{180E}\u{200B}\u{200D}\u{2060}\u{FEFF}\"'=$,.:%20+\\/@".chars() {
            around.push(sign.to_string().into_bytes());
        }
        around.extend((0x80..=0xFF).map(|byte: u8| vec![byte]));
        let mut tried = 0;
        for sign in around {
            for pair in [
                [&sign[..], b"__Host-session=x"].concat(),
                [b"__Host-session", &sign[..], b"=x"].concat(),
                [b"__Host-", &sign[..], b"session=x"].concat(),
            ] {
                // A header cannot hold control characters.
                let Ok(cookies) = pair.as_slice().try_into() else {
                    continue;
                };
                let headers = HeaderMap::from_iter([(header::COOKIE, cookies)]);
                let found: Vec<_> = values(&headers, "__Host-session").collect();
                let harmless =
                    matches!(&sign[..], b" " | b"\t") && pair.ends_with(b"__Host-session=x");
                let value_only = pair == b"__Host-session==x";
                match (harmless, value_only) {
                    (true, _) => assert_eq!(found, ["x"]),
                    (_, true) => assert_eq!(found, ["=x"]),
                    _ => assert!(found.is_empty(), "{}", pair.escape_ascii()),
                }
                tried += 1;
            }
        }
        assert!(tried > 400, "{tried}");
    }
}
