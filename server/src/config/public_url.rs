//! The public address of the site, in the form of a browser's `Origin` header.

use url::{Host, Url};

/// Parses an address into its origin: scheme, host, and the port unless it is the default
/// (WHATWG HTML, "ASCII serialisation of an origin"). Links begin with it, and the origin of
/// forms is compared with it.
pub fn public_url(text: &str) -> Result<String, String> {
    let wrong = "expected a scheme and a host, such as https://example.org";
    let (scheme, _) = text.split_once("://").ok_or(wrong)?;
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err(format!("the scheme {scheme} is not supported; {wrong}"));
    }
    let mut url = Url::parse(text).map_err(|error| format!("{error}; {wrong}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("it contains a user name or a password; {wrong}"));
    }
    if let Some(Host::Domain(name)) = url.host() {
        // A fully qualified name ends in a dot, which no one types in a browser.
        let name = name.strip_suffix('.').unwrap_or(name).to_owned();
        let in_names = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if !name.chars().all(in_names) || name.split('.').any(str::is_empty) {
            return Err(format!("the host is not a valid name; {wrong}"));
        }
        url.set_host(Some(&name)).map_err(|_| wrong)?;
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("it contains a query or a fragment; {wrong}"));
    }
    if !url.path().chars().all(|c| c == '/') {
        return Err(format!(
            "a site cannot be below a path; give it a host of its own, \
             such as {scheme}://accounts.example.org"
        ));
    }
    if url.port() == Some(0) {
        return Err(format!("port 0 cannot be requested; {wrong}"));
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_of_an_address_is_the_origin_that_a_browser_says() {
        for (typed, origin) in [
            ("https://example.org", "https://example.org"),
            ("https://example.org/", "https://example.org"),
            ("https://example.org//", "https://example.org"),
            ("HTTPS://Example.ORG", "https://example.org"),
            ("https://example.org.", "https://example.org"),
            ("https://example.org.:8443/", "https://example.org:8443"),
            ("https://example.org:443", "https://example.org"),
            ("http://example.org:80/", "http://example.org"),
            ("http://example.org:443", "http://example.org:443"),
            ("https://example.org:", "https://example.org"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
            (
                "https://xn--bcher-kva.example",
                "https://xn--bcher-kva.example",
            ),
            ("https://ｅｘａｍｐｌｅ．org", "https://example.org"),
            ("http://192.0.2.1:8080", "http://192.0.2.1:8080"),
            ("http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://0x7f000001:8080", "http://127.0.0.1:8080"),
            ("http://3221225985", "http://192.0.2.1"),
            ("https://my_host.example", "https://my_host.example"),
        ] {
            assert_eq!(public_url(typed), Ok(origin.to_owned()), "{typed}");
            assert_eq!(public_url(origin), Ok(origin.to_owned()), "{origin}");
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_refused_with_its_reason() {
        for (typed, reason) in [
            ("example.org", "expected a scheme and a host"),
            ("//example.org", "expected a scheme and a host"),
            ("https:example.org", "expected a scheme and a host"),
            ("ftp://example.org", "the scheme ftp is not supported"),
            ("https://", "expected a scheme and a host"),
            ("https://:443", "expected a scheme and a host"),
            ("https://example.org/accounts", "a host of its own"),
            (
                "HTTPS://example.org/accounts/",
                "HTTPS://accounts.example.org",
            ),
            ("https://example.org?x", "a query or a fragment"),
            ("https://example.org/#x", "a query or a fragment"),
            ("https://a@example.org", "a user name or a password"),
            ("https://a:secret@example.org", "a user name or a password"),
            ("https://example.org:99999", "expected a scheme and a host"),
            ("https://example.org:0", "port 0"),
            ("https://exa mple.org", "expected a scheme and a host"),
            ("https://*.example.org", "not a valid name"),
            ("https://example..org", "not a valid name"),
            ("https://a.example,https://b.example", "not a valid name"),
            ("https://256.0.0.1", "expected a scheme and a host"),
        ] {
            let refused = public_url(typed).unwrap_err();
            assert!(refused.contains(reason), "{typed}: {refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
    }
}
