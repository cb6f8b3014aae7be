//! Reading the `Cookie` header (RFC 6265 §5.4).

use axum::http::{HeaderMap, header};

/// The values of all cookies of that name, in the order of the header. Cookies that are not
/// UTF-8, which other programs of the host may set, are skipped.
///
/// Only SP and HTAB are trimmed around a pair (RFC 6265 §5.2). Trimming all Unicode white
/// space would be a hole: to a browser, `U+2000` before `__Host-` begins an ordinary name,
/// which every host of the domain may set.
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
