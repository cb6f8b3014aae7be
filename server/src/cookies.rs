//! What a browser sends back of cookies (RFC 6265 §5.4).

use axum::http::{HeaderMap, header};

/// The values of all cookies of that name, in the order of the header. Other programs
/// of a host set cookies too, in whatever bytes: those are passed over.
pub fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|cookies| cookies.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|cookie| str::from_utf8(cookie).ok())
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(move |(other, _)| *other == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_beside_any_other() {
        let mut headers = HeaderMap::new();
        let sent: [&[u8]; 3] = [b"a=1; city=K\xF6ln;b=2", b"a=3", b"aa=4; a; =5"];
        for cookies in sent {
            headers.append(header::COOKIE, cookies.try_into().unwrap());
        }
        let of = |name| values(&headers, name).collect::<Vec<_>>();
        assert_eq!(of("a"), ["1", "3"]);
        assert_eq!(of("b"), ["2"]);
        assert_eq!(of("c"), [""; 0]);
    }
}
